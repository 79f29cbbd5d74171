package dev.whetstone.llm.gguf;

import com.sun.management.OperatingSystemMXBean;
import dev.whetstone.core.DecoderDescription;
import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatModels;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Decoder;
import dev.whetstone.torch.Precision;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Opens GGUF files for many replies at once: computed here where that is known how, else run by
/// llama.cpp.
public final class GgufModels {
  private static final int MOST_AT_LLAMA_CPP = 4;

  /// Of the machine's memory, for weights.
  private static final double MOST_MEMORY = .3;

  private GgufModels() {}

  /// Opens the model of these settings: here where it is a GGUF file of a known family whose
  /// tokenizer and chat template are known, and whose weights take less than a third of the
  /// machine's memory; else as [ChatModels#open].
  ///
  /// @throws Failure.BadInput if the file is no GGUF, or as [ChatModels#open]
  public static ChatModel open(LlmSettings settings) {
    if (settings instanceof LlmSettings.Gguf gguf) {
      Optional<ChatModel> here = here(gguf);
      return here.isPresent() ? here.get() : ChatModels.open(atLlamaCpp(gguf));
    }
    return ChatModels.open(settings);
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
      boolean fits =
          fits(network.get(), Precision.FP32) || fits(network.get(), Calibration.fastestProducts());
      return fits ? Optional.empty() : Optional.of(Obstacle.MEMORY);
    } catch (Failure.BadInput _) {
      return Optional.of(Obstacle.FILE);
    }
  }

  /// With as many replies at once as pay there: each has its part of one long context.
  private static LlmSettings atLlamaCpp(LlmSettings.Gguf gguf) {
    return new LlmSettings.Gguf(
        gguf.file(),
        gguf.contextTokens(),
        gguf.threads(),
        Math.min(gguf.parallel(), MOST_AT_LLAMA_CPP));
  }

  private static Optional<ChatModel> here(LlmSettings.Gguf settings) {
    GgufFile file;
    try {
      file = GgufFile.open(settings.file());
    } catch (Failure.BadInput _) {
      return Optional.empty(); // llama.cpp may know what is in it, or says what is wrong with it
    }
    Deque<Runnable> undo = new ArrayDeque<>();
    undo.push(file::close);
    try {
      Optional<DecoderDescription> network = GgufNetwork.of(file);
      Optional<ChatTemplate> template = ChatTemplate.of(file);
      Precision precision = Calibration.fastestProducts();
      if (network.isEmpty() || template.isEmpty() || !fits(network.get(), precision)) {
        return Optional.empty(); // as `obstacle` says
      }
      Optional<GgufTokenizer> tokenizer = GgufTokenizer.open(file);
      if (tokenizer.isEmpty()) {
        return Optional.empty();
      }
      undo.push(tokenizer.get()::close);
      Decoder decoder = GgufNetwork.load(file, network.get(), precision);
      undo.push(decoder::close);
      var model = new BatchedGguf(settings, file, tokenizer.get(), template.get(), decoder);
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
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return network.weights() * (precision == Precision.BF16 ? 2 : 4) <= MOST_MEMORY * machine;
  }
}
