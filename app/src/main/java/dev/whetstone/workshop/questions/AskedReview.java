package dev.whetstone.workshop.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.questions.SimilarQuestions;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Which of the questions that a server kept wait for a review: those that are like none of the
/// question log, each with those that are nearly the same. Declined ones come first, then badly
/// supported ones; of each kind those that were asked most often. Ones that were put off are last.
final class AskedReview {
  private static final Comparator<AskedQuestion> NEED =
      Comparator.comparing((AskedQuestion asked) -> asked.asking().outcome())
          .thenComparingDouble(asked -> asked.asking().support())
          .thenComparing(AskedQuestion::id);

  private static final Comparator<Group> ORDER =
      Comparator.comparing(Group::putOff)
          .thenComparing(group -> group.first.asking().outcome())
          .thenComparing(group -> group.times, Comparator.reverseOrder())
          .thenComparing(group -> group.first, NEED);

  /// Questions that are nearly the same.
  private static final class Group {
    private final AskedQuestion first;
    private final boolean skipped;
    private int times;

    Group(AskedQuestion first, boolean skipped) {
      this.first = first;
      this.skipped = skipped;
      this.times = first.times();
    }

    boolean putOff() {
      return skipped;
    }
  }

  private AskedReview() {}

  static List<AskedQuestion> all(Workspace workspace) {
    return new AskedQuestions(workspace, InstantSource.system()).read();
  }

  /// Those that wait, without their passages.
  ///
  /// @param refused what was decided before
  static List<ReviewItem.Asked> waiting(
      Workspace workspace, Map<String, Refusal> refused, Map<String, Passage> passages) {
    var decided = new SimilarQuestions();
    QuestionLog.texts(workspace).forEach(decided::add);
    List<AskedQuestion> all = all(workspace);
    all.stream()
        .filter(asked -> refused.get(asked.id()) == Refusal.DROPPED)
        .forEach(asked -> decided.add(asked.question()));
    var similar = new SimilarQuestions();
    var groups = new ArrayList<Group>();
    for (AskedQuestion asked : all.stream().sorted(NEED).toList()) {
      if (decided.find(asked.question()).isPresent()) {
        continue;
      }
      OptionalInt group = similar.find(asked.question());
      if (group.isPresent()) {
        groups.get(group.getAsInt()).times += asked.times();
      } else {
        similar.add(asked.question());
        groups.add(new Group(asked, refused.get(asked.id()) == Refusal.SKIPPED));
      }
    }
    return groups.stream()
        .sorted(ORDER)
        .map(group -> item(group.first, group.times, passages, group.skipped))
        .toList();
  }

  static ReviewItem.Asked item(
      AskedQuestion asked, int times, Map<String, Passage> passages, boolean skipped) {
    var shown = new ArrayList<ReviewItem.Shown>();
    for (int i = 0; i < asked.passages().size(); i++) {
      Passage passage = passages.get(asked.passages().get(i));
      if (passage != null) {
        shown.add(new ReviewItem.Shown(i + 1, passage));
      }
    }
    return new ReviewItem.Asked(asked, times, shown, skipped);
  }
}
