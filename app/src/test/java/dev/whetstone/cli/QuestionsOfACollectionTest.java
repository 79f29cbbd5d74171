package dev.whetstone.cli;

import static dev.whetstone.cli.CliTest.whet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.bench.CollectionQuestions;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.QuestionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// Questions that a language model writes about a collection in BEIR layout, without a workspace.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class QuestionsOfACollectionTest {
  @TempDir private Path folder;
  private Path collection;
  private Path out;
  private ScriptedModel model;

  @BeforeEach
  void aCollectionAndAWriter() throws IOException {
    collection = Files.createDirectories(folder.resolve("manual"));
    out = folder.resolve("questions.jsonl");
    var corpus = new StringBuilder();
    try (var files = Files.list(ServerManual.write(folder.resolve("docs")))) {
      for (Path file : files.sorted().toList()) {
        for (String section : Files.readString(file).split("## ", -1)) {
          if (section.startsWith("the ")) {
            corpus
                .append(
                    Json.line(
                        Map.of(
                            "_id", section.lines().findFirst().orElseThrow(),
                            "title", "the server",
                            "text", section.lines().skip(2).findFirst().orElseThrow())))
                .append('\n');
          }
        }
      }
    }
    Files.writeString(collection.resolve("corpus.jsonl"), corpus);
    model = new ScriptedModel(ServerManual::reply);
  }

  @AfterEach
  void stop() {
    model.close();
    WholeFile.delete(ProveCommand.cache(collection));
  }

  private String writer() {
    return "openai:scripted@" + model.url();
  }

  private List<JsonNode> questions() throws IOException {
    var questions = new ArrayList<JsonNode>();
    for (String line : Files.readAllLines(out)) {
      questions.add(Json.MAPPER.readTree(line));
    }
    return questions;
  }

  @Test
  void eachQuestionNamesItsDocumentAndWhatTheChecksFound() throws IOException {
    Path tiny = folder.resolve("tiny");
    TinyBert.write(tiny, 3, Pooling.MEAN, Prompts.NONE, 64);
    var settings = QuestionSettings.of(QuestionSettings.Writer.named(writer(), 2), 12, null, null);
    var questions = new CollectionQuestions(settings, 1, folder.resolve("cache"), Progress.NONE);

    WriterResult first = questions.write(collection, tiny.toString(), out);
    int asked = model.prompts().size();
    WriterResult again = questions.write(collection, tiny.toString(), out);

    assertThat(first.end()).isEqualTo(WriterResult.End.COUNT);
    assertThat(first.kept()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(questions()).hasSize(first.questions().size());
    assertThat(questions())
        .allSatisfy(
            question -> {
              String document = question.path("source").path("document").asText();
              assertThat(document).startsWith("the ");
              assertThat(question.path("question").asText()).contains(document.substring(4));
              assertThat(question.path("checks").path("faults").isArray()).isTrue();
            });
    assertThat(model.prompts()).hasSize(asked); // all replies were kept
    assertThat(again.questions()).isEqualTo(first.questions());
  }

  @Test
  void theCommandWritesTheFileAndTellsTheResult() throws IOException {
    assumeTrue(
        BaseModels.isHere("bge-small-en-v1.5", MavenArtifact.defaultCache()),
        "bge-small-en-v1.5 is not in the cache of models");

    var ended =
        whet(
            "questions",
            "generate",
            "--collection",
            collection,
            "--writer",
            writer(),
            "--count",
            "6",
            "--kinds",
            "fact,how-to",
            "--concurrent",
            "2",
            "--out",
            out,
            "--json");

    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode result = Json.MAPPER.readTree(ended.out());
    assertThat(result.path("file").asText()).isEqualTo(out.toString());
    assertThat(result.path("kept").asInt()).isGreaterThanOrEqualTo(6);
    assertThat(result.path("end").asText()).isEqualTo("COUNT");
    assertThat(questions()).hasSize(result.path("written").asInt());
    assertThat(model.prompts())
        .allSatisfy(
            prompt ->
                assertThat(prompt.strip().lines().toList().getLast())
                    .contains("fact", "how-to")
                    .doesNotContain("keywords"));
  }

  @Test
  void whatIsMissingOrNotAllowedIsNamedBeforeAnythingIsSent() {
    var withoutOut =
        whet("questions", "generate", "--collection", collection, "--writer", writer());
    var withoutCollection = whet("questions", "generate", "--writer", writer(), "--out", out);
    var estimate =
        whet(
            "questions",
            "generate",
            "--collection",
            collection,
            "--writer",
            writer(),
            "--out",
            out,
            "--estimate");
    var remote =
        whet(
            "questions",
            "generate",
            "--collection",
            collection,
            "--writer",
            "openai:m@http://192.0.2.1/v1",
            "--out",
            out);
    var empty =
        whet("questions", "generate", "--collection", folder, "--writer", writer(), "--out", out);

    assertThat(List.of(withoutOut, withoutCollection, estimate, remote, empty))
        .extracting(CliTest.Ended::code)
        .containsOnly(Cli.BAD_INPUT);
    assertThat(withoutOut.err()).contains("--writer", "--out");
    assertThat(withoutCollection.err()).contains("go with --collection");
    assertThat(estimate.err()).contains("--estimate does not go with --collection");
    assertThat(remote.err()).contains("another machine");
    assertThat(empty.err()).contains("corpus.jsonl");
    assertThat(model.prompts()).isEmpty();
    assertThat(out).doesNotExist();
  }
}
