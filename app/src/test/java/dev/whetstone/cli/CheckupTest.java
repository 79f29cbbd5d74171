package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.whetstone.core.Progress;
import dev.whetstone.remote.DlcStub;
import dev.whetstone.servers.GuardProxy;
import dev.whetstone.servers.Servers;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workspace.SharedWorkspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `whet doctor` finds out, of real nodes and a real S3 server, and of stubs of a language
/// model's server and of PAI.
@Timeout(180)
class CheckupTest {
  private static final String SECRET = "s3cret-that-nobody-may-see";
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  @TempDir private Path folder;

  private List<String> ask(String settings, Map<String, String> environment, Duration patience)
      throws IOException {
    Files.writeString(folder.resolve("whetstone.yaml"), settings);
    return said(folder.toString(), environment, patience);
  }

  private List<String> ask(String settings, Map<String, String> environment) throws IOException {
    return ask(settings, environment, Duration.ofSeconds(30));
  }

  private static List<String> said(
      String workspace, Map<String, String> environment, Duration patience) {
    return new Checkup(environment, patience)
        .findings(workspace, List.of()).stream()
            .map(found -> found.about() + " " + found.words())
            .peek(line -> assertThat(line).doesNotContain(SECRET).doesNotContain("\n"))
            .toList();
  }

  private static String of(String about, List<String> lines) {
    return String.join("\n", lines.stream().filter(l -> l.startsWith(about + " ")).toList());
  }

  @Test
  void eachHostOfEachClusterIsAskedWhatItIs() throws IOException {
    URI elasticsearch = Servers.elasticsearch().uri();
    URI opensearch = Servers.opensearch().uri();

    var lines =
        ask(
            "elasticsearch: {hosts: ['%s', '%s', '%s']}%nopensearch: {hosts: ['%s']}%n"
                .formatted(elasticsearch, NOWHERE, opensearch, opensearch),
            Map.of());

    assertThat(of("elasticsearch", lines).lines())
        .satisfiesExactly(
            up ->
                assertThat(up)
                    .startsWith("elasticsearch ok: " + elasticsearch + " is Elasticsearch 9.")
                    .endsWith("asked with no credentials"),
            down ->
                assertThat(down)
                    .startsWith("elasticsearch FAILS: ")
                    .contains(NOWHERE + "")
                    .contains("Check that it runs"),
            other ->
                assertThat(other)
                    .startsWith("elasticsearch FAILS: ")
                    .contains("not Elasticsearch: name it under `opensearch:`"));
    assertThat(of("opensearch", lines)).startsWith("opensearch ok: ").contains("OpenSearch 3.");
  }

  @Test
  void theVariableOfASecretIsNamedAndAWrongSecretToldFromARightOne() throws Exception {
    try (var guard =
        new GuardProxy(Servers.elasticsearch().uri(), told -> told.equals("ApiKey " + SECRET))) {
      String settings =
          "elasticsearch: {hosts: ['%s'], api_key_env: ES_KEY, ca_file: '%s'}%n"
              .formatted(guard.uri(), guard.certificate());

      assertThat(of("elasticsearch", ask(settings, Map.of("ES_KEY", SECRET))))
          .startsWith("elasticsearch ok: ")
          .endsWith("asked with an API key");
      assertThat(of("elasticsearch", ask(settings, Map.of("ES_KEY", "wrong"))))
          .startsWith("elasticsearch FAILS: ")
          .contains("401")
          .contains("api_key_env");
      assertThat(of("elasticsearch", ask(settings, Map.of())))
          .startsWith("elasticsearch MISSING: ")
          .contains("ES_KEY, which is not set: set it");
    }
  }

  @Test
  void hostsThatNeverAnswerAreGivenUpTogether() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String host = "http://127.0.0.1:" + silent.getLocalPort();
      String settings =
          """
          elasticsearch: {hosts: ['HOST']}
          opensearch: {hosts: ['HOST']}
          llm: {kind: openai, url: 'HOST/v1', model: qwen3}
          serve: {model_paths: ['s3://nowhere/models/', 'oss://nowhere/models/']}
          """
              .replace("HOST", host);
      var environment = new HashMap<String, String>();
      environment.put("AWS_ENDPOINT_URL_S3", host);
      environment.put("AWS_ACCESS_KEY_ID", "id");
      environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
      environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", "id");
      environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
      environment.put("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou");
      environment.put("PAI_DLC_ENDPOINT", host);

