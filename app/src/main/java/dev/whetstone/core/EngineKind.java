package dev.whetstone.core;

/// A search engine, by name. The kinds that a program can speak to are those of its registered
/// providers (`index.EngineProviders`); a catalog may hold apps of another one, which are refused
/// when they are asked.
///
/// @param name as it stands in settings, requests and on disk, in lower case
/// @param embedded whether its indexes are files of the workspace; otherwise they stand at a
///   cluster with an address
public record EngineKind(String name, boolean embedded) {
  /// The engine that is always there.
  public static final EngineKind LUCENE = new EngineKind("lucene", true);

  @Override
  public String toString() {
    return name;
  }
}
