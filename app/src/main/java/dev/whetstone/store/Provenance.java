package dev.whetstone.store;

import java.util.Map;
import java.util.TreeMap;

/// Where an artifact comes from: enough to say whether it would come out the same again.
///
/// @param kind what it is, in a word of the room that writes it
/// @param format version of its form, from 1
/// @param inputs hashes or ids of what it was made from, by name
/// @param settings what shaped it, by name
/// @param seed of its random numbers; 0 where there are none
public record Provenance(
    String kind, int format, Map<String, String> inputs, Map<String, String> settings, long seed) {
  public Provenance {
    inputs = Map.copyOf(new TreeMap<>(inputs));
    settings = Map.copyOf(new TreeMap<>(settings));
  }
}
