package dev.whetstone.workshop.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.workspace.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainedOnTest {
  private final List<Passage> passages = new ArrayList<>();

  private Passage passage(String document, String text, String... headings) {
    var passage =
        new Passage(
            document + passages.size(),
            document,
            List.of(headings),
            text,
            1000 * passages.size(),
            1000 * passages.size() + text.length(),
            0,
            0,
            Map.of());
    passages.add(passage);
    return passage;
  }

  private static String text(String word) {
    return IntStream.range(0, 200).mapToObj(i -> word + i).collect(Collectors.joining(" "));
  }

  private static Question question(String document, String phrase) {
    return new Question(document, document + "?", List.of(new Place(document, phrase, 0)));
  }

  /// The documents of those questions that are not new to a model.
  private List<String> seen(TrainedOn trained, Question... questions) {
    var staged =
        passages.stream()
            .map(Passage::document)
            .distinct()
            .map(path -> new Manifest.Entry(path, "00", 1, "2026-01-01T00:00:00Z", "there"))
            .toList();
    return trained.asked(List.of(questions), passages, new Manifest(staged)).stream()
        .map(Question::id)
        .toList();
  }

  @Test
  void aQuestionAboutACopyOfADocumentThatTrainedIsNotNew() {
    passage("v1/crane.md", text("crane"));
    passage("v2/crane.md", text("crane").replace("crane40", "edited"));
    passage("lock.md", text("lock"));
    var trained = new TrainedOn(List.of("v1/crane.md"), List.of(), List.of(), List.of());

    assertThat(
            seen(
                trained,
                question("v1/crane.md", "crane7"),
                question("v2/crane.md", "crane7"),
                question("lock.md", "lock7")))
        .containsExactly("v1/crane.md", "v2/crane.md");
  }

  @Test
  void aQuestionThatATextAnswersWhichTrainedIsNotNewWhateverDocumentItIsIn() {
    Passage learnt = passage("crane.md", text("notice"));
    passage("lock.md", text("lock"));
    passage("lock.md", text("notice"));
    var trained =
        new TrainedOn(
            List.of("crane.md"), List.of(EqualPassages.key(learnt)), List.of(), List.of());

    assertThat(seen(trained, question("lock.md", "notice5 notice6"))).containsExactly("lock.md");
    assertThat(seen(trained, question("lock.md", "lock5 lock6"))).isEmpty();
  }

  @Test
  void ofOneDocumentTheSectionsThatTrainedAreNotNew() {
    passage("book.md", text("intro"), "Book");
    passage("book.md", text("crane"), "Book", "Cranes", "Costs");
    passage("book.md", text("lock"), "Book", "Locks");
    var trained =
        new TrainedOn(
            List.of("book.md § Book > Cranes", "book.md § Book >"),
            List.of(),
            List.of(),
            List.of());

    assertThat(seen(trained, question("book.md", "crane5 crane6"))).hasSize(1);
    assertThat(seen(trained, question("book.md", "intro5 intro6"))).hasSize(1);
    assertThat(seen(trained, question("book.md", "lock5 lock6"))).isEmpty();
  }
}
