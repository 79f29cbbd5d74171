package dev.whetstone.cli;

import dev.whetstone.core.Passage;
import dev.whetstone.workshop.questions.ReviewItem;
import dev.whetstone.workshop.questions.Reviewing;
import dev.whetstone.workspace.AskedQuestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks about a question that a server was asked: which passage answers it, of those that were
/// shown or of others that the person finds by their words; or that none does.
final class AskedDialog extends ReviewDialog {
  private static final int MOST_SHOWN = 5;
  private static final int MOST_FOUND = 5;
  private static final int LONGEST = 400; // characters of a passage that are shown
  private static final String KEYS = "[f]ind another passage  [n]one answers it  [m]end";

  private final ReviewItem.Asked item;
  private final Map<Integer, Passage> choice = new HashMap<>();
  private String text;

  AskedDialog(
      QuestionSession session, Keyboard keyboard, Reviewing reviewing, ReviewItem.Asked item) {
    super(session, keyboard, reviewing);
    this.item = item;
    this.text = item.text();
  }

  @Override
  void show(String place) {
    AskedQuestion asked = item.question();
    terminal().line("");
    terminal()
        .line(
            "%s, asked %s, last on %s: %s (support %.2f)",
            place,
            item.times() == 1 ? "once" : "%,d times".formatted(item.times()),
            asked.days().last(),
            asked.asking().outcome().words(),
            asked.asking().support());
    terminal().line("");
    terminal().line("  %s", text);
    List<Passage> passages = new ArrayList<>();
    item.shown().forEach(shown -> passages.add(shown.passage()));
    offer(passages.subList(0, Math.min(passages.size(), MOST_SHOWN)));
  }

  /// Shows passages under numbers, and lets the person choose one of them.
  private void offer(List<Passage> passages) {
    choice.clear();
    for (Passage passage : passages) {
      choice.put(choice.size() + 1, passage);
      session().show("[" + choice.size() + "]", passage, LONGEST);
    }
    terminal().line("");
  }

  @Override
  Decision decided() {
    while (true) {
      switch (said(item, numbers() + KEYS)) {
        case Said.Decided(Decision decision) -> {
          return decision;
        }
        case Said.Key(int key) -> {
          Decision decision = decided(key);
          if (decision != null) {
            return decision;
          }
        }
      }
    }
  }

  private String numbers() {
    return choice.isEmpty()
        ? ""
        : "[1]" + (choice.size() == 1 ? "" : " to [" + choice.size() + "]") + " answers it  ";
  }

  /// What a key of this dialog's own decides; null where it decides nothing.
  private @Nullable Decision decided(int key) {
    Passage chosen = choice.get(key - '0');
    if (chosen != null) {
      return accepted(item, text, List.of(chosen))
          ? text.equals(item.text()) ? Decision.ACCEPTED : Decision.MENDED
          : null;
    }
    switch (key) {
      case 'f' -> find();
      case 'n' -> {
        return accepted(item, text, List.of()) ? Decision.UNANSWERED : null;
      }
      case 'm' -> {
        String mended = mended(text);
        text = mended == null ? text : mended;
      }
      default -> terminal().line("a passage's number, f, n, m, d, s or q");
    }
    return null;
  }

  private void find() {
    String words = line("words of the passage (empty: back): ");
    if (words == null) {
      return;
    }
    List<Passage> found = reviewing().holding(words, MOST_FOUND);
    if (found.isEmpty()) {
      terminal().line("no passage holds any of them");
    } else {
      offer(found);
    }
  }
}
