package dev.whetstone.llm;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Opens chat models.
public final class ChatModels {
  private ChatModels() {}

  /// Opens the model. A server is not called yet, a file is loaded.
  ///
  /// @throws Failure.BadInput if the variable with the API key is not set, or the file is no GGUF
  public static ChatModel open(LlmSettings settings) {
    return open(settings, System.getenv());
  }

  /// Looks whether the model of these settings is there, as far as that costs nothing: a server is
  /// not called, and of a file only the beginning is read.
  ///
  /// @throws Failure.BadInput if it is a file that is no GGUF or cannot be read
  public static void check(LlmSettings settings) {
    if (settings instanceof LlmSettings.Gguf gguf) {
      GgufChat.requireGguf(gguf.file());
    }
  }

  /// That a model's file cannot be opened.
  public static Failure.BadInput unreadable(Path file, IOException why) {
    return new Failure.BadInput(
        "the language model's file "
            + file
            + (Files.exists(file) ? " cannot be read" : " does not exist"),
        why);
  }

  /// As [#open], but a request that fails is not repeated: for callers that try again themselves
  /// and count what each attempt may cost.
  public static ChatModel openForOneAttempt(LlmSettings.OpenAi server) {
    return new OpenAiChat(server, 1, System.getenv());
  }

  static ChatModel open(LlmSettings settings, Map<String, String> environment) {
    return switch (settings) {
      case LlmSettings.OpenAi server -> new OpenAiChat(server, 2, environment);
      case LlmSettings.Gguf file -> GgufChat.open(file);
    };
  }
}
