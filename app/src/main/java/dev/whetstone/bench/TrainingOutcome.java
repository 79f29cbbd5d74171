package dev.whetstone.bench;

import dev.whetstone.bench.ProofOptions.Labels;
import dev.whetstone.encode.VectorCache;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.model.Model;
import dev.whetstone.train.Candidate;
import dev.whetstone.train.Decision;
import dev.whetstone.train.NoCandidateException;
import java.util.List;
import java.util.Locale;

/// What training came to.
///
/// @param share of the trained weights; 0 where the base stands
/// @param dimensions that the candidate was trained for, beside its own
record TrainingOutcome(
    Labels labels,
    String base,
    double share,
    List<Integer> dimensions,
    ProofReport.Training training,
    ProofReport.Embedding embedding,
    GuardReport guard) {
  static TrainingOutcome of(
      Labels labels,
      Model base,
      Candidate candidate,
      VectorCache.CachedVectors embedded,
      GuardReport guard) {
    return new TrainingOutcome(
        labels,
        base.name(),
        candidate.alpha(),
        candidate.plan().optimisation().loss().dimensions(),
        new ProofReport.Training(
            candidate.plan().pairs().total(),
            candidate.steps(),
            candidate.seconds(),
            candidate.pairsPerSecond(),
            candidate.plan().speed().precision().name().toLowerCase(Locale.ROOT),
            candidate.decisions().stream().map(Decision::words).toList()),
        new ProofReport.Embedding(
            embedded.made(),
            embedded.seconds(),
            embedded.made() / Math.max(1e-9, embedded.seconds())),
        guard);
  }

  /// With more words on what was chosen.
  TrainingOutcome with(List<String> choices) {
    return new TrainingOutcome(
        labels, base, share, dimensions, training.with(choices), embedding, guard);
  }

  /// The base is compared with itself: nothing is gained, and nothing lost.
  static TrainingOutcome without(Labels labels, Model base, NoCandidateException why) {
    return new TrainingOutcome(
        labels,
        base.name(),
        0,
        List.of(),
        new ProofReport.Training(0, 0, 0, 0, "none", List.of("no candidate: " + why.getMessage())),
        new ProofReport.Embedding(0, 0, 0),
        GuardReport.notRun("there is no candidate"));
  }
}
