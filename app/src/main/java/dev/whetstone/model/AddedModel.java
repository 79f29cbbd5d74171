package dev.whetstone.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A model that was brought into the cache, as its `added.json` says.
///
/// @param name by which settings and commands call it
/// @param source the address without its revision: `hf:BAAI/bge-base-en-v1.5`
/// @param revision the commit; of ModelScope the branch or tag and a hash over the files' hashes;
///   empty for a folder
/// @param identity of its weights and all else that shapes vectors or scores
/// @param network what it computes with
/// @param prompts that are put before texts
/// @param licence as its card says; null where it says none
/// @param files SHA-256 by path
/// @param added when, in ISO 8601
public record AddedModel(
    String name,
    String source,
    String revision,
    String identity,
    Network network,
    Prompts prompts,
    @Nullable String licence,
    SortedMap<String, String> files,
    String added) {
  public AddedModel {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /// Whether it makes vectors or scores.
  public enum Kind {
    ENCODER,
    RERANKER
  }

  /// Its figures.
  ///
  /// @param dimension of its vectors; 1 for a reranker
  /// @param parameters numbers among its weights
  public record Network(
      Kind kind, String family, int layers, int dimension, int maxTokens, long parameters) {}

  /// What a repository is called in it: `BAAI/bge-base-en-v1.5`.
  String id() {
    return source.substring(source.indexOf(':') + 1);
  }

  /// Settings of prompts that a model's files leave out.
  ///
  /// @param query null for what the files or its family say
  /// @param passage null for what the files or its family say
  public record PromptChoice(@Nullable String query, @Nullable String passage) {
    public static final PromptChoice NONE = new PromptChoice(null, null);
  }
}
