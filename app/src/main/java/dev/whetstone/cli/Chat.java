package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatModels;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.workspace.ModelSources;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The language model of a workspace's settings.
final class Chat {
  private Chat() {}

  /// Null where the settings name none: answers are then taken from the passages.
  ///
  /// @throws Failure.Refused if others can write the settings, and these name a file that this
  ///   machine does not permit
  static @Nullable ChatModel open(Workspace workspace) {
    var sources = new ModelSources(workspace);
    sources.requireChat();
    Settings.Llm llm = workspace.settings().llm();
    return switch (llm.kind()) {
      case "openai" -> ChatModels.open(server(llm));
      case "gguf" ->
          ChatModels.open(
              new LlmSettings.Gguf(
                  sources.file(Objects.requireNonNull(llm.file())),
                  llm.contextTokens(),
                  Runtime.getRuntime().availableProcessors()));
      default -> null;
    };
  }

  /// The server of settings whose kind is `openai`.
  ///
  /// @throws Failure.BadInput if its address is none
  static LlmSettings.OpenAi server(Settings.Llm llm) {
    try {
      return new LlmSettings.OpenAi(
          URI.create(Objects.requireNonNull(llm.url())),
          Objects.requireNonNull(llm.model()),
          llm.apiKeyEnv(),
          Duration.ofSeconds(llm.timeoutSeconds()),
          llm.maxReplyBytes());
    } catch (IllegalArgumentException e) { // it may hold a password
      throw new Failure.BadInput(
          "llm.url is no address: write for example http://127.0.0.1:11434/v1, without user or"
              + " password; llm.model must not be empty",
          e);
    }
  }
}
