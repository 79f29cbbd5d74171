package dev.whetstone.index;

import static dev.whetstone.core.SettingChecks.oneOf;
import static dev.whetstone.core.SettingChecks.require;
import static dev.whetstone.core.SettingChecks.requireVariable;
import static dev.whetstone.core.SettingChecks.texts;
import static dev.whetstone.core.SettingChecks.within;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whetstone.core.Failure;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A search cluster that a workspace may talk to: the section of the settings that has the engine's
/// name. Secrets come from the environment; only the names of the variables stand here.
///
/// @param hosts addresses of its nodes, as `https://search.example.com:9200`; an app may name one
///   of these and no other
/// @param apiKeyEnv the NAME of the environment variable that holds an API key
/// @param user for basic authentication, with `passwordEnv`
/// @param passwordEnv the NAME of the environment variable that holds the user's password
/// @param caFile PEM certificates to trust instead of the system's; relative to the workspace
/// @param shards of a new generation
/// @param replicas of each shard
/// @param quantization what the engine keeps of vectors beside the whole: `none`, `int8` or `bbq`,
///   of which an engine may lack some
/// @param oversample how many times more candidates than asked for are compared by whole vectors
///   where they are quantized; null for what suits the quantization
/// @param hybrid who makes one ranking of the words' and the vectors': `ours` (this program),
///   `native` (the cluster, or a refusal) or `auto` (the cluster where it can)
public record ClusterSection(
    List<String> hosts,
    @JsonProperty("api_key_env") @Nullable String apiKeyEnv,
    @Nullable String user,
    @JsonProperty("password_env") @Nullable String passwordEnv,
    @JsonProperty("ca_file") @Nullable String caFile,
    Integer shards,
    Integer replicas,
    String quantization,
    @Nullable Double oversample,
    String hybrid) {

  public ClusterSection {
    hosts = texts("hosts", hosts);
    hosts.forEach(ClusterSection::origin);
    require(
        !hosts.isEmpty(),
        "hosts is missing: name the cluster's nodes, as [https://search.example.com:9200]");
    requireVariable("api_key_env", apiKeyEnv);
    requireVariable("password_env", passwordEnv);
    require(
        (user == null) == (passwordEnv == null),
        "user and password_env go together: the second is the NAME of the environment variable"
            + " that holds the password");
    require(
        user == null || apiKeyEnv == null, "api_key_env and user are both set: use one of them");
    shards = within("shards", shards, 1, 1, 1024);
    replicas = within("replicas", replicas, 1, 0, 20);
    quantization = oneOf("quantization", quantization, "none", Set.of("none", "int8", "bbq"));
    require(
        oversample == null || (oversample >= 1 && oversample <= 10),
        "oversample: " + oversample + " is not between 1 and 10");
    hybrid = oneOf("hybrid", hybrid, "ours", Set.of("ours", "native", "auto"));
  }

  /// The same cluster, reached by one host alone.
  public ClusterSection at(String host) {
    return new ClusterSection(
        List.of(host),
        apiKeyEnv,
        user,
        passwordEnv,
        caFile,
        shards,
        replicas,
        quantization,
        oversample,
        hybrid);
  }

  /// Refuses what the engine of this section does not have.
  ///
  /// @param section its key in the settings
  /// @throws Failure.BadInput naming what it has
  public void check(String section, Set<String> quantizations) {
    require(
        quantizations.contains(quantization),
        section
            + ".quantization: '"
            + quantization
            + "' is not one of "
            + quantizations.stream().sorted().toList());
  }

  /// The configured host that `endpoint` means; null where it is none of them. Nothing else is ever
  /// connected to, whatever an app names.
  public @Nullable String host(String endpoint) {
    String endpointOrigin;
    try {
      endpointOrigin = origin(endpoint);
    } catch (Failure.BadInput _) {
      return null;
    }
    return hosts.stream()
        .filter(host -> origin(host).equals(endpointOrigin))
        .findFirst()
        .orElse(null);
  }

  /// All that shapes what an index there holds and how, for fingerprints.
  @JsonIgnore
  public String mapping() {
    return String.join(" ", String.valueOf(shards), String.valueOf(replicas), quantization);
  }

  /// Scheme, host and port of an address, written in one way.
  ///
  /// @throws Failure.BadInput if it is not the address of a cluster
  private static String origin(String address) {
    try {
      URI uri = URI.create(address.strip());
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+$", "");
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && (scheme.equals("http") || scheme.equals("https"))) {
        int standard = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port + path;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new Failure.BadInput(
        "hosts: '"
            + address
            + "' is no address; write https://search.example.com:9200, without user or password");
  }
}
