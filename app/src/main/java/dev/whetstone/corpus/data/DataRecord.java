package dev.whetstone.corpus.data;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.markup.HtmlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// One row or object: named values in their order, written as a part of the document.
///
/// The best title is the part's title and heading. Texts are paragraphs, HTML in them is read as
/// such. All other fields follow as `name: value`, one item each, so that the row stays together.
/// Id, address, author, date and language are the part's metadata; an id or address that people do
/// not search for is not text.
final class DataRecord {
  private static final int LONGEST_TITLE = 300;
  private static final int LONGEST_ID = 20;
  private static final Pattern ADDRESS = Pattern.compile("https?://\\S{1,2000}");
  private static final Pattern OPAQUE = Pattern.compile("[0-9a-fA-F-]{8,}|[0-9]+");
  private static final Pattern CODE = Pattern.compile("[a-z]{2,3}");
  private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9+/=_-]{1000,}");
  private static final Pattern HTML =
      Pattern.compile("<(?:p|br|div|ul|ol|h[1-6]|table)\\b[^<>]{0,500}>");
  private static final Pattern EMPTY_LINE = Pattern.compile("\\R[ \\t]*\\R");

  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private int length;
  private int encoded;

  /// Adds a value; a blank one is none.
  void add(String name, String value) {
    if (value.isBlank()) {
      return;
    }
    if (ENCODED.matcher(value).matches()) {
      encoded++;
      return;
    }
    names.add(name);
    values.add(value);
    length += name.length() + value.length() + 4;
  }

  /// Adds a property that is no text.
  void metadata(String name, String value) {
    metadata.put(FieldRole.of(name) == FieldRole.URL ? "url" : name, value);
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  /// Values of encoded data that were left out.
  int encoded() {
    return encoded;
  }

  /// Whether the document takes this record.
  boolean fits(DocumentBuilder into) {
    return into.hasRoom(length, 2 + names.size() + length / 200);
  }

  void write(DocumentBuilder into) {
    int title = FieldRole.TITLE.best(names);
    if (title >= 0 && values.get(title).length() > LONGEST_TITLE) {
      title = -1;
    }
    int id = FieldRole.ID.best(names);
    if (id >= 0) {
      metadata.putIfAbsent("id", values.get(id));
    }
    for (int i = 0; i < names.size(); i++) {
      property(FieldRole.of(names.get(i)), values.get(i));
    }
    if (title >= 0) {
      metadata.put(Document.TITLE, values.get(title));
    }
    into.part(metadata);
    if (title >= 0) {
      into.heading(1, values.get(title));
    }
    int text = FieldRole.TEXT.best(names);
    if (text >= 0) {
      text(values.get(text), into);
    }
    for (int i = 0; i < names.size(); i++) {
      if (i != title && i != text && isText(i, id)) {
        into.item(1, names.get(i) + ": " + values.get(i));
      }
    }
  }

  private void property(FieldRole role, String value) {
    switch (role) {
      case URL -> {
        if (ADDRESS.matcher(value.strip()).matches()) {
          metadata.putIfAbsent("url", value);
        }
      }
      case AUTHOR -> metadata.putIfAbsent("author", value);
      case DATE -> metadata.putIfAbsent("date", value);
      case LANGUAGE -> {
        if (CODE.matcher(value.strip()).matches()) {
          metadata.putIfAbsent(Document.LANGUAGE, value.strip());
        }
      }
      case TITLE, TEXT, ID, METADATA, OTHER -> {}
    }
  }

  private boolean isText(int field, int id) {
    String value = values.get(field).strip();
    return switch (FieldRole.of(names.get(field))) {
      case URL -> !ADDRESS.matcher(value).matches();
      case LANGUAGE -> !CODE.matcher(value).matches();
      case ID ->
          field != id
              || !(names.get(field).equals("_id")
                  || value.length() > LONGEST_ID
                  || OPAQUE.matcher(value).matches());
      case TITLE, TEXT, AUTHOR, DATE, METADATA, OTHER -> true;
    };
  }

  private static void text(String text, DocumentBuilder into) {
    if (HTML.matcher(text).find()) {
      HtmlReader.readFragment(text, into);
      return;
    }
    EMPTY_LINE.splitAsStream(text).forEach(into::paragraph);
  }
}
