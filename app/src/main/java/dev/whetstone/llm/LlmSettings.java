package dev.whetstone.llm;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which language model writes.
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

    /// Where Ollama listens unless it is told otherwise.
    public static final URI OLLAMA = URI.create("http://127.0.0.1:11434/v1");

    /// A model of Ollama, through the part of it that speaks OpenAI's protocol.
    ///
    /// @param baseUrl null for [#OLLAMA]
    public static OpenAi ollama(@Nullable URI baseUrl, String model, Duration timeout) {
      return new OpenAi(baseUrl == null ? OLLAMA : baseUrl, model, null, timeout, MOST_REPLY_BYTES);
    }

    /// Whether what is sent leaves this machine, as far as the address tells: its host is neither
    /// `localhost` nor a loopback address.
    public boolean remote() {
      String host = baseUrl.getHost().toLowerCase(Locale.ROOT);
      return !(host.equals("localhost")
          || host.endsWith(".localhost")
          || host.matches("127(\\.[0-9]{1,3}){3}")
          || host.equals("[::1]"));
    }

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
  /// @param contextTokens a prompt and its reply together hold at most so many
  /// @param threads that compute
  /// @param parallel replies that are written at once, from 1 to 64: their tokens are computed
  ///   together, and prompts that begin alike share what was computed of the beginning. With more
  ///   than one, a reply may differ in a word from the one that the same prompt got before, because
  ///   the order of summation depends on what is computed beside it.
  record Gguf(Path file, int contextTokens, int threads, int parallel) implements LlmSettings {
    public Gguf {
      if (contextTokens < 128 || threads < 1 || parallel < 1 || parallel > 64) {
        throw new IllegalArgumentException(
            "%d tokens of context, %d threads, %d replies at once"
                .formatted(contextTokens, threads, parallel));
      }
    }

    /// One reply at a time.
    public Gguf(Path file, int contextTokens, int threads) {
      this(file, contextTokens, threads, 1);
    }
  }
}
