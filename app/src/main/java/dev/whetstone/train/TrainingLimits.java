package dev.whetstone.train;

import dev.whetstone.core.Machine;
import java.time.Duration;
import java.util.OptionalLong;

/// What a training may take.
///
/// @param time for training and choosing
/// @param memory bytes of this process, the heap included; by default half of the machine's, or of
///   what the container (cgroup) is allowed
public record TrainingLimits(Duration time, OptionalLong memory) {
  /// With the usual memory.
  public static TrainingLimits of(Duration time) {
    return new TrainingLimits(time, OptionalLong.empty());
  }

  /// @param memory bytes; 0 for the usual
  public static TrainingLimits of(Duration time, long memory) {
    return new TrainingLimits(time, memory == 0 ? OptionalLong.empty() : OptionalLong.of(memory));
  }

  /// The same memory.
  ///
  /// @param share of the time
  public TrainingLimits forShare(double share) {
    return new TrainingLimits(Duration.ofMillis(Math.round(share * time.toMillis())), memory);
  }

  /// What a training is planned for.
  long bytes() {
    return memory.orElseGet(() -> Machine.memory() / 2);
  }

  /// What it must not exceed: where nothing was asked for, all that there is, so that a small
  /// machine trains in small chunks.
  long most() {
    return memory.orElseGet(Machine::memory);
  }
}
