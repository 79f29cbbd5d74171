package dev.whetstone.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.SimpleFileServer;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Credentials;
import dev.whetstone.index.opensearch.OpenSearch;
import dev.whetstone.model.Model;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a stub after the public documentation: see [StubMlCommons].
@Timeout(60)
class OpenSearchModelsTest {
  private static final OpenSearchModels.Wish WISH =
      new OpenSearchModels.Wish("custom-emb", "1.0.0", "whetstone", true, null);

  @TempDir private Path folder;
  private StubMlCommons cluster;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Model model;

  @BeforeEach
  void start() throws IOException {
    cluster = new StubMlCommons(folder.resolve("cluster"));
    model = tiny(Pooling.CLS, new Prompts("query: ", "passage: "));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    cluster.close();
  }

  private Model tiny(Pooling pooling, Prompts prompts) {
    return TinyBert.write(
        folder.resolve("tiny-" + pooling + prompts.hashCode()), 5, pooling, prompts, 24);
  }

  private Encoder own(Model of) {
    Encoder encoder =
        Encoders.open(of, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
    open.add(encoder);
    return encoder;
  }

  private OpenSearchModels models() {
    return models(new Credentials.None(), Duration.ofSeconds(5));
  }

  private OpenSearchModels models(Credentials credentials, Duration patience) {
    var settings = ClusterSettings.of(cluster.url().toString()).withCredentials(credentials);
    var models =
        new OpenSearchModels(
            OpenSearch.connection(settings), Duration.ofMillis(5), patience, 20_000);
    open.add(models);
    return models;
  }

  private OpenSearchModels.Result deploy(OpenSearchModels.Wish wish) {
    return models().deploy(model, own(model), wish, folder.resolve("zips"), Progress.NONE);
  }

  @Test
  void theModelIsUploadedDeployedAndItsVectorsThereAreItsOwn() {
    var result = deploy(WISH);

    assertThat(result.found()).isFalse();
    assertThat(result.sent()).isEqualTo(3);
    assertThat(result.cosine()).isGreaterThan(.99999);
    var registered = cluster.model(result.model());
    assertThat(registered.get("model_state").asText()).isEqualTo("DEPLOYED");
    assertThat(registered.get("model_group_id").asText()).isEqualTo("group-1");
    assertThat(registered.at("/model_config/pooling_mode").asText()).isEqualTo("cls");
    assertThat(registered.at("/model_config/query_prefix").asText()).isEqualTo("query: ");
    assertThat(registered.at("/model_config/all_config").asText()).contains(model.space().value());
  }

  @Test
  void theSameModelAgainIsFoundAndOnlyChecked() {
    var first = deploy(WISH);
    cluster.requests.clear();

    var again = deploy(WISH);

    assertThat(again.found()).isTrue();
    assertThat(again.model()).isEqualTo(first.model());
    assertThat(again.sha256()).isEqualTo(first.sha256());
    assertThat(cluster.requests)
        .allMatch(request -> request.contains("_search") || request.contains("_predict"));
  }

  @Test
  void otherPromptsAreAnotherModel() {
    String first = deploy(WISH).model();
    model = tiny(Pooling.CLS, new Prompts("question: ", "passage: "));

    assertThat(deploy(WISH).model()).isNotEqualTo(first);
  }

  @Test
  void meanPoolingAndAModelWithoutPromptsAgreeToo() {
    model = tiny(Pooling.MEAN, Prompts.NONE);

    assertThat(deploy(WISH).cosine()).isGreaterThan(.99999);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-cls", "roberta-mean", "xlm-roberta-cls", "mpnet-mean", "modernbert-mean"})
  void modelsOfEachArchitectureAgreeToo(String name) throws Exception {
    model = Model.open(NetworkFolders.copy(name, folder.resolve(name)));

    assertThat(deploy(WISH).cosine()).isGreaterThan(.99999);
  }

  @Test
  void aModelWithADenseModuleIsRefused() throws Exception {
    String name = "distilbert-mean-dense";
    model = Model.open(NetworkFolders.copy(name, folder.resolve(name)));

    assertThatThrownBy(() -> deploy(WISH))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("Dense module");
    assertThat(cluster.requests).isEmpty();
  }

  @Test
  void withoutItsPromptsAModelOfPlainPassagesIsDeployedAndAnotherRefused() {
    var bare = new OpenSearchModels.Wish("bare", "1.0.0", "whetstone", false, null);
    assertThatThrownBy(() -> deploy(bare))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("--no-prompts");
    model = tiny(Pooling.CLS, new Prompts("query: ", ""));

    assertThat(deploy(bare).cosine()).isGreaterThan(.99999);
  }

  @Test
  void theZipIsTheSameEachTimeAndCutsLongTextsWhereTheModelDoes() throws Exception {
    Path one = folder.resolve("one.zip");
    var archive = ModelArchive.write(model, true, one);
    var again = ModelArchive.write(model, true, folder.resolve("two.zip"));

    assertThat(again.sha256()).isEqualTo(archive.sha256()).isEqualTo(Sha256.of(one));
    Path place = Files.createDirectories(folder.resolve("unpacked"));
    try (var zip = new ZipFile(one.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .containsExactly("model.onnx", "tokenizer.json", "whetstone.json");
      for (var entry : java.util.Collections.list(zip.entries())) {
        Files.write(place.resolve(entry.getName()), zip.getInputStream(entry).readAllBytes());
      }
    }
    String endless = "the message broker does not route ".repeat(40);
    float[] there = cluster.embed(place, archive.config(), "query: " + endless);
    assertThat(OpenSearchModels.cosine(there, own(model).query(endless))).isGreaterThan(.99999);
  }

  @Test
  void anUploadThatWasCutOffGoesOnWithTheChunksThatAreMissing() throws Exception {
    cluster.chunksUntilItDies = 2;
    assertThatThrownBy(() -> deploy(WISH))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("does not answer");
    cluster.chunksUntilItDies = Integer.MAX_VALUE;
    cluster.requests.clear();

    var result = deploy(WISH);

    assertThat(result.sent()).isOne();
    assertThat(cluster.count("POST .*/upload_chunk/2")).isOne();
    assertThat(cluster.count("POST .*_register_meta")).isZero();
    assertThat(result.cosine()).isGreaterThan(.9999);
  }

  @Test
  void aBusyClusterIsAskedAgain() {
    cluster.busy = 3;

    assertThat(deploy(WISH).cosine()).isGreaterThan(.99999);
  }

  @Test
  void vectorsThatAreNotTheModelsAreRefused() {
    cluster.wrongPooling = true;

    assertThatThrownBy(() -> deploy(WISH))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("do not index with it");
  }

  @Test
  void aClusterThatForbidsItIsToldWithTheSettingThatAllowsIt() {
    cluster.localFiles = false;
    assertThatThrownBy(() -> deploy(WISH))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(
            "{\"plugins.ml_commons.allow_registering_model_via_local_file\": true}");
    cluster.localFiles = true;
    cluster.mlNodes = false;
    assertThatThrownBy(() -> deploy(WISH))
        .hasMessageContaining("{\"plugins.ml_commons.only_run_on_ml_node\": false}");
    cluster.mlNodes = true;
    cluster.breaker = "Native Memory Circuit Breaker";
    assertThatThrownBy(() -> deploy(WISH))
        .hasMessageContaining("plugins.ml_commons.native_memory_threshold");
    cluster.breaker = null;
    cluster.urls = false;
    model = tiny(Pooling.MEAN, Prompts.NONE);
    var url =
        new OpenSearchModels.Wish(
            "by-url", "1", "whetstone", true, URI.create("http://127.0.0.1:1/model.zip"));
    assertThatThrownBy(() -> deploy(url))
        .hasMessageContaining("{\"plugins.ml_commons.allow_registering_model_via_url\": true}");
    cluster.plugin = false;
    assertThatThrownBy(() -> deploy(WISH)).hasMessageContaining("lacks the plugin opensearch-ml");
  }

  @Test
  void aTaskThatFailsSaysWhatTheClusterSaid() {
    var first = deploy(WISH);
    cluster.model(first.model()).put("model_state", "REGISTERED");
    cluster.damage(first.model());

    assertThatThrownBy(() -> deploy(WISH))
        .hasMessageContaining("FAILED")
        .hasMessageContaining("model content changed");
  }

  @Test
  void aTaskThatDoesNotEndIsGivenUpWithAWordOnHowToGoOn() {
    cluster.pollsUntilDone = Integer.MAX_VALUE;
    var models = models(new Credentials.None(), Duration.ofMillis(50));

    assertThatThrownBy(
            () -> models.deploy(model, own(model), WISH, folder.resolve("zips"), Progress.NONE))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("run the same command again");
  }

  @Test
  void theRightKeyIsSentAndAWrongOneExplained() {
    Credentials right = new Credentials.Basic("right", "password");
    cluster.authorization = right.header().orElseThrow();
    assertThatThrownBy(() -> deploy(WISH)).hasMessageContaining("password_env");
    var models = models(right, Duration.ofSeconds(5));

    assertThat(
            models.deploy(model, own(model), WISH, folder.resolve("zips"), Progress.NONE).cosine())
        .isGreaterThan(.99999);
  }

  @Test
  void whatWasMadeBeforeItsAnswerWasLostIsFoundAndNotMadeTwice() {
    cluster.loses.add("model_groups/_register");
    cluster.loses.add("models/_register_meta");

    assertThat(deploy(WISH).cosine()).isGreaterThan(.99999);

    assertThat(cluster.made()).containsExactly(1, 1, 0);
  }

  @Test
  void aModelThatTheClusterFetchesIsFollowedWhereTheAnswerWasLost() throws IOException {
    ModelArchive.write(model, true, folder.resolve("there/model.zip"));
    var files =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder.resolve("there").toAbsolutePath(),
            SimpleFileServer.OutputLevel.NONE);
    files.start();
    open.add(() -> files.stop(0));
    URI zip = URI.create("http://127.0.0.1:" + files.getAddress().getPort() + "/model.zip");
    var wish = new OpenSearchModels.Wish("by-url", "1", "whetstone", true, zip);
    cluster.loses.add("models/_register");

    assertThat(deploy(wish).cosine()).isGreaterThan(.99999);

    assertThat(cluster.made()).containsExactly(1, 1, 0);
  }
}
