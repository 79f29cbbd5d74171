package dev.whetstone.answer;

import java.util.regex.Pattern;

/// Makes text of documents and models safe to show in an answer: it cannot pass for a citation by
/// this program, and has no control characters.
///
/// - `[7]` becomes `［7］` (full-width brackets) and `<ref` becomes `‹ref`: what remains in an
///   answer's text as `[7]` or `<ref>` was put there by this program;
/// - control characters (but line breaks and tabs, which become spaces in a sentence) and the
///   invisible ones that reorder or hide text become spaces.
final class QuotedText {
  private static final Pattern MARK =
      Pattern.compile("[\\[【](?=[\\s,，、;；-]*+\\p{Nd})([\\p{Nd}\\s,，、;；-]++)[\\]】]");
  private static final Pattern REFERENCE =
      Pattern.compile("<(?=\\s*+/?+\\s*+ref)", Pattern.CASE_INSENSITIVE);

  /// Controls, separators of lines and paragraphs, and of the format characters those that reorder
  /// (bidi) or hide text, tags included; joiners stay, which Indic scripts and emoji need.
  private static final Pattern HIDDEN =
      Pattern.compile(
          "[\\p{Cc}&&[^\n"
              + "\t]]|[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
              + "|[\\x{e0000}-\\x{e007f}]");

  private QuotedText() {}

  /// A sentence of an answer.
  static String sentence(String text) {
    String plain = visible(text).replaceAll("\\s+", " ").strip();
    String unmarked = MARK.matcher(plain).replaceAll("［$1］");
    return REFERENCE.matcher(unmarked).replaceAll("‹");
  }

  /// A cited passage: shown as it stands, without hidden characters.
  static String visible(String text) {
    return HIDDEN.matcher(text).replaceAll(" ");
  }
}
