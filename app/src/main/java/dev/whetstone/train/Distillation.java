package dev.whetstone.train;

import dev.whetstone.torch.ContrastiveBatch.Target;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Learning from a reranker's scores beside the labels.
///
/// ## Problem
///
/// A label says that one passage answers a question, and the contrastive loss takes every other
/// passage as equally wrong. A cross-encoder reads question and passage together and tells how
/// wrong each is, and finds right ones that nobody judged. An encoder can learn these gradations,
/// which cost nothing at search time.
///
/// ## Method
///
/// 1. Each question that was asked or written has its passage and [#KEPT] passages that the base's
///    dense and keyword rankings find ([NegativeMining]), however near: the teacher, not a margin,
///    tells which of them answer it. The [Teacher] scores all of them once.
/// 2. A step draws [#EACH] of them, or as many as the plan affords. The teacher's shares are the
///    softmax of its scores at [#TEMPERATURE] over the passage and those that were drawn; the
///    student's that of its similarities, at the temperature of the contrastive loss.
/// 3. The loss of the step is the contrastive one plus [#WEIGHT] times KL(teacher ‖ student), see
///    [dev.whetstone.torch.ContrastiveTraining].
///
/// **The label stands.** A teacher that learnt from some hundred questions errs often. Where it
/// scores a candidate above the known passage, the passage is given the candidate's score: the
/// student is never taught to rank a candidate above what a person named (Wen, Lai & Qian,
/// *Preparing Lessons*, 2019, swap the two; a candidate may be right as well, so here they tie).
/// Such a candidate is no negative of its question in the contrastive loss either.
///
/// **The teacher has not seen the question.** A cross-encoder that is trained on some hundred
/// questions knows their passages by heart, and its scores of them tell nothing but the label. So
/// two teachers are trained on a half of the questions each, and each scores the other half
/// ([CrossEncoderTeacher]); both together cost what one costs. A reranker that learnt from other
/// data scores all.
///
/// ## Example
///
/// A question with its passage `p` and two candidates `a` and `b`, which the teacher scores 2, 3
/// and 0. `p` is raised to 3. The shares are e³ / (2e³ + 1) = .488 for `p` and `a` and .024 for
/// `b`: the student learns that `b` is wrong, and `a` is no negative (`DistillationTest`).
///
/// ## Cost
///
/// Scoring takes questions × (1 + [#KEPT]) passes of the teacher without gradients, a third of a
/// pair each. A step with [#EACH] candidates costs 1 + .85 · [#EACH] pairs a question, what as many
/// hard negatives cost. The plan takes both from the budget ([Planner]).
///
/// ## Constants
///
/// None was fitted: [#WEIGHT] 1 and [#TEMPERATURE] 1 are RocketQAv2's sum of both losses. SimLM
/// weighs the divergence five times as much, with teachers from 500,000 questions. What it gains on
/// collections was not measured yet, so a recipe must ask for it.
///
/// ## Sources
///
/// KL over a list of candidates, added to the supervised loss: Ren et al., EMNLP 2021
/// (*RocketQAv2*); Santhanam et al., NAACL 2022 (*ColBERTv2*); Wang et al., ACL 2023 (*SimLM*).
/// Margin-MSE (Hofstätter et al., 2020) was not taken, as it needs teacher and student on one
/// scale. Scores by models that have not seen the example: stacking, Wolpert, Neural Networks 1992.
final class Distillation {
  /// Of the divergence, beside the contrastive loss.
  static final double WEIGHT = 1;

  /// Of the teacher's softmax, over raw logits.
  private static final double TEMPERATURE = 1;

  /// Candidates of a question that the teacher scores, beside its passage.
  static final int KEPT = 8;

  /// Candidates of a question in a step, beside its passage, where the budget allows them.
  static final int EACH = 4;

  private Distillation() {}

  /// Passages that a teacher scores for so many questions.
  static int scored(int questions) {
    return Math.multiplyExact(questions, 1 + KEPT);
  }

  /// Ids of what the teacher scored, the positive first; empty where it scored no two of them.
  ///
  /// @param drawn negatives of the step
  static List<String> candidates(TokenisedExample example, List<TokenisedPassage> drawn) {
    String positive = example.positive().id();
    var ids = new ArrayList<String>();
    ids.add(positive);
    drawn.stream().map(TokenisedPassage::id).filter(id -> !id.equals(positive)).forEach(ids::add);
    ids.removeIf(id -> !example.teacher().containsKey(id));
    return ids.size() > 1 && ids.getFirst().equals(positive) ? ids : List.of();
  }

  /// The teacher's shares of candidates.
  ///
  /// @param candidates that [#candidates] gave
  /// @param rows of the batch by passage id
  static List<Target> targets(
      TokenisedExample example, List<String> candidates, Map<String, Integer> rows) {
    double most = Double.NEGATIVE_INFINITY;
    for (String id : candidates) {
      most = Math.max(most, score(example, id));
    }
    double[] weights = new double[candidates.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double score = i == 0 ? most : score(example, candidates.get(i));
      weights[i] = Math.exp((score - most) / TEMPERATURE);
      sum += weights[i];
    }
    var targets = new ArrayList<Target>();
    for (int i = 0; i < weights.length; i++) {
      Integer row = rows.get(candidates.get(i));
      if (row == null) {
        throw new IllegalArgumentException("no row of " + candidates.get(i));
      }
      targets.add(new Target(row, weights[i] / sum));
    }
    return targets;
  }

  /// Candidates that the teacher scores as high as the positive, or higher.
  ///
  /// @param candidates that [#candidates] gave
  static List<String> onAPar(TokenisedExample example, List<String> candidates) {
    return candidates.stream()
        .skip(1)
        .filter(id -> score(example, id) >= score(example, candidates.getFirst()))
        .toList();
  }

  private static double score(TokenisedExample example, String id) {
    Float score = example.teacher().get(id);
    if (score == null) {
      throw new IllegalArgumentException("the teacher has not scored " + id);
    }
    return score;
  }
}
