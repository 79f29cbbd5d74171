package dev.whetstone.pipeline;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Arm;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.WeightTuning;
import dev.whetstone.index.PassageIndex;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares a candidate with what serves, on questions that neither was trained on: BM25, exact
/// search in each space, and the hybrid of both with a weight chosen on dev questions.
final class Proving {
  /// A model with the vectors of all passages in its space.
  record Side(Encoder encoder, Vectors vectors) {}

  /// @param baseWeight of the dense ranking in the base's hybrid
  /// @param tunedWeight in the candidate's
  record Outcome(Comparison comparison, double baseWeight, double tunedWeight) {}

  private final PassageIndex words;

  /// @param words BM25 over the passages
  Proving(PassageIndex words) {
    this.words = words;
  }

  /// @param gate judges the ranking `serving` against `candidate`
  Outcome prove(
      Side base, Side tuned, Judged dev, Judged heldOut, Gate gate, boolean hybrid, long seed) {
    Found chosenOn = rankings(dev.texts(), base, tuned);
    double baseWeight =
        WeightTuning.choose(chosenOn.words(), chosenOn.base(), dev.qrels()).weight();
    double tunedWeight =
        WeightTuning.choose(chosenOn.words(), chosenOn.tuned(), dev.qrels()).weight();
    Found scoredOn = rankings(heldOut.texts(), base, tuned);
    var arms = new EnumMap<Arm, Map<String, Ranking>>(Arm.class);
    arms.put(Arm.BM25, scoredOn.words());
    arms.put(Arm.BASE, scoredOn.base());
    arms.put(Arm.TUNED, scoredOn.tuned());
    arms.put(Arm.HYBRID_BASE, Rankings.hybrid(scoredOn.words(), scoredOn.base(), baseWeight));
    arms.put(Arm.HYBRID_TUNED, Rankings.hybrid(scoredOn.words(), scoredOn.tuned(), tunedWeight));
    var comparison =
        Comparison.of(
            arms,
            heldOut.qrels(),
            gate,
            hybrid ? Arm.HYBRID_BASE : Arm.BASE,
            hybrid ? Arm.HYBRID_TUNED : Arm.TUNED,
            seed);
    return new Outcome(comparison, baseWeight, tunedWeight);
  }

  private record Found(
      Map<String, Ranking> words, Map<String, Ranking> base, Map<String, Ranking> tuned) {}

  private Found rankings(Map<String, String> questions, Side base, Side tuned) {
    return new Found(words(questions), dense(questions, base), dense(questions, tuned));
  }

  private Map<String, Ranking> words(Map<String, String> questions) {
    var rankings = new HashMap<String, Ranking>();
    questions.forEach(
        (id, text) -> rankings.put(id, words.words(text, Rankings.DEPTH, Filter.ALL)));
    return rankings;
  }

  private Map<String, Ranking> dense(Map<String, String> questions, Side side) {
    List<String> ids = new ArrayList<>(questions.keySet());
    List<float[]> queries =
        side.encoder().queries(ids.stream().map(questions::get).map(String::valueOf).toList());
    return Rankings.dense(side.vectors(), ids, queries);
  }
}
