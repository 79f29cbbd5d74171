package dev.whetstone.index.providers;

import dev.whetstone.core.EngineKind;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.EngineProvider;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.index.lucene.LuceneProvider;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The registered engines, in the order in which messages name them.
public final class EngineProviders {
  /// Those of this program.
  public static final EngineProviders STANDARD =
      new EngineProviders(
          List.of(new LuceneProvider(), new ElasticsearchProvider(), new OpenSearchProvider()));

  private final List<EngineProvider> providers;

  /// @throws IllegalArgumentException if two have one name
  public EngineProviders(List<? extends EngineProvider> providers) {
    this.providers = List.copyOf(providers);
    long names = this.providers.stream().map(one -> one.kind().name()).distinct().count();
    if (names < this.providers.size()) {
      throw new IllegalArgumentException("two engines have one name");
    }
  }

  /// The engine of that name.
  public Optional<EngineProvider> named(String name) {
    return providers.stream().filter(one -> one.kind().name().equals(name)).findFirst();
  }

  /// The engine of that kind.
  public Optional<EngineProvider> of(EngineKind kind) {
    return providers.stream().filter(one -> one.kind().equals(kind)).findFirst();
  }

  public List<EngineKind> kinds() {
    return providers.stream().map(EngineProvider::kind).toList();
  }

  /// The engines at clusters.
  public List<ClusterProvider> clusters() {
    return providers.stream()
        .filter(ClusterProvider.class::isInstance)
        .map(ClusterProvider.class::cast)
        .toList();
  }

  /// Names for a message, as `lucene, elasticsearch or opensearch`.
  public static String list(List<? extends EngineProvider> providers) {
    var names = new ArrayList<>(providers.stream().map(one -> one.kind().name()).toList());
    String last = names.removeLast();
    return names.isEmpty()
        ? last
        : names.stream().collect(Collectors.joining(", ")) + " or " + last;
  }

  @Override
  public String toString() {
    return list(providers);
  }
}
