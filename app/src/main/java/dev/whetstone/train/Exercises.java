package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.pairs.HardNegatives;
import dev.whetstone.pairs.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Pairs as exercises: with prompts, with all that answers the question, and with hard negatives
/// mined by the base for questions that people asked.
final class Exercises {
  /// Ends the id of a passage that lacks the words of its question: another text than the whole.
  private static final String PART = " (part)";

  private final Material material;
  private final String questionPrompt;
  private final String passagePrompt;
  private final Map<String, Set<String>> answers = new HashMap<>();

  Exercises(Material material, String questionPrompt) {
    this.material = material;
    this.questionPrompt = questionPrompt;
    this.passagePrompt = material.base().prompts().passage();
    for (List<Pair> pairs : List.of(material.labels(), material.documents())) {
      for (Pair pair : pairs) {
        Set<String> known = answers.computeIfAbsent(pair.question(), _ -> new HashSet<>());
        known.add(pair.passageId());
        known.add(pair.passageId() + PART);
      }
    }
  }

  /// The pairs in their order, without hard negatives.
  List<Exercise> plain(List<Pair> pairs) {
    return pairs.stream().map(pair -> exercise(pair, List.of(), Map.of())).toList();
  }

  /// The pairs in their order; label pairs with `each` hard negatives.
  ///
  /// @param encoder with the base's weights
  List<Exercise> mined(
      List<Pair> pairs, int each, Vectors baseVectors, CandidateEncoder encoder, long seed) {
    var asked = new LinkedHashSet<String>();
    pairs.stream()
        .filter(pair -> pair.origin().equals(Pair.LABEL))
        .forEach(pair -> asked.add(pair.question()));
    List<String> questions = List.copyOf(asked);
    List<float[]> vectors = encoder.questions(material.base().prompts().query(), questions);
    Map<String, Ranking> dense = Rankings.dense(baseVectors, questions, vectors);
    Map<String, Passage> byId =
        material.passages().stream().collect(Collectors.toMap(Passage::id, p -> p));
    var miner = HardNegatives.standard(each, seed);
    var negatives = new HashMap<String, List<String>>();
    for (int i = 0; i < questions.size(); i++) {
      String question = questions.get(i);
      negatives.put(
          question,
          miner.mine(
              question,
              vectors.get(i),
              answers.getOrDefault(question, Set.of()),
              material.words().search(question),
              dense.getOrDefault(question, Ranking.EMPTY),
              baseVectors,
              byId));
    }
    var exercises = new ArrayList<Exercise>();
    for (Pair pair : pairs) {
      List<String> found =
          pair.origin().equals(Pair.LABEL)
              ? negatives.getOrDefault(pair.question(), List.of())
              : List.of();
      exercises.add(exercise(pair, found, byId));
    }
    return exercises;
  }

  private Exercise exercise(Pair pair, List<String> negatives, Map<String, Passage> byId) {
    var texts = new ArrayList<String>();
    for (String id : negatives) {
      Passage passage = byId.get(id);
      if (passage != null) {
        texts.add(passagePrompt + passage.embedded());
      }
    }
    return new Exercise(
        questionPrompt + pair.question(),
        passagePrompt + pair.passageText(),
        pair.origin().equals(Pair.LABEL) ? pair.passageId() : pair.passageId() + PART,
        answers.getOrDefault(pair.question(), Set.of()),
        texts,
        negatives);
  }
}
