package dev.whetstone.index.lucene;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import java.util.Map;
import java.util.TreeMap;

/// What stands beside the passages in each commit, under Lucene's checksum.
///
/// @param analyzers the [Analyzers#VERSION] that made the terms
/// @param passages how many there are
/// @param provenance what the writer of the commit said about its inputs
record CommitData(
    SpaceId space, int dimension, int analyzers, int passages, Map<String, String> provenance) {
  private static final String SPACE = "space";
  private static final String DIMENSION = "dimension";
  private static final String ANALYZERS = "analyzers";
  private static final String PASSAGES = "passages";
  private static final String PROVENANCE = "provenance.";

  CommitData {
    provenance = Map.copyOf(provenance);
  }

  Map<String, String> toMap() {
    var map = new TreeMap<String, String>();
    map.put(SPACE, space.value());
    map.put(DIMENSION, Integer.toString(dimension));
    map.put(ANALYZERS, Integer.toString(analyzers));
    map.put(PASSAGES, Integer.toString(passages));
    provenance.forEach((key, value) -> map.put(PROVENANCE + key, value));
    return map;
  }

  static CommitData of(Map<String, String> map, Object where) {
    var provenance = new TreeMap<String, String>();
    map.forEach(
        (key, value) -> {
          if (key.startsWith(PROVENANCE)) {
            provenance.put(key.substring(PROVENANCE.length()), value);
          }
        });
    try {
      return new CommitData(
          new SpaceId(map.getOrDefault(SPACE, "")),
          Integer.parseInt(map.getOrDefault(DIMENSION, "")),
          Integer.parseInt(map.getOrDefault(ANALYZERS, "")),
          Integer.parseInt(map.getOrDefault(PASSAGES, "")),
          provenance);
    } catch (IllegalArgumentException e) {
      throw new Failure.CorruptArtifact(
          where + " is no index of ours: its commit does not say which space it holds", e);
    }
  }
}
