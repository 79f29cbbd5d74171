package dev.whetstone.llm.gguf;

import dev.whetstone.core.DecoderDescription;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Machine;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatModels;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Decoder;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/// Opens models for work that asks for many replies at once. GGUF files are computed here where
/// that is known how, else run by llama.cpp.
public final class GgufModels {
  private static final int MOST_AT_LLAMA_CPP = 4;

  /// Of the machine's memory, for weights.
  private static final double MOST_MEMORY = .3;

  private GgufModels() {}

  /// Opens the model of these settings: here where it is a GGUF file of a known family whose
  /// tokenizer and chat template are known, and whose weights take less than a third of the
  /// machine's memory; else as [ChatModels#open]. A server is sent each request once, as who asks
  /// for many replies tries again and counts the cost.
  ///
  /// @throws Failure.BadInput if the file is no GGUF, or as [ChatModels#open]
  public static ChatModel open(LlmSettings settings) {
    return switch (settings) {
      case LlmSettings.OpenAi server -> ChatModels.openForOneAttempt(server);
      case LlmSettings.Gguf gguf ->
          here(gguf, Calibration::fastestProducts)
              .orElseGet(() -> ChatModels.open(atLlamaCpp(gguf)));
    };
  }

  /// What leaves a file to llama.cpp.
  public enum Obstacle {
    /// It is no GGUF file, is damaged, or holds a kind of tensor that is not read here.
    FILE,
    /// Another family of networks.
    NETWORK,
    /// Another form of chat prompts, or none.
    TEMPLATE,
    /// Another kind of tokenizer.
    TOKENIZER,
    /// Its weights would take too much of the machine's memory.
    MEMORY
  }

  /// Why [#open] leaves a file to llama.cpp, as far as a look tells; empty where it is computed
  /// here.
  public static Optional<Obstacle> obstacle(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      return obstacle(file);
    } catch (Failure.BadInput _) {
      return Optional.of(Obstacle.FILE);
    }
  }

  private static Optional<Obstacle> obstacle(GgufFile file) {
    Optional<DecoderDescription> network = GgufNetwork.of(file);
    if (network.isEmpty()) {
      return Optional.of(Obstacle.NETWORK);
    }
    if (ChatTemplate.of(file).isEmpty()) {
      return Optional.of(Obstacle.TEMPLATE);
    }
    if (!GgufTokenizer.isKnown(file)) {
      return Optional.of(Obstacle.TOKENIZER);
    }
    // fp32 first: which is faster takes a measurement
    boolean fits =
        fits(network.get(), Precision.FP32) || fits(network.get(), Calibration.fastestProducts());
    return fits ? Optional.empty() : Optional.of(Obstacle.MEMORY);
  }

  /// With as many replies at once as pay there: each has its part of one long context.
  private static LlmSettings atLlamaCpp(LlmSettings.Gguf gguf) {
    return new LlmSettings.Gguf(
        gguf.file(),
        gguf.contextTokens(),
        gguf.threads(),
        Math.min(gguf.parallel(), MOST_AT_LLAMA_CPP));
  }

  /// Computed here; empty where that is not known how.
  ///
  /// @param precision asked for when it is needed, as it may take a measurement
  static Optional<ChatModel> here(LlmSettings.Gguf settings, Supplier<Precision> precision) {
    GgufFile file;
    try {
      file = GgufFile.open(settings.file());
    } catch (Failure.BadInput _) {
      return Optional.empty(); // llama.cpp may know what is in it, or says what is wrong with it
    }
    Deque<Runnable> undo = new ArrayDeque<>();
    undo.push(file::close);
    try {
      if (obstacle(file).isPresent()) {
        return Optional.empty();
      }
      Optional<GgufTokenizer> tokenizer = GgufTokenizer.open(file);
      if (tokenizer.isEmpty()) {
        return Optional.empty(); // known by name, but not by what it holds
      }
      undo.push(tokenizer.get()::close);
      DecoderDescription network = GgufNetwork.of(file).orElseThrow();
      Decoder decoder = GgufNetwork.load(file, network, precision.get());
      undo.push(decoder::close);
      ChatTemplate template = ChatTemplate.of(file).orElseThrow();
      var model = new BatchedGguf(settings, file, tokenizer.get(), template, decoder);
      undo.clear();
      undo.push(model::close);
      model.start();
      undo.clear();
      return Optional.of(model);
    } catch (LinkageError _) {
      return Optional.empty(); // libtorch is not there for this kind of machine
    } finally {
      undo.forEach(Runnable::run);
    }
  }

  private static boolean fits(DecoderDescription network, Precision precision) {
    long bytes = network.weights() * (precision == Precision.BF16 ? 2 : 4);
    return bytes <= MOST_MEMORY * Machine.memory();
  }
}
