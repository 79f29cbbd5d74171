package dev.whetstone.train;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import dev.whetstone.torch.TrainingMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// How many tokens go through the network at once, so that this process stays within its limit of
/// memory. A step of more tokens is done in chunks, with the same result to rounding
/// ([ContrastiveTraining]); a limit that holds no chunk of [#FEWEST] tokens is refused before
/// anything is trained.
///
/// What the process holds already counts, and [#GROWTH] of the heap that may come.
///
/// @param chunkTokens of a chunk
/// @param bytes expected at the peak
record MemoryPlan(int chunkTokens, long bytes) {
  static final int FEWEST = 1024;

  /// Of the heap and of libraries, while pairs are mined, trained on and scored.
  static final long GROWTH = 512L << 20;

  /// @param model its name, for the refusal
  /// @throws Failure.BadInput if the limits are too low
  static MemoryPlan of(
      String model,
      NetworkDescription network,
      Precision precision,
      int longest,
      TrainingLimits limits) {
    return of(
        model,
        TrainingMemory.of(network, precision, longest),
        resident(),
        limits.bytes(),
        limits.most());
  }

  /// @param resident bytes that the process holds already
  /// @param limit bytes that are aimed at
  /// @param most bytes, at least as many; what does not fit is refused
  static MemoryPlan of(String model, TrainingMemory memory, long resident, long limit, long most) {
    long beside = resident + GROWTH;
    long least = beside + memory.training() + FEWEST * memory.token();
    if (least > most) {
      throw new Failure.BadInput(
          ("training %s takes at least %s of memory (%s for weights and optimiser, %s for this"
                  + " process, %s for %,d tokens), and train.memory allows %s: allow more, or take"
                  + " a smaller base model")
              .formatted(
                  model,
                  gigabytes(least),
                  gigabytes(memory.training()),
                  gigabytes(beside),
                  gigabytes(FEWEST * memory.token()),
                  FEWEST,
                  gigabytes(most)));
    }
    long fitting = Math.max(FEWEST, memory.tokens(limit - beside));
    int tokens = (int) Math.min(ContrastiveTraining.Limits.USUAL.chunkTokens(), fitting);
    return new MemoryPlan(tokens, beside + memory.training() + tokens * memory.token());
  }

  /// Said where the limit decides.
  Optional<Decision> decision(long limit) {
    return chunkTokens == ContrastiveTraining.Limits.USUAL.chunkTokens()
        ? Optional.empty()
        : Optional.of(
            new Decision(
                "memory",
                gigabytes(bytes),
                String.format(
                    Locale.ROOT,
                    "by the rule: train.memory allows %s, so steps go in chunks of %,d tokens",
                    gigabytes(limit),
                    chunkTokens)));
  }

  /// The same of a plan that was stored.
  static Optional<Decision> decision(int chunkTokens) {
    return chunkTokens == ContrastiveTraining.Limits.USUAL.chunkTokens()
        ? Optional.empty()
        : Optional.of(
            new Decision(
                "memory",
                String.format(Locale.ROOT, "chunks of %,d tokens", chunkTokens),
                "by the rule: as much as train.memory allows"));
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }

  /// Bytes of this process in memory.
  private static long resident() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      return Runtime.getRuntime().totalMemory(); // no Linux: the heap at least
    }
  }
}
