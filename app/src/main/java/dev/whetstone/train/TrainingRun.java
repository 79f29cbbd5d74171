package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.model.Model;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Runs trainings of one base model with the [Trainer]: tokenises the examples, and stops at a
/// step's end with a checkpoint when the process is asked to end.
final class TrainingRun {
  static final int CHECKPOINT_EVERY = 50;

  /// Number of pairs that the speed is measured on.
  static final int SAMPLE = 256;

  private final Model base;
  private final Tokenizer tokenizer;
  private final LongSupplier nanos;

  /// @param nanos the clock of trainings
  TrainingRun(Model base, Tokenizer tokenizer, LongSupplier nanos) {
    this.base = base;
    this.tokenizer = tokenizer;
    this.nanos = nanos;
  }

  /// How fast examples like these are trained on, without hard negatives.
  ///
  /// @param limits of a pass
  double pairsPerSecond(
      List<TrainingExample> examples,
      Precision precision,
      ContrastiveTraining.Limits limits,
      Progress progress) {
    List<TrainingExample> sample = examples.subList(0, Math.min(SAMPLE, examples.size()));
    int batch = Math.min(Planner.BATCH, sample.size());
    var plan =
        new Hyperparameters(
            new Hyperparameters.Schedule(Math.max(1, sample.size() / batch), 1e-5, .1),
            new Hyperparameters.Sampling(batch, 0, Planner.PASSAGE_TOKENS, 1),
            Hyperparameters.Loss.plain(.05),
            precision,
            CHECKPOINT_EVERY,
            limits);
    return new Trainer(base.network(), plan)
        .measure(
            tokenised(sample, Planner.QUESTION_TOKENS, Planner.PASSAGE_TOKENS, Guide.NONE),
            base.weights(),
            progress);
  }

  /// How many steps a plan takes with so many examples.
  static int steps(FineTuningPlan plan, int examples) {
    return Math.max(
        1, Math.ceilDiv(plan.pairs().total(), Math.min(plan.optimisation().batch(), examples)));
  }

  /// One of the trainings that a plan tries or averages.
  ///
  /// @param name of its folder
  /// @param rate peak learning rate
  /// @param layerDecay factor of the rate from a layer to the one below
  /// @param seed of the order of the examples
  record Attempt(String name, double rate, double layerDecay, long seed) {}

  /// Trains by the plan, from the checkpoint in `folder` where there is one.
  ///
  /// @param name of the progress
  Trainer.Result run(
      FineTuning.Prepared prepared,
      FineTuningPlan plan,
      Attempt attempt,
      Trainer.Segment segment,
      Path folder,
      String name,
      Progress progress) {
    var optimisation = plan.optimisation();
    var loss = optimisation.loss();
    var hyperparameters =
        new Hyperparameters(
            new Hyperparameters.Schedule(
                steps(plan, prepared.examples().size()),
                attempt.rate(),
                optimisation.warmUp(),
                attempt.layerDecay()),
            new Hyperparameters.Sampling(
                Math.min(optimisation.batch(), prepared.examples().size()),
                plan.pairs().negatives().each(),
                Math.max(plan.texts().questionTokens(), plan.texts().passageTokens()),
                attempt.seed()),
            new Hyperparameters.Loss(
                1 / loss.scale(), loss.guide(), loss.dimensions(), loss.distillation()),
            plan.speed().precision(),
            CHECKPOINT_EVERY,
            plan.speed().limits());
    var trainer = new Trainer(base.network(), hyperparameters, nanos);
    var objective =
        new ContrastiveObjective(prepared.examples(), prepared.changes(), hyperparameters);
    return trainer.train(objective, base.weights(), folder, segment, name, progress);
  }

  /// Of the vectors.
  int dimension() {
    return base.dimension();
  }

  /// The weights that trainings start from.
  NamedTensors baseWeights() {
    return base.weights();
  }

  /// A passage in token ids, cut to a length.
  ///
  /// @param text with its prompt
  TokenisedExample.TokenisedPassage passage(
      String id, String text, int passageTokens, Guide guide) {
    int[] ids = tokenizer.ids(text, Math.min(passageTokens, base.maxTokens()));
    return new TokenisedExample.TokenisedPassage(id, ids, guide.passage(id));
  }

  /// In token ids, cut to these lengths.
  List<TokenisedExample> tokenised(
      List<TrainingExample> examples, int questionTokens, int passageTokens, Guide guide) {
    int most = Math.min(passageTokens, base.maxTokens());
    List<int[]> questions =
        tokenizer.ids(
            examples.stream().map(TrainingExample::question).toList(),
            Math.min(questionTokens, base.maxTokens()));
    List<int[]> passages =
        tokenizer.ids(examples.stream().map(TrainingExample::passage).toList(), most);
    var tokenised = new ArrayList<TokenisedExample>();
    for (int i = 0; i < examples.size(); i++) {
      TrainingExample example = examples.get(i);
      var negatives = new ArrayList<TokenisedExample.TokenisedPassage>();
      for (int k = 0; k < example.negatives().size(); k++) {
        negatives.add(
            passage(
                example.negativeIds().get(k), example.negatives().get(k), passageTokens, guide));
      }
      tokenised.add(
          new TokenisedExample(
              questions.get(i),
              new TokenisedExample.TokenisedPassage(
                  example.passageId(), passages.get(i), guide.passage(example.passageId())),
              negatives,
              example.answers(),
              guide.question(example.question())));
    }
    return tokenised;
  }
}
