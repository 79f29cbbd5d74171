package dev.whetstone.train;

import dev.whetstone.core.Hit;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.pairs.HardNegatives;
import dev.whetstone.pairs.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds hard negatives of the questions that were asked, with the base's vectors or with those of
/// weights amid a training.
///
/// ## Problem
///
/// The negatives that the base confuses with the answers are told apart after some steps, and teach
/// nothing more; those that the weights confuse now do. Embedding a whole corpus with the weights
/// of the time costs more than the training.
///
/// ## Method
///
/// The base ranks the whole corpus once. Anew, only a pool is ranked: every question's answers, and
/// of each question the best of the base's dense ranking and of the keywords in turn, rank by rank
/// over all questions, up to the number that the plan pays for. [HardNegatives] draws from the
/// rankings in the pool and leaves out what the weights of the time find nearly as near as the
/// positive.
///
/// Source: Xiong et al., ICLR 2021 (*ANCE*), which mines anew from the whole corpus.
final class NegativeMining {
  /// How deep the base's rankings are looked into.
  private static final int DEEPEST = 50;

  private final TrainingData data;
  private final TrainingExamples examples;
  private final Vectors baseVectors;
  private final CandidateEncoder encoder;
  private final HardNegatives miner;
  private final List<String> questions;
  private final Map<String, Passage> byId;
  private final Map<String, Ranking> words = new HashMap<>();
  private Map<String, Ranking> ofBase = Map.of();

  /// @param heldOut passages that nothing is trained on: they are no negatives
  /// @param pairs whose questions are mined for, of those that were asked
  /// @param encoder loaded with other weights by this
  /// @param miner says which and how many for a question
  NegativeMining(
      TrainingData data,
      Set<String> heldOut,
      TrainingExamples examples,
      List<Pair> pairs,
      Vectors baseVectors,
      CandidateEncoder encoder,
      HardNegatives miner) {
    this.data = data;
    this.examples = examples;
    this.baseVectors = baseVectors;
    this.encoder = encoder;
    this.miner = miner;
    var asked = new LinkedHashSet<String>();
    pairs.stream().filter(Pair::asked).forEach(pair -> asked.add(pair.question()));
    this.questions = List.copyOf(asked);
    this.byId =
        data.passages().stream()
            .filter(passage -> !heldOut.contains(passage.id()))
            .collect(Collectors.toMap(Passage::id, p -> p));
    questions.forEach(question -> words.put(question, data.keywords().search(question)));
  }

  /// By the base: question → ids of its negatives.
  Map<String, List<String>> byBase() {
    encoder.load(data.base().weights());
    List<float[]> vectors = encoder.questions(data.base().prompts().query(), questions);
    ofBase = Rankings.dense(baseVectors, questions, vectors);
    return mine(baseVectors, vectors, ofBase, 0);
  }

  /// By other weights, after [#byBase].
  ///
  /// @param prompt before questions
  /// @param most passages that are embedded
  /// @param round numbers the minings of one training
  Map<String, List<String>> by(
      NamedTensors weights, String prompt, int most, int round, Progress progress) {
    encoder.load(weights);
    List<String> pool = pool(most);
    Vectors vectors;
    try (var task = progress.start("mine negatives anew", pool.size(), "passages")) {
      vectors =
          encoder.passages(
              pool, pool.stream().map(this::text).toList(), Planner.PASSAGE_TOKENS, task);
    }
    List<float[]> queries = encoder.questions(prompt, questions);
    return mine(vectors, queries, Rankings.dense(vectors, questions, queries), round);
  }

  private String text(String id) {
    Passage passage = byId.get(id);
    if (passage == null) {
      throw new IllegalArgumentException("no passage " + id);
    }
    return passage.embedded();
  }

  private List<String> pool(int most) {
    var pool = new LinkedHashSet<String>();
    for (String question : questions) {
      examples.answers(question).stream().filter(byId::containsKey).sorted().forEach(pool::add);
    }
    for (int rank = 0; rank < DEEPEST && pool.size() < most; rank++) {
      for (String question : questions) {
        for (Map<String, Ranking> arm : List.of(ofBase, words)) {
          List<Hit> hits = arm.getOrDefault(question, Ranking.EMPTY).hits();
          if (rank < hits.size() && pool.size() < most && byId.containsKey(id(hits, rank))) {
            pool.add(id(hits, rank));
          }
        }
      }
    }
    return List.copyOf(pool);
  }

  private static String id(List<Hit> hits, int rank) {
    return hits.get(rank).passageId();
  }

  private Map<String, List<String>> mine(
      Vectors vectors, List<float[]> queries, Map<String, Ranking> dense, int round) {
    HardNegatives drawing = miner.withSeed(miner.seed() + round);
    var negatives = new LinkedHashMap<String, List<String>>();
    for (int i = 0; i < questions.size(); i++) {
      String question = questions.get(i);
      Set<String> known = examples.answers(question);
      negatives.put(
          question,
          drawing.mine(
              question,
              queries.get(i),
              known,
              words.getOrDefault(question, Ranking.EMPTY),
              dense.getOrDefault(question, Ranking.EMPTY),
              vectors,
              byId));
    }
    return negatives;
  }

  /// The passages of some ids, in their order.
  List<Passage> passages(List<String> ids) {
    var found = new ArrayList<Passage>();
    for (String id : ids) {
      Passage passage = byId.get(id);
      if (passage != null) {
        found.add(passage);
      }
    }
    return found;
  }
}
