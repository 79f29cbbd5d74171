package dev.whetstone.llm;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which language model writes answers.
public sealed interface LlmSettings {
  /// A server that speaks OpenAI's chat completions: OpenAI, DashScope (its compatible mode),
  /// Ollama, vLLM, llama.cpp and others.
  ///
  /// @param baseUrl up to and with the version, such as `http://localhost:11434/v1`
  /// @param model the name the server knows it by
  /// @param keyVariable the environment variable that holds the API key; null where the server asks
  ///   for none. The key itself stands in no settings and in no log.
  /// @param timeout of one reply, waiting and a second try included
  /// @param mostReplyBytes that are read of a reply, from 1000
  record OpenAi(
      URI baseUrl, String model, @Nullable String keyVariable, Duration timeout, int mostReplyBytes)
      implements LlmSettings {
    /// The default of `mostReplyBytes`: 1 MB.
    public static final int MOST_REPLY_BYTES = 1 << 20;

    public OpenAi {
      String scheme = baseUrl.getScheme();
      if (scheme == null
          || !(scheme.equals("http") || scheme.equals("https"))
          || baseUrl.getHost() == null
          || baseUrl.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "the language model's address must be http://… or https://… without a password");
      }
      if (model.isBlank() || timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("model \"" + model + "\", time-out " + timeout);
      }
      if (mostReplyBytes < 1000) {
        throw new IllegalArgumentException(mostReplyBytes + " bytes of a reply");
      }
    }
  }

  /// A GGUF file, run in this process by llama.cpp.
  ///
  /// @param contextTokens prompt and reply together hold at most so many
  /// @param threads that compute a reply
  record Gguf(Path file, int contextTokens, int threads) implements LlmSettings {
    public Gguf {
      if (contextTokens < 128 || threads < 1) {
        throw new IllegalArgumentException(
            contextTokens + " tokens of context, " + threads + " threads");
      }
    }
  }
}
