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

/// The metadata of a generation, stored under `_meta.whetstone` in the mapping of its index, so
/// that any machine can read, update and roll back.
///
/// @param lease of the writer at work; null when there is none
record GenerationMeta(
    StorageForm storage, Commits commits, History history, @Nullable WriterLease lease) {
  static final int FORMAT = 1;
  private static final String KEY = "whetstone";

  /// How passages are stored.
  ///
  /// @param analyzers the [Analyzers#VERSION] that made the terms
  /// @param quantized whether the engine compresses the vectors
  record StorageForm(SpaceId space, int dimension, int analyzers, boolean quantized) {}

  /// The state of the last commit.
  ///
  /// @param count of the commits so far; 0 while the generation is being built
  /// @param passages how many there were at the last commit
  /// @param provenance the inputs, as the writer of the last commit gave them
  record Commits(int count, int passages, Map<String, String> provenance) {
    static final Commits NONE = new Commits(0, 0, Map.of());

    Commits {
      provenance = Map.copyOf(provenance);
    }
  }

  /// What a rollback needs; valid while this generation serves.
  ///
  /// @param before the generations that served before this one, last first
  /// @param highest number of all that ever served
  record History(List<String> before, int highest) {
    static final History NONE = new History(List.of(), 0);

    History {
      before = List.copyOf(before);
    }
  }

  /// A generation that is being built.
  static GenerationMeta begun(StorageForm storage, WriterLease lease) {
    return new GenerationMeta(storage, Commits.NONE, History.NONE, lease);
  }

  SpaceId space() {
    return storage.space();
  }

  int dimension() {
    return storage.dimension();
  }

  int analyzers() {
    return storage.analyzers();
  }

  boolean quantized() {
    return storage.quantized();
  }

  int committed() {
    return commits.count();
  }

  int passages() {
    return commits.passages();
  }

  Map<String, String> provenance() {
    return commits.provenance();
  }

  List<String> before() {
    return history.before();
  }

  int highest() {
    return history.highest();
  }

  GenerationMeta withLease(@Nullable WriterLease lease) {
    return new GenerationMeta(storage, commits, history, lease);
  }

  /// After a commit of this program: all its terms are of the present version then.
  GenerationMeta withCommit(int passages, Map<String, String> provenance) {
    return new GenerationMeta(
        new StorageForm(space(), dimension(), Analyzers.VERSION, quantized()),
        new Commits(committed() + 1, passages, provenance),
        history,
        lease);
  }

  GenerationMeta withHistory(List<String> before, int highest) {
    return new GenerationMeta(storage, commits, new History(before, highest), lease);
  }

  ObjectNode toJson() {
    ObjectNode meta = Json.MAPPER.createObjectNode();
    ObjectNode ours = meta.putObject(KEY);
    ours.put("format", FORMAT).put("program", "whetstone");
    ours.put("space", space().value()).put("dimension", dimension());
    ours.put("analyzers", analyzers()).put("quantized", quantized());
    ours.put("committed", committed()).put("passages", passages());
    ObjectNode inputs = ours.putObject("provenance");
    new TreeMap<>(provenance()).forEach(inputs::put);
    before().forEach(ours.putArray("before")::add);
    ours.put("highest", highest());
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
          new StorageForm(
              new SpaceId(ours.path("space").asText()),
              ours.path("dimension").asInt(),
              ours.path("analyzers").asInt(),
              ours.path("quantized").asBoolean()),
          new Commits(ours.path("committed").asInt(), ours.path("passages").asInt(), provenance),
          new History(before, ours.path("highest").asInt()),
          WriterLease.of(ours.path("writer")));
    } catch (IllegalArgumentException e) {
      throw new Failure.CorruptArtifact(
          "the _meta of " + index + " does not say which space it holds", e, Remedy.index());
    }
  }
}
