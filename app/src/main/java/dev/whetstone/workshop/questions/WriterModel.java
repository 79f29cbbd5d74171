package dev.whetstone.workshop.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatModels;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.llm.gguf.GgufModels;
import dev.whetstone.questions.WriterPrice;
import dev.whetstone.workspace.ModelSources;
import dev.whetstone.workspace.QuestionSettings;
import dev.whetstone.workspace.Workspace;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The language model that writes a workspace's questions, as `questions.writer` names it.
///
/// @param model how it is reached
/// @param remote whether passages leave this machine
public record WriterModel(LlmSettings model, boolean remote) {
  /// The writer of a workspace's settings.
  ///
  /// @throws Failure.BadInput if no writer is set, its address is none, or it is at another machine
  ///   and nothing limits what it may cost
  public static WriterModel of(Workspace workspace) {
    QuestionSettings settings = workspace.settings().questions();
    WriterModel writer = named(settings, new ModelSources(workspace)::file);
    QuestionSettings.Limits limits = settings.limits();
    if (writer.remote() && limits.tokens() == null && limits.cost() == null) {
      throw new Failure.BadInput(
          "questions.limits is missing: questions.writer names a server on another machine, which"
              + " needs a limit of tokens or of cost; set for example limits: {tokens: 2000000}");
    }
    return writer;
  }

  /// The writer of a collection, on this machine; a file is named as seen from the current folder.
  ///
  /// @throws Failure.BadInput if its address is none, or it is at another machine
  public static WriterModel onThisMachine(QuestionSettings settings) {
    WriterModel writer = named(settings, Path::of);
    if (writer.remote()) {
      throw new Failure.BadInput(
          "--writer names a server on another machine: without a workspace, whose questions.limits"
              + " bound the cost, only a server on this machine is asked");
    }
    return writer;
  }

  private static WriterModel named(QuestionSettings settings, Function<String, Path> files) {
    QuestionSettings.Writer writer = settings.writer();
    LlmSettings model =
        switch (writer.kind()) {
          case "gguf" ->
              new LlmSettings.Gguf(
                  files.apply(Objects.requireNonNull(writer.file())),
                  writer.contextTokens(),
                  Runtime.getRuntime().availableProcessors(),
                  writer.concurrent());
          case "openai", "ollama" -> server(writer);
          default ->
              throw new Failure.BadInput(
                  "no language model is set that could write questions: set questions.writer in"
                      + " whetstone.yaml, for example {kind: gguf, file: model.gguf} or {kind:"
                      + " ollama, model: \"qwen2.5:1.5b\"}");
        };
    boolean remote = model instanceof LlmSettings.OpenAi server && server.remote();
    return new WriterModel(model, remote);
  }

  private static LlmSettings.OpenAi server(QuestionSettings.Writer writer) {
    try {
      @Nullable String url = writer.url();
      String model = Objects.requireNonNull(writer.model());
      Duration timeout = Duration.ofSeconds(writer.timeoutSeconds());
      return new LlmSettings.OpenAi(
          url == null ? LlmSettings.OpenAi.OLLAMA : URI.create(url),
          model,
          writer.apiKeyEnv(),
          timeout,
          LlmSettings.OpenAi.MOST_REPLY_BYTES);
    } catch (IllegalArgumentException e) { // it may hold a password
      throw new Failure.BadInput(
          "questions.writer.url is no address: write for example http://127.0.0.1:11434/v1, without"
              + " user or password; questions.writer.model must not be empty",
          e);
    }
  }

  /// What tells it from another writer, without what says how it is reached.
  public String key() {
    return switch (model) {
      case LlmSettings.Gguf _ -> "gguf " + name();
      case LlmSettings.OpenAi _ -> "server " + name();
    };
  }

  /// The name of the model, as [ChatModel#name()] gives it.
  public String name() {
    return switch (model) {
      case LlmSettings.Gguf file -> String.valueOf(file.file().getFileName());
      case LlmSettings.OpenAi server -> server.model();
    };
  }

  /// Where it is, for people.
  public String place() {
    return switch (model) {
      case LlmSettings.Gguf file -> file.file().toString();
      case LlmSettings.OpenAi server -> server.model() + " at " + server.baseUrl();
    };
  }

  /// @throws Failure.Refused if others can write the settings, and these name a file that this
  ///   machine does not permit
  ChatModel open(Workspace workspace) {
    new ModelSources(workspace).requireWriter();
    return open();
  }

  /// As [ChatModels#check].
  ///
  /// @throws Failure.Refused as [#open(Workspace)]
  void check(Workspace workspace) {
    new ModelSources(workspace).requireWriter();
    ChatModels.check(model);
  }

  /// Opens it.
  public ChatModel open() {
    return GgufModels.open(model);
  }

  /// The prices that limits name.
  public static WriterPrice price(QuestionSettings.Limits limits) {
    return new WriterPrice(limits.priceRead(), limits.priceWritten());
  }
}
