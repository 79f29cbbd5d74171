package dev.whetstone.corpus;

/// Plain text: paragraphs are set apart by empty lines.
final class PlainText {
  private PlainText() {}

  static void read(String text, DocumentBuilder into) {
    for (String paragraph : text.split("\\R[ \\t]*\\R+", -1)) {
      into.paragraph(paragraph);
    }
  }
}
