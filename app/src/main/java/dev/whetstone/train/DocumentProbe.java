package dev.whetstone.train;

import dev.whetstone.core.Hit;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.PairRecipes.Recipe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// How much of weights that were trained on documents alone to take, judged without a question that
/// anybody asked or wrote. The same where people asked fewer than 100 questions to learn from and
/// too few to choose on: most pairs are of the documents then.
///
/// ## Problem
///
/// Pairs made of documents ask for one passage in its own words. Training on them always makes that
/// passage easier to find, also where it spoils the search for everything else: 320 pairs of
/// keywords from short abstracts raised the nDCG@10 of such known-item questions by 4.5 points, and
/// lowered that of people's questions by 4.1. So neither the loss nor any known-item figure can say
/// whether to train, nor can agreement with keyword search, which rose with it.
///
/// ## Method
///
/// 1. **Held-out passages.** Up to [#MOST_HELD_OUT] passages train nothing ([#deal]). Each gives a
///    telling sentence, its first sentence (a run of words where it has no sentences) and keywords
///    as questions.
/// 2. **What is right for them.** Not the passage itself, which is left out of the ranking, but the
///    [#RIGHT] passages most like the *whole* passage by the base's hybrid. A whole passage says
///    far more of its subject than a sentence of it, so these are good guesses at what else answers
///    the sentence; and there are several of them, as there are for people's questions.
/// 3. **Figure.** How many of the right passages are among the best ten of the dense ranking
///    (recall@10), mean over the questions, for the base and for [#SHARES] of the trained weights,
///    on a pool of the right passages, the best of both arms and random ones.
/// 4. **Choice.** The base where the figure of the smallest share is not above its own; else half
///    of the trained weights ([#TAKEN]).
///
/// Going on in a bad direction lowers the figure from the start; in a good one it rises, and falls
/// again. The direction is what can be relied on. The figure falls too soon, because the base's own
/// errors are among what counts as right: the farther from the base, the more of them are lost.
///
/// ## Example
///
/// Change in points at shares .25, .5, .75 and 1 (`ProbeExperiment`; bge-small, 320 pairs, rate
/// 8e-5, one seed): npl with the usual mix +.3, +1.0, -.3, -.4, where the true change of the hybrid
/// is -.3, +.3, +.5, -1.3: half is taken. With keywords alone -.6, -1.6, -3.0, -5.0, where the true
/// change is +.1, -1.5, -2.6, -4.1: the base stays. A larger share that gains where the smallest
/// does not is noise: on medquad .642 of the base became .640, .641 and .644 at .3, .5 and .7, and
/// half of the weights lost .6 / .7 points.
///
/// ## Where the constants come from
///
/// `docs/training.md` holds the table of all signals tried, and `ProbeScores` makes it. Half is the
/// share that was safe before there was a probe. The share with the highest figure is too careful:
/// on pools with passages that keyword search confuses with the answers it gained +1.4 / +0.5 where
/// half gains +2.2 / +0.8 (dense / hybrid; the second table there). More than half, where .7 has
/// the highest figure, gained no more in these runs (+0.8 / +0.4 and .5 lost at worst, half +0.7 /
/// +0.5 and .3), and lost 1.1 points of hybrid on a whole collection.
///
/// ## Written questions
///
/// What a language model wrote about one passage is a known-item question, too, and those that it
/// wrote about other documents, which choose the share, have its manner as well. On npl 300 of them
/// raised such dev questions from .736 to .851, while people's questions lost a point. So the probe
/// sets the largest share that they may choose ([#most]), on passages that no written question
/// teaches. There the figure must rise by more than a standard error: on npl it stood still at
/// .338, on cranfield, where people's questions gain, it rose from .278 to .322.
///
/// ## Cost
///
/// Some 1,000 passages are embedded for each share: a third of a pair's training each. The time for
/// choosing pays for it; where it is short, fewer questions are asked, then of one share alone
/// ([#within]).
final class DocumentProbe {
  /// Shares of the trained weights that are compared with the base.
  static final List<Double> SHARES = List.of(.3, .5, .7);

  /// Of the trained weights, where any share of them gains.
  private static final double TAKEN = .5;

  /// Kinds of questions that are made of a held-out passage.
  private static final List<Recipe> KINDS = List.of(Recipe.SALIENT, Recipe.FIRST, Recipe.KEYWORDS);

  /// Passages that are held out at most; with fewer than the least, none.
  private static final int MOST_HELD_OUT = 100;

  private static final int LEAST_HELD_OUT = 20;

  /// Of all passages that pairs were made of.
  private static final double HELD_OUT_SHARE = .15;

  /// Passages that count as right for a question.
  private static final int RIGHT = 5;

  /// Passages of each arm for a question, in the pool.
  private static final int TOP = 5;

  /// Random passages in the pool.
  private static final int RANDOM = 200;

