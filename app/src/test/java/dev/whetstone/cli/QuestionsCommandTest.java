package dev.whetstone.cli;

import static dev.whetstone.cli.CliTest.whet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Pooling;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// Questions that a language model writes, a person reviews and a person types, at the command
/// line. The model is a server on this machine that replies as the test says.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@ResourceLock("System.in")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class QuestionsCommandTest {
  @TempDir private Path folder;
  private Path workspace;
  private ScriptedModel model;

  @BeforeEach
  void aWorkspaceWithAWriter() throws IOException {
    Path docs = ServerManual.write(folder.resolve("docs"));
    TinyBert.write(folder.resolve("tiny"), 3, Pooling.MEAN, Prompts.NONE, 64);
    model = new ScriptedModel(ServerManual::reply);
    workspace = Files.createDirectories(folder.resolve("workspace"));
    settings("writer: {kind: openai, url: '%s', model: scripted}".formatted(model.url()));
    did("stage", docs.toString());
  }

  @AfterEach
  void stop() {
    model.close();
  }

  private void settings(String questions) throws IOException {
    Files.writeString(
        workspace.resolve("whetstone.yaml"),
        "name: houses\nmodel: {base: '%s', runtime: onnx_fp32}\nquestions: {%s, count: 12, review: 6}\n"
            .formatted(folder.resolve("tiny"), questions));
  }

  private CliTest.Ended run(String... arguments) {
    return whet(Stream.concat(Stream.of(arguments), Stream.of("-w", workspace)).toArray());
  }

  private CliTest.Ended did(String... arguments) {
    var ended = run(arguments);
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

  private JsonNode result(CliTest.Ended ended) throws IOException {
    return Json.MAPPER.readTree(ended.out().lines().toList().getLast()).path("result");
  }

  private List<JsonNode> listed(String... arguments) throws IOException {
    var all = Stream.concat(Stream.of("questions", "list", "--json"), Stream.of(arguments));
    var listed = new ArrayList<JsonNode>();
    for (String line : did(all.toArray(String[]::new)).out().lines().toList()) {
      listed.add(Json.MAPPER.readTree(line));
    }
    return listed;
  }

  private List<Question> log() {
    return QuestionLog.read(Workspace.open(workspace));
  }

  @Test
  void whatTheModelWroteWaitsForReviewAndIsNoQuestionOfPeople() throws IOException {
    JsonNode writing = result(did("questions", "generate", "--json")).path("writing");

    assertThat(writing.path("written").asInt()).isPositive();
    assertThat(writing.path("use").path("review").asInt()).isPositive();
    int replies = writing.path("spent").path("replies").asInt();
    assertThat(replies).isBetween(1, model.prompts().size());
    assertThat(writing.path("spent").path("tokensRead").asInt()).isEqualTo(100 * replies);
    assertThat(log()).isEmpty();
    assertThat(listed("--use", "review"))
        .hasSize(writing.path("use").path("review").asInt())
        .allMatch(question -> question.path("origin").asText().equals("written"));
    assertThat(did("status").out())
        .contains("0 held out for the proof")
        .contains("written by a language model");
    JsonNode counts =
        Json.MAPPER
            .readTree(did("status", "--json").out())
            .path("contents")
            .path("questions")
            .path("origins");
    assertThat(counts.path("waiting").asInt())
        .isEqualTo(writing.path("use").path("review").asInt());
    String id = listed("--use", "review").getFirst().path("id").asText();
    assertThat(did("questions", "show", id).out()).contains("scripted").contains(id);
  }

  @Test
  void asLongAsTheDocumentsAreTheSameTheModelIsAskedOnce() {
    did("questions", "generate");
    int asked = model.prompts().size();

    did("questions", "generate");
    did("run");
    did("run");

    assertThat(asked).isPositive();
    assertThat(model.prompts()).hasSize(asked);
  }

  @Test
  void onlyTheKindsOfTheCommandAreAskedForAndLaterRunsKeepThem() throws IOException {
    did("questions", "generate", "--kinds", "how-to,fact");
    int asked = model.prompts().size();
    did("run");

    assertThat(model.prompts())
        .hasSize(asked)
        .allSatisfy(
            prompt ->
                assertThat(prompt.strip().lines().toList().getLast())
                    .contains("fact", "how-to")
                    .doesNotContain("trouble", "keywords", "plain"));
    assertThat(listed())
        .extracting(question -> question.path("written").path("kind").asText())
        .containsOnly("fact", "how-to");
    var unknown = run("questions", "generate", "--kinds", "fact,riddle");
    assertThat(unknown.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(unknown.err()).contains("--kinds", "riddle", "how-to");
  }

  @Test
  void withoutATerminalPassagesGoToAnotherMachineWithinTheLimit() throws IOException {
    String other = model.url().replace("127.0.0.1", "[::ffff:127.0.0.1]"); // taken for another's
    settings(
        "writer: {kind: openai, url: '%s', model: scripted}, limits: {tokens: 100000}"
            .formatted(other));

    var estimated = result(did("questions", "generate", "--estimate", "--json"));
    var written = did("questions", "generate", "--yes");

    assertThat(estimated.path("remote").asBoolean()).isTrue();
    assertThat(written.err()).contains("scripted at " + other).doesNotContain("[y/n]");
    assertThat(model.prompts()).isNotEmpty();
    assertThat(workspace.resolve("written")).isDirectory();
  }

  @Test
  void anEstimateAsksNothing() throws IOException {
    JsonNode estimated = result(did("questions", "generate", "--estimate", "--json"));

    assertThat(model.prompts()).isEmpty();
    assertThat(estimated.path("remote").asBoolean()).isFalse();
    assertThat(estimated.path("estimate").path("passages").asInt()).isPositive();
    assertThat(estimated.path("estimate").path("tokensRead").asInt()).isPositive();
  }

  @Test
  void aServerOnAnotherMachineNeedsALimit() throws IOException {
    String elsewhere = "writer: {kind: openai, url: 'http://192.0.2.1/v1', model: m}";
    settings(elsewhere);

    var unlimited = run("questions", "generate", "--estimate");
    var planned = run("run", "--plan");
    settings(elsewhere + ", limits: {tokens: 5000}");
    JsonNode limited = result(did("questions", "generate", "--estimate", "--json"));

    assertThat(unlimited.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(unlimited.err()).contains("questions.limits");
    assertThat(planned.code()).isZero();
    assertThat(limited.path("remote").asBoolean()).isTrue();
    assertThat(
            limited.path("estimate").path("tokensRead").asLong()
                + limited.path("estimate").path("tokensWritten").asLong())
        .isLessThanOrEqualTo(5000);
  }

  @Test
  void writingEndsBeforeItsLimitIsPassedAndMoreGoesOn() throws IOException {
    settings(
        "writer: {kind: openai, url: '%s', model: scripted}, limits: {tokens: 1500}"
            .formatted(model.url()));
    JsonNode writing = result(did("questions", "generate", "--json")).path("writing");
    int asked = model.prompts().size();

    assertThat(writing.path("end").asText()).isEqualTo("TOKENS");
    assertThat(120 * asked).isLessThanOrEqualTo(1500);
    assertThat(writing.path("passages").asInt()).isEqualTo(asked);

    JsonNode more = result(did("questions", "generate", "--json")).path("writing");
    assertThat(more.path("passages").asInt()).isGreaterThan(asked);
  }

  @Test
  void aRunGoesOnWhenTheLimitThatEndedWritingIsRaised() throws IOException {
    String writer = "writer: {kind: openai, url: '%s', model: scripted}".formatted(model.url());
    settings(writer + ", limits: {tokens: 1500}");
    did("run");
    int asked = model.prompts().size();
    did("run");
    assertThat(model.prompts()).hasSize(asked);

    settings(writer + ", limits: {tokens: 100000}");
    did("run");
    int raised = model.prompts().size();
    settings(writer + ", limits: {tokens: 200000}");
    did("run");

    assertThat(raised).isGreaterThan(asked);
    assertThat(model.prompts()).hasSize(raised); // no limit had ended it
  }

  @Test
  void aRunGoesOnWithoutAWriterThatIsDownAndTheNextOneAsksItAgain() throws IOException {
    did("run");
    settings( // out of date, and no reply is cached
        "writer: {kind: openai, url: '%s', model: other}, budget: 2s".formatted(model.url()));
    Files.writeString(
        folder.resolve("docs").resolve("new.md"),
        "# the server\n\nThe plum of the server is in the file and not in the queue.\n");
    model.replies(
        _ -> {
          throw new UncheckedIOException(new IOException("down"));
        });

    var alone = run("questions", "generate");
    var down = did("run", "--json");
    var again = did("run");
    model.replies(ServerManual::reply);
    var up = did("run", "--json");

    assertThat(alone.code()).isEqualTo(Cli.UNAVAILABLE);
    JsonNode told = step(down, "generate");
    assertThat(told.path("upToDate").asBoolean()).isFalse();
    assertThat(told.path("result").path("problem").path("message").asText()).contains("5xx");
    assertThat(told.path("result").path("used").asInt()).isPositive();
    assertThat(step(down, "index").path("result").isMissingNode()).isFalse();
    assertThat(again.out())
        .contains("no questions were written: ")
        .contains("of an earlier run are used; the next `whet run` tries again");
    assertThat(step(up, "generate").path("result").path("writing").path("written").asInt())
        .isPositive();
  }

  @Test
  void aRunEndsWhereTheSettingsOfTheWriterAreWrong() throws IOException {
    settings("writer: {kind: gguf, file: '%s'}".formatted(folder.resolve("none.gguf")));

    var ended = run("run", "--json");

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("none.gguf");
    assertThat(step(ended, "index").isMissingNode()).isTrue();
  }

  private static JsonNode step(CliTest.Ended ended, String name) throws IOException {
    for (String line : ended.out().lines().toList()) {
      JsonNode object = Json.MAPPER.readTree(line);
      if (object.path("step").asText().equals(name)) {
        return object;
      }
    }
    return Json.MAPPER.missingNode();
  }

  @Test
  void whatWasRepliedBeforeAKillIsNotAskedAgain() throws Exception {
    var enough = new CountDownLatch(6);
    var hold = new AtomicInteger();
    model.replies(
        prompt -> {
          enough.countDown();
          if (hold.incrementAndGet() > 6) {
            sleep();
          }
          return ServerManual.reply(prompt);
        });
    Process process =
        SmallManual.whet(
            folder.resolve("logs"), "questions", "generate", "-w", workspace.toString());
    assertThat(enough.await(2, TimeUnit.MINUTES)).isTrue();
    Thread.sleep(500); // the replies arrive and are kept
    process.destroyForcibly().waitFor();
    int before = model.prompts().size();
    assertThat(workspace.resolve("written")).doesNotExist();

    model.replies(ServerManual::reply);
    did("questions", "generate");

    var all = model.prompts();
    long twice = all.size() - all.stream().distinct().count();
    assertThat(all.size()).isGreaterThan(before);
    assertThat(twice).isLessThanOrEqualTo(before - 2L); // those that had no reply yet
    assertThat(workspace.resolve("written")).isDirectory();
  }

  private static void sleep() {
    try {
      Thread.sleep(20_000);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aReviewGoesOnWhereItWasLeft() throws IOException {
    did("questions", "generate");
    int waiting = listed("--use", "review").size();
    assertThat(waiting).isGreaterThanOrEqualTo(4);

    var first = typing("a\nm\nwhat is it for?\nx\nd\nq\n", "questions", "review");
    assertThat(log())
        .extracting(Question::origin)
        .containsExactly(Origin.REVIEWED, Origin.REVIEWED);
    assertThat(log().getLast().text()).isEqualTo("what is it for?");
    assertThat(first.out())
        .contains("question 1 of " + waiting)
        .contains(
            "2 accepted (1 of them mended), 1 dropped, 0 skipped; " + (waiting - 3) + " wait");
    assertThat(first.out()).contains("fewer than 10");

    var second = typing("s\n", "questions", "review", "--json"); // ends with its input
    assertThat(result(second).path("decisions").path("skipped").asInt()).isEqualTo(1);
    assertThat(second.err()).contains("question 1 of " + (waiting - 3));
    assertThat(listed("--use", "prove"))
        .hasSize(2)
        .allMatch(question -> question.path("origin").asText().equals("reviewed"));
  }

  @Test
  void aForgottenQuestionDoesNotComeBackFromACachedReply() throws IOException {
    did("questions", "generate");
    List<String> before = ids(listed());
    String trains = listed("--use", "train").getFirst().path("id").asText();
    typing("a\nq\n", "questions", "review");
    String accepted = log().getFirst().id();

    did("questions", "forget", accepted, trains);
    int asked = model.prompts().size();
    settings(
        "writer: {kind: openai, url: '%s', model: scripted}, budget: 3m".formatted(model.url()));
    JsonNode again = result(did("questions", "generate", "--json")).path("writing");

    assertThat(log()).isEmpty();
    assertThat(model.prompts()).hasSize(asked);
    assertThat(again.path("written").asInt()).isEqualTo(before.size() - 2);
    assertThat(ids(listed())).isSubsetOf(before).doesNotContain(accepted, trains);
  }

  private static List<String> ids(List<JsonNode> questions) {
    return questions.stream().map(question -> question.path("id").asText()).toList();
  }

  @Test
  void aTableGoesOutAndComesBack() throws IOException {
    did("questions", "generate");
    Path table = folder.resolve("review.csv");

    var out = did("questions", "review", "--file", table.toString());
    List<String> rows = Files.readAllLines(table);
    var decided = new ArrayList<>(rows);
    decided.set(1, "accept" + rows.get(1));
    decided.set(2, "drop" + rows.get(2));
    Files.write(table, decided);
    JsonNode back = result(did("questions", "review", "--file", table.toString(), "--json"));

    assertThat(out.out()).contains(table.toString());
    assertThat(back.path("decisions").path("accepted").asInt()).isEqualTo(1);
    assertThat(back.path("decisions").path("dropped").asInt()).isEqualTo(1);
    assertThat(back.path("proving").path("questions").asInt()).isEqualTo(1);
    assertThat(log()).hasSize(1);
  }

  @Test
  void aPersonTypesQuestionsWithoutAModel() throws IOException {
    settings("writer: {kind: none}");

    var typed =
        typing("who may have it at night?\nn\nwhere do broken ones go?\nq\n", "questions", "write");

    assertThat(typed.out()).contains("2 questions kept");
    assertThat(log())
        .extracting(Question::origin, Question::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Origin.TYPED, "who may have it at night?"),
            org.assertj.core.groups.Tuple.tuple(Origin.TYPED, "where do broken ones go?"));
    assertThat(log().get(0).places()).isNotEqualTo(log().get(1).places());
    assertThat(model.prompts()).isEmpty();
  }

  @Test
  void withoutWrittenQuestionsAReviewSaysHowToGetSome() {
    var ended = run("questions", "review");

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("whet questions generate");
  }

  @Test
  void withoutAWriterGeneratingSaysHowToNameOne() throws IOException {
    settings("writer: {kind: none}");

    var ended = run("questions", "generate");

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("questions.writer");
  }

  @Test
  void theDoctorAsksTheWritersServer() {
    assertThat(did("doctor").out()).contains("writer").contains("answers and has scripted");
  }

  @Test
  void whatIsReviewedProvesAndCallsForNoOtherTraining() throws IOException {
    did("questions", "generate");
    did("run");
    typing("a\na\nq\n", "questions", "review");

    List<String> steps = new ArrayList<>();
    for (String line : did("run", "--plan", "--json").out().lines().toList()) {
      for (JsonNode step : Json.MAPPER.readTree(line).path("plan")) {
        if (!step.path("state").asText().equals("UP_TO_DATE")) {
          steps.add(step.path("step").asText());
        }
      }
    }

    assertThat(steps).contains("prove").doesNotContain("prepare", "generate", "train");
  }
}
