package dev.whetstone.cli;

import dev.whetstone.core.Passage;
import dev.whetstone.workshop.questions.ReviewItem;
import dev.whetstone.workshop.questions.Reviewing;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a person is asked about one question, and how the decision is kept.
abstract sealed class ReviewDialog permits WrittenDialog, AskedDialog {
  enum Decision {
    ACCEPTED,
    /// Accepted in other words.
    MENDED,
    /// Accepted as one that no passage answers.
    UNANSWERED,
    DROPPED,
    SKIPPED,
    QUIT
  }

  /// The keys that every question has.
  private static final String COMMON = "[d]rop  [s]kip  [q]uit ";

  private final QuestionSession session;
  private final Keyboard keyboard;
  private final Reviewing reviewing;

  ReviewDialog(QuestionSession session, Keyboard keyboard, Reviewing reviewing) {
    this.session = session;
    this.keyboard = keyboard;
    this.reviewing = reviewing;
  }

  /// The dialog of an item.
  static ReviewDialog of(
      ReviewItem item, QuestionSession session, Keyboard keyboard, Reviewing reviewing) {
    return switch (item) {
      case ReviewItem.Written written -> new WrittenDialog(session, keyboard, reviewing, written);
      case ReviewItem.Asked asked -> new AskedDialog(session, keyboard, reviewing, asked);
    };
  }

  /// Shows the question.
  ///
  /// @param place as `question 12 of 154`
  abstract void show(String place);

  /// Asks until something was decided and kept.
  abstract Decision decided();

  Terminal terminal() {
    return session.terminal();
  }

  QuestionSession session() {
    return session;
  }

  Reviewing reviewing() {
    return reviewing;
  }

  /// What a person said to a question: a key of the dialog's own, or what one of the keys that all
  /// dialogs share has decided.
  sealed interface Said {
    /// A key of the dialog's own, in lower case.
    record Key(int key) implements Said {}

    record Decided(Decision decision) implements Said {}
  }

  /// Asks for a key until it is one of the dialog's own or decides: drop, skip and quit mean the
  /// same for every question.
  ///
  /// @param own what the dialog's own keys do, as `[a]ccept [m]end`
  Said said(ReviewItem item, String own) {
    while (true) {
      int key = key(own + "  " + COMMON);
      switch (key) {
        case 'd' -> {
          if (refused(item, Refusal.DROPPED)) {
            return new Said.Decided(Decision.DROPPED);
          }
        }
        case 's' -> {
          if (refused(item, Refusal.SKIPPED)) {
            return new Said.Decided(Decision.SKIPPED);
          }
        }
        case 'q', Keyboard.END -> {
          return new Said.Decided(Decision.QUIT);
        }
        default -> {
          return new Said.Key(key);
        }
      }
    }
  }

  /// The key that the person presses, in lower case; [Keyboard#END] at the end.
  private int key(String choice) {
    terminal().prompt(choice);
    int key = keyboard.key();
    terminal().line("%s", keyboard.singleKeys() && key > ' ' ? (char) key : "");
    return key < 0 ? Keyboard.END : Character.toLowerCase(key);
  }

  /// A line; null where the person gives none.
  @Nullable String line(String prompt) {
    terminal().prompt(prompt);
    String text = keyboard.line();
    return text == null || text.isBlank() ? null : text.strip();
  }

  boolean accepted(ReviewItem item, String text, List<Passage> answers) {
    return session.keep(session.log(), () -> reviewing.accept(item, text, answers));
  }

  private boolean refused(ReviewItem item, Refusal refusal) {
    return session.keep(session.reviews(), () -> reviewing.refuse(item, refusal));
  }

  /// The question in the person's words; null where they leave it.
  @Nullable String mended(String written) {
    String editor = keyboard.singleKeys() ? Editor.named() : null;
    String text =
        editor != null ? Editor.edited(editor, written) : line("the question anew (empty: back): ");
    if (text == null || text.isBlank()) {
      return null;
    }
    String mended = text.strip();
    terminal().line("  %s", mended);
    return mended;
  }
}