  /// Passages that the pool has for each held-out one, at most: those that are right, and both
  /// arms' best for each of its questions.
  private static final int POOL_OF_EACH = RIGHT + 2 * TOP * KINDS.size();

  /// Of a passage that is a question to keyword search.
  private static final int MOST_CHARACTERS = 1500;

  /// Of the dense ranking in the hybrid that says which passages are right. More would make right
  /// what the base finds, which no training could better.
  private static final double EQUAL_PARTS = .5;

  private final CandidateEncoder encoder;
  private final Progress progress;
  private final String prompt;
  private final List<Pair> asked;
  private final List<Passage> pool;
  private final List<Map<String, Integer>> right = new ArrayList<>();
  private final Vectors baseVectors;

  /// Pairs of documents, dealt out by passage.
  ///
  /// @param training pairs to train on
  /// @param heldOut other passages; empty where there are too few
  record Dealt(List<Pair> training, List<String> heldOut) {
    Dealt {
      training = List.copyOf(training);
      heldOut = List.copyOf(heldOut);
    }
  }

  /// What the time for choosing pays for: fewer held-out passages, then the smallest share alone,
  /// which tells the direction; the least of both is kept whatever the budget.
  ///
  /// @param embeddings passages that can be embedded in that time
  /// @param heldOut passages that nothing is trained on
  static FineTuningPlan.Probe within(double embeddings, int heldOut) {
    if (heldOut < LEAST_HELD_OUT) {
      return FineTuningPlan.Probe.NONE;
    }
    int asked = (int) ((embeddings / SHARES.size() - RANDOM) / POOL_OF_EACH);
    if (asked >= LEAST_HELD_OUT) {
      return new FineTuningPlan.Probe(Math.min(asked, heldOut), SHARES);
    }
    int ofOne = (int) ((embeddings - RANDOM) / POOL_OF_EACH);
    return new FineTuningPlan.Probe(
        Math.clamp(ofOne, LEAST_HELD_OUT, heldOut), List.of(SHARES.getFirst()));
  }

  /// Holds out the passages that come last among the pairs.
  ///
  /// @param asked pairs of questions that are trained on, too: their passages are not held out
  static Dealt deal(List<Pair> documents, List<Pair> asked) {
    var distinct = new LinkedHashSet<String>();
    documents.forEach(pair -> distinct.add(pair.passageId()));
    int all = distinct.size();
    asked.forEach(pair -> distinct.remove(pair.passageId()));
    List<String> passages = List.copyOf(distinct);
    int count = (int) Math.min(Math.min(MOST_HELD_OUT, HELD_OUT_SHARE * all), passages.size());
    if (count < LEAST_HELD_OUT) {
      return new Dealt(documents, List.of());
    }
    Set<String> last = Set.copyOf(passages.subList(passages.size() - count, passages.size()));
    return new Dealt(
        documents.stream().filter(pair -> !last.contains(pair.passageId())).toList(),
        passages.subList(passages.size() - count, passages.size()));
  }

  /// @param heldOut passages that nothing is trained on
  /// @param vectors the base's, of all passages
  /// @param prompt before questions
  DocumentProbe(
      TrainingData data,
      List<String> heldOut,
      Vectors vectors,
      String prompt,
      CandidateEncoder encoder,
      Progress progress) {
    this.encoder = encoder;
    this.progress = progress;
    this.prompt = prompt;
    Map<String, Passage> byId =
        data.passages().stream().collect(Collectors.toMap(Passage::id, passage -> passage));
    this.asked =
        new PairRecipes(KINDS, 0, 1)
            .ofEach(
                heldOut.stream().filter(byId::containsKey).map(byId::get).toList(),
                data.passages());
    var chosen = new LinkedHashSet<String>();
    var nearest = new HashMap<String, List<String>>(); // of a passage
    for (Pair pair : asked) {
      String source = pair.passageId();
      Passage passage = byId.get(source);
      List<String> found =
          nearest.computeIfAbsent(
              source, _ -> passage == null ? List.of() : like(passage, data, vectors));
      right.add(found.stream().collect(Collectors.toMap(id -> id, _ -> 1)));
      chosen.addAll(found);
      chosen.addAll(best(data.keywords().search(pair.question()), source, TOP));
    }
    encoder.load(data.base().weights());
    List<Ranking> dense = ranked(vectors, encoder.questions(prompt, questions()));
    for (int i = 0; i < dense.size(); i++) {
      chosen.addAll(best(dense.get(i), asked.get(i).passageId(), TOP));
    }
    var order = new ArrayList<>(data.passages());
    Collections.shuffle(order, new Random(1));
    order.stream().limit(RANDOM).map(Passage::id).forEach(chosen::add);
    this.pool = data.passages().stream().filter(p -> chosen.contains(p.id())).toList();
    this.baseVectors = DevPool.part(pool, vectors);
  }

