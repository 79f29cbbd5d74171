package dev.whetstone.train;

import dev.whetstone.torch.ContrastiveBatch;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Which examples a step sees: a function of the plan and the step alone, so that a training goes
/// on where it stopped. Each epoch shuffles the examples, then sorts them by length within windows
/// of a few batches (less padding), and shuffles the batches. One passage is in a batch once; two
/// questions with the same passage meet only where they cannot be kept apart. A passage of the same
/// text as a question's own, as copies of a document have it, is no negative of the question.
final class BatchSampler {
  /// Batches in a window.
  private static final int WINDOW = 8;

  private final List<TokenisedExample> examples;
  private final Hyperparameters plan;
  private final List<int[]> order = new ArrayList<>();

  BatchSampler(List<TokenisedExample> examples, Hyperparameters plan) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("no example to train on");
    }
    this.examples = List.copyOf(examples);
    this.plan = plan;
    for (int epoch = 0; order.size() < plan.steps(); epoch++) {
      order.addAll(epoch(new Random(plan.sampling().seed() * 1_000_003 + epoch)));
    }
  }

  /// Whole batches only, unless there are too few examples for one: the rest of an epoch waits for
  /// another shuffle.
  private List<int[]> epoch(Random random) {
    int size = Math.min(plan.sampling().batchSize(), examples.size());
    var shuffled = new ArrayList<Integer>(IntStream.range(0, examples.size()).boxed().toList());
    Collections.shuffle(shuffled, random);
    int whole = examples.size() / size * size;
    var batches = new ArrayList<int[]>();
    for (int from = 0; from < whole; from += WINDOW * size) {
      var window = new ArrayList<>(shuffled.subList(from, Math.min(from + WINDOW * size, whole)));
      window.sort(Comparator.comparingInt(i -> examples.get(i).positive().tokens().length));
      batches.addAll(apart(window, size));
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  private List<int[]> apart(List<Integer> window, int size) {
    var waiting = new ArrayDeque<>(window);
    var batches = new ArrayList<int[]>();
    while (!waiting.isEmpty()) {
      var batch = new ArrayList<Integer>();
      var met = new HashSet<String>();
      var later = new ArrayDeque<Integer>();
      while (batch.size() < size && !waiting.isEmpty()) {
        Integer next = waiting.poll();
        if (met.add(examples.get(next).positive().id())) {
          batch.add(next);
        } else {
          later.add(next);
        }
      }
      while (batch.size() < size) {
        batch.add(later.remove()); // the window holds whole batches
      }
      while (!later.isEmpty()) {
        waiting.addFirst(later.removeLast());
      }
      batches.add(batch.stream().mapToInt(Integer::intValue).toArray());
    }
    return batches;
  }

  /// Questions in a step.
  int questions(int step) {
    return order.get(step).length;
  }

  /// Indexes of the step's examples.
  int[] examples(int step) {
    return order.get(step).clone();
  }

  ContrastiveBatch batch(int step) {
    var random = new Random(plan.sampling().seed() * 7_919 + step);
    var questions = new ArrayList<int[]>();
    var passages = new ArrayList<TokenisedPassage>();
    Map<String, Integer> rows = new HashMap<>();
    int[] chosen = order.get(step);
    int[] positives = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      TokenisedExample example = examples.get(chosen[i]);
      questions.add(cut(example.question()));
      positives[i] = row(example.positive(), passages, rows);
    }
    for (int index : chosen) {
      for (TokenisedPassage negative : negatives(examples.get(index), random)) {
        row(negative, passages, rows);
      }
    }
    boolean[] excluded = new boolean[chosen.length * passages.size()];
    for (int i = 0; i < chosen.length; i++) {
      TokenisedPassage positive = passages.get(positives[i]);
      for (int j = 0; j < passages.size(); j++) {
        excluded[i * passages.size() + j] =
            j != positives[i]
                && (examples.get(chosen[i]).answers(passages.get(j).id())
                    || Arrays.equals(positive.tokens(), passages.get(j).tokens()));
      }
    }
    return new ContrastiveBatch(
        questions, passages.stream().map(p -> cut(p.tokens())).toList(), positives, excluded);
  }

  private static int row(
      TokenisedPassage passage, List<TokenisedPassage> passages, Map<String, Integer> rows) {
    return rows.computeIfAbsent(
        passage.id(),
        _ -> {
          passages.add(passage);
          return passages.size() - 1;
        });
  }

  private List<TokenisedPassage> negatives(TokenisedExample example, Random random) {
    if (example.negatives().size() <= plan.sampling().hardNegatives()) {
      return example.negatives();
    }
    var all = new ArrayList<>(example.negatives());
    Collections.shuffle(all, random);
    return all.subList(0, plan.sampling().hardNegatives());
  }

  private int[] cut(int[] tokens) {
    if (tokens.length <= plan.sampling().maxTokens()) {
      return tokens;
    }
    int[] cut = Arrays.copyOf(tokens, plan.sampling().maxTokens());
    cut[cut.length - 1] = tokens[tokens.length - 1];
    return cut;
  }
}
