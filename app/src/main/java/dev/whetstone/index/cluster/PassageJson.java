package dev.whetstone.index.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.text.Analyzers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A passage as a document of a cluster, and back.
final class PassageJson {
  static final int LONGEST = 4_000; // characters of a keyword; the engines' limit is 32,766 bytes
  private static final int LONGEST_ID = 512; // bytes; both engines' limit
  private static final String HASHED = "sha256:";
  private static final String DOCUMENT = "document";

  private PassageJson() {}

  /// What a document is called in the cluster: the passage's id, or its hash where that cannot be.
  static String documentId(String id) {
    return id.isEmpty() || utf8(id).length > LONGEST_ID ? hashed(id) : whole(id);
  }

  /// Names the content, and the vector with it: two passages of the same hash are the same
  /// document.
  static String hash(Passage passage, float[] vector) {
    var hash = new Sha256();
    hash.add(passage.document()).add(Integer.toString(passage.headings().size()));
    passage.headings().forEach(hash::add);
    hash.add(passage.text());
    hash.add(passage.from() + " " + passage.to() + " " + passage.page() + " " + passage.tokens());
    new TreeMap<>(passage.metadata()).forEach((key, value) -> hash.add(key).add(value));
    hash.add(bytes(vector));
    return hash.hex().substring(0, 16);
  }

  /// Writes the document.
  ///
  /// @throws Failure.BadInput if the id is longer than an index takes
  static void write(
      JsonGenerator out,
      Passage passage,
      float[] vector,
      String hash,
      ClusterClient.VectorForm form)
      throws IOException {
    if (passage.id().length() > LONGEST) {
      throw new Failure.BadInput(
          "a passage id of "
              + passage.id().length()
              + " characters (at most "
              + LONGEST
              + "): "
              + passage.id().substring(0, 80));
    }
    String language = Analyzers.language(passage);
    out.writeStartObject();
    out.writeStringField(ClusterMapping.ID, whole(passage.id()));
    out.writeStringField(DOCUMENT, whole(passage.document()));
    out.writeArrayFieldStart("headings");
    for (String heading : passage.headings()) {
      out.writeString(whole(heading));
    }
    out.writeEndArray();
    out.writeStringField(ClusterMapping.CONTENT, whole(passage.text()));
    out.writeNumberField("from", passage.from());
    out.writeNumberField("to", passage.to());
    out.writeNumberField("page", passage.page());
    out.writeNumberField("tokens", passage.tokens());
    out.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> each : passage.metadata().entrySet()) {
      out.writeStringField(whole(each.getKey()), whole(each.getValue()));
    }
    out.writeEndObject();
    out.writeArrayFieldStart(ClusterMapping.LABELS);
    for (String label : labels(passage)) {
      out.writeString(label);
    }
    out.writeEndArray();
    out.writeStringField(ClusterMapping.LANGUAGE, whole(language));
    out.writeStringField(ClusterMapping.HASH, hash);
    out.writeStringField(
        ClusterMapping.TERMS,
        whole(String.join(" ", Analyzers.terms(passage.embedded(), language))));
    switch (form) {
      case BASE64 ->
          out.writeStringField(
              ClusterMapping.EMBEDDING, Base64.getEncoder().encodeToString(bytes(vector)));
      case NUMBERS -> {
        out.writeArrayFieldStart(ClusterMapping.EMBEDDING);
        for (float number : vector) {
          out.writeNumber(number);
        }
        out.writeEndArray();
      }
    }
    out.writeEndObject();
  }

  static Passage passage(JsonNode source) {
    var headings = new ArrayList<String>();
    source.path("headings").forEach(heading -> headings.add(heading.asText()));
    var metadata = new HashMap<String, String>();
    JsonNode all = source.path("metadata");
    Requests.names(all).forEach(name -> metadata.put(name, all.path(name).asText()));
    return new Passage(
        source.path(ClusterMapping.ID).asText(),
        source.path(DOCUMENT).asText(),
        headings,
        source.path(ClusterMapping.CONTENT).asText(),
        source.path("from").asInt(),
        source.path("to").asInt(),
        source.path("page").asInt(),
        source.path("tokens").asInt(),
        metadata);
  }

  /// What the filter lets through; null when that is everything.
  static @Nullable ObjectNode query(Filter filter) {
    return Searches.query(filter, PassageJson::labelled);
  }

  private static ObjectNode labelled(String field, Set<String> values) {
    ObjectNode query = Json.MAPPER.createObjectNode();
    ArrayNode any = query.putObject("terms").putArray(ClusterMapping.LABELS);
    values.stream().sorted().forEach(value -> any.add(label(field, value)));
    return query;
  }

  /// The label of all passages of a document.
  static String documentLabel(String document) {
    return label(DOCUMENT, document);
  }

  private static List<String> labels(Passage passage) {
    var labels = new ArrayList<String>();
    labels.add(documentLabel(passage.document()));
    passage
        .metadata()
        .forEach(
            (key, value) -> {
              if (!key.equals(DOCUMENT)) {
                labels.add(label(key, value));
              }
            });
    return labels;
  }

  /// `key=value`; a `=` in a key has a backslash before it, and what is too long is hashed.
  private static String label(String key, String value) {
    String name = key.replace("\\", "\\\\").replace("=", "\\=");
    if (name.length() > LONGEST / 2) {
      name = hashed(name);
    }
    return whole(name + "=" + (value.length() > LONGEST / 2 ? hashed(value) : value));
  }

  private static String hashed(String text) {
    return HASHED + new Sha256().add(text).hex();
  }

  /// The text as UTF-8 can hold it: half a surrogate pair becomes a question mark.
  private static String whole(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(utf8(text), StandardCharsets.UTF_8);
      }
    }
    return text;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}
