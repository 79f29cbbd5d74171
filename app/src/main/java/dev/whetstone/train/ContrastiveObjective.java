package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Sha256;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Network;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An encoder is to find its passage for each question, among all passages of a batch.
final class ContrastiveObjective implements Objective {
  private final List<TokenisedExample> examples;
  private final Hyperparameters plan;
  private final ExampleChanges changes;
  private BatchSampler batches;

  ContrastiveObjective(List<TokenisedExample> examples, Hyperparameters plan) {
    this(examples, ExampleChanges.NONE, plan);
  }

  /// @param changes of the examples on the way
  ContrastiveObjective(
      List<TokenisedExample> examples, ExampleChanges changes, Hyperparameters plan) {
    this.examples = examples;
    this.changes = changes;
    this.plan = plan;
    this.batches = new BatchSampler(examples, plan);
  }

  @Override
  public int examples(int step) {
    return batches.questions(step);
  }

  @Override
  public long tokens(int step) {
    return batches.batch(step).tokens();
  }

  @Override
  public String unit() {
    return "pairs";
  }

  @Override
  public List<Integer> changes() {
    return changes.after();
  }

  @Override
  public void change(int step, Path folder, Supplier<NamedTensors> weights) {
    batches = new BatchSampler(changes.examples(step, folder, weights), plan);
  }

  @Override
  public void addTo(Sha256 hash) {
    hash.add(changes.after().toString());
    for (TokenisedExample example : examples) {
      add(hash, example.question());
      add(hash, example.guide());
      add(hash, example.positive());
      example.knownPositives().stream().sorted().forEach(hash::add);
      hash.add("negatives");
      example.negatives().forEach(negative -> add(hash, negative));
      new TreeMap<>(example.teacher()).forEach((id, score) -> hash.add("teacher " + score).add(id));
    }
  }

  private static void add(Sha256 hash, TokenisedExample.TokenisedPassage passage) {
    hash.add(passage.id());
    add(hash, passage.tokens());
    add(hash, passage.guide());
  }

  private static void add(Sha256 hash, float @Nullable [] vector) {
    if (vector != null) {
      var bytes = ByteBuffer.allocate(4 * vector.length);
      bytes.asFloatBuffer().put(vector);
      hash.add(bytes.array());
    }
  }

  static void add(Sha256 hash, int[] tokens) {
    var bytes = ByteBuffer.allocate(4 * tokens.length + 4);
    bytes.putInt(tokens.length);
    bytes.asIntBuffer().put(tokens);
    hash.add(bytes.array());
  }

  @Override
  public Training open(Network network) {
    var settings =
        new ContrastiveTraining.StepSettings(
            plan.precision(),
            new ContrastiveTraining.LossSettings(
                plan.loss().temperature(), plan.loss().dimensions(), plan.loss().distillation()),
            ContrastiveTraining.Update.withLayerDecay(plan.schedule().layerDecay()),
            plan.limits());
    var training = new ContrastiveTraining(network, settings);
    return new Training() {
      @Override
      public float step(int step, double rate) {
        return training.step(batches.batch(step), rate);
      }

      @Override
      public NamedTensors state() {
        return training.state();
      }

      @Override
      public void restore(NamedTensors state) {
        training.restore(state);
      }

      @Override
      public void close() {
        training.close();
      }
    };
  }
}
