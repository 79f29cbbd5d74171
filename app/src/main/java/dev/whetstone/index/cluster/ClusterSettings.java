package dev.whetstone.index.cluster;

import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingAddress;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How to reach a cluster, how its indices are made, and who fuses.
///
/// @param hosts of one cluster, `https://es1.example:9200`; a request goes to the next when one
///   does not answer
/// @param caFile certificates (PEM) that vouch for the cluster's; null for those of the JDK
public record ClusterSettings(
    List<URI> hosts,
    Credentials credentials,
    @Nullable Path caFile,
    Layout layout,
    Hybrid hybrid,
    Timeouts timeouts) {
  public ClusterSettings {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new Failure.BadInput("no host of the cluster is named: set `hosts`");
    }
    hosts.forEach(ClusterSettings::check);
    if (hosts.stream().map(ClusterSettings::pathOf).distinct().count() > 1) {
      throw new Failure.BadInput("the hosts of one cluster have different paths: " + hosts);
    }
  }

  /// How a new generation is made.
  ///
  /// @param shards from 1
  /// @param replicas of each, from 0
  /// @param oversample how many times the candidates wanted are looked at and ranked anew by their
  ///   whole vectors, when they are quantized; from 1 to 10
  public record Layout(int shards, int replicas, Quantization quantization, double oversample) {
    public Layout {
      if (shards < 1 || shards > 1024 || replicas < 0 || replicas > 100) {
        throw new Failure.BadInput(
            "shards (from 1) or replicas (from 0) cannot be: " + shards + ", " + replicas);
      }
      if (!(oversample >= 1 && oversample <= 10)) {
        throw new Failure.BadInput("oversample is not from 1 to 10: " + oversample);
      }
    }
  }

  /// Who makes one ranking of the words' and the vectors'.
  public enum Hybrid {
    /// This program, as with the embedded engine.
    OURS,

    /// The cluster; it is refused where it cannot.
    NATIVE,

    /// The cluster where it can, else this program.
    AUTO
  }

  /// How long is waited.
  ///
  /// @param connect for one host
  /// @param request for one answer
  /// @param patience how long a write that the cluster cannot take now is tried again
  public record Timeouts(Duration connect, Duration request, Duration patience) {}

  /// One shard, no replica, whole vectors, no credentials, our fusion.
  public static ClusterSettings of(String... hosts) {
    return new ClusterSettings(
        Stream.of(hosts).map(ClusterSettings::host).toList(),
        new Credentials.None(),
        null,
        new Layout(1, 0, Quantization.NONE, Quantization.NONE.oversample()),
        Hybrid.OURS,
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMinutes(2)));
  }

  /// A host as it stands in a settings file.
  ///
  /// @throws Failure.BadInput if it is none
  public static URI host(String text) {
    URI uri;
    try {
      uri = URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw new Failure.BadInput("not a host of a cluster: it is no URL"); // it may hold a password
    }
    check(uri);
    return uri;
  }

  public ClusterSettings withCredentials(Credentials credentials) {
    return new ClusterSettings(hosts, credentials, caFile, layout, hybrid, timeouts);
  }

  public ClusterSettings withCaFile(@Nullable Path caFile) {
    return new ClusterSettings(hosts, credentials, caFile, layout, hybrid, timeouts);
  }

  public ClusterSettings withLayout(Layout layout) {
    return new ClusterSettings(hosts, credentials, caFile, layout, hybrid, timeouts);
  }

  public ClusterSettings withHybrid(Hybrid hybrid) {
    return new ClusterSettings(hosts, credentials, caFile, layout, hybrid, timeouts);
  }

  public ClusterSettings withTimeouts(Timeouts timeouts) {
    return new ClusterSettings(hosts, credentials, caFile, layout, hybrid, timeouts);
  }

  /// How a write that the cluster cannot take now is repeated: as long as its patience lasts.
  Retry retry() {
    return new Retry(
        Retry.Limits.within(timeouts.patience(), Duration.ofMillis(200), Duration.ofSeconds(20)),
        Time.SYSTEM);
  }

  /// The hosts as messages name them.
  public String where() {
    return String.join(", ", hosts.stream().map(URI::toString).toList());
  }

  /// What stands before every path; empty when the cluster is at the root of its hosts.
  public String path() {
    return pathOf(hosts.getFirst());
  }

  private static String pathOf(URI host) {
    String path = host.getRawPath() == null ? "" : host.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static void check(URI host) {
    boolean http = "http".equals(host.getScheme()) || "https".equals(host.getScheme());
    if (host.getRawUserInfo() != null) {
      throw new Failure.BadInput(
          "a host holds a user or password: name them in user and password_env, not in the URL");
    }
    if (!http || host.getHost() == null) {
      throw new Failure.BadInput(
          "not a host of a cluster: " + host + "; it looks like https://es.example:9200");
    }
    if (host.getRawQuery() != null || host.getRawFragment() != null) {
      throw new Failure.BadInput("a host ends before ? and #: " + host);
    }
    OutgoingAddress.check(host);
  }
}
