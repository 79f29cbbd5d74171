package dev.whetstone.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a person should know about a model; becomes its README.md.
///
/// @param base the model it was made from, as its users name it
/// @param licence SPDX identifier, lower-case as Hugging Face writes it: `mit`, `apache-2.0`
/// @param languages ISO 639-1 codes
/// @param data counts of what it was trained on, by name; empty for a base model
/// @param settings of its training, by name
/// @param metrics measured on questions it was not trained on, by name
public record ModelCard(
    String base,
    String licence,
    List<String> languages,
    Map<String, String> data,
    Map<String, String> settings,
    Map<String, String> metrics) {
  public ModelCard {
    languages = List.copyOf(languages);
    data = Map.copyOf(new TreeMap<>(data));
    settings = Map.copyOf(new TreeMap<>(settings));
    metrics = Map.copyOf(new TreeMap<>(metrics));
  }

  /// A card that only says where the model comes from.
  public static ModelCard of(String base, String licence, List<String> languages) {
    return new ModelCard(base, licence, languages, Map.of(), Map.of(), Map.of());
  }
}
