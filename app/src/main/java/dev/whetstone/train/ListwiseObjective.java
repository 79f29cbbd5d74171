package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.Sha256;
import dev.whetstone.torch.ListwiseTraining;
import dev.whetstone.torch.Network;
import java.util.List;

/// A reranker is to score each question's passage above those that do not answer it.
final class ListwiseObjective implements Objective {
  private final List<TokenisedList> lists;
  private final Hyperparameters plan;
  private final ListSampler batches;

  ListwiseObjective(List<TokenisedList> lists, Hyperparameters plan) {
    this.lists = lists;
    this.plan = plan;
    this.batches = new ListSampler(lists, plan);
  }

  @Override
  public int examples(int step) {
    return batches.lists(step);
  }

  @Override
  public long tokens(int step) {
    return batches.batch(step).tokens();
  }

  @Override
  public String unit() {
    return "lists";
  }

  @Override
  public void addTo(Sha256 hash) {
    for (TokenisedList list : lists) {
      add(hash, list.positive());
      hash.add("negatives");
      list.negatives().forEach(negative -> add(hash, negative));
    }
  }

  private static void add(Sha256 hash, PairTokens pair) {
    ContrastiveObjective.add(hash, pair.ids());
    hash.add(String.valueOf(pair.secondFrom()));
  }

  @Override
  public Training open(Network network) {
    var training = new ListwiseTraining(network, plan.precision(), plan.limits());
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
