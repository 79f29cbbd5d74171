package dev.whetstone.workspace;

import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.Failure;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Credentials;
import dev.whetstone.index.cluster.Quantization;
import dev.whetstone.index.elasticsearch.Elasticsearch;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.index.opensearch.OpenSearch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens the indexes of a workspace at whichever engine they stand.
public final class Engines {
  private Engines() {}

  /// The generations of an index.
  ///
  /// @throws Failure.BadInput if a secret is not in the environment
  /// @throws Failure.Unavailable if the cluster does not answer
  public static Indexes open(Workspace workspace, IndexPlace place) {
    return switch (place.engine()) {
      case LUCENE -> new LuceneIndexes(workspace.indexes().resolve(place.name()));
      case ELASTICSEARCH, OPENSEARCH -> {
        ClusterClient client = connect(workspace, place);
        try {
          yield Adoption.of(workspace, place)
              .<Indexes>map(adopted -> adopted.indexes(client))
              .orElseGet(() -> new ClusterIndexes(client, place.name()));
        } catch (RuntimeException e) {
          client.close();
          throw e;
        }
      }
    };
  }

  /// A connection to the cluster of a place. Close it.
  static ClusterClient connect(Workspace workspace, IndexPlace place) {
    ClusterSection section =
        Objects.requireNonNull(IndexPlace.section(workspace.settings(), place.engine()));
    String name = place.engine().text();
    return connect(place.engine(), settings(section, name, workspace.folder(), System::getenv));
  }

  /// A connection to one host of the section `opensearch`, for calls of the cluster's plugins.
  /// Close it.
  ///
  /// @param host one of the section's
  /// @throws Failure.BadInput if a secret is not in the environment
  public static ClusterConnection openSearchPlugins(Workspace workspace, String host) {
    ClusterSection section = Objects.requireNonNull(workspace.settings().opensearch());
    return openSearchPlugins(
        settings(section.at(host), "opensearch", workspace.folder(), System::getenv));
  }

  /// A connection to a host that the settings do not name: it gets no credentials.
  public static ClusterConnection openSearchPlugins(URI host) {
    return openSearchPlugins(ClusterSettings.of(host.toString()));
  }

  /// Registering a model may take a node longer than a search.
  private static ClusterConnection openSearchPlugins(ClusterSettings settings) {
    return OpenSearch.connection(
        settings.withTimeouts(
            new ClusterSettings.Timeouts(
                Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofMinutes(2))));
  }

  private static ClusterClient connect(Retriever.Type engine, ClusterSettings settings) {
    return switch (engine) {
      case ELASTICSEARCH -> Elasticsearch.connect(settings);
      case OPENSEARCH -> OpenSearch.connect(settings);
      case LUCENE -> throw new IllegalArgumentException("the embedded engine is no cluster");
    };
  }

  /// Asks one host of a cluster alone what it is, with the credentials of the settings.
  ///
  /// @param host one of the section's
  /// @param patience for its answer
  /// @return its product and version, and how we said who we are
  /// @throws Failure.BadInput if a secret is not in the environment
  /// @throws Failure.Refused if it is another product or version, or does not let us in
  /// @throws Failure.Unavailable if it does not answer
  public static String ask(
      Workspace workspace,
      Retriever.Type engine,
      String host,
      UnaryOperator<@Nullable String> environment,
      Duration patience) {
    ClusterSection section =
        Objects.requireNonNull(IndexPlace.section(workspace.settings(), engine));
    ClusterSettings settings =
        settings(section.at(host), engine.text(), workspace.folder(), environment)
            .withTimeouts(new ClusterSettings.Timeouts(patience, patience, patience));
    try (ClusterClient client = connect(engine, settings)) {
      return client.engine() + " " + client.version() + ", asked with " + settings.credentials();
    }
  }

  /// @param name of the section, for messages
  /// @param folder that a relative `ca_file` is seen from
  /// @param environment where the secrets are
  static ClusterSettings settings(
      ClusterSection section,
      String name,
      Path folder,
      UnaryOperator<@Nullable String> environment) {
    var quantization = Quantization.valueOf(section.quantization().toUpperCase(Locale.ROOT));
    Double oversample = section.oversample();
    ClusterSettings settings =
        ClusterSettings.of(section.hosts().toArray(String[]::new))
            .withCredentials(credentials(section, name, environment))
            .withLayout(
                new ClusterSettings.Layout(
                    section.shards(),
                    section.replicas(),
                    quantization,
                    oversample == null ? quantization.oversample() : oversample))
            .withHybrid(ClusterSettings.Hybrid.valueOf(section.hybrid().toUpperCase(Locale.ROOT)));
    String ca = section.caFile();
    return ca == null ? settings : settings.withCaFile(folder.resolve(ca));
  }

  private static Credentials credentials(
      ClusterSection section, String name, UnaryOperator<@Nullable String> environment) {
    if (section.apiKeyEnv() != null) {
      return new Credentials.ApiKey(
          secret(name + ".api_key_env", section.apiKeyEnv(), environment));
    }
    if (section.user() != null) {
      return new Credentials.Basic(
          section.user(),
          secret(
              name + ".password_env", Objects.requireNonNull(section.passwordEnv()), environment));
    }
    return new Credentials.None();
  }

  private static String secret(
      String key, String variable, UnaryOperator<@Nullable String> environment) {
    String secret = environment.apply(variable);
    if (secret == null || secret.isBlank()) {
      throw new Failure.BadInput(
          key + " names the environment variable " + variable + ", which is not set: set it");
    }
    return secret.strip();
  }
}
