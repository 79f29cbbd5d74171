package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.store.Json;

/// How a generation's index is made.
///
/// `content` and `embedding` are the workflow's fields, readable for others. BM25 counts `terms`,
/// which we analysed, parted by spaces. `labels` holds `key=value` for each thing a filter can
/// name: one field, however many keys there are. `metadata` is kept and not indexed.
final class ClusterMapping {
  static final String ID = "id";
  static final String CONTENT = "content";
  static final String EMBEDDING = "embedding";
  static final String TERMS = "terms";
  static final String LABELS = "labels";
  static final String LANGUAGE = "language";
  static final String HASH = "hash";

  private static final String SIMILARITY = "whetstone_bm25";
  private static final double K1 = 0.9;
  private static final double B = 0.4;

  private ClusterMapping() {}

  static ObjectNode index(ClusterClient client, GenerationMeta meta) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode index = body.putObject("settings").putObject("index");
    index.put("number_of_shards", client.settings().layout().shards());
    index.put("number_of_replicas", client.settings().layout().replicas());
    index.put("refresh_interval", "-1"); // until its first commit
    ObjectNode bm25 = index.putObject("similarity").putObject(SIMILARITY);
    bm25.put("type", "BM25").put("k1", K1).put("b", B);
    client.vectorSettings(index);

    ObjectNode mappings = body.putObject("mappings");
    mappings.put("dynamic", false);
    mappings.set("_meta", meta.toJson());
    ObjectNode fields = mappings.putObject("properties");
    fields.putObject(ID).put("type", "keyword");
    fields.putObject("document").put("type", "keyword").put("ignore_above", PassageJson.LONGEST);
    fields.putObject("headings").put("type", "text").put("index", false);
    fields.putObject(CONTENT).put("type", "text");
    for (String number : new String[] {"from", "to", "page", "tokens"}) {
      fields.putObject(number).put("type", "integer").put("index", false);
    }
    fields.putObject("metadata").put("type", "object").put("enabled", false);
    fields.putObject(LABELS).put("type", "keyword");
    fields.putObject(LANGUAGE).put("type", "keyword").put("ignore_above", 100);
    fields.putObject(HASH).put("type", "keyword").put("index", false);
    fields
        .putObject(TERMS)
        .put("type", "text")
        .put("analyzer", "whitespace")
        .put("similarity", SIMILARITY)
        .put("index_options", "freqs");
    fields.set(EMBEDDING, client.vectorField(meta.dimension()));
    return body;
  }
}
