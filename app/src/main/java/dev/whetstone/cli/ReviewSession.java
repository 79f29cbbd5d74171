package dev.whetstone.cli;

import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workshop.questions.ReviewSheet;
import dev.whetstone.workshop.questions.Reviewing;
import dev.whetstone.workshop.questions.Reviewing.Item;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import dev.whetstone.workspace.TruncatedList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Written questions, one after the other, and a key for each.
final class ReviewSession {
  private static final String KEYS = "[a]ccept  [m]end  [d]rop  [s]kip  [q]uit ";

  private final QuestionSession session;
  private final Keyboard keyboard;
  private final Reviewing reviewing;
  private int accepted;
  private int mended;
  private int dropped;
  private int skipped;
  private int proving;

  ReviewSession(QuestionSession session, Keyboard keyboard, Reviewing reviewing) {
    this.session = session;
    this.keyboard = keyboard;
    this.reviewing = reviewing;
    this.proving = session.proving().questions();
  }

  /// Shows the questions until there are no more or the person quits.
  StepResult review(List<Item> waiting) {
    int number = 0;
    for (Item item : waiting) {
      number++;
      if (!reviewing.waits(item)) {
        continue; // a colleague has decided meanwhile
      }
      session.show("question %,d of %,d".formatted(number, waiting.size()), item.passage());
      session.terminal().line("");
      session.terminal().line("  %s", item.question().question());
      session.terminal().line("");
      if (!decided(item)) {
        break;
      }
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

  /// @return false where the person quits
  private boolean decided(Item item) {
    while (true) {
      session.terminal().prompt(KEYS);
      int key = keyboard.key();
      session.terminal().line("%s", keyboard.singleKeys() && key > ' ' ? (char) key : "");
      switch (key < 0 ? Keyboard.END : Character.toLowerCase(key)) {
        case 'a' -> {
          if (accepted(item, item.question().question())) {
            return true;
          }
        }
        case 'm' -> {
          String text = mended(item.question().question());
          if (text != null && accepted(item, text)) {
            mended++;
            return true;
          }
        }
        case 'd' -> {
          if (session.keep(session.reviews(), () -> reviewing.refuse(item, Refusal.DROPPED))) {
            dropped++;
            return true;
          }
        }
        case 's' -> {
          if (session.keep(session.reviews(), () -> reviewing.refuse(item, Refusal.SKIPPED))) {
            skipped++;
            return true;
          }
        }
        case 'q', Keyboard.END -> {
          return false;
        }
        default -> session.terminal().line("a, m, d, s or q");
      }
    }
  }

  private boolean accepted(Item item, String text) {
    if (!session.keep(session.log(), () -> reviewing.accept(item, text))) {
      return false;
    }
    accepted++;
    proving++;
    session.terminal().line("accepted: %s", QuestionWords.provable(Proving.with(proving)));
    return true;
  }

  /// The question in the person's words; null where they leave it.
  private @Nullable String mended(String written) {
    String editor = keyboard.singleKeys() ? Editor.named() : null;
    String text;
    if (editor != null) {
      text = Editor.edited(editor, written);
    } else {
      session.terminal().prompt("the question anew (empty: back): ");
      text = keyboard.line();
    }
    if (text == null || text.isBlank()) {
      return null;
    }
    String mended = text.strip();
    session.terminal().line("  %s", mended);
    return mended;
  }
}
