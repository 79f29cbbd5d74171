package dev.whetstone.corpus.markup;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentBuilder;
import java.util.function.BiConsumer;

/// Documents from sources written in a test.
public final class MarkupDocuments {
  private MarkupDocuments() {}

  static Document asciidoc(String source) {
    return read("asciidoc", source, AsciiDocReader::read);
  }

  static Document html(String source) {
    return read("html", source, HtmlReader::read);
  }

  static Document markdown(String source) {
    return read("markdown", source, MarkdownReader::read);
  }

  public static Document text(String source) {
    return read("text", source, PlainTextReader::read);
  }

  private static Document read(
      String format, String source, BiConsumer<String, DocumentBuilder> reader) {
    var into = new DocumentBuilder("folder/file", format);
    reader.accept(source, into);
    return into.build();
  }
}
