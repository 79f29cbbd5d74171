package dev.whetstone.pipeline;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Arm;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.WeightTuning;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.search.Fusion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares a candidate with what serves, on questions that neither was trained on: BM25, exact
/// search in each space, and the hybrid of both with a weight chosen on dev questions.
final class Proving {
  private static final int DEPTH = 100;

  /// A model with the vectors of all passages in its space.
  record Side(Encoder encoder, Vectors vectors) {}

  /// @param baseWeight of the dense ranking in the base's hybrid
  /// @param tunedWeight in the candidate's
  record Outcome(Comparison comparison, double baseWeight, double tunedWeight) {}

  private final PassageIndex words;
  private final int threads = Runtime.getRuntime().availableProcessors();

  /// @param words BM25 over the passages
  Proving(PassageIndex words) {
    this.words = words;
  }

  /// @param gate judges the ranking `serving` against `candidate`
  Outcome prove(
      Side base, Side tuned, Judged dev, Judged heldOut, Gate gate, boolean hybrid, long seed) {
    Rankings chosenOn = rankings(dev.texts(), base, tuned);
    double baseWeight =
        WeightTuning.choose(chosenOn.words(), chosenOn.base(), dev.qrels()).weight();
    double tunedWeight =
        WeightTuning.choose(chosenOn.words(), chosenOn.tuned(), dev.qrels()).weight();
    Rankings scoredOn = rankings(heldOut.texts(), base, tuned);
    var arms = new EnumMap<Arm, Map<String, Ranking>>(Arm.class);
    arms.put(Arm.BM25, scoredOn.words());
    arms.put(Arm.BASE, scoredOn.base());
    arms.put(Arm.TUNED, scoredOn.tuned());
    arms.put(Arm.HYBRID_BASE, fuse(scoredOn.words(), scoredOn.base(), baseWeight));
    arms.put(Arm.HYBRID_TUNED, fuse(scoredOn.words(), scoredOn.tuned(), tunedWeight));
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

  /// The weight of the dense ranking that serves best on `dev`; .5 where there is none.
  double weight(Side side, Judged dev) {
    return WeightTuning.choose(words(dev.texts()), dense(dev.texts(), side), dev.qrels()).weight();
  }

  private record Rankings(
      Map<String, Ranking> words, Map<String, Ranking> base, Map<String, Ranking> tuned) {}

  private Rankings rankings(Map<String, String> questions, Side base, Side tuned) {
    return new Rankings(words(questions), dense(questions, base), dense(questions, tuned));
  }

  private Map<String, Ranking> words(Map<String, String> questions) {
    var rankings = new HashMap<String, Ranking>();
    questions.forEach((id, text) -> rankings.put(id, words.words(text, DEPTH, Filter.ALL)));
    return rankings;
  }

  private Map<String, Ranking> dense(Map<String, String> questions, Side side) {
    List<String> ids = new ArrayList<>(questions.keySet());
    List<float[]> queries =
        side.encoder().queries(ids.stream().map(questions::get).map(String::valueOf).toList());
    List<Ranking> found = ExactSearch.search(side.vectors(), queries, DEPTH, threads);
    var rankings = new HashMap<String, Ranking>();
    for (int i = 0; i < ids.size(); i++) {
      rankings.put(ids.get(i), found.get(i));
    }
    return rankings;
  }

  private static Map<String, Ranking> fuse(
      Map<String, Ranking> words, Map<String, Ranking> dense, double weight) {
    var fused = new HashMap<String, Ranking>();
    dense.forEach(
        (id, ranking) ->
            fused.put(
                id, Fusion.convex(words.getOrDefault(id, Ranking.EMPTY), ranking, weight, DEPTH)));
    return fused;
  }
}
