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
  public static final int VERSION = 300 + Sentences.VERSION;

  private PassageSentences() {}

  /// In order of appearance.
  public static List<String> of(Passage passage) {
    return Excerpts.of(passage).stream().map(excerpt -> embedded(passage, excerpt)).toList();
  }

  /// What is embedded of one of the passage's excerpts.
  static String embedded(Passage passage, String excerpt) {
    return passage.headings().isEmpty()
        ? excerpt
        : String.join(" > ", passage.headings()) + ". " + excerpt;
  }
}