  private List<String> questions() {
    return asked.stream().map(Pair::question).toList();
  }

  /// The passages most like a whole passage, by the base's hybrid.
  private static List<String> like(Passage passage, TrainingData data, Vectors vectors) {
    String text = passage.embedded();
    String asWords = text.substring(0, Math.min(MOST_CHARACTERS, text.length()));
    String id = passage.id();
    Map<String, Ranking> words = Map.of(id, data.keywords().search(asWords));
    Map<String, Ranking> dense =
        Rankings.dense(vectors, List.of(id), List.of(vectors.vector(vectors.row(id))));
    Ranking both =
        Rankings.fused(RetrievalPlan.hybrid(EQUAL_PARTS), words, dense)
            .getOrDefault(id, Ranking.EMPTY);
    return best(both, id, RIGHT);
  }

  private static List<String> best(Ranking ranking, String without, int most) {
    return ranking.hits().stream()
        .map(Hit::passageId)
        .filter(id -> !id.equals(without))
        .limit(most)
        .toList();
  }

  private List<Ranking> ranked(Vectors vectors, List<float[]> queries) {
    var names = new ArrayList<String>();
    for (int i = 0; i < queries.size(); i++) {
      names.add(String.valueOf(i));
    }
    return List.copyOf(Rankings.dense(vectors, names, queries).values());
  }

  /// The base's figure for every question.
  List<Double> ofBase(NamedTensors weights) {
    encoder.load(weights);
    return figures(baseVectors, encoder.questions(prompt, questions()));
  }

  /// Weights' figure for every question.
  ///
  /// @param name of the weights, for the progress
  List<Double> of(NamedTensors weights, String name) {
    encoder.load(weights);
    try (var task = progress.start("probe: " + name, pool.size(), "passages")) {
      Vectors vectors =
          encoder.passages(
              pool.stream().map(Passage::id).toList(),
              pool.stream().map(Passage::embedded).toList(),
              Planner.PASSAGE_TOKENS,
              task);
      return figures(vectors, encoder.questions(prompt, questions()));
    }
  }

  private List<Double> figures(Vectors vectors, List<float[]> queries) {
    List<Ranking> rankings = ranked(vectors, queries);
    var figures = new ArrayList<Double>();
    for (int i = 0; i < rankings.size(); i++) {
      String source = asked.get(i).passageId();
      var others = rankings.get(i).hits().stream().filter(hit -> !hit.passageId().equals(source));
      if (!right.get(i).isEmpty()) {
        figures.add(Metrics.of(new Ranking(others.toList()), right.get(i)).recall10());
      }
    }
    return figures;
  }

  /// The largest share that written questions may choose: the largest whose figure is above the
  /// base's by more than a standard error; 0: none. No limit where the largest of [#SHARES] is;
  /// half where the smallest is and no other was compared, as it tells the direction.
  ///
  /// @param figures as for [#choose]
  static double most(Map<Double, List<Double>> figures) {
    List<Double> ofBase = figures.getOrDefault(0.0, List.of());
    double most = 0;
    for (double share : SHARES) {
      List<Double> each = figures.getOrDefault(share, List.of());
      boolean gains = !each.isEmpty() && StandardErrorRule.beyondNoise(each, ofBase);
      most = gains ? share : most;
    }
    boolean directionAlone = most > 0 && figures.size() == 2;
    return directionAlone ? TAKEN : most == SHARES.getLast() ? 1 : most;
  }

  /// Shares up to a limit; the limit where all of them are larger.
  static List<Double> upTo(double most, List<Double> shares) {
    List<Double> within = shares.stream().filter(share -> share <= most).toList();
    return within.isEmpty() ? List.of(most) : within;
  }

  /// The share to take: half, where the smallest gains, which tells the direction; 0: the base
  /// stays.
  ///
  /// @param figures share → figure of every question; that of the base, 0, among them
  static double choose(Map<Double, List<Double>> figures) {
    return mean(figures, SHARES.getFirst()) > mean(figures, 0) ? TAKEN : 0;
  }

  /// For a decision's `among`.
  ///
  /// @param rule by which one of the shares is taken
  static String words(Map<Double, List<Double>> figures, String rule) {
    int questions = figures.getOrDefault(0.0, List.of()).size();
    return figures.keySet().stream()
        .map(
            share ->
                "%s: %s"
                    .formatted(
                        share == 0 ? "0" : ModelSelection.figure(share),
                        String.format(Locale.ROOT, "%.3f", mean(figures, share))))
        .collect(
            Collectors.joining(
                ", ",
                "of shares with the agreement of " + questions + " probing questions (",
                "), " + rule));
  }

  private static double mean(Map<Double, List<Double>> figures, double share) {
    return figures.getOrDefault(share, List.of()).stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(0);
  }
}
