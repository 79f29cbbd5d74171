package dev.whetstone.vectors;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/// What a file of rows looks like, for writer and reader.
final class RowFormat {
  static final int VERSION = 1;
  static final String OWN = "whetstone.";
  static final String FORMAT = OWN + "format";
  static final String KIND = OWN + "kind";
  static final String COUNT = OWN + "count";

  /// SHA-256 over the footer's other keys and all rows, as [ContentHash] lays them out.
  static final String CONTENT = OWN + "sha256";

  private static final String PASSAGE =
      """
      message rows {
        required binary id (STRING);
        required binary document (STRING);
        required group headings (LIST) { repeated group list { required binary element (STRING); } }
        required binary text (STRING);
        required int32 from;
        required int32 to;
        required int32 page;
        required int32 tokens;
        required group metadata (MAP) {
          repeated group key_value {
            required binary key (STRING);
            required binary value (STRING);
          }
        }
      """;
  private static final String EMBEDDING =
      "required group embedding (LIST) { repeated group list { required float element; } }\n";

  private RowFormat() {}

  static MessageType schema(boolean vectors) {
    return MessageTypeParser.parseMessageType(PASSAGE + (vectors ? EMBEDDING : "") + "}");
  }

  /// Hashes what a file says, however Parquet lays it out: pages have checksums of their own, the
  /// footer has none.
  static final class ContentHash {
    private final Sha256 hash = new Sha256();

    ContentHash(Map<String, String> footer) {
      new TreeMap<>(footer)
          .forEach(
              (key, value) -> {
                if (!key.equals(CONTENT) && !key.equals(COUNT)) {
                  text(key);
                  text(value);
                }
              });
    }

    /// Adds a row; an empty vector where the file has none.
    void add(Passage passage, float[] vector) {
      text(passage.id());
      text(passage.document());
      texts(passage.headings());
      text(passage.text());
      Map<String, String> metadata = new TreeMap<>(passage.metadata());
      texts(List.copyOf(metadata.keySet()));
      texts(List.copyOf(metadata.values()));
      var numbers = ByteBuffer.allocate(4 * (4 + vector.length));
      numbers.putInt(passage.from()).putInt(passage.to());
      numbers.putInt(passage.page()).putInt(passage.tokens());
      for (float value : vector) {
        numbers.putFloat(value);
      }
      hash.add(numbers.array());
    }

    String hex() {
      return hash.hex();
    }

    private void texts(List<String> texts) {
      hash.add(ByteBuffer.allocate(4).putInt(texts.size()).array());
      texts.forEach(this::text);
    }

    private void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      hash.add(ByteBuffer.allocate(4).putInt(bytes.length).array());
      hash.add(bytes);
    }
  }
}
