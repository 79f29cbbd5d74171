package dev.whetstone.workspace;

import static dev.whetstone.core.SettingChecks.oneOf;
import static dev.whetstone.core.SettingChecks.require;
import static dev.whetstone.core.SettingChecks.requireVariable;
import static dev.whetstone.core.SettingChecks.texts;
import static dev.whetstone.core.SettingChecks.within;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whetstone.core.Failure;
import dev.whetstone.questions.QuestionKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The section `questions` of the settings: questions that a language model writes about the
/// documents.
///
/// @param writer what writes them
/// @param limits of what they may cost
/// @param count that are to train and choose
/// @param review that are to wait for a person's review, beside those; 0 for none
/// @param budget the longest that writing may take, as `20m`
/// @param kinds keys of [QuestionKind], at least one
public record QuestionSettings(
    Writer writer,
    Limits limits,
    Integer count,
    Integer review,
    String budget,
    List<String> kinds) {
  /// The keys of all kinds.
  public static final List<String> ALL_KINDS =
      Stream.of(QuestionKind.values()).map(QuestionKind::key).toList();

  public QuestionSettings {
    writer = writer == null ? Settings.defaults(Writer.class) : writer;
    limits = limits == null ? Settings.defaults(Limits.class) : limits;
    count = within("questions.count", count, 500, 1, 100_000);
    review = within("questions.review", review, 150, 0, 100_000);
    budget = budget == null ? "20m" : budget;
    Settings.duration("questions.budget", budget);
    kinds = kinds("questions.kinds", kinds);
  }

  /// Checks keys of kinds.
  ///
  /// @param key names the setting in the error
  /// @param kinds none for all
  /// @throws Failure.BadInput naming the kinds, if one is not known
  public static List<String> kinds(String key, @Nullable List<String> kinds) {
    List<String> given = texts(key, kinds);
    for (String kind : given) {
      var _ = oneOf(key, kind, "", Set.copyOf(ALL_KINDS));
    }
    return given.isEmpty() ? ALL_KINDS : given.stream().distinct().toList();
  }

  /// Settings of a command that writes questions without a workspace: none waits for review.
  ///
  /// @param count null for the default
  /// @param budget null for the default
  /// @param kinds null for all
  /// @throws Failure.BadInput naming the setting
  public static QuestionSettings of(
      Writer writer,
      @Nullable Integer count,
      @Nullable String budget,
      @Nullable List<String> kinds) {
    QuestionSettings usual = Settings.DEFAULTS.questions();
    return new QuestionSettings(
        writer,
        usual.limits(),
        count == null ? usual.count() : count,
        0,
        budget == null ? usual.budget() : budget,
        kinds == null ? ALL_KINDS : kinds);
  }

  public Duration time() {
    return Settings.duration("questions.budget", budget);
  }

  /// What writes questions.
  ///
  /// @param kind `none`, `gguf` (a model file in this process), `openai` (any server of that shape)
  ///   or `ollama`
  /// @param url of a server, up to and with `/v1`; null for Ollama on this machine
  /// @param apiKeyEnv the NAME of the environment variable that holds the key
  /// @param file of a `gguf` model
  /// @param contextTokens that a prompt and its reply of a `gguf` model together may have
  /// @param timeoutSeconds that a server's reply may take
  /// @param concurrent replies at once
  public record Writer(
      String kind,
      @Nullable String url,
      @Nullable String model,
      @JsonProperty("api_key_env") @Nullable String apiKeyEnv,
      @Nullable String file,
      @JsonProperty("context_tokens") Integer contextTokens,
      @JsonProperty("timeout_seconds") Integer timeoutSeconds,
      Integer concurrent) {
    /// Of a writer that is not there.
    public static final String NONE = "none";

    /// Replies at once, of a server.
    private static final int CONCURRENT = 4;

    /// Of a file in this process: a word costs a reading of all weights, whatever the number of
    /// replies that it is for.
    private static final int CONCURRENT_HERE = 32;

    /// Of a server that a command names: on a busy machine a reply among many takes minutes.
    private static final int LOCAL_TIMEOUT_SECONDS = 900;

    public Writer {
      kind = oneOf("questions.writer.kind", kind, NONE, Set.of(NONE, "gguf", "openai", "ollama"));
      requireVariable("questions.writer.api_key_env", apiKeyEnv);
      contextTokens = within("questions.writer.context_tokens", contextTokens, 2048, 512, 131_072);
      timeoutSeconds = within("questions.writer.timeout_seconds", timeoutSeconds, 120, 1, 3600);
      concurrent = within("questions.writer.concurrent", concurrent, usually(kind), 1, 64);
      boolean server = kind.equals("openai") || kind.equals("ollama");
      require(
          !kind.equals("openai") || url != null,
          "questions.writer.url is missing: `kind: openai` needs the server's address, up to and"
              + " with /v1");
      require(
          !server || model != null,
          "questions.writer.model is missing: `kind: " + kind + "` needs the model's name");
      require(
          !kind.equals("gguf") || file != null,
          "questions.writer.file is missing: `kind: gguf` needs the model's file");
    }

    /// Replies at once where the settings do not say.
    private static int usually(String kind) {
      return kind.equals("gguf") ? CONCURRENT_HERE : CONCURRENT;
    }

    /// A writer as commands name it: `gguf:FILE`, `ollama:MODEL` or `openai:MODEL@URL`, a server of
    /// that shape. One on another machine needs limits, which commands do not take.
    ///
    /// @param concurrent replies at once; null for the default
    /// @throws Failure.BadInput if it is none of these
    public static Writer named(String name, @Nullable Integer concurrent) {
      int colon = name.indexOf(':');
      String kind = colon < 0 ? "" : name.substring(0, colon);
      String what = name.substring(colon + 1).strip();
      int at = what.indexOf("@http");
      boolean known =
          switch (kind) {
            case "gguf", "ollama" -> !what.isEmpty();
            case "openai" -> at > 0;
            default -> false;
          };
      if (!known) {
        throw new Failure.BadInput(
            "the writer \""
                + name
                + "\" is none of gguf:FILE, ollama:MODEL and openai:MODEL@URL, for example"
                + " gguf:models/qwen2.5-1.5b-instruct-q4_k_m.gguf or"
                + " openai:qwen2.5@http://127.0.0.1:8000/v1");
      }
      boolean file = kind.equals("gguf");
      boolean server = kind.equals("openai");
      String model = server ? what.substring(0, at) : what;
      Writer usual = Settings.defaults(Writer.class);
      return new Writer(
          kind,
          server ? what.substring(at + 1) : null,
          file ? null : model,
          null,
          file ? what : null,
          usual.contextTokens(),
          file ? usual.timeoutSeconds() : LOCAL_TIMEOUT_SECONDS,
          concurrent == null ? usually(kind) : concurrent);
    }

    /// Whether questions are to be written.
    public boolean configured() {
      return !kind.equals(NONE);
    }
  }

  /// What the writer may cost, in all runs whose replies are kept.
  ///
  /// @param tokens of prompts and replies together; null for no limit
  /// @param cost in the unit of the prices; null for no limit
  /// @param priceRead of a million tokens of prompts
  /// @param priceWritten of a million tokens of replies
  public record Limits(
      @Nullable Long tokens,
      @Nullable Double cost,
      @JsonProperty("price_read") Double priceRead,
      @JsonProperty("price_written") Double priceWritten) {
    public Limits {
      priceRead = priceRead == null ? 0.0 : priceRead;
      priceWritten = priceWritten == null ? 0.0 : priceWritten;
      require(tokens == null || tokens > 0, "questions.limits.tokens: it must be above 0");
      require(cost == null || cost > 0, "questions.limits.cost: it must be above 0");
      require(
          priceRead >= 0 && priceWritten >= 0 && priceRead + priceWritten < 1e9,
          "questions.limits.price_read and price_written: a price is at least 0");
      require(
          cost == null || priceRead + priceWritten > 0,
          "questions.limits.cost: it needs price_read and price_written, the prices of a million"
              + " tokens");
    }
  }
}
