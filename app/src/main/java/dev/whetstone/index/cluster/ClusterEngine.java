package dev.whetstone.index.cluster;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Adoptable;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.index.EngineSite;
import dev.whetstone.index.Indexes;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the providers of engines at clusters share: from the section of the settings to a client,
/// and from a client to indexes. An engine adds its identity, its client and its mappings.
public abstract class ClusterEngine implements ClusterProvider {
  /// Connects and looks at the cluster's version. Close it to end its connections.
  ///
  /// @throws Failure.Refused if it is another product or version, or refuses the credentials
  /// @throws Failure.Unavailable if no host answers
  protected abstract ClusterClient connect(ClusterSettings settings);

  /// Whether the engine takes the vectors of that index out of the documents' source, and may lose
  /// them.
  protected boolean derivesVectors(AdoptedIndexes indexes) {
    return false;
  }

  @Override
  public final Indexes open(EngineSite site, String index) {
    return opened(site, client -> new ClusterIndexes(client, index));
  }

  @Override
  public final Indexes openAdopted(
      EngineSite site, String index, SpaceId space, AdoptedFields fields) {
    return opened(site, client -> new AdoptedIndexes(client, index, space, fields));
  }

  private Indexes opened(EngineSite site, Function<ClusterClient, Indexes> open) {
    ClusterClient client = connect(settings(site));
    try {
      return open.apply(client);
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public final Adoptable examine(
      EngineSite site, String index, SpaceId space, AdoptedFields fields, int sample) {
    try (ClusterClient client = connect(settings(site));
        var indexes = new AdoptedIndexes(client, index, space, fields)) {
      Adoptable found = indexes.examine(sample);
      return derivesVectors(indexes) ? found.withDerived() : found;
    }
  }

  @Override
  public final String check(EngineSite site, String host, Duration patience) {
    ClusterSettings settings =
        settings(site, host)
            .withTimeouts(new ClusterSettings.Timeouts(patience, patience, patience));
    try (ClusterClient client = connect(settings)) {
      return client.engine() + " " + client.version() + ", asked with " + settings.credentials();
    }
  }

  /// How to reach one host of the section alone.
  protected final ClusterSettings settings(EngineSite site, String host) {
    ClusterSection section = Objects.requireNonNull(site.section(), kind().name());
    return settings(
        new EngineSite(site.workspace(), site.indexes(), section.at(host), site.environment()));
  }

  private ClusterSettings settings(EngineSite site) {
    ClusterSection section = Objects.requireNonNull(site.section(), kind().name());
    var quantization = Quantization.valueOf(section.quantization().toUpperCase(Locale.ROOT));
    Double oversample = section.oversample();
    ClusterSettings settings =
        ClusterSettings.of(section.hosts().toArray(String[]::new))
            .withCredentials(credentials(section, site.environment()))
            .withLayout(
                new ClusterSettings.Layout(
                    section.shards(),
                    section.replicas(),
                    quantization,
                    oversample == null ? quantization.oversample() : oversample))
            .withHybrid(ClusterSettings.Hybrid.valueOf(section.hybrid().toUpperCase(Locale.ROOT)));
    String ca = section.caFile();
    return ca == null ? settings : settings.withCaFile(site.workspace().resolve(ca));
  }

  private Credentials credentials(
      ClusterSection section, UnaryOperator<@Nullable String> environment) {
    if (section.apiKeyEnv() != null) {
      return new Credentials.ApiKey(secret("api_key_env", section.apiKeyEnv(), environment));
    }
    if (section.user() != null) {
      return new Credentials.Basic(
          section.user(),
          secret("password_env", Objects.requireNonNull(section.passwordEnv()), environment));
    }
    return new Credentials.None();
  }

  private String secret(String key, String variable, UnaryOperator<@Nullable String> environment) {
    String secret = environment.apply(variable);
    if (secret == null || secret.isBlank()) {
      throw new Failure.BadInput(
          kind().name()
              + "."
              + key
              + " names the environment variable "
              + variable
              + ", which is not set: set it");
    }
    return secret.strip();
  }
}
