package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.HereCheck;
import dev.whetstone.deploy.OpenSearchModels;
import dev.whetstone.deploy.StubMlCommons;
import dev.whetstone.deploy.TestLeases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.index.EngineSite;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The cluster (a stub: see [StubMlCommons]) calls our real server through the connector.
@Timeout(60)
class ConnectorTest {
  @TempDir private Path folder;
  private Model model;
  private Encoder own;
  private Catalog catalog;
  private Embeddings embeddings;
  private Server server;
  private StubMlCommons cluster;
  private OpenSearchModels models;

  @BeforeEach
  void start() throws IOException {
    var prompts = new Prompts("query: ", "passage: ");
    model = TinyBert.write(folder.resolve("tiny"), 1, Pooling.MEAN, prompts, 32);
    own = encoder(model);
    catalog = Catalog.open(folder.resolve("catalog.db"));
    embeddings =
        new Embeddings(
            "docs",
            () -> model,
            TestLeases.of(this::encoder),
            new Deployments(folder, folder.resolve("deployments")),
            EmbeddingLimits.DEFAULT);
    server =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).withApiKey("secret"),
            new StubApplication(catalog),
            embeddings,
            null);
    cluster = new StubMlCommons(folder.resolve("cluster"));
    cluster.pollsUntilDone = 0;
    var site = new EngineSite(folder, folder, null, System::getenv);
    models = OpenSearchModels.at(site, cluster.url());
  }

  @AfterEach
  void stop() {
    models.close();
    cluster.close();
    server.close();
    embeddings.close();
    catalog.close();
    own.close();
  }

  private Encoder encoder(Model of) {
    return Encoders.open(of, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
  }

  private OpenSearchModels.Result connect(String key) {
    return models.connect(own, URI.create(server.address()), "docs", "docs", "whetstone", key);
  }

  @Test
  void theClusterGetsTheModelsOwnVectorsForQueriesAndPassages() {
    var result = connect("secret");

    assertThat(result.cosine()).isGreaterThan(.99999);
    assertThat(result.found()).isFalse();
  }

  @Test
  void theSameConnectorAgainIsFoundAndOnlyChecked() {
    connect("secret");
    cluster.requests.clear();

    assertThat(connect("secret").found()).isTrue();
    assertThat(cluster.requests)
        .allMatch(request -> request.contains("_search") || request.contains("_predict"));
  }

  @Test
  void aConnectorIsMadeOnceThoughItsAnswerWasLostAndAnewForANewKey() {
    cluster.loses.add("connectors/_create");
    cluster.loses.add("models/_register");
    assertThatThrownBy(() -> connect("wrong")).isInstanceOf(Failure.class);
    assertThat(cluster.made()).containsExactly(1, 1, 1);

    assertThat(connect("secret").found()).isFalse();
    assertThat(connect("secret").found()).isTrue();

    assertThat(cluster.made()).containsExactly(1, 2, 2);
    assertThat(cluster.shownConnectors().toString()).doesNotContain("secret", "wrong");
  }

  @Test
  void aWrongKeyAndAnUntrustedAddressAreExplained() {
    assertThatThrownBy(() -> connect("wrong"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("invalid_api_key")
        .hasMessageContaining("serve.api_key_env");
    cluster.trusts = false;
    assertThatThrownBy(() -> connectAs("other"))
        .hasMessageContaining("plugins.ml_commons.trusted_connector_endpoints_regex");
  }

  private void connectAs(String name) {
    models.connect(own, URI.create(server.address()), "docs", name, "whetstone", "secret");
  }

  @Test
  void theCheckOfOurOwnServerHoldsItsVectorAgainstTheModels() {
    assertThat(HereCheck.cosine(URI.create(server.address()), "docs", "secret", own).orElseThrow())
        .isGreaterThan(.99999);
    assertThat(HereCheck.cosine(URI.create("http://127.0.0.1:1"), "docs", null, own)).isEmpty();
    assertThatThrownBy(() -> HereCheck.cosine(URI.create(server.address()), "other", "secret", own))
        .hasMessageContaining("404");
  }

  @Test
  void theCheckOfOurOwnServerTakesASlashAndSaysWhatToDoAboutARefusal() {
    URI slash = URI.create(server.address() + "/");
    assertThat(HereCheck.cosine(slash, "docs", "secret", own).orElseThrow()).isGreaterThan(.99999);
    assertThatThrownBy(() -> HereCheck.cosine(slash, "docs", "another", own))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("401")
        .hasMessageContaining("serve.api_key_env");
    embeddings.close();
    assertThatThrownBy(() -> HereCheck.cosine(slash, "docs", "secret", own))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("503")
        .hasMessageContaining("Try again");
  }
}
