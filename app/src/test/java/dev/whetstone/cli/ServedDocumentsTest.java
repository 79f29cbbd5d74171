package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.CommitScope;
import dev.whetstone.http.Server;
import dev.whetstone.http.ServerSettings;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workshop.documents.IndexFollower;
import dev.whetstone.workshop.documents.UploadedDocuments;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents over HTTP, on a workspace with a tiny model, its server and the thread that brings the
/// index to the documents.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ServedDocumentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ZEBRA = "# Zebra\n\nThe zebra valve takes the violet gasket.\n";

  @TempDir private static Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Workspace workspace;
  private Catalog catalog;
  private Rerankers rerankers;
  private ServedWorkspace application;
  private IndexFollower follower;
  private Server server;

  @BeforeAll
  void start() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2);
    workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    var encoders = new SharedEncoders(workspace);
    catalog = Catalog.open(workspace.catalog());
    rerankers = Rerankers.of(workspace);
    application =
        new ServedWorkspace(
            workspace,
            new Apps(catalog, 500),
            new ServedWorkspace.Answers(null, AnswerSettings.DEFAULT),
            encoders,
            rerankers);
    var served =
        new ServedDocuments(
            new WorkspaceOptions(), workspace, encoders, application::followIndex, null);
    follower = new IndexFollower(served).start();
    var documents = new UploadedDocuments(workspace, CommitScope.DIRECT, follower);
    server =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0),
            application,
            new Server.Services(null, null, new Server.WorkspaceServices(documents, null, true)));
  }

  @AfterAll
  void stop() {
    server.close();
    follower.close();
    application.close();
    rerankers.close();
    catalog.close();
  }

  @Test
  void aDocumentThatIsSentIsFoundAndOneThatIsRemovedIsFoundNoMore() throws Exception {
    HttpResponse<String> sent = put("zoo/zebra.md", ZEBRA);

    assertThat(sent.statusCode()).isEqualTo(201);
    assertThat(JSON.readTree(sent.body()).get("sha256").textValue()).hasSize(64);
    JsonNode state = settled("zoo/zebra.md");
    assertThat(state.get("status").textValue()).isEqualTo("searchable");
    assertThat(state.get("passages").intValue()).isEqualTo(1);
    assertThat(found("violet gasket")).contains("zoo/zebra.md");

    assertThat(put("zoo/zebra.md", ZEBRA.replace("violet", "orange")).statusCode()).isEqualTo(200);
    assertThat(settled("zoo/zebra.md").get("status").textValue()).isEqualTo("searchable");
    assertThat(texts("orange gasket")).anyMatch(text -> text.contains("orange"));
    assertThat(texts("violet gasket")).noneMatch(text -> text.contains("violet"));

    assertThat(send("/v1/documents/zoo/zebra.md", "DELETE", null).statusCode()).isEqualTo(200);
    awaitIdle();
    assertThat(found("orange gasket")).doesNotContain("zoo/zebra.md");
    assertThat(send("/v1/documents/zoo/zebra.md", "GET", null).statusCode()).isEqualTo(404);
    assertThat(workspace.uploads().resolve("zoo")).doesNotExist();
  }

  @Test
  void aFormBringsSeveralDocumentsWithTheFieldsBeforeEach() throws Exception {
    String form =
        """
        --x\r
        Content-Disposition: form-data; name="url"\r
        \r
        https://docs.example/a\r
        --x\r
        Content-Disposition: form-data; name="file"; filename="a.md"\r
        Content-Type: text/markdown\r
        \r
        # A\n\nThe crimson lever.\r
        --x\r
        Content-Disposition: form-data; name="name"\r
        \r
        form/b.md\r
        --x\r
        Content-Disposition: form-data; name="file"; filename="other.md"\r
        \r
        # B\n\nThe teal lever.\r
        --x--\r
        """;

    HttpResponse<String> sent = sendForm(form);

    assertThat(sent.statusCode()).isEqualTo(201);
    JsonNode documents = JSON.readTree(sent.body()).get("documents");
    assertThat(documents.findValuesAsText("name")).containsExactly("a.md", "form/b.md");
    assertThat(documents.get(0).get("url").textValue()).isEqualTo("https://docs.example/a");
    assertThat(documents.get(1).has("url")).isFalse();
    assertThat(settled("form/b.md").get("status").textValue()).isEqualTo("searchable");
    assertThat(found("teal lever")).contains("form/b.md");
  }

  @Test
  void aFormWhoseSecondFileIsRefusedNamesTheOneThatIsKept() throws Exception {
    String form =
        """
        --x\r
        Content-Disposition: form-data; name="file"; filename="first.md"\r
        \r
        # First\r
        --x\r
        Content-Disposition: form-data; name="file"; filename="second.exe"\r
        \r
        MZ\r
        --x--\r
        """;

    HttpResponse<String> sent = sendForm(form);

    assertThat(sent.statusCode()).isEqualTo(415);
    assertThat(sent.body()).contains("first.md");
    assertThat(workspace.uploads().resolve("first.md")).exists();
    assertThat(workspace.uploads().resolve("second.exe")).doesNotExist();
  }

  @Test
  void aDocumentThatCannotBeReadFailsWithTheReasonAndHarmsNoOther() throws Exception {
    put("broken.pdf", "%PDF-1.7 this is none");
    put("whole.md", "# Whole\n\nThe amber wheel.");

    assertThat(settled("whole.md").get("status").textValue()).isEqualTo("searchable");
    JsonNode broken = settled("broken.pdf");
    assertThat(broken.get("status").textValue()).isEqualTo("failed");
    assertThat(broken.get("reason").textValue()).isNotBlank();
    JsonNode failed = JSON.readTree(send("/v1/documents?status=failed", "GET", null).body());
    assertThat(failed.get("documents").findValuesAsText("name")).containsExactly("broken.pdf");
  }

  @Test
  void theListHasPagesByName() throws Exception {
    JsonNode first = JSON.readTree(send("/v1/documents?limit=1", "GET", null).body());
    String next = first.get("next").textValue();
    JsonNode second =
        JSON.readTree(send("/v1/documents?limit=1000&after=" + next, "GET", null).body());

    assertThat(first.get("documents").findValuesAsText("name")).containsExactly(next);
    assertThat(second.get("documents")).hasSize(first.get("total").intValue() - 1);
    assertThat(second.has("next")).isFalse();
    assertThat(send("/v1/documents?limit=0", "GET", null).statusCode()).isEqualTo(400);
    assertThat(send("/v1/documents?status=x", "GET", null).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/documents/../secret.md",
        "/v1/documents/%2e%2e/secret.md",
        "/v1/documents/a/%2e%2e/%2e%2e/%2e%2e/secret.md",
        "/v1/documents/a%2f..%2f..%2fsecret.md",
        "/v1/documents/..%5csecret.md",
        "/v1/documents//etc/passwd.md",
        "/v1/documents/%2fetc%2fpasswd.md",
        "/v1/documents/a//b.md",
        "/v1/documents/nul%00.md",
        "/v1/documents/line%0abreak.md",
        "/v1/documents/.hidden.md",
        "/v1/documents/a/.git/config.md",
        "/v1/documents/x.md.meta.json",
        "/v1/documents/~$open.docx",
        "/v1/documents/run.exe",
        "/v1/documents/noextension",
        "/v1/documents/sur%ed%a0%80rogate.md"
      })
  void aHostileNameIsRefusedAndNothingIsWritten(String path) throws Exception {
    List<Path> before = files();

    int status = rawPut(path, "# Hostile\n\ntext\n");

    assertThat(status).isBetween(400, 499);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aNameThatIsTooLongIsRefused() throws Exception {
    assertThat(rawPut("/v1/documents/" + "n".repeat(240) + ".md", "x")).isEqualTo(400);
    assertThat(rawPut("/v1/documents/" + "folder/".repeat(140) + "n.md", "x")).isEqualTo(400);
  }

  @Test
  void namesThatSomeSystemTakesForOneAreRefusedWhileTheFirstStands() throws Exception {
    put("Case.md", "# Case\n\nfirst");

    assertThat(put("case.md", "second").statusCode()).isEqualTo(409);
    assertThat(put("Case.md/inside.md", "second").statusCode()).isEqualTo(409);
    assertThat(put("partaa.md", "staged from a folder").statusCode()).isEqualTo(409);
    assertThat(send("/v1/documents/partaa.md", "DELETE", null).statusCode()).isEqualTo(409);
    assertThat(Files.readString(workspace.uploads().resolve("Case.md"))).contains("first");
  }

  @Test
  void aBodyThatBreaksOffIsTooLongOrEmptyLeavesNothing() throws Exception {
    List<Path> before = files();

    rawPut("/v1/documents/cut.md", "Content-Length: 1000\r\n", "# Cut\n\nonly the begin");
    int chunked =
        rawPut("/v1/documents/chunk.md", "Transfer-Encoding: chunked\r\n", "5\r\nabcde\r\n");
    int large =
        rawPut("/v1/documents/large.md", "Content-Length: " + (1L << 40) + "\r\n", "# Large");
    int empty = put("empty.md", "").statusCode();

    assertThat(chunked).isNotEqualTo(201);
    assertThat(large).isEqualTo(413);
    assertThat(empty).isEqualTo(400);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void anAddressThatMayRunAsAScriptIsRefused() throws Exception {
    int status =
        send("/v1/documents/link.md?url=javascript:alert(1)", "PUT", "# Link\n\nx").statusCode();

    assertThat(status).isEqualTo(400);
    assertThat(workspace.uploads().resolve("link.md")).doesNotExist();
  }

  @Test
  void aServerThatTakesNoChangesStillLists() throws Exception {
    var documents = new UploadedDocuments(workspace, CommitScope.DIRECT, follower);
    try (var readOnly =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0),
            application,
            new Server.Services(
                null, null, new Server.WorkspaceServices(documents, null, false)))) {
      URI at = URI.create(readOnly.address() + "/v1/documents/never.md");
      var put = HttpRequest.newBuilder(at).PUT(BodyPublishers.ofString("x")).build();
      var list = HttpRequest.newBuilder(URI.create(readOnly.address() + "/v1/documents")).build();

      var app = HttpRequest.newBuilder(URI.create(readOnly.address() + "/v1/apps/own"));
      var create = HttpRequest.newBuilder(URI.create(readOnly.address() + "/v1/apps/rag/create"));
      String retriever =
          """
          {"name": "other", "retriever": {"type": "lucene", "index": "documents"}}
          """;

      assertThat(client.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
      assertThat(client.send(app.DELETE().build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
      assertThat(
              client
                  .send(
                      create.POST(BodyPublishers.ofString(retriever)).build(),
                      BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(403);
      assertThat(client.send(list, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRunOfAllStepsKeepsWhatWasSent() throws Exception {
    put("kept.md", "# Kept\n\nThe indigo spring.");
    settled("kept.md");

    try (var _ = new WorkspaceOptions().lock(workspace, "test")) {
      Workshops.open(workspace).run(Workshops.SILENT);
    }

    assertThat(Manifest.read(workspace).from(Manifest.UPLOADS))
        .extracting(Manifest.Entry::path)
        .contains("kept.md");
    assertThat(found("indigo spring")).contains("kept.md");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .timeout(Duration.ofSeconds(60));
  }

  /// @param form with the boundary `x`
  private HttpResponse<String> sendForm(String form) throws Exception {
    return client.send(
        request("/v1/documents")
            .header("Content-Type", "multipart/form-data; boundary=x")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> put(String name, String text) throws Exception {
    return send("/v1/documents/" + name, "PUT", text);
  }

  private HttpResponse<String> send(String path, String method, @Nullable String body)
      throws Exception {
    var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    return client.send(request(path).method(method, publisher).build(), BodyHandlers.ofString());
  }

  /// The document's state once no update is under way or waits.
  private JsonNode settled(String name) throws Exception {
    awaitIdle();
    return JSON.readTree(send("/v1/documents/" + name, "GET", null).body());
  }

  private void awaitIdle() throws Exception {
    String state;
    do {
      Thread.sleep(20);
      JsonNode list = JSON.readTree(send("/v1/documents?limit=1", "GET", null).body());
      state = list.get("updates").get("state").textValue();
    } while (!state.equals("idle"));
  }

  private JsonNode hits(String query) throws Exception {
    String body = "{\"query\":\"" + query + "\",\"top_k\":1000}";
    return JSON.readTree(send("/v1/apps/" + workspace.name() + "/retrieve", "POST", body).body())
        .get("hits");
  }

  private List<String> found(String query) throws Exception {
    return hits(query).findValuesAsText("document");
  }

  private List<String> texts(String query) throws Exception {
    return hits(query).findValuesAsText("text");
  }

  /// All that stands in and beside the place of documents.
  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(
              file ->
                  file.startsWith(workspace.uploads())
                      || file.toString().contains("secret")
                      || file.toString().contains("work/uploads"))
          .sorted()
          .toList();
    }
  }

  private int rawPut(String path, String body) throws IOException {
    return rawPut(path, "Content-Length: " + body.length() + "\r\n", body);
  }

  /// Sends bytes as they are, ends the sending, and reads the status; 0 for no reply.
  private int rawPut(String path, String header, String body) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      String head = "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
      out.write((head + header + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
      out.flush();
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      String reply = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return reply.length() < 12 ? 0 : Integer.parseInt(reply.substring(9, 12));
    }
  }
}
