package dev.whetstone.train;

import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.pairs.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How much the base leaves to learn from written questions.
///
/// ## Problem
///
/// A language model that writes a question about a passage tends to use the passage's words, and
/// asks for that passage alone. Where the base finds nearly all of these passages already, training
/// on them teaches little and moves the weights all the same: other passages that answer the
/// question, too, are pushed away.
///
/// ## Method
///
/// The base ranks all passages for up to [#MOST] of the written questions, those to train on and
/// those to choose on alike, as it has seen neither. `found` is the mean of the nDCG@10 of its
/// dense ranking and of its hybrid. The share of what would be done without this rule falls in a
/// straight line from 1 at [#FULL] to 0 at [#NONE_LEFT]: so many of the repetitions of the written
/// questions are left, and at most so much of the trained weights. Below [#LEAST] nothing is done.
///
/// ## Example
///
/// At .66 (a rulebook collection, which gained 5.5 points from 370 questions with the whole of the
/// trained weights) everything is done. At .93 (npl, which lost 4 points) the share would be .1:
/// nothing is done. At .85 it is .5.
///
/// ## Where the constants come from
///
/// The line goes through the two collections above, and `found` was measured on their dev
/// questions' pools there. What lies between them is not measured yet: `--recipe safeguards=off`
/// switches the rule off to compare.
///
/// @param questions that were ranked; 0: not known, and nothing is held back
/// @param found from 0 to 1
record Headroom(int questions, double found) {
  static final Headroom UNKNOWN = new Headroom(0, 0);

  private static final int MOST = 250;
  private static final int FEWEST = 20;
  private static final double FULL = .75;
  private static final double NONE_LEFT = .95;
  private static final double LEAST = .25;

  /// @param encoder with the base's weights
  static Headroom measure(TrainingData data, CandidateEncoder encoder) {
    Vectors vectors = data.baseVectors();
    Qrels qrels = questions(data);
    List<String> texts = qrels.queries();
    if (vectors == null || texts.size() < FEWEST) {
      return UNKNOWN;
    }
    var words = new LinkedHashMap<String, Ranking>();
    texts.forEach(text -> words.put(text, data.keywords().search(text)));
    Map<String, Ranking> dense =
        Rankings.dense(vectors, texts, encoder.questions(data.base().prompts().query(), texts));
    Map<String, Ranking> hybrid = Rankings.fused(RetrievalPlan.untuned(), words, dense);
    double found =
        (Scored.of(dense, qrels).mean().ndcg10() + Scored.of(hybrid, qrels).mean().ndcg10()) / 2;
    return new Headroom(texts.size(), found);
  }

  /// Question text → its passages.
  private static Qrels questions(TrainingData data) {
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (Pair pair : data.written()) {
      add(gains, pair.question(), Map.of(pair.passageId(), 1));
    }
    for (String id : data.writtenDev().ids()) {
      add(gains, data.writtenDev().text(id), data.writtenDev().judgements().of(id));
    }
    return new Qrels(gains).limit(MOST);
  }

  private static void add(
      Map<String, Map<String, Integer>> gains, String question, Map<String, Integer> passages) {
    var judged = new LinkedHashMap<>(gains.getOrDefault(question, Map.of()));
    judged.putAll(passages);
    gains.put(question, judged);
  }

  /// The share of the usual repetitions, and of the trained weights: 0 to 1.
  double share() {
    double share = Math.clamp((NONE_LEFT - found) / (NONE_LEFT - FULL), 0.0, 1.0);
    return share < LEAST ? 0 : share;
  }

  /// What the rule settled.
  Decision decision() {
    String why =
        String.format(
            Locale.ROOT,
            "by the rule: the base finds %d of them at nDCG@10 %.3f already",
            questions,
            found);
    if (share() == 1) {
      return new Decision("written questions", "as many as are wanted", why);
    }
    return share() == 0
        ? new Decision("written questions", "none", why + ", so there is nothing to learn")
        : new Decision(
            "written questions",
            String.format(Locale.ROOT, "%.0f %% of what is wanted", 100 * share()),
            why + "; at most that share of the trained weights");
  }
}
