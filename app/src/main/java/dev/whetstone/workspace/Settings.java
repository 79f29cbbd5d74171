package dev.whetstone.workspace;

import static dev.whetstone.core.SettingChecks.allWithin;
import static dev.whetstone.core.SettingChecks.oneOf;
import static dev.whetstone.core.SettingChecks.require;
import static dev.whetstone.core.SettingChecks.requireVariable;
import static dev.whetstone.core.SettingChecks.texts;
import static dev.whetstone.core.SettingChecks.within;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// The settings of one workspace, `whetstone.yaml`. Every key is optional; a constructor fills in
/// the default (a missing key arrives as null) and refuses what cannot be. Read by [SettingsFile].
///
/// @param name of the collection; names its model, index and app
/// @param language `auto` or an ISO 639 code: chooses the base model when that is `auto`
/// @param engines what the sections of the engines say; read by [SettingsFile] by their names
public record Settings(
    String name,
    String language,
    Stage stage,
    Model model,
    Passages passages,
    Parse parse,
    QuestionSettings questions,
    Train train,
    Prove prove,
    Rerank rerank,
    Index index,
    EngineSections engines,
    App app,
    Llm llm,
    ServeSettings serve) {

  private static final Pattern BYTES = Pattern.compile("(\\d{1,9}(?:\\.\\d+)?)\\s*([mg])b?");

  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(s|m|h)");

  /// What stands where nothing is set.
  public static final Settings DEFAULTS = defaults(Settings.class);

  public Settings {
    name = name == null ? "documents" : name;
    language = language == null ? "auto" : language.toLowerCase(Locale.ROOT);
    require(
        language.matches("auto|[a-z]{2,3}"),
        "language: " + language + " is neither auto nor a code such as en, zh, de (ISO 639)");
    stage = stage == null ? defaults(Stage.class) : stage;
    model = model == null ? defaults(Model.class) : model;
    passages = passages == null ? defaults(Passages.class) : passages;
    parse = parse == null ? defaults(Parse.class) : parse;
    questions = questions == null ? defaults(QuestionSettings.class) : questions;
    train = train == null ? defaults(Train.class) : train;
    prove = prove == null ? defaults(Prove.class) : prove;
    rerank = rerank == null ? defaults(Rerank.class) : rerank;
    index = index == null ? defaults(Index.class) : index;
    app = app == null ? defaults(App.class) : app;
    llm = llm == null ? defaults(Llm.class) : llm;
    serve = serve == null ? defaults(ServeSettings.class) : serve;
    requireName("name", name);
    engines = engines == null ? EngineSections.NONE : engines;
  }

  /// The same settings with what they say of the engines, which stands in sections under the
  /// engines' names.
  ///
  /// @throws Failure.BadInput if `index.engine` is not known, or nothing says where it is
  Settings withEngines(EngineSections engines) {
    engines.requireUsable("index.engine", index.engine());
    return new Settings(
        name, language, stage, model, passages, parse, questions, train, prove, rerank, index,
        engines, app, llm, serve);
  }

  /// @throws Failure.BadInput if it cannot name a collection, an index or a folder
  static void requireName(String key, String name) {
    require(
        Pattern.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name),
        key + ": '" + name + "' must be 1 to 64 letters, digits, dots, dashes or underscores");
  }

  /// @param exclude patterns of what is not staged, see [ExcludePatterns]
  /// @param maxObjects that a bucket's listing may have, documents or not, before staging from
  ///   there is refused: a listing without end would fill the memory
  public record Stage(List<String> exclude, @JsonProperty("max_objects") Integer maxObjects) {
    public Stage {
      maxObjects = within("stage.max_objects", maxObjects, 1_000_000, 1, 100_000_000);
      exclude = texts("stage.exclude", exclude);
      try {
        var _ = new ExcludePatterns(exclude);
      } catch (PatternSyntaxException e) {
        throw new Failure.BadInput(
            "stage.exclude: '%s' is no pattern (%s); write for example archive/, *.draft.md or docs/old/**"
                .formatted(e.getPattern(), e.getDescription()),
            e);
      }
    }
  }

  /// @param base a model's name, a folder in Hugging Face layout, or `auto`
  /// @param multilingual a model's name or folder: what `auto` means for documents in a language
  ///   that no base model was made for; null where none is named
  /// @param runtime `auto`, `onnx_fp32`, `torch_fp32`, `torch_bf16` or `torch_int8`: what embeds
  public record Model(String base, @Nullable String multilingual, String runtime) {
    public Model {
      base = base == null ? "auto" : base;
      multilingual = multilingual == null || multilingual.isBlank() ? null : multilingual;
      runtime =
          oneOf(
              "model.runtime",
              runtime,
              "auto",
              Set.of("auto", "onnx_fp32", "torch_fp32", "torch_bf16", "torch_int8"));
    }
  }

  /// @param tokens a passage's target length
  /// @param headingCharacters of one heading in a passage's path
  /// @param maxPerDocument above which a document is refused
  public record Passages(
      Integer tokens,
      @JsonProperty("heading_characters") Integer headingCharacters,
      @JsonProperty("max_per_document") Integer maxPerDocument) {
    public Passages {
      tokens = within("passages.tokens", tokens, 256, 32, 480);
      headingCharacters = within("passages.heading_characters", headingCharacters, 160, 20, 1000);
      maxPerDocument = within("passages.max_per_document", maxPerDocument, 50_000, 1, 1_000_000);
    }
  }

  /// The limits of the process that parses.
  ///
  /// @param secondsPerFile after which a file is given up
  /// @param heapMegabytes of that process
  /// @param maxFileMegabytes above which a file is neither staged nor opened
  /// @param maxCharacters of one document's text, above which it is refused
  /// @param maxBlocks paragraphs, headings, list items and table rows, above which it is refused
  /// @param titleCharacters at which a title is cut
  /// @param hidden whether hidden content is read
  public record Parse(
      @JsonProperty("seconds_per_file") Integer secondsPerFile,
      @JsonProperty("heap_mb") Integer heapMegabytes,
      @JsonProperty("max_file_mb") Integer maxFileMegabytes,
      @JsonProperty("max_characters") Integer maxCharacters,
      @JsonProperty("max_blocks") Integer maxBlocks,
      @JsonProperty("title_characters") Integer titleCharacters,
      Boolean hidden) {
    public Parse {
      secondsPerFile = within("parse.seconds_per_file", secondsPerFile, 60, 1, 3600);
      heapMegabytes = within("parse.heap_mb", heapMegabytes, 768, 64, 65536);
      maxFileMegabytes = within("parse.max_file_mb", maxFileMegabytes, 200, 1, 100_000);
      maxCharacters = within("parse.max_characters", maxCharacters, 20_000_000, 1000, 20_000_000);
      maxBlocks = within("parse.max_blocks", maxBlocks, 500_000, 100, 10_000_000);
      titleCharacters = within("parse.title_characters", titleCharacters, 300, 20, 1000);
      hidden = hidden != null && hidden;
    }
  }

  /// @param budget the longest that training the model may take, as `10m`
  /// @param seed of all choices by chance
  /// @param matryoshka dimensions that the model's vectors may be cut to afterwards, beside its own
  /// @param memory the most that a training may take, as `6 GB`; null for half of the machine's
  /// @param recipe how to train, as `seeds=3,remine=on`; null for the standard recipe
  public record Train(
      String budget,
      Long seed,
      List<Integer> matryoshka,
      @Nullable String memory,
      @Nullable String recipe) {
    public Train {
      matryoshka = allWithin("train.matryoshka", matryoshka, 8, 8192);
      budget = budget == null ? "10m" : budget;
      duration("train.budget", budget);
      seed = seed == null ? 1L : seed;
      if (memory != null) {
        bytes("train.memory", memory);
      }
    }

    public Duration time() {
      return duration("train.budget", budget);
    }

    /// Bytes that a training may take; 0 where nothing is said.
    public long memoryBytes() {
      return memory == null ? 0 : bytes("train.memory", memory);
    }
  }

  /// @param level one-sided confidence that the gate asks for
  /// @param ranking `hybrid` or `dense`: the ranking that must gain, and that apps serve
  /// @param guard whether a candidate must also keep what its base knew in general
  public record Prove(Double level, String ranking, Boolean guard) {
    public Prove {
      level = level == null ? 0.95 : level;
      require(
          level >= 0.5 && level < 1, "prove.level: " + level + " must be at least 0.5 and below 1");
      ranking = oneOf("prove.ranking", ranking, "hybrid", Set.of("hybrid", "dense"));
      guard = guard == null || guard;
    }
  }

  /// Reordering what retrieval found by a model that reads question and passage together.
  ///
  /// @param enabled `auto` (one is made and served where it is proven) or `never`
  /// @param base folder of a reranker to begin with, as Hugging Face has it; null: one is made of
  ///   the sharpened model
  /// @param budget the longest that reordering may take a question here, as `150ms`
  /// @param trainBudget the longest that training one may take, as `10m`; null: as that of the
  ///   model
  public record Rerank(
      String enabled,
      @Nullable String base,
      String budget,
      @JsonProperty("train_budget") @Nullable String trainBudget) {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})\\s*(ms|s)");

    public Rerank {
      enabled = oneOf("rerank.enabled", enabled, "auto", Set.of("auto", "never"));
      require(
          base == null || !base.isBlank(), "rerank.base is empty: name a folder, or leave it out");
      budget = budget == null ? "150ms" : budget;
      time("rerank.budget", budget);
      if (trainBudget != null) {
        duration("rerank.train_budget", trainBudget);
      }
    }

    /// The longest that training one may take.
    ///
    /// @param train that of the model, which holds where nothing else is said
    public Duration training(Train train) {
      return trainBudget == null ? train.time() : duration("rerank.train_budget", trainBudget);
    }

    /// Whether there may be one.
    public boolean wanted() {
      return enabled.equals("auto");
    }

    public Duration time() {
      return time("rerank.budget", budget);
    }

    /// Reads `150ms` or `2s`.
    ///
    /// @param key names the setting in the error
    /// @throws Failure.BadInput if it is not from 1 ms to 60 s
    public static Duration time(String key, String text) {
      var match = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
      boolean matches = match.matches();
      long amount = matches ? Long.parseLong(match.group(1)) : 0;
      Duration time =
          matches && match.group(2).equals("s")
              ? Duration.ofSeconds(amount)
              : Duration.ofMillis(amount);
      require(
          time.toMillis() >= 1 && time.toMillis() <= 60_000,
          key + ": '" + text + "' is not from 1ms to 60s; write for example 150ms");
      return time;
    }
  }

  /// Where `whet index` writes, and where the workspace's own app searches.
  ///
  /// @param engine the name of a registered one: `lucene` (in the workspace), `elasticsearch` or
  ///   `opensearch`
  /// @param name of the index; null for the workspace's, in lower case at a cluster
  /// @param keep how many generations stay for a rollback, the serving one counted
  /// @param dimensions of the sharpened model's vectors; null for all that it has
  public record Index(
      String engine, @Nullable String name, Integer keep, @Nullable Integer dimensions) {
    public Index {
      require(
          dimensions == null || (dimensions >= 8 && dimensions <= 8192),
          "index.dimensions: " + dimensions + " is not between 8 and 8192");
      engine = engine == null ? EngineKind.LUCENE.name() : engine;
      require(
          name == null || Pattern.matches("[a-z0-9][a-z0-9._-]{0,199}", name),
          "index.name: '"
              + name
              + "' must be 1 to 200 lower-case letters, digits, dots, dashes or underscores");
      keep = within("index.keep", keep, 3, 1, 100);
    }
  }

  /// @param topK passages an answer is made from
  /// @param gateAnswers whether the app keeps its former plan where its answers to the held-out
  ///   questions got worse
  public record App(
      @JsonProperty("top_k") Integer topK, @JsonProperty("gate_answers") Boolean gateAnswers) {
    public App {
      gateAnswers = gateAnswers != null && gateAnswers;
      topK = within("app.top_k", topK, 5, 1, 100);
    }
  }

  /// What writes the answers.
  ///
  /// @param kind `none` (sentences are taken from the passages), `openai` (any server of that
  ///   shape) or `gguf` (a model file in this process)
  /// @param url of an `openai` server, up to and with `/v1`
  /// @param apiKeyEnv the NAME of the environment variable that holds the key
  /// @param file of a `gguf` model
  /// @param contextTokens that prompt and reply together may have: the model's window
  /// @param timeoutSeconds how long it may take before the answer is made without it
  /// @param maxReplyBytes that are read of an `openai` server's reply
  /// @param concurrent replies that a server asks for at once
  /// @param rewrite whether it first rewrites a question that follows others
  public record Llm(
      String kind,
      @Nullable String url,
      @Nullable String model,
      @JsonProperty("api_key_env") @Nullable String apiKeyEnv,
      @Nullable String file,
      @JsonProperty("context_tokens") Integer contextTokens,
      @JsonProperty("timeout_seconds") Integer timeoutSeconds,
      @JsonProperty("max_reply_bytes") Integer maxReplyBytes,
      Integer concurrent,
      Boolean rewrite) {
    public Llm {
      rewrite = rewrite != null && rewrite;
      concurrent = within("llm.concurrent", concurrent, 8, 1, 1000);
      kind = oneOf("llm.kind", kind, "none", Set.of("none", "openai", "gguf"));
      requireVariable("llm.api_key_env", apiKeyEnv);
      contextTokens = within("llm.context_tokens", contextTokens, 4096, 512, 1_000_000);
      timeoutSeconds = within("llm.timeout_seconds", timeoutSeconds, 20, 1, 600);
      maxReplyBytes = within("llm.max_reply_bytes", maxReplyBytes, 1 << 20, 1000, 64 << 20);
      require(
          !kind.equals("openai") || url != null,
          "llm.url is missing: `kind: openai` needs the server's address, up to and with /v1");
      require(
          !kind.equals("openai") || model != null,
          "llm.model is missing: `kind: openai` needs the model's name");
      require(
          !kind.equals("gguf") || file != null,
          "llm.file is missing: `kind: gguf` needs the model's file");
    }
  }

  static <T> T defaults(Class<T> type) {
    return Json.MAPPER.convertValue(Map.of(), type);
  }

  /// Reads `90s`, `10m` or `2h`.
  ///
  /// @param key names the setting in the error
  /// @throws Failure.BadInput if it is no duration or is zero
  public static Duration duration(String key, String text) {
    var match = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!match.matches() || Long.parseLong(match.group(1)) == 0) {
      throw new Failure.BadInput(
          key + ": '" + text + "' is no duration; write for example 90s, 10m or 2h");
    }
    long amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  /// An amount of memory, as `500 MB`, `6 GB` or `6g`.
  ///
  /// @param key names the setting in the error
  /// @return bytes
  /// @throws Failure.BadInput if it is none or is zero
  public static long bytes(String key, String text) {
    var match = BYTES.matcher(text.strip().toLowerCase(Locale.ROOT));
    double amount = match.matches() ? Double.parseDouble(match.group(1)) : 0;
    if (amount == 0) {
      throw new Failure.BadInput(
          key + ": '" + text + "' is no amount of memory; write for example 500 MB or 6 GB");
    }
    return (long) (amount * (match.group(2).equals("m") ? 1_000_000 : 1_000_000_000));
  }
}
