package dev.whetstone.cli;

import dev.whetstone.workshop.questions.ReviewItem;
import dev.whetstone.workshop.questions.Reviewing;
import java.util.List;

/// Asks about a question that a language model wrote about a passage.
final class WrittenDialog extends ReviewDialog {
  private static final String KEYS = "[a]ccept  [m]end";

  private final ReviewItem.Written item;

  WrittenDialog(
      QuestionSession session, Keyboard keyboard, Reviewing reviewing, ReviewItem.Written item) {
    super(session, keyboard, reviewing);
    this.item = item;
  }

  @Override
  void show(String place) {
    session().show(place, item.passage());
    terminal().line("");
    terminal().line("  %s", item.text());
    terminal().line("");
  }

  @Override
  Decision decided() {
    while (true) {
      switch (said(item, KEYS)) {
        case Said.Decided(Decision decision) -> {
          return decision;
        }
        case Said.Key(int key) when key == 'a' -> {
          if (accepted(item, item.text(), List.of(item.passage()))) {
            return Decision.ACCEPTED;
          }
        }
        case Said.Key(int key) when key == 'm' -> {
          String text = mended(item.text());
          if (text != null && accepted(item, text, List.of(item.passage()))) {
            return Decision.MENDED;
          }
        }
        case Said.Key _ -> terminal().line("a, m, d, s or q");
      }
    }
  }
}
