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

/// How many tokens go through the network at once, and in how many lanes, so that this process
/// stays within its limit of memory. A step of more tokens is done in chunks, with the same result
/// to rounding ([ContrastiveTraining]); where the gradients of a lane for each core leave too
/// little for them, there are fewer lanes, which is slower. A limit that holds no chunk of
/// [#FEWEST] tokens in one lane is refused before anything is trained.
///
/// What the process holds already counts, and [#GROWTH] of the heap that may come.
///
/// @param limits for each pass
/// @param bytes expected at the peak
record MemoryPlan(ContrastiveTraining.Limits limits, long bytes) {
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
    long least = beside + memory.training(1) + FEWEST * memory.token();
    if (least > most) {
      throw new Failure.BadInput(
          ("training %s takes at least %s of memory (%s for weights and optimiser, %s for this"
                  + " process, %s for %,d tokens), and train.memory allows %s: allow more, or take"
                  + " a smaller base model")
              .formatted(
                  model,
                  gigabytes(least),
                  gigabytes(memory.training(1)),
                  gigabytes(beside),
                  gigabytes(FEWEST * memory.token()),
                  FEWEST,
                  gigabytes(most)));
    }
    int lanes = memory.lanes(limit - beside, FEWEST);
    long fitting = Math.max(FEWEST, memory.tokens(limit - beside, lanes));
    int tokens = (int) Math.min(ContrastiveTraining.Limits.USUAL.chunkTokens(), fitting);
    return new MemoryPlan(
        new ContrastiveTraining.Limits(tokens, lanes),
        beside + memory.training(lanes) + tokens * memory.token());
  }

  /// Said where the limit decides.
  Optional<Decision> decision(long limit) {
    return usual(limits)
        ? Optional.empty()
        : Optional.of(
            new Decision(
                "memory",
                gigabytes(bytes),
                String.format(
                    Locale.ROOT,
                    "by the rule: train.memory allows %s, so steps go in %s",
                    gigabytes(limit),
                    words(limits))));
  }

  /// The same of a plan that was stored.
  static Optional<Decision> decision(ContrastiveTraining.Limits limits) {
    return usual(limits)
        ? Optional.empty()
        : Optional.of(
            new Decision("memory", words(limits), "by the rule: as much as train.memory allows"));
  }

  private static boolean usual(ContrastiveTraining.Limits limits) {
    return limits.equals(ContrastiveTraining.Limits.USUAL);
  }

  private static String words(ContrastiveTraining.Limits limits) {
    String chunks = String.format(Locale.ROOT, "chunks of %,d tokens", limits.chunkTokens());
    return limits.lanes() == ContrastiveTraining.Limits.USUAL.lanes()
        ? chunks
        : chunks + " on " + limits.lanes() + (limits.lanes() == 1 ? " core" : " cores");
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
