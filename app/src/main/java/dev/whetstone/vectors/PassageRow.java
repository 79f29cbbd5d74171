package dev.whetstone.vectors;

import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;

/// Puts a row's columns together again; [#vector()] is that of the row read last.
final class PassageRow extends RecordMaterializer<Passage> {
  private final String[] texts = new String[3]; // id, document, text
  private final int[] numbers = new int[4]; // from, to, page, tokens
  private final List<String> headings = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private final float[] vector;
  private int length; // of the row's vector as it stands there
  private final GroupConverter root;

  PassageRow(int dimension) {
    vector = new float[dimension];
    var fields =
        new ArrayList<Converter>(
            List.of(
                text(value -> texts[0] = value),
                text(value -> texts[1] = value),
                group(group(text(headings::add))),
                text(value -> texts[2] = value),
                number(value -> numbers[0] = value),
                number(value -> numbers[1] = value),
                number(value -> numbers[2] = value),
                number(value -> numbers[3] = value),
                group(group(text(keys::add), text(values::add)))));
    if (dimension > 0) {
      fields.add(group(group(new Coordinate())));
    }
    Converter[] columns = fields.toArray(Converter[]::new);
    root =
        new GroupConverter() {
          @Override
          public Converter getConverter(int field) {
            return columns[field];
          }

          @Override
          public void start() {
            length = 0;
          }

          @Override
          public void end() {}
        };
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  @Override
  public Passage getCurrentRecord() {
    Map<String, String> metadata = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      metadata.put(keys.get(i), values.get(i));
    }
    var passage =
        new Passage(
            texts[0],
            texts[1],
            headings,
            texts[2],
            numbers[0],
            numbers[1],
            numbers[2],
            numbers[3],
            metadata);
    headings.clear();
    keys.clear();
    values.clear();
    return passage;
  }

  /// How many numbers the current row's vector has.
  int length() {
    return length;
  }

  /// The current row's vector, when its length is right; overwritten by the next row.
  float[] vector() {
    return vector;
  }

  private static GroupConverter group(Converter... fields) {
    return new GroupConverter() {
      @Override
      public Converter getConverter(int field) {
        return fields[field];
      }

      @Override
      public void start() {}

      @Override
      public void end() {}
    };
  }

  private static PrimitiveConverter text(Consumer<String> to) {
    return new PrimitiveConverter() {
      @Override
      public void addBinary(Binary value) {
        to.accept(value.toStringUsingUTF8());
      }
    };
  }

  private static PrimitiveConverter number(IntConsumer to) {
    return new PrimitiveConverter() {
      @Override
      public void addInt(int value) {
        to.accept(value);
      }
    };
  }

  private final class Coordinate extends PrimitiveConverter {
    @Override
    public void addFloat(float value) {
      if (length < vector.length) {
        vector[length] = value;
      }
      length++;
    }
  }
}
