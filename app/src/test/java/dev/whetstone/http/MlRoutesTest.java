package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.ModelPlaces;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.deploy.TestLeases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.ForeignFolder;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.ProvenVersions;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MlRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Path workspace;
  private Model model;
  private Catalog catalog;
  private Embeddings embeddings;
  private Registrations registrations;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    var prompts = new Prompts("query: ", "");
    Path models = workspace.resolve("models");
    TinyBert.write(models.resolve("manual/1"), 1, Pooling.CLS, prompts, 32);
    model = TinyBert.write(models.resolve("manual/2"), 2, Pooling.CLS, prompts, 32);
    new ModelVersions(models).serve(new ProvenVersions.VersionId("manual", 2), "report");
    TinyBert.write(folder.resolve("secret/1"), 3);
    TinyBert.write(folder.resolve("shared/1"), 4);
    var deployments = new Deployments(workspace, workspace.resolve(".whetstone/deployments"));
    embeddings =
        new Embeddings(
            "manual",
            () -> model,
            TestLeases.of(this::encoder),
            deployments,
            EmbeddingLimits.DEFAULT);
    registrations =
        new Registrations(
            deployments,
            new ModelPlaces(
                workspace,
                "s3://corp/handbook/",
                models,
                workspace.resolve(".whetstone/deployed"),
                List.of(folder.resolve("shared").toString()),
                Map.of()),
            TestLeases.of(this::encoder));
    catalog = Catalog.open(folder.resolve("catalog.db"));
    server =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0),
            new StubApplication(catalog),
            embeddings,
            registrations);
  }

  @AfterEach
  void stop() {
    server.close();
    registrations.close();
    embeddings.close();
    catalog.close();
    client.close();
  }

  private Encoder encoder(Model of) {
    return Encoders.open(of, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .header("Content-Type", "application/x-www-form-urlencoded") // what curl -d sends
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String upload(String path) {
    return "{\"model_id\": \"custom-emb-v1\", \"model_path\": \"" + path + "\"}";
  }

  private static float[] floats(JsonNode array) {
    var floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = array.get(i).floatValue();
    }
    return floats;
  }

  @ParameterizedTest
  @ValueSource(strings = {"models/", "s3://corp/handbook/models/", "s3://corp/handbook/models"})
  void theWorkflowsLiteralPutDeploysWhatServesAndItIsServedUnderThatName(String place)
      throws Exception {
    var put = send("PUT", "/_plugins/_ml/models/_upload", upload(place));

    JsonNode reply = JSON.readTree(put.body());
    assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    assertThat(reply.get("status").textValue()).isEqualTo("COMPLETED");
    assertThat(reply.get("model_id").textValue()).isEqualTo("custom-emb-v1");
    JsonNode task =
        JSON.readTree(
            send("GET", "/_plugins/_ml/tasks/" + reply.get("task_id").textValue(), "").body());
    assertThat(task.get("state").textValue()).isEqualTo("COMPLETED");
    assertThat(task.get("task_type").textValue()).isEqualTo("REGISTER_MODEL");
    assertThat(task.get("model_id").textValue()).isEqualTo("custom-emb-v1");
    JsonNode embedded =
        JSON.readTree(
            send("POST", "/v1/embeddings", "{\"model\":\"custom-emb-v1\",\"input\":\"a message\"}")
                .body());
    try (var alone = encoder(model)) {
      assertThat(floats(embedded.get("data").get(0).get("embedding")))
          .isEqualTo(alone.texts(List.of("0"), List.of("a message"), Progress.NONE).vector(0));
    }
  }

  @Test
  void aClientOfMlCommonsRegistersDeploysAsksAndDeletes() throws Exception {
    send("POST", "/_plugins/_ml/models/_register", upload("models/manual/1"));

    JsonNode deployed =
        JSON.readTree(send("POST", "/_plugins/_ml/models/custom-emb-v1/_deploy", "").body());
    JsonNode task =
        JSON.readTree(
            send("GET", "/_plugins/_ml/tasks/" + deployed.get("task_id").textValue(), "").body());
    JsonNode shown = JSON.readTree(send("GET", "/_plugins/_ml/models/custom-emb-v1", "").body());
    var predicted =
        send(
            "POST",
            "/_plugins/_ml/_predict/text_embedding/custom-emb-v1",
            "{\"parameters\":{\"content_type\":\"query\"},\"text_docs\":[\"a\",\"why\"],"
                + "\"return_number\":true,\"target_response\":[\"sentence_embedding\"]}");

    assertThat(deployed.get("task_type").textValue()).isEqualTo("DEPLOY_MODEL");
    assertThat(task.get("state").textValue()).isEqualTo("COMPLETED");
    assertThat(shown.get("model_state").textValue()).isEqualTo("DEPLOYED");
    assertThat(shown.toString()).as("where it stands").doesNotContain("model_path", "models/");
    assertThat(shown.get("model_config").get("embedding_dimension").intValue()).isEqualTo(16);
    JsonNode output =
        JSON.readTree(predicted.body()).get("inference_results").get(1).get("output").get(0);
    assertThat(output.get("name").textValue()).isEqualTo("sentence_embedding");
    assertThat(output.get("data_type").textValue()).isEqualTo("FLOAT32");
    assertThat(output.get("shape").toString()).isEqualTo("[16]");
    try (var alone = encoder(Model.open(workspace.resolve("models/manual/1")))) {
      assertThat(floats(output.get("data"))).isEqualTo(alone.query("why"));
    }
    var deleted = send("DELETE", "/_plugins/_ml/models/custom-emb-v1", "");
    assertThat(deleted.body()).contains("\"result\":\"deleted\"");
    assertThat(send("GET", "/_plugins/_ml/models/custom-emb-v1", "").statusCode()).isEqualTo(404);
  }

  @Test
  void anotherModelUnderTheSameNameReplacesIt() throws Exception {
    send("PUT", "/_plugins/_ml/models/_upload", upload("models/manual/1"));
    String before = space();

    send("PUT", "/_plugins/_ml/models/_upload", upload("models/manual/2"));

    assertThat(space()).isEqualTo(model.space().value()).isNotEqualTo(before);
  }

  private String space() throws Exception {
    return JSON.readTree(send("GET", "/v1/models/custom-emb-v1", "").body())
        .get("space")
        .textValue();
  }

  @Test
  void aPlaceOfTheSettingsIsAllowedAlsoAsAFileUri() throws Exception {
    var path = send("PUT", "/_plugins/_ml/models/_upload", upload(folder + "/shared"));
    var uri = send("PUT", "/_plugins/_ml/models/_upload", upload("file://" + folder + "/shared/1"));

    assertThat(path.statusCode()).as(path.body()).isEqualTo(200);
    assertThat(uri.statusCode()).as(uri.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oss://<bucket>/models/",
        "s3://other/models/",
        "s3://corp/handbook/",
        "s3://corp/handbook/raw/",
        "s3://corp/handbook2/models/manual/1",
        "s3://corp/handbook/models/../../shared/1",
        "s3://corp/handbook/models/./manual/1",
        "s3://corp/handbook/models/linked",
        "s3://corp/handbook/models/nowhere",
        "../secret/1",
        "models/../../secret/1",
        "SECRET/1",
        "file:SECRET/1",
        "file://SECRET/1",
        "models/linked",
        "/etc",
        "http://169.254.169.254/latest/meta-data/",
        "file://elsewhere/models",
        "",
        "models/nowhere"
      })
  void noOtherPlaceIsOpenedAndWhatStandsThereIsNotTold(String place) throws Exception {
    Files.createSymbolicLink(workspace.resolve("models/linked"), folder.resolve("secret/1"));

    var put =
        send(
            "PUT",
            "/_plugins/_ml/models/_upload",
            upload(place.replace("SECRET", folder.resolve("secret").toString())));

    assertThat(put.statusCode()).as(put.body()).isEqualTo(403);
    JsonNode error = JSON.readTree(put.body());
    assertThat(error.get("status").intValue()).isEqualTo(403);
    assertThat(error.get("error").get("type").textValue()).isEqualTo("security_exception");
    assertThat(error.get("error").get("reason").textValue()).contains("serve.model_paths");
    assertThat(embeddings.deployments().list()).isEmpty();
  }

  @Test
  void aDamagedModelIsNotDeployedAndTheOneBeforeStays() throws Exception {
    send("PUT", "/_plugins/_ml/models/_upload", upload("models/manual/1"));
    Path weights = workspace.resolve("models/manual/2/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);

    var put = send("PUT", "/_plugins/_ml/models/_upload", upload("models/manual/2"));

    assertThat(put.statusCode()).isEqualTo(500);
    assertThat(embeddings.deployments().find("custom-emb-v1").orElseThrow().folder())
        .isEqualTo("models/manual/1");
  }

  @Test
  void whatIsNotAModelsNameOrHasNoPlaceIsRefused() throws Exception {
    var name =
        send(
            "PUT",
            "/_plugins/_ml/models/_upload",
            "{\"model_id\":\"../x\",\"model_path\":\"models\"}");
    var url =
        send(
            "POST",
            "/_plugins/_ml/models/_register",
            "{\"name\":\"a\",\"url\":\"https://example.com/a.zip\"}");
    var task = send("GET", "/_plugins/_ml/tasks/none", "");

    assertThat(name.statusCode()).isEqualTo(400);
    assertThat(url.statusCode()).isEqualTo(400);
    assertThat(url.body()).contains("model_path").contains("illegal_argument_exception");
    assertThat(task.statusCode()).isEqualTo(404);
  }

  /// A folder of others among those that may be deployed, with a file changed.
  private String foreign(String file, Consumer<ObjectNode> change) throws IOException {
    Path folder = ForeignFolder.write(workspace.resolve("models/foreign/1"));
    ForeignFolder.change(folder, file, change);
    return upload("models/foreign/1");
  }

  private void isRefusedAndTheOneBeforeStays(String upload, String why) throws Exception {
    send("PUT", "/_plugins/_ml/models/_upload", upload("models/manual/1"));

    var put = send("PUT", "/_plugins/_ml/models/_upload", upload);

    assertThat(put.statusCode()).as(put.body()).isBetween(400, 500);
    assertThat(put.body()).contains(why);
    assertThat(embeddings.deployments().find("custom-emb-v1").orElseThrow().folder())
        .isEqualTo("models/manual/1");
    var health = send("GET", "/health", "");
    assertThat(health.statusCode()).isEqualTo(200);
  }

  @Test
  void aModelOfZerosTakesNoOthersPlace() throws Exception {
    Path zeros = ForeignFolder.write(workspace.resolve("models/zeros/1"));
    Path weights = zeros.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Arrays.fill(bytes, 8 + header, bytes.length, (byte) 0);
    Files.write(weights, bytes);

    isRefusedAndTheOneBeforeStays(upload("models/zeros/1"), "squared length NaN");
  }

  @Test
  void aModelWhoseTokenizerTakesAllWordsForUnknownTakesNoOthersPlace() throws Exception {
    isRefusedAndTheOneBeforeStays(
        foreign(
            "tokenizer.json",
            tokenizer -> {
              var model = (ObjectNode) tokenizer.get("model");
              model.putObject("vocab").put("[UNK]", 1);
            }),
        "the same vector for different texts");
  }

  @Test
  void aTokenizerThatWouldEndTheProcessIsRefused() throws Exception {
    isRefusedAndTheOneBeforeStays(
        foreign(
            "tokenizer.json",
            tokenizer -> {
              var split = tokenizer.putObject("pre_tokenizer");
              split.put("type", "Split").put("behavior", "Isolated").put("invert", false);
              split.putObject("pattern").put("Regex", "(a+)+$");
            }),
        "a regular expression of its own");
  }

  @Test
  void aFolderWithAFileOfHolesIsRefusedByItsSize() throws Exception {
    Path model = TinyBert.write(workspace.resolve("models/holes/1"), 5).folder();
    try (var file = new RandomAccessFile(model.resolve("README.md").toFile(), "rw")) {
      file.setLength(1L << 40);
    }

    isRefusedAndTheOneBeforeStays(upload("models/holes/1"), "is no model");
  }

  @Test
  void sizesThatWouldFillTheMemoryAreRefused() throws Exception {
    isRefusedAndTheOneBeforeStays(
        foreign("config.json", config -> config.put("num_hidden_layers", 10_000_000)),
        "num_hidden_layers is 10000000");
  }

  @Test
  void aGraphOfOthersInAFolderThatLooksLikeOursGivesTheTrueModelsVectors() throws Exception {
    Path theirs = TinyBert.write(workspace.resolve("models/theirs/1"), 5).folder();
    Files.copy(
        TinyBert.write(folder.resolve("other"), 6).onnx(),
        theirs.resolve("onnx/model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    ForeignFolder.fit(theirs, "onnx/model.onnx");
    float[] expected;
    try (var own = encoder(TinyBert.write(folder.resolve("own"), 5))) {
      expected = own.texts(List.of("0"), List.of("the message"), Progress.NONE).vector(0);
    }

    send("PUT", "/_plugins/_ml/models/_upload", upload("models/theirs/1"));
    var reply =
        send("POST", "/v1/embeddings", "{\"model\":\"custom-emb-v1\",\"input\":\"the message\"}");

    JsonNode vector = JSON.readTree(reply.body()).at("/data/0/embedding");
    double cosine = 0;
    for (int i = 0; i < expected.length; i++) {
      cosine += expected[i] * vector.get(i).doubleValue();
    }
    assertThat(cosine).isCloseTo(1, within(1e-5));
  }
}
