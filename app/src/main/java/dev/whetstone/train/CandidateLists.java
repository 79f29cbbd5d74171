package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.pairs.HardNegatives;
import dev.whetstone.pairs.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes the lists that a reranker learns from.
///
/// Negatives come from where the reranker will work, the first ranks of its first stage. There a
/// passage without a judgement is often an answer all the same, and learning to score it low harms:
/// so the first stage's model is the guide, and what it finds nearly as near as the known answer is
/// left out, with equal passages and copies ([HardNegatives]). A model whose cosines are all alike
/// would leave nearly everything out; then what the first stage ranks behind the known answer is
/// taken.
final class CandidateLists {
  /// Negatives kept for a list; each time it is seen it draws some of them.
  private static final int KEPT = 16;

  /// Answers of one question that get a list each: a question with dozens must not outweigh others.
  private static final int MOST_ANSWERS = 3;

  private static final double MARGIN = .95;

  /// With fewer, the guide says too little.
  private static final int FEW = 3;

  private CandidateLists() {}

  /// The lists of all labels that have a negative, in the order of the questions.
  ///
  /// @param last rank of the first stage from which negatives come
  static List<CandidateList> of(RerankerData data, int last, long seed) {
    var answers = new LinkedHashMap<String, Set<String>>();
    var pairs = new LinkedHashMap<String, List<Pair>>();
    for (Pair pair : data.labels()) {
      answers.computeIfAbsent(pair.question(), _ -> new HashSet<>()).add(pair.passageId());
      pairs.computeIfAbsent(pair.question(), _ -> new ArrayList<>()).add(pair);
    }
    Map<String, Passage> byId =
        data.passages().stream().collect(Collectors.toMap(Passage::id, Function.identity()));
    FirstStage.Found found = data.firstStage().search(List.copyOf(pairs.keySet()));
    var guided = new HardNegatives(KEPT, 1, last, MARGIN, seed);
    var unguided = new HardNegatives(KEPT, 1, last, HardNegatives.NO_MARGIN, seed);
    var random = new Random(seed);
    var lists = new ArrayList<CandidateList>();
    for (int i = 0; i < found.questions().size(); i++) {
      String question = found.questions().get(i);
      Set<String> known = answers.getOrDefault(question, Set.of());
      float[] query = found.queries().get(i);
      var vectors = data.firstStage().vectors();
      List<String> mined =
          guided.mine(question, query, known, Ranking.EMPTY, found.of(question), vectors, byId);
      if (mined.size() < FEW) {
        Ranking behind = behind(found.of(question), known);
        mined = unguided.mine(question, query, known, Ranking.EMPTY, behind, vectors, byId);
      }
      List<String> negatives = mined.stream().map(byId::get).map(Passage::embedded).toList();
      var some = new ArrayList<>(pairs.getOrDefault(question, List.of()));
      Collections.shuffle(some, random);
      if (!negatives.isEmpty()) {
        some.stream()
            .limit(MOST_ANSWERS)
            .forEach(pair -> lists.add(new CandidateList(question, pair.passageText(), negatives)));
      }
    }
    return lists;
  }

  /// What stands behind the first answer; nothing where none was found.
  private static Ranking behind(Ranking ranking, Set<String> answers) {
    List<String> ids = ranking.ids();
    for (int i = 0; i < ids.size(); i++) {
      if (answers.contains(ids.get(i))) {
        return new Ranking(ranking.hits().subList(i + 1, ids.size()));
      }
    }
    return Ranking.EMPTY;
  }
}
