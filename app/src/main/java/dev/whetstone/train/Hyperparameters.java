package dev.whetstone.train;

import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import java.util.List;

/// All that decides, beside the examples and the start weights, what a training ends with. A budget
/// in minutes is turned into steps once, before (with [Trainer#measure]), so that the clock changes
/// no result.
///
/// @param checkpointEvery steps between checkpoints
/// @param limits of a pass
public record Hyperparameters(
    Schedule schedule,
    Sampling sampling,
    Loss loss,
    Precision precision,
    int checkpointEvery,
    ContrastiveTraining.Limits limits) {
  /// With the usual chunks.
  public Hyperparameters(
      Schedule schedule, Sampling sampling, Loss loss, Precision precision, int checkpointEvery) {
    this(schedule, sampling, loss, precision, checkpointEvery, ContrastiveTraining.Limits.USUAL);
  }

  /// The same, with other chunks.
  public Hyperparameters withChunks(int tokens) {
    var limits = new ContrastiveTraining.Limits(tokens);
    return new Hyperparameters(schedule, sampling, loss, precision, checkpointEvery, limits);
  }

  public Hyperparameters {
    if (checkpointEvery < 1) {
      throw new IllegalArgumentException("a checkpoint every " + checkpointEvery + " steps");
    }
  }

  /// What is minimised.
  ///
  /// @param temperature of the softmax over cosines
  /// @param guide margin of the mask of false negatives, relative to the positive's similarity by
  ///   the [Guide]; 0: none is masked
  /// @param dimensions prefixes whose losses count beside that of the whole vector
  /// @param distillation weight of the divergence from a teacher's shares ([Distillation]); 0: none
  ///   is asked
  public record Loss(
      double temperature, double guide, List<Integer> dimensions, double distillation) {
    /// Without a teacher.
    public Loss(double temperature, double guide, List<Integer> dimensions) {
      this(temperature, guide, dimensions, 0);
    }

    public Loss {
      dimensions = List.copyOf(dimensions);
      if (!(temperature > 0) || !(guide >= 0) || !(distillation >= 0)) {
        throw new IllegalArgumentException(
            "temperature %s, guide %s, distillation %s"
                .formatted(temperature, guide, distillation));
      }
    }

    /// Of the whole vector alone, without a guide.
    public static Loss plain(double temperature) {
      return new Loss(temperature, 0, List.of());
    }
  }

  /// The learning rate of each step: it rises from 0 and falls to 0 in straight lines.
  ///
  /// @param steps updates of the weights
  /// @param peakRate the highest
  /// @param warmUpShare share of the steps in which it rises
  /// @param layerDecay factor from a layer to the one below, in (0, 1]
  public record Schedule(int steps, double peakRate, double warmUpShare, double layerDecay) {
    /// The same rate in all layers.
    public Schedule(int steps, double peakRate, double warmUpShare) {
      this(steps, peakRate, warmUpShare, 1);
    }

    public Schedule {
      if (!(layerDecay > 0 && layerDecay <= 1)) {
        throw new IllegalArgumentException("layer decay " + layerDecay);
      }
      if (steps < 1 || !(peakRate > 0) || !(warmUpShare >= 0 && warmUpShare < 1)) {
        throw new IllegalArgumentException(
            "impossible schedule: " + steps + " steps, rate " + peakRate + ", " + warmUpShare);
      }
    }

    /// Of a step counted from 0: above 0 throughout.
    double rate(int step) {
      double rising = Math.ceil(warmUpShare * steps);
      if (step < rising) {
        return peakRate * (step + 1) / rising;
      }
      return peakRate * (steps - step) / (steps - rising);
    }
  }

  /// What a step sees.
  ///
  /// @param batchSize questions
  /// @param hardNegatives of each question, when it has as many
  /// @param maxTokens longer questions and passages are cut, the last token stays
  /// @param seed of the order of examples
  public record Sampling(int batchSize, int hardNegatives, int maxTokens, long seed) {
    public Sampling {
      if (batchSize < 1 || hardNegatives < 0 || maxTokens < 2) {
        throw new IllegalArgumentException(
            "impossible batches: %d questions, %d negatives, %d tokens"
                .formatted(batchSize, hardNegatives, maxTokens));
      }
    }
  }

  int steps() {
    return schedule.steps();
  }

  /// All of it by name, for a fingerprint.
  List<String> fields() {
    return List.of(
        "steps " + schedule.steps(),
        "peak rate " + schedule.peakRate(),
        "warm-up share " + schedule.warmUpShare(),
        "batch size " + sampling.batchSize(),
        "hard negatives " + sampling.hardNegatives(),
        "max tokens " + sampling.maxTokens(),
        "seed " + sampling.seed(),
        "layer decay " + schedule.layerDecay(),
        "temperature " + loss.temperature(),
        "guide " + loss.guide(),
        "dimensions " + loss.dimensions(),
        "distillation " + loss.distillation(),
        "precision " + precision,
        "checkpoint every " + checkpointEvery,
        "chunk tokens " + limits.chunkTokens(),
        "lanes " + limits.lanes());
  }
}
