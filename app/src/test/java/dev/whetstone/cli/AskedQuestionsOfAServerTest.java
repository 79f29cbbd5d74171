package dev.whetstone.cli;

import static dev.whetstone.cli.CliTest.whet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// What a real server is asked, from the call to the review: also after the server was killed.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@ResourceLock("System.in")
@Timeout(240)
class AskedQuestionsOfAServerTest {
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
  private static final String CLEANING = "how do I go about cleaning the partaa";
  private static final String SECRET = "what does the Zanzibar canteen of Erika Mustermann cost";

  @TempDir private Path folder;
  private Path place = Path.of("");

  private void ask(String address, String question) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(address + "/api/v1/apps/manual/completion"))
            .header("Authorization", "Bearer the-key-of-callers")
            .POST(BodyPublishers.ofString("{\"input\":{\"prompt\":\"" + question + "\"}}"))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var reply = client.send(request, BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
  }

  private String address(Process server, Path logs) throws Exception {
    while (true) {
      Matcher at = ADDRESS.matcher(Files.readString(logs.resolve("out")));
      if (at.find()) {
        return at.group();
      }
      assertThat(server.isAlive()).as(Files.readString(logs.resolve("err"))).isTrue();
      Thread.sleep(20);
    }
  }

  private List<JsonNode> listed() throws Exception {
    var all = new ArrayList<JsonNode>();
    String out = did("questions", "list", "--json", "--origin", "asked").out();
    for (String line : out.lines().toList()) {
      all.add(Json.MAPPER.readTree(line));
    }
    return all;
  }

  private CliTest.Ended did(String... arguments) {
    var ended = whet(Stream.concat(Stream.of(arguments), Stream.of("-w", place)).toArray());
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended;
  }

  private CliTest.Ended typing(String input, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return did(arguments);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void whatItWasAskedIsReviewedAndForgotten() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2);
    place = manual.workspace("workspace");
    Path settings = place.resolve("whetstone.yaml");
    Files.writeString(
        settings, Files.readString(settings) + "serve: {keep_questions: {days: 7, most: 10}}\n");
    Workspace workspace = Workspace.open(place);
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    Path logs = folder.resolve("server");
    Process server = SmallManual.whet(logs, "serve", "--port", "0", "-w", place.toString());
    try {
      String address = address(server, logs);
      ask(address, CLEANING);
      ask(address, CLEANING + "?");
      ask(address, SECRET);
      while (listed().stream().mapToInt(one -> one.at("/asked/times").asInt()).sum() < 3) {
        Thread.sleep(50); // the class's time limit ends this
      }
    } finally {
      server.destroyForcibly().waitFor();
    }

    assertThat(listed()).hasSize(2).allMatch(one -> one.path("use").asText().equals("REVIEW"));
    assertThat(Files.readString(workspace.asked()))
        .doesNotContain("127.0.0.1")
        .doesNotContain("the-key-of-callers");
    assertThat(Files.readString(logs.resolve("out")) + Files.readString(logs.resolve("err")))
        .doesNotContain("Zanzibar")
        .doesNotContain("cleaning");
    assertThat(did("status").out()).contains("2 that the server was asked wait for review");

    var review = typing("n\nf\ncleaning partaa tool\n1\nq\n", "questions", "review");

    assertThat(review.out()).contains("asked 2 times").contains("teaches the app when to decline");
    List<Question> log = QuestionLog.read(workspace);
    assertThat(log).hasSize(2).allMatch(one -> one.origin() == Question.Origin.REVIEWED);
    assertThat(log).filteredOn(one -> one.places().isEmpty()).hasSize(1);
    assertThat(log)
        .filteredOn(one -> !one.places().isEmpty())
        .allMatch(one -> one.places().getFirst().document().equals("partaa.md"));
    assertThat(listed()).isEmpty();

    String secret =
        log.stream().filter(one -> one.text().equals(SECRET)).findFirst().orElseThrow().id();
    did("questions", "forget", secret);
    assertThat(QuestionLog.read(workspace)).hasSize(1);
    assertThat(Files.readString(workspace.asked())).doesNotContain("Zanzibar");
    assertThat(did("questions", "forget", "--asked").out()).contains("1 question forgotten");
    assertThat(workspace.asked()).doesNotExist();
  }
}