      long began = System.nanoTime();
      var lines = ask(settings, environment, Duration.ofSeconds(2));

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
      for (String about : List.of("elasticsearch", "opensearch", "llm", "pai")) {
        assertThat(of(about, lines)).startsWith(about + " FAILS: ");
      }
      assertThat(of("bucket", lines).lines())
          .anyMatch(line -> line.startsWith("bucket FAILS: s3://nowhere/models/ gives no answer"))
          .anyMatch(line -> line.contains("MISSING: ") && line.contains("OSS_"));
    }
  }

  @Test
  void aWorkspaceInABucketIsReadAndWrittenAndItsSettingsAreTaken() throws IOException {
    RealBucket bucket = RealBucket.make();
    String uri = bucket.uri("handbook");
    var environment = new HashMap<>(bucket.environment());

    assertThat(of("workspace", said(uri, environment, Duration.ofSeconds(30))))
        .startsWith("workspace MISSING: " + uri)
        .contains("whet init");

    Path copy = Files.createDirectories(folder.resolve("copy"));
    Files.writeString(
        copy.resolve("whetstone.yaml"),
        "name: manual\nelasticsearch: {hosts: ['%s']}\n".formatted(NOWHERE));
    try (var shared =
        new SharedFolder(
            ObjectStores.open(uri, environment, folder.resolve("journal")),
            copy,
            SharedWorkspace.LAYOUT)) {
      shared.save("whet init", Progress.NONE);
    }
    List<String> before = keys(bucket);
    var lines = said(uri, environment, Duration.ofSeconds(30));

    assertThat(of("bucket", lines)).isEqualTo("bucket ok: " + uri + "/ can be read and written");
    assertThat(of("workspace", lines)).isEqualTo("workspace ok: " + uri + " (manual)");
    assertThat(of("elasticsearch", lines)).contains("FAILS").contains(NOWHERE + "");
    assertThat(keys(bucket)).isEqualTo(before);

    environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
    assertThat(of("bucket", said(uri, environment, Duration.ofSeconds(30))))
        .startsWith("bucket FAILS: ")
        .contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    environment.remove("AWS_SECRET_ACCESS_KEY");
    assertThat(of("bucket", said(uri, environment, Duration.ofSeconds(30))))
        .startsWith("bucket MISSING: ")
        .contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }

  private static List<String> keys(RealBucket bucket) {
    try (var client = bucket.client()) {
      return client.listObjectsV2(r -> r.bucket(bucket.name())).contents().stream()
          .map(object -> object.key())
          .toList();
    }
  }

  @Test
  void theLanguageModelsServerMustHaveTheModelAndTakeTheKey() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/models",
        exchange -> {
          String told = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] body =
              "{\"object\": \"list\", \"data\": [{\"id\": \"qwen3:8b\"}, {\"id\": \"other\"}]}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(("Bearer " + SECRET).equals(told) ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      String settings =
          "llm: {kind: openai, url: '%s/v1', model: '%s', api_key_env: LLM_KEY}%n"
              .formatted(url, "qwen3:8b");
      var key = Map.of("LLM_KEY", SECRET);

      assertThat(of("llm", ask(settings, key)))
          .isEqualTo("llm ok: " + url + "/v1/models answers and has qwen3:8b");
      assertThat(of("llm", ask(settings.replace("qwen3:8b", "gpt"), key)))
          .startsWith("llm MISSING: ")
          .contains("does not list gpt; it has qwen3:8b, other");
      assertThat(of("llm", ask(settings.replace("/v1'", "'"), key)))
          .startsWith("llm FAILS: ")
          .contains("404")
          .contains("ends in /v1");
      assertThat(of("llm", ask(settings, Map.of("LLM_KEY", "wrong"))))
          .startsWith("llm FAILS: ")
          .contains("the variable LLM_KEY");
      assertThat(of("llm", ask(settings, Map.of())))
          .startsWith("llm MISSING: ")
          .contains("LLM_KEY, which is not set");
      assertThat(of("llm", ask(settings.replace("http://", "http://ann:" + SECRET + "@"), key)))
          .startsWith("llm MISSING: llm.url is no address");
      assertThat(of("llm", ask("", Map.of()))).startsWith("llm none: ");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void paiSaysWhichVariableIsMissingAndTriesTheKey() throws IOException {
    try (var service = new DlcStub()) {
      var environment = new HashMap<String, String>();
      assertThat(of("pai", ask("", environment))).startsWith("pai not set up: ");

      environment.put("ALIBABA_CLOUD_ACCESS_KEY_ID", DlcStub.KEY);
      assertThat(of("pai", ask("", environment)))
          .startsWith("pai MISSING: ")
          .contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET");

      environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", DlcStub.SECRET);
      assertThat(of("pai", ask("", environment)))
          .startsWith("pai MISSING: ")
          .contains("set ALIBABA_CLOUD_REGION_ID");

      environment.put("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou");
      environment.put("PAI_DLC_ENDPOINT", service.address());
      assertThat(of("pai", ask("", environment)))
          .startsWith("pai ok: ")
          .contains("PAI_WORKSPACE_ID names another");

      environment.put("PAI_WORKSPACE_ID", "4711");
      assertThat(of("pai", ask("", environment))).endsWith("jobs go to the workspace 4711");
      assertThat(service.jobs()).isEmpty();

      environment.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET);
      assertThat(of("pai", ask("", environment)))
          .startsWith("pai FAILS: ")
          .contains("Check the access key");
    }
  }

  @Test
  void settingsThatCannotBeReadAreSaidAndTheRestIsAskedAllTheSame() throws IOException {
    var lines = ask("sevre: {port: 1}\n", Map.of());

    assertThat(of("workspace", lines)).contains("MISSING").contains("did you mean 'serve'?");
    assertThat(of("pai", lines)).startsWith("pai not set up");
  }
}
