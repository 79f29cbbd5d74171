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

/// Makes training examples of pairs: puts prompts before the texts, collects all passages that
/// answer the question, and mines hard negatives with the base for questions that people asked.
final class TrainingExamples {
  /// Ends the id of a passage that lacks the words of its question: another text than the whole.
  private static final String PART = " (part)";

  private final TrainingData data;
  private final String questionPrompt;
  private final String passagePrompt;
  private final Map<String, Set<String>> answers = new HashMap<>();

  TrainingExamples(TrainingData data, String questionPrompt) {
    this.data = data;
    this.questionPrompt = questionPrompt;
    this.passagePrompt = data.base().prompts().passage();
    for (List<Pair> pairs : List.of(data.labels(), data.documents())) {
      for (Pair pair : pairs) {
        Set<String> known = answers.computeIfAbsent(pair.question(), _ -> new HashSet<>());
        known.add(pair.passageId());
        known.add(pair.passageId() + PART);
      }
    }
  }

  /// The pairs in their order, without hard negatives.
  List<TrainingExample> plain(List<Pair> pairs) {
    return pairs.stream().map(pair -> example(pair, List.of(), Map.of())).toList();
  }

  /// The pairs in their order; label pairs with `each` hard negatives.
  ///
  /// @param encoder with the base's weights
  List<TrainingExample> mined(
      List<Pair> pairs, int each, Vectors baseVectors, CandidateEncoder encoder, long seed) {
    var asked = new LinkedHashSet<String>();
    pairs.stream()
        .filter(pair -> pair.origin().equals(Pair.LABEL))
        .forEach(pair -> asked.add(pair.question()));
    List<String> questions = List.copyOf(asked);
    List<float[]> vectors = encoder.questions(data.base().prompts().query(), questions);
    Map<String, Ranking> dense = Rankings.dense(baseVectors, questions, vectors);
    Map<String, Passage> byId =
        data.passages().stream().collect(Collectors.toMap(Passage::id, p -> p));
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
              data.keywords().search(question),
              dense.getOrDefault(question, Ranking.EMPTY),
              baseVectors,
              byId));
    }
    var examples = new ArrayList<TrainingExample>();
    for (Pair pair : pairs) {
      List<String> found =
          pair.origin().equals(Pair.LABEL)
              ? negatives.getOrDefault(pair.question(), List.of())
              : List.of();
      examples.add(example(pair, found, byId));
    }
    return examples;
  }

  private TrainingExample example(Pair pair, List<String> negatives, Map<String, Passage> byId) {
    var texts = new ArrayList<String>();
    for (String id : negatives) {
      Passage passage = byId.get(id);
      if (passage != null) {
        texts.add(passagePrompt + passage.embedded());
      }
    }
    return new TrainingExample(
        questionPrompt + pair.question(),
        passagePrompt + pair.passageText(),
        pair.origin().equals(Pair.LABEL) ? pair.passageId() : pair.passageId() + PART,
        answers.getOrDefault(pair.question(), Set.of()),
        texts,
        negatives);
  }
}
