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
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Which examples a step sees: a function of the plan and the step alone, so that a training goes
/// on where it stopped. Each epoch shuffles the examples, then sorts them by length within windows
/// of a few batches (less padding), and shuffles the batches.
///
/// **What is kept apart.** One passage is in a batch once. Two examples with the same question, the
/// same passage, or of which one's passage answers the other's question (as copies of it do, too)
/// meet only where they cannot be kept apart: one of them would say nothing, or the wrong thing, of
/// the other.
///
/// **What is no negative of a question**: a passage known to answer it, one of the same tokens as
/// its own, and one that the [Guide] finds nearly as near as its own
/// ([TokenisedExample#probablyAnswers]), be it another question's or a mined one; but where the
/// guide finds more than a tenth of the batch so, it is not asked. Nor is one of its own candidates
/// that a teacher puts on a par with its passage or above ([Distillation]).
final class BatchSampler {
  /// Batches in a window.
  private static final int WINDOW = 8;

  /// Of the passages of a batch: where the guide would mask more for a question, it masks none.
  /// That is so for 24 % of 300 judged pairs of npl (bge-small, margin .95, batches of 32), whose
  /// answers the base does not find; over the others it masks 2 % of the passages. Its effect on
  /// the outcome is not measured yet.
  private static final double MOST_MASKED = .1;

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
      var met = new Met();
      var later = new ArrayDeque<Integer>();
      while (batch.size() < size && !waiting.isEmpty()) {
        Integer next = waiting.poll();
        if (met.add(examples.get(next))) {
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

  /// The examples of a batch so far.
  private static final class Met {
    private final Set<List<Integer>> questions = new HashSet<>();
    private final Set<String> positives = new HashSet<>();
    private final Set<String> answers = new HashSet<>();

    /// @return false, and nothing is changed, if it must be kept apart from those that are there
    boolean add(TokenisedExample example) {
      List<Integer> question = Arrays.stream(example.question()).boxed().toList();
      String positive = example.positive().id();
      if (positives.contains(positive)
          || answers.contains(positive)
          || example.knownPositives().stream().anyMatch(positives::contains)
          || !questions.add(question)) {
        return false;
      }
      positives.add(positive);
      answers.addAll(example.knownPositives());
      return true;
    }
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
    var drawn = new ArrayList<List<TokenisedPassage>>();
    for (int index : chosen) {
      List<TokenisedPassage> negatives = negatives(examples.get(index), random);
      negatives.forEach(negative -> row(negative, passages, rows));
      drawn.add(negatives);
    }
    boolean[] excluded = new boolean[chosen.length * passages.size()];
    for (int i = 0; i < chosen.length; i++) {
      TokenisedExample example = examples.get(chosen[i]);
      for (int j = 0; j < passages.size(); j++) {
        excluded[i * passages.size() + j] = j != positives[i] && answers(example, passages.get(j));
      }
      for (int j : probablyAnswering(example, passages)) {
        excluded[i * passages.size() + j] |= j != positives[i];
      }
    }
    var targets = new ArrayList<List<ContrastiveBatch.Target>>();
    if (plan.loss().distillation() > 0) {
      for (int i = 0; i < chosen.length; i++) {
        TokenisedExample example = examples.get(chosen[i]);
        List<String> ids = Distillation.candidates(example, drawn.get(i));
        targets.add(Distillation.targets(example, ids, rows));
        for (String id : Distillation.onAPar(example, ids)) {
          excluded[i * passages.size() + Objects.requireNonNull(rows.get(id))] = true;
        }
      }
    }
    return new ContrastiveBatch(
        questions,
        passages.stream().map(p -> cut(p.tokens())).toList(),
        positives,
        excluded,
        targets);
  }

  private static boolean answers(TokenisedExample example, TokenisedPassage passage) {
    return example.answers(passage.id())
        || Arrays.equals(example.positive().tokens(), passage.tokens());
  }

  /// The passages that the guide finds about as near to the question as its own. Where these are
  /// many, the guide does not know its own, and what it says is not taken: otherwise the questions
  /// with most to learn would be left without negatives.
  private List<Integer> probablyAnswering(
      TokenisedExample example, List<TokenisedPassage> passages) {
    double margin = plan.loss().guide();
    if (margin == 0) {
      return List.of();
    }
    List<Integer> found =
        IntStream.range(0, passages.size())
            .filter(j -> !answers(example, passages.get(j)))
            .filter(j -> example.probablyAnswers(passages.get(j), margin))
            .boxed()
            .toList();
    return found.size() <= Math.max(1, MOST_MASKED * passages.size()) ? found : List.of();
  }

  /// The row of a passage, which is added where it is not there yet. Two parts of one passage have
  /// the same id and rows of their own: they meet where a batch has more questions than there are
  /// passages.
  private static int row(
      TokenisedPassage passage, List<TokenisedPassage> passages, Map<String, Integer> rows) {
    Integer known = rows.putIfAbsent(passage.id(), passages.size());
    if (known != null
        && (!TrainingExamples.isPart(passage.id())
            || Arrays.equals(passages.get(known).tokens(), passage.tokens()))) {
      return known;
    }
    passages.add(passage);
    return passages.size() - 1;
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
