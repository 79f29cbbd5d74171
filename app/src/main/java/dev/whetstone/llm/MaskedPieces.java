package dev.whetstone.llm;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hides an API key in a text that comes in pieces, also where it is spread over several. What may
/// be the beginning of the key is held back until the next piece. For one thread at a time.
final class MaskedPieces {
  static final String MASK = "•••";

  private final @Nullable String key;
  private final Consumer<String> out;
  private String held = "";

  /// @param key null where there is none
  /// @param out gets pieces that are not empty
  MaskedPieces(@Nullable String key, Consumer<String> out) {
    this.key = key;
    this.out = out;
  }

  synchronized void add(String piece) {
    if (key == null) {
      pass(piece);
      return;
    }
    String text = (held + piece).replace(key, MASK);
    int begins = text.length();
    for (int from = Math.max(0, text.length() - key.length() + 1); from < text.length(); from++) {
      if (key.startsWith(text.substring(from))) {
        begins = from;
        break;
      }
    }
    held = text.substring(begins);
    pass(text.substring(0, begins));
  }

  /// No more will come.
  synchronized void end() {
    String rest = held;
    held = "";
    pass(rest);
  }

  private void pass(String text) {
    if (!text.isEmpty()) {
      out.accept(text);
    }
  }
}
