package dev.whetstone.workshop.prove;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Arm;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.WeightTuning;
import dev.whetstone.index.PassageIndex;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The rankings by which a candidate is compared with what serves, on questions that neither was
/// trained on: BM25, exact search in each space, and the hybrid of both.
public final class ProofRankings {
  /// A model with the vectors of all passages in its space.
  public record Side(Encoder encoder, Vectors vectors) {}

  /// @param base of the dense ranking in the base's hybrid
  /// @param tuned in the candidate's
  public record Weights(double base, double tuned) {}

  private final PassageIndex words;
  private final Side base;
  private final Side tuned;
  private final UnaryOperator<String> group;

  /// @param words BM25 over the passages
  public ProofRankings(PassageIndex words, Side base, Side tuned) {
    this(words, base, tuned, passage -> passage);
  }

  /// @param words BM25 over the passages
  /// @param group names the group of passages that count as one in every ranking, before the fusion
  public ProofRankings(PassageIndex words, Side base, Side tuned, UnaryOperator<String> group) {
    this.words = words;
    this.base = base;
    this.tuned = tuned;
    this.group = group;
  }

  /// The weights that are best on dev questions, for each model by itself; .5 where there are none.
  public Weights weights(Map<String, String> questions, Qrels dev) {
    Found found = rankings(questions);
    return new Weights(
        WeightTuning.choose(found.words(), found.base(), dev).weight(),
        WeightTuning.choose(found.words(), found.tuned(), dev).weight());
  }

  /// All five.
  public Map<Arm, Map<String, Ranking>> of(Map<String, String> questions, Weights weights) {
    Found found = rankings(questions);
    var arms = new EnumMap<Arm, Map<String, Ranking>>(Arm.class);
    arms.put(Arm.BM25, found.words());
    arms.put(Arm.BASE, found.base());
    arms.put(Arm.TUNED, found.tuned());
    arms.put(Arm.HYBRID_BASE, Rankings.hybrid(found.words(), found.base(), weights.base()));
    arms.put(Arm.HYBRID_TUNED, Rankings.hybrid(found.words(), found.tuned(), weights.tuned()));
    return arms;
  }

  private record Found(
      Map<String, Ranking> words, Map<String, Ranking> base, Map<String, Ranking> tuned) {}

  private Found rankings(Map<String, String> questions) {
    return new Found(
        Rankings.grouped(words(questions), group),
        Rankings.grouped(dense(questions, base), group),
        Rankings.grouped(dense(questions, tuned), group));
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
