package dev.whetstone.index.cluster;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.whetstone.core.Passage;
import dev.whetstone.store.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The lines of one bulk request, and where in them each item stands. For one thread at a time.
final class Batch {
  private final Bytes bytes = new Bytes();
  private final List<String> ids = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();

  void index(Passage passage, float[] vector, String hash, ClusterClient.VectorForm form) {
    add(passage.id(), "index", out -> PassageJson.write(out, passage, vector, hash, form));
  }

  void delete(String id) {
    add(id, "delete", null);
  }

  /// The items at these places, as a batch of its own.
  Batch only(Collection<Integer> items) {
    var some = new Batch();
    for (int item : items) {
      int from = item == 0 ? 0 : ends.get(item - 1);
      some.bytes.write(bytes.raw(), from, ends.get(item) - from);
      some.ids.add(ids.get(item));
      some.ends.add(some.bytes.size());
    }
    return some;
  }

  /// Passage ids, item by item.
  List<String> ids() {
    return ids;
  }

  int size() {
    return ids.size();
  }

  int length() {
    return bytes.size();
  }

  Payload payload() {
    return Payload.lines(bytes.raw(), bytes.size());
  }

  private interface Document {
    void write(JsonGenerator out) throws IOException;
  }

  private void add(String id, String action, @org.jspecify.annotations.Nullable Document document) {
    int before = bytes.size();
    try {
      try (JsonGenerator out = generator()) {
        out.writeStartObject();
        out.writeObjectFieldStart(action);
        out.writeStringField("_id", PassageJson.documentId(id));
        out.writeEndObject();
        out.writeEndObject();
      }
      bytes.write('\n');
      if (document != null) {
        try (JsonGenerator out = generator()) {
          document.write(out);
        }
        bytes.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    } catch (RuntimeException e) {
      bytes.cut(before);
      throw e;
    }
    ids.add(id);
    ends.add(bytes.size());
  }

  private JsonGenerator generator() throws IOException {
    return Json.MAPPER
        .getFactory()
        .createGenerator(bytes, JsonEncoding.UTF8)
        .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  private static final class Bytes extends ByteArrayOutputStream {
    byte[] raw() {
      return buf;
    }

    void cut(int length) {
      count = length;
    }
  }
}
