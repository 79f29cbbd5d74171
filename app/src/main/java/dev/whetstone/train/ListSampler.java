package dev.whetstone.train;

import dev.whetstone.core.PairTokens;
import dev.whetstone.torch.ListwiseBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Which lists a step sees, and which of their negatives: a function of the plan and the step
/// alone, so that a training goes on where it stopped. Each epoch shuffles the lists, sorts them by
/// length within windows of a few batches (less padding), and shuffles the batches. A list draws
/// its negatives anew each time.
final class ListSampler {
  /// Batches in a window.
  private static final int WINDOW = 8;

  private final List<TokenisedList> lists;
  private final Hyperparameters plan;
  private final List<List<Integer>> order = new ArrayList<>();

  ListSampler(List<TokenisedList> lists, Hyperparameters plan) {
    if (lists.isEmpty()) {
      throw new IllegalArgumentException("no list to train on");
    }
    this.lists = List.copyOf(lists);
    this.plan = plan;
    for (int epoch = 0; order.size() < plan.steps(); epoch++) {
      order.addAll(epoch(new Random(plan.sampling().seed() * 1_000_003 + epoch)));
    }
  }

  /// Whole batches only, unless there are too few lists for one: the rest of an epoch waits for
  /// another shuffle.
  private List<List<Integer>> epoch(Random random) {
    int size = Math.min(plan.sampling().batchSize(), lists.size());
    var shuffled = new ArrayList<Integer>(IntStream.range(0, lists.size()).boxed().toList());
    Collections.shuffle(shuffled, random);
    int whole = lists.size() / size * size;
    var batches = new ArrayList<List<Integer>>();
    for (int from = 0; from < whole; from += WINDOW * size) {
      var window = new ArrayList<>(shuffled.subList(from, Math.min(from + WINDOW * size, whole)));
      window.sort(Comparator.comparingInt(i -> lists.get(i).positive().length()));
      for (int at = 0; at < window.size(); at += size) {
        batches.add(List.copyOf(window.subList(at, at + size)));
      }
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  /// Lists in a step.
  int lists(int step) {
    return order.get(step).size();
  }

  ListwiseBatch batch(int step) {
    var random = new Random(plan.sampling().seed() * 7_919 + step);
    var batch = new ArrayList<List<PairTokens>>();
    for (int index : order.get(step)) {
      TokenisedList list = lists.get(index);
      var pairs = new ArrayList<PairTokens>();
      pairs.add(list.positive());
      var negatives = new ArrayList<>(list.negatives());
      if (negatives.size() > plan.sampling().hardNegatives()) {
        Collections.shuffle(negatives, random);
      }
      pairs.addAll(
          negatives.subList(0, Math.min(plan.sampling().hardNegatives(), negatives.size())));
      batch.add(pairs);
    }
    return new ListwiseBatch(batch);
  }
}
