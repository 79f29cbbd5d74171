package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.store.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The mapping of an index that another program created: whether it has the configured fields, and
/// how its fields are filtered.
final class AdoptedMapping {
  private static final Set<String> TERMS =
      Set.of(
          "keyword",
          "constant_keyword",
          "wildcard",
          "boolean",
          "integer",
          "long",
          "short",
          "byte",
          "date",
          "ip");

  private final AdoptedFields names;
  private final Map<String, JsonNode> fields = new TreeMap<>(); // by dotted name
  private final VectorMapping vector;

  /// @throws Failure.BadInput naming the fields that there are, if those asked for cannot be used
  AdoptedMapping(Requests requests, String index, AdoptedFields names) {
    this.names = names;
    JsonNode answer =
        requests.getIfThere("read the mapping of " + index, "/" + index + "/_mapping", Map.of());
    if (answer == null || answer.isEmpty()) {
      throw new Failure.BadInput(
          "no index " + index + " at " + requests.where() + ": check its name");
    }
    if (answer.size() > 1) {
      throw new Failure.BadInput(
          index + " at " + requests.where() + " is several indices: name one of them");
    }
    collect("", answer.elements().next().path("mappings"));
    JsonNode mapped = fields.get(names.vector());
    VectorMapping found =
        mapped instanceof ObjectNode object ? requests.client().vectorMapping(object) : null;
    if (found == null) {
      throw new Failure.BadInput(
          index
              + " at "
              + requests.where()
              + " has no field of vectors called "
              + names.vector()
              + (requests.client().engine().equals("OpenSearch")
                  ? " (knn_vector)"
                  : " (dense_vector)")
              + ". Its fields: "
              + fields.keySet());
    }
    vector = found;
    if (!type(names.text()).equals("text")) {
      throw new Failure.BadInput(
          index
              + " at "
              + requests.where()
              + " has no field of type text called "
              + names.text()
              + ". Its fields: "
              + fields.keySet());
    }
  }

  VectorMapping vector() {
    return vector;
  }

  /// What the filter lets through; null when that is everything.
  @Nullable ObjectNode query(Filter filter) {
    return Searches.query(filter, this::in);
  }

  private ObjectNode in(String key, Set<String> values) {
    ObjectNode query = Json.MAPPER.createObjectNode();
    boolean document = key.equals("document");
    String name = document && names.document() != null ? names.document() : key;
    String field = term(name);
    if (document && names.document() == null) {
      values.forEach(query.putObject("ids").putArray("values")::add);
    } else if (field == null) {
      query.putObject("match_none");
    } else {
      values.forEach(query.putObject("terms").putArray(field)::add);
    }
    return query;
  }

  /// The field that whole values of this one are looked up in; null when there is none.
  private @Nullable String term(String name) {
    if (TERMS.contains(type(name))) {
      return name;
    }
    JsonNode keyword = fields.getOrDefault(name, Json.MAPPER.nullNode()).path("fields");
    return keyword.path("keyword").path("type").asText().equals("keyword")
        ? name + ".keyword"
        : null;
  }

  private String type(String name) {
    JsonNode field = fields.get(name);
    return field == null ? "" : field.path("type").asText().toLowerCase(Locale.ROOT);
  }

  private void collect(String path, JsonNode mapping) {
    JsonNode properties = mapping.path("properties");
    for (String name : Requests.names(properties)) {
      JsonNode field = properties.path(name);
      if (field.has("type")) {
        fields.put(path + name, field);
      }
      collect(path + name + ".", field);
    }
  }
}
