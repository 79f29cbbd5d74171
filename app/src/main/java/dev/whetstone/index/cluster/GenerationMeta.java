package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.store.Json;
import dev.whetstone.text.Analyzers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What stands in the mapping of a generation's index, under `_meta.whetstone`, so that any machine
/// can read, update and roll back.
///
/// @param analyzers the [Analyzers#VERSION] that made the terms
/// @param committed how often it was committed; 0 while it is being built
/// @param passages how many there were at the last commit
/// @param provenance what the writer of the last commit said about its inputs
/// @param before the generations that served before this one, last first; of meaning while this one
///   serves
/// @param highest number of all that ever served
/// @param lease of the writer at work; null when there is none
record GenerationMeta(
    SpaceId space,
    int dimension,
    int analyzers,
    boolean quantized,
    int committed,
    int passages,
    Map<String, String> provenance,
    List<String> before,
    int highest,
    @Nullable WriterLease lease) {
  static final int FORMAT = 1;
  private static final String KEY = "whetstone";

  GenerationMeta {
    provenance = Map.copyOf(provenance);
    before = List.copyOf(before);
  }

  GenerationMeta withLease(@Nullable WriterLease lease) {
    return new GenerationMeta(
        space,
        dimension,
        analyzers,
        quantized,
        committed,
        passages,
        provenance,
        before,
        highest,
        lease);
  }

  /// After a commit of this program: all its terms are of the present version then.
  GenerationMeta withCommit(int passages, Map<String, String> provenance) {
    return new GenerationMeta(
        space,
        dimension,
        Analyzers.VERSION,
        quantized,
        committed + 1,
        passages,
        provenance,
        before,
        highest,
        lease);
  }

  GenerationMeta withHistory(List<String> before, int highest) {
    return new GenerationMeta(
        space,
        dimension,
        analyzers,
        quantized,
        committed,
        passages,
        provenance,
        before,
        highest,
        lease);
  }

  ObjectNode toJson() {
    ObjectNode meta = Json.MAPPER.createObjectNode();
    ObjectNode ours = meta.putObject(KEY);
    ours.put("format", FORMAT).put("program", "whetstone");
    ours.put("space", space.value()).put("dimension", dimension);
    ours.put("analyzers", analyzers).put("quantized", quantized);
    ours.put("committed", committed).put("passages", passages);
    ObjectNode inputs = ours.putObject("provenance");
    new TreeMap<>(provenance).forEach(inputs::put);
    before.forEach(ours.putArray("before")::add);
    ours.put("highest", highest);
    if (lease != null) {
      ours.set("writer", lease.toJson());
    }
    return meta;
  }

  /// @param meta the `_meta` of a mapping
  /// @return null if this program did not create the index
  /// @throws Failure.Refused if a later program wrote it
  static @Nullable GenerationMeta of(JsonNode meta, String index) {
    JsonNode ours = meta.path(KEY);
    if (!ours.isObject()) {
      return null;
    }
    if (ours.path("format").asInt() != FORMAT) {
      throw new Failure.Refused(
          index
              + " was written in format "
              + ours.path("format").asText()
              + ", this program reads "
              + FORMAT
              + ": use the program that wrote it, or build the index anew",
          Remedy.index());
    }
    var provenance = new TreeMap<String, String>();
    for (String name : Requests.names(ours.path("provenance"))) {
      provenance.put(name, ours.path("provenance").path(name).asText());
    }
    var before = new ArrayList<String>();
    ours.path("before").forEach(each -> before.add(each.asText()));
    try {
      return new GenerationMeta(
          new SpaceId(ours.path("space").asText()),
          ours.path("dimension").asInt(),
          ours.path("analyzers").asInt(),
          ours.path("quantized").asBoolean(),
          ours.path("committed").asInt(),
          ours.path("passages").asInt(),
          provenance,
          before,
          ours.path("highest").asInt(),
          WriterLease.of(ours.path("writer")));
    } catch (IllegalArgumentException e) {
      throw new Failure.CorruptArtifact(
          "the _meta of " + index + " does not say which space it holds", e, Remedy.index());
    }
  }
}
