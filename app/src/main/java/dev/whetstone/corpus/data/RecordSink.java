package dev.whetstone.corpus.data;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.util.ArrayList;
import java.util.List;

/// Writes records until the document is full, and notes what was dropped.
final class RecordSink {
  private static final int MOST_LINES = 20; // named of those that cannot be read

  private final DocumentBuilder into;
  private final String noun;
  private final List<String> broken = new ArrayList<>();
  private int brokenCount;
  private int read;
  private int dropped;
  private int firstDropped; // its line
  private int encoded;

  /// @param noun of one, with a plural in s
  RecordSink(DocumentBuilder into, String noun) {
    this.into = into;
    this.noun = noun;
  }

  /// @param line where it begins, from 1
  void add(DataRecord record, int line) {
    encoded += record.encoded();
    if (record.isEmpty()) {
      return;
    }
    if (isFull(record.fits(into), line)) {
      return;
    }
    record.write(into);
    read++;
  }

  /// Whether what stands at this line must be dropped; counts it if so. After the first nothing
  /// fits, so that what is dropped is the end of the file.
  boolean isFull(boolean fits, int line) {
    if (dropped == 0 && fits) {
      return false;
    }
    firstDropped = dropped++ == 0 ? line : firstDropped;
    return true;
  }

  /// @param reason why a line cannot be read
  void broken(int line, String reason) {
    if (brokenCount++ < MOST_LINES) {
      broken.add("%,d (%s)".formatted(line, reason));
    }
  }

  /// @throws Failure.BadInput if no record could be read and some were broken
  void close() {
    if (brokenCount > 0) {
      String lines =
          (brokenCount == 1 ? "line " : "lines ")
              + String.join(", ", broken)
              + (brokenCount > broken.size() ? ", …" : "");
      if (read == 0 && into.isEmpty()) {
        throw new Failure.BadInput("holds no %s that can be read: %s".formatted(noun, lines));
      }
      into.note("%s not read: %s".formatted(ParseNotes.counted(brokenCount, noun), lines));
    }
    if (dropped > 0) {
      into.note(
          "%s not read, from line %,d on: a document takes no more text (parse.max_characters, parse.max_blocks); split the file"
              .formatted(ParseNotes.counted(dropped, noun), firstDropped));
    }
    if (encoded > 0) {
      into.note(ParseNotes.counted(encoded, "value") + " of encoded data not read");
    }
  }
}
