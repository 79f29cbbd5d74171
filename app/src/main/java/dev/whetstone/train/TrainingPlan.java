package dev.whetstone.train;

import dev.whetstone.torch.Precision;
import java.util.List;

/// All that decides, beside the examples and the start weights, what a training ends with. A budget
/// in minutes is turned into `steps` once, before (with [Trainer#measure]), so that the clock
/// changes no result.
///
/// @param steps updates of the weights
/// @param batchSize questions in a step
/// @param learningRate the highest; it rises from 0 and falls to 0 in straight lines
/// @param warmupShare share of the steps in which it rises
/// @param temperature of the softmax over cosines
/// @param hardNegatives of each question in a step, when it has as many
/// @param maxTokens longer questions and passages are cut, the last token kept
/// @param seed of the order of examples
/// @param checkpointEvery steps between checkpoints
public record TrainingPlan(
    int steps,
    int batchSize,
    double learningRate,
    double warmupShare,
    double temperature,
    int hardNegatives,
    int maxTokens,
    Precision precision,
    long seed,
    int checkpointEvery) {
  public TrainingPlan {
    if (steps < 1
        || batchSize < 1
        || !(learningRate > 0)
        || !(warmupShare >= 0 && warmupShare < 1)
        || !(temperature > 0)
        || hardNegatives < 0
        || maxTokens < 2
        || checkpointEvery < 1) {
      throw new IllegalArgumentException("impossible plan: " + steps + " steps of " + batchSize);
    }
  }

  /// Batches of 32, rate 2e-5 after 10 % warm-up, temperature .05, no hard negatives, 256 tokens.
  public static TrainingPlan usual(int steps, Precision precision, long seed) {
    return new TrainingPlan(steps, 32, 2e-5, .1, .05, 0, 256, precision, seed, 200);
  }

  /// All of it by name, for a fingerprint.
  List<String> fields() {
    return List.of(
        "steps " + steps,
        "batch size " + batchSize,
        "learning rate " + learningRate,
        "warm-up share " + warmupShare,
        "temperature " + temperature,
        "hard negatives " + hardNegatives,
        "max tokens " + maxTokens,
        "precision " + precision,
        "seed " + seed,
        "checkpoint every " + checkpointEvery);
  }

  /// The learning rate of a step, counted from 0: above 0 throughout.
  double rate(int step) {
    double rising = Math.ceil(warmupShare * steps);
    if (step < rising) {
      return learningRate * (step + 1) / rising;
    }
    return learningRate * (steps - step) / (steps - rising);
  }
}
