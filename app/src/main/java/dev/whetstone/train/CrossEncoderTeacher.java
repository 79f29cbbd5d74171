package dev.whetstone.train;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.Question;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A teacher of cross-encoders: one that learnt from other questions and scores all of them, or two
/// of which each scores the questions that the other one learnt from.
///
/// Questions of the same words are in the same half; the half follows from the words alone.
public final class CrossEncoderTeacher implements Teacher {
  /// As many layers are kept as reorder a dozen passages in that time here: all of a 12-layer
  /// encoder of width 384 where it scores a pair in 33 ms.
  private static final Duration REORDERING = Duration.ofMillis(400);

  private static final int BATCH_TOKENS = 2048;

  private final String name;
  private final List<RerankerStart> scorers;
  private final Precision precision;
  private final String identity;

  private CrossEncoderTeacher(String name, List<RerankerStart> scorers, Precision precision) {
    this.name = name;
    this.scorers = List.copyOf(scorers);
    this.precision = precision;
    var hash = new Sha256().add(precision.toString());
    scorers.forEach(scorer -> add(hash, scorer));
    this.identity = hash.hex();
  }

  private static void add(Sha256 hash, RerankerStart scorer) {
    hash.add(String.join("\n", scorer.network().fields()));
    NamedTensors weights = scorer.weights();
    for (String name : weights.names()) {
      float[] data = weights.get(name).data();
      var bytes = ByteBuffer.allocate(4 * data.length);
      bytes.asFloatBuffer().put(data);
      hash.add(name).add(bytes.array());
    }
  }

  /// A reranker as it is: it has not learnt from the questions that it will score.
  ///
  /// @param scorer stays the caller's, open as long as this is used
  public static CrossEncoderTeacher loaded(RerankerStart scorer, Precision precision) {
    return new CrossEncoderTeacher(scorer.name(), List.of(scorer), precision);
  }

  /// Trains two, on a half of the labels each.
  ///
  /// @param data of which start, passages, first stage, labels and dev questions are taken; the
  ///   start stays the caller's, open as long as the teacher is used
  /// @param limits for both, one after the other
  /// @param work folder for plans and checkpoints, of this data alone: a killed run goes on
  /// @throws NoCandidateException if there is too little to learn from, or a training diverges
  public static CrossEncoderTeacher trained(
      RerankerData data, TrainingLimits limits, long seed, Path work, Progress progress) {
    var scorers = new ArrayList<RerankerStart>();
    Precision precision = Precision.FP32;
    for (int half = 0; half < 2; half++) {
      int other = 1 - half;
      List<Pair> labels =
          data.labels().stream().filter(pair -> half(pair.question()) == other).toList();
      var part =
          new RerankerData(
              data.start(), data.passages(), data.firstStage(), labels, data.dev(), REORDERING);
      RerankerCandidate candidate =
          new RerankerTraining(
                  part, limits.forShare(.5), seed, work.resolve("half-" + half), progress)
              .run();
      precision = candidate.plan().speed().precision();
      RerankerStart start = data.start();
      scorers.add(
          new RerankerStart(
              start.name(),
              start.identity(),
              candidate.network(),
              candidate.weights(),
              start.tokenizer(),
              start.maxTokens(),
              false));
    }
    return new CrossEncoderTeacher(
        "two rerankers of " + data.start().name() + ", each of a half of the questions",
        scorers,
        precision);
  }

  /// 0 or 1: the scorer of a question, who has not learnt from it.
  static int half(String question) {
    return Character.digit(Sha256.id(Question.words(question)).charAt(0), 16) % 2;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public List<float[]> scores(List<Asked> asked, Progress progress) {
    var scores = new ArrayList<float[]>();
    asked.forEach(one -> scores.add(new float[one.passages().size()]));
    int all = asked.stream().mapToInt(one -> one.passages().size()).sum();
    try (var task = progress.start("ask the teacher", all, "pairs")) {
      for (int scorer = 0; scorer < scorers.size(); scorer++) {
        score(scorer, asked, scores, task);
      }
    }
    return scores;
  }

  /// @param question its number, of those that are asked; `passage` likewise within it
  private record Place(int question, int passage) {}

  private void score(int scorer, List<Asked> asked, List<float[]> into, Progress.Task task) {
    RerankerStart by = scorers.get(scorer);
    var pairs = new ArrayList<PairTokens>();
    var places = new ArrayList<Place>();
    for (int i = 0; i < asked.size(); i++) {
      Asked one = asked.get(i);
      if (scorers.size() == 1 || half(one.question()) == scorer) {
        pairs.addAll(by.tokenizer().pairs(one.question(), one.passages()));
        for (int j = 0; j < one.passages().size(); j++) {
          places.add(new Place(i, j));
        }
      }
    }
    try (var network = Network.of(by.network(), by.weights())) {
      float[] computed =
          new BatchedRows<>(pairs, PairTokens::length, BATCH_TOKENS, Integer.MAX_VALUE)
              .compute(
                  (batches, finished) -> network.scoreAll(batches, precision, finished),
                  1,
                  (_, count) -> task.advance(count));
      for (int pair = 0; pair < computed.length; pair++) {
        Place place = places.get(pair);
        into.get(place.question())[place.passage()] = computed[pair];
      }
    }
  }
}
