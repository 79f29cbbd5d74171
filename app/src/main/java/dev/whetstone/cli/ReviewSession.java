package dev.whetstone.cli;

import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workshop.questions.ReviewItem;
import dev.whetstone.workshop.questions.ReviewSheet;
import dev.whetstone.workshop.questions.Reviewing;
import dev.whetstone.workspace.TruncatedList;
import java.util.List;

/// Questions that were written or asked, one after the other, and a key for each.
final class ReviewSession {
  private final QuestionSession session;
  private final Keyboard keyboard;
  private final Reviewing reviewing;
  private int accepted;
  private int mended;
  private int dropped;
  private int skipped;
  private Proving proving;

  ReviewSession(QuestionSession session, Keyboard keyboard, Reviewing reviewing) {
    this.session = session;
    this.keyboard = keyboard;
    this.reviewing = reviewing;
    this.proving = session.proving();
  }

  /// Shows the questions until there are no more or the person quits.
  StepResult review(List<ReviewItem> waiting) {
    int number = 0;
    for (ReviewItem item : waiting) {
      number++;
      if (!reviewing.waits(item)) {
        continue; // a colleague has decided meanwhile
      }
      ReviewDialog dialog = ReviewDialog.of(item, session, keyboard, reviewing);
      dialog.show("question %,d of %,d".formatted(number, waiting.size()));
      ReviewDialog.Decision decision = dialog.decided();
      if (decision == ReviewDialog.Decision.QUIT) {
        break;
      }
      count(decision);
    }
    return new StepResult.QuestionsReviewed(
        null,
        new ReviewSheet.Taken(
            accepted,
            mended,
            dropped,
            skipped,
            reviewing.waiting().size(),
            TruncatedList.of(List.of())),
        session.proving());
  }

  private void count(ReviewDialog.Decision decision) {
    switch (decision) {
      case ACCEPTED, MENDED -> {
        accepted++;
        mended += decision == ReviewDialog.Decision.MENDED ? 1 : 0;
        proving = proving.oneMore();
        session.terminal().line("accepted: %s", QuestionWords.provable(proving));
      }
      case UNANSWERED -> {
        accepted++;
        session.terminal().line("accepted: it teaches the app when to decline");
      }
      case DROPPED -> dropped++;
      case SKIPPED -> skipped++;
      case QUIT -> throw new IllegalArgumentException("no decision");
    }
  }
}
