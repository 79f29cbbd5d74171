package dev.whetstone.workspace;

import static dev.whetstone.core.SettingChecks.require;
import static dev.whetstone.core.SettingChecks.requireVariable;
import static dev.whetstone.core.SettingChecks.texts;
import static dev.whetstone.core.SettingChecks.within;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The section `serve` of the settings. Its keys stand side by side in the file ([Keys]); here
/// those that are used together are one value.
///
/// @param apiKeyEnv the NAME of the environment variable that holds the key clients must send;
///   none: no key is asked for
/// @param modelPaths folders and `s3://` or `oss://` prefixes from which models may be deployed
///   over HTTP, beside the workspace's own
/// @param mcpAnswer whether the Model Context Protocol has a tool that answers
/// @param keepQuestions which questions are kept for review; null: none
public record ServeSettings(
    Address address,
    @Nullable String apiKeyEnv,
    List<String> modelPaths,
    Limits limits,
    Work work,
    Boolean mcpAnswer,
    @Nullable KeepQuestions keepQuestions) {
  public ServeSettings {
    mcpAnswer = mcpAnswer != null && mcpAnswer;
    modelPaths = texts("serve.model_paths", modelPaths);
    requireVariable("serve.api_key_env", apiKeyEnv);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ServeSettings of(Keys keys) {
    return new ServeSettings(
        new Address(keys.host, keys.port, keys.names),
        keys.apiKeyEnv,
        keys.modelPaths,
        new Limits(keys.maxConnections, keys.maxApps, keys.maxSessions, keys.sessionAge),
        new Work(keys.write, keys.jobHeapMegabytes, keys.watch),
        keys.mcpAnswer,
        keys.keepQuestions);
  }

  /// The keys as the file has them; a missing one is null.
  record Keys(
      String host,
      Integer port,
      List<String> names,
      @JsonProperty("api_key_env") @Nullable String apiKeyEnv,
      @JsonProperty("model_paths") List<String> modelPaths,
      @JsonProperty("max_connections") Integer maxConnections,
      @JsonProperty("max_apps") Integer maxApps,
      @JsonProperty("max_sessions") Integer maxSessions,
      @JsonProperty("session_age") String sessionAge,
      Boolean write,
      @JsonProperty("job_heap_mb") @Nullable Integer jobHeapMegabytes,
      @Nullable String watch,
      @JsonProperty("mcp_answer") Boolean mcpAnswer,
      @JsonProperty("keep_questions") @Nullable KeepQuestions keepQuestions) {}

  /// Where the server is reached.
  ///
  /// @param names under which a server without a key may be reached, beside its address and the
  ///   machine's own names
  public record Address(String host, Integer port, List<String> names) {
    public Address {
      names = texts("serve.names", names);
      for (String each : names) {
        require(
            Pattern.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,252}", each),
            "serve.names: '" + each + "' is no host name; write for example rag.example.com");
      }
      host = host == null ? "127.0.0.1" : host;
      port = within("serve.port", port, 8088, 0, 65535);
    }
  }

  /// How much of what it holds.
  ///
  /// @param connections open at once
  /// @param apps that may be made over HTTP
  /// @param sessions conversations that are kept; 0: none
  /// @param sessionAge after which one that was not used is forgotten, as `24h`
  public record Limits(Integer connections, Integer apps, Integer sessions, String sessionAge) {
    public Limits {
      connections = within("serve.max_connections", connections, 1000, 1, 100_000);
      apps = within("serve.max_apps", apps, 500, 1, 100_000);
      sessions = within("serve.max_sessions", sessions, 1000, 0, 100_000);
      sessionAge = sessionAge == null ? "24h" : sessionAge;
      Settings.duration("serve.session_age", sessionAge);
    }

    /// After which a conversation that was not used is forgotten.
    public Duration sessionTime() {
      return Settings.duration("serve.session_age", sessionAge);
    }
  }

  /// What it does with documents and steps.
  ///
  /// @param write whether callers may send and remove documents, and start and cancel steps
  /// @param jobHeapMegabytes memory of a step that callers start; null for a quarter of the
  ///   machine's
  /// @param watch how often the documents are looked at, as `5m`, beside changes of files; null for
  ///   never
  public record Work(Boolean write, @Nullable Integer jobHeapMegabytes, @Nullable String watch) {
    public Work {
      write = write == null || write;
      if (watch != null) {
        Settings.duration("serve.watch", watch);
      }
      if (jobHeapMegabytes != null) {
        within("serve.job_heap_mb", jobHeapMegabytes, jobHeapMegabytes, 256, 1_000_000);
      }
    }
  }

  /// Which questions a server keeps for review.
  ///
  /// @param days after which one that was not asked again is forgotten
  /// @param most different ones
  public record KeepQuestions(Integer days, Integer most) {
    public KeepQuestions {
      days = within("serve.keep_questions.days", days, 30, 1, 366);
      most = within("serve.keep_questions.most", most, 2000, 1, 20_000);
    }
  }
}
