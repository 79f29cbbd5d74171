package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.corpus.sandbox.Parsers;
import dev.whetstone.corpus.split.Splitter;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.QuestionFile;
import dev.whetstone.pairs.QuestionResolver;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.workspace.QuestionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDocumentsTest {
  @TempDir private Path folder;

  @Test
  void everyQuestionFindsItsWordsInOnePassageAndEveryDocumentHasAQuestion() throws IOException {
    Path documents = folder.resolve("documents");
    unpack(documents);
    Path file = folder.resolve("questions.jsonl");
    DemoDocuments.writeQuestions(file, false);
    QuestionFile.Read read = QuestionFile.read(file);
    List<Passage> passages = passages(documents);

    var answered = read.questions().stream().filter(q -> !q.places().isEmpty()).toList();
    var resolved = new QuestionResolver(passages).resolve(answered);

    assertThat(read.bad()).isEmpty();
    assertThat(answered).hasSizeGreaterThanOrEqualTo(240);
    assertThat(read.questions().size() - answered.size()).isGreaterThanOrEqualTo(100);
    assertThat(resolved.unresolved()).isEmpty();
    assertThat(
            answered.stream()
                .flatMap(q -> q.places().stream())
                .map(Place::document)
                .collect(Collectors.toSet()))
        .hasSize((int) passages.stream().map(Passage::document).distinct().count());
  }

  @Test
  void theQuestionsAreSplitByDocumentIntoAboutHalves() throws IOException {
    Path file = folder.resolve("questions.jsonl");
    DemoDocuments.writeQuestions(file, false);

    QuestionLog log = QuestionLog.of(QuestionFile.read(file).questions(), List.of(), 1);

    var seen = new ArrayList<>(log.train());
    seen.addAll(log.dev());
    assertThat(log.heldOut().size()).isBetween(seen.size() - 20, seen.size() + 20);
    assertThat(documents(log.heldOut())).doesNotContainAnyElementsOf(documents(seen));
    assertThat(log.declinedHeldOut()).hasSize(85);
  }

  @Test
  void theWholeManualAfterTheListIsNewsAndTheListAgainIsNot() throws IOException {
    Path documents = folder.resolve("documents");
    unpack(documents);

    assertThat(DemoDocuments.unpack(documents, false, MavenArtifact.defaultCache())).isFalse();
    assertThat(DemoDocuments.unpack(documents, true, MavenArtifact.defaultCache())).isTrue();
    try (Stream<Path> files = Files.list(documents)) {
      assertThat(files.filter(f -> f.toString().endsWith(".adoc"))).hasSize(446);
    }
  }

  private static List<String> documents(List<dev.whetstone.pairs.Question> questions) {
    return questions.stream().flatMap(q -> q.places().stream()).map(Place::document).toList();
  }

  private static List<Passage> passages(Path documents) throws IOException {
    // Nearly what the model's tokenizer counts: a token and a third a word.
    var splitter = new Splitter(text -> text.split("\\W+", -1).length * 4 / 3, 256);
    var passages = new ArrayList<Passage>();
    try (Stream<Path> files = Files.list(documents)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".adoc")).sorted().toList()) {
        passages.addAll(splitter.split(Parsers.parse(file, file.getFileName().toString())));
      }
    }
    return passages;
  }

  private static void unpack(Path into) {
    try {
      DemoDocuments.unpack(into, false, MavenArtifact.defaultCache());
    } catch (Failure.Unavailable e) {
      Assumptions.abort("Maven cannot bring the manual: " + e.getMessage());
    }
  }
}
