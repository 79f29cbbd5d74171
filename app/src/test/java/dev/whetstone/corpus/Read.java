package dev.whetstone.corpus;

import dev.whetstone.core.Document;
import java.util.function.BiConsumer;

/// Documents from sources written in a test.
final class Read {
  private Read() {}

  static Document asciidoc(String source) {
    return read("asciidoc", source, AsciiDoc::read);
  }

  static Document html(String source) {
    return read("html", source, Html::read);
  }

  static Document markdown(String source) {
    return read("markdown", source, Markdown::read);
  }

  static Document text(String source) {
    return read("text", source, PlainText::read);
  }

  private static Document read(
      String format, String source, BiConsumer<String, DocumentBuilder> reader) {
    var into = new DocumentBuilder("folder/file", format);
    reader.accept(source, into);
    return into.build();
  }
}
