package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Sentences;
import java.util.List;

/// The sentences of a passage that can stand alone in an answer, as they are embedded: each with
/// the passage's headings before it, since a sentence seldom names its subject. Their vectors are
/// made when the index is built, and asked for by position when a question is answered, so both
/// must call this.
public final class PassageSentences {
  /// Changes whenever [#of] gives other sentences for a passage: vectors of another version are
  /// made anew.
  public static final int VERSION = 200 + Sentences.VERSION;

  private PassageSentences() {}

  /// In order of appearance.
  public static List<String> of(Passage passage) {
    List<String> excerpts = Excerpts.of(passage);
    if (passage.headings().isEmpty()) {
      return excerpts;
    }
    String headings = String.join(" > ", passage.headings()) + ". ";
    return excerpts.stream().map(headings::concat).toList();
  }
}
