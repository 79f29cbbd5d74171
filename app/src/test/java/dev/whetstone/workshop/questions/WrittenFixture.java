package dev.whetstone.workshop.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.questions.QuestionChecks;
import dev.whetstone.questions.QuestionFault;
import dev.whetstone.questions.QuestionKind;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Passages and written questions for tests.
public final class WrittenFixture {
  private WrittenFixture() {}

  /// Documents `d00.md`, `d01.md`, …, each with sections of one passage.
  public static List<Passage> passages(int documents, int sections) {
    var passages = new ArrayList<Passage>();
    for (int d = 0; d < documents; d++) {
      for (int s = 0; s < sections; s++) {
        passages.add(
            passage("d%02d.md".formatted(d), "section " + s, "w%02dx%d".formatted(d, s), s));
      }
    }
    return passages;
  }

  public static Passage passage(String document, String section, String word, int place) {
    String text =
        "The %s of this part is set by the keeper of %s. Nobody else may move the %s away from %s."
            .formatted(word, word + "a", word + "b", word + "c");
    return new Passage(
        document + "#" + section,
        document,
        List.of(document, section),
        text,
        place * 1000,
        place * 1000 + text.length(),
        0,
        30,
        Map.of("language", "en"));
  }

  public static WrittenQuestion question(Passage passage, String text, QuestionFault... faults) {
    return new WrittenQuestion(
        WrittenQuestion.id(text, passage.id()),
        text,
        QuestionKind.FACT,
        "en",
        new WrittenQuestion.Source(passage.id(), passage.document()),
        new WrittenQuestion.Writer("test", "1-en"),
        new QuestionChecks(List.of(faults), .2, 2, 1, 1, 1));
  }

  /// Two questions about each passage, the second not found by the base's search.
  public static List<WrittenQuestion> questions(List<Passage> passages) {
    var questions = new ArrayList<WrittenQuestion>();
    for (Passage passage : passages) {
      questions.add(question(passage, "who keeps what " + passage.id() + " says?"));
      questions.add(
          question(passage, "and why so in " + passage.id() + "?", QuestionFault.NOT_FOUND));
    }
    return questions;
  }

  /// A workspace in which these passages' documents are staged and written about; those before
  /// `d03.md` wait for review.
  public static Workspace workspace(Path folder, List<Passage> passages) {
    Workspace workspace = Workspace.create(folder, "w", Map.of());
    new Manifest(
            passages.stream()
                .map(Passage::document)
                .distinct()
                .map(d -> new Manifest.Entry(d, "00", 1, "2026-01-01T00:00:00Z", "there"))
                .toList())
        .write(workspace);
    List<WrittenQuestion> questions = questions(passages);
    Set<String> forReview =
        questions.stream()
            .filter(q -> q.source().document().compareTo("d03.md") < 0)
            .map(WrittenQuestion::id)
            .collect(Collectors.toSet());
    written(questions, forReview, passages).write(workspace, Map.of());
    return workspace;
  }

  public static WrittenQuestions written(
      List<WrittenQuestion> questions, Set<String> forReview, List<Passage> passages) {
    return new WrittenQuestions(questions, forReview, passages.stream().map(Passage::id).toList());
  }

  /// Accepts written questions as they are.
  public static void accept(Reviewing reviewing, List<? extends ReviewItem> items) {
    for (ReviewItem item : items) {
      reviewing.accept(item, item.text(), List.of(((ReviewItem.Written) item).passage()));
    }
  }
}
