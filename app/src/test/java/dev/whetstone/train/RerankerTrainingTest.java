package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import dev.whetstone.pairs.Pair;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankerTrainingTest {
  private static final String[] THINGS = {"salt", "pasta", "queue", "broker", "key", "oil", "file"};

  @TempDir Path folder;
  private List<Passage> passages;
  private LuceneIndex words;
  private Encoder encoder;
  private RerankerStart start;

  @BeforeEach
  void aSmallCorpus() {
    Model base = TinyBert.write(folder.resolve("base"), 1);
    passages = IntStream.range(0, 49).mapToObj(RerankerTrainingTest::passage).toList();
    words = LuceneIndex.inMemory(passages, null);
    encoder =
        Encoders.open(base, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder.resolve("cache")));
    start = RerankerStart.of(base, 1);
  }

  @AfterEach
  void close() {
    words.close();
    encoder.close();
    start.close();
  }

  private static Passage passage(int i) {
    String one = THINGS[i % 7];
    String other = THINGS[i / 7];
    return new Passage(
        "p" + i,
        "d" + i,
        List.of(),
        "The %s is in the %s of %d".formatted(one, other, i),
        0,
        1,
        0,
        0,
        Map.of());
  }

  private RerankerData data(int labels, int dev) {
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < labels; i++) {
      Passage passage = passages.get(i);
      pairs.add(
          new Pair(
              "what is the %s of %s".formatted(THINGS[i % 7], THINGS[i / 7]),
              passage.id(),
              passage.embedded(),
              passage.document(),
              Pair.LABEL));
    }
    var texts = new HashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (int i = 0; i < dev; i++) {
      texts.put("q" + i, "why " + THINGS[i % 7] + " in " + THINGS[i / 7] + "?");
      gains.put("q" + i, Map.of("p" + i, 1));
    }
    var chosenOn = new TrainingData.DevQuestions(texts, new Qrels(gains));
    var vectors = encoder.passages(passages, Progress.NONE);
    return new RerankerData(
        start,
        passages,
        FirstStage.tuned(
            encoder, vectors, question -> words.words(question, 100, Filter.ALL), chosenOn),
        pairs,
        chosenOn,
        Duration.ofMillis(150));
  }

  private RerankerCandidate train(RerankerData data, String work, Progress progress) {
    return new RerankerTraining(
            data, TrainingLimits.of(Duration.ofSeconds(20)), 1, folder.resolve(work), progress)
        .run();
  }

  private static List<Float> floats(NamedTensors tensors) {
    var all = new ArrayList<Float>();
    for (String name : tensors.names()) {
      for (float value : tensors.get(name).data()) {
        all.add(value);
      }
    }
    return all;
  }

  @Test
  void listsOfCandidatesMakeARerankerThatIsChosenOnDev() {
    RerankerCandidate candidate = train(data(49, 40), "work", Progress.NONE);

    assertThat(candidate.network().scores()).isTrue();
    assertThat(candidate.weights().names()).contains("classifier.weight", "pooler.dense.weight");
    assertThat(candidate.stats().losses()).isNotEmpty();
    assertThat(candidate.stats().losses().getLast())
        .isLessThan(candidate.stats().losses().getFirst());
    assertThat(candidate.dev().questions()).isEqualTo(40);
    assertThat(candidate.dev().weight()).isBetween(.1, 1.0);
    assertThat(candidate.origins()).containsEntry(Pair.LABEL, 49);
    assertThat(candidate.decisions())
        .extracting(Decision::what)
        .contains("layers", "learning rate");
  }

  @Test
  void aTrainingThatWasInterruptedEndsWithTheSameBits() {
    RerankerData data = data(49, 0);
    var steps = new AtomicInteger();
    Progress interrupting =
        (name, _, _) ->
            new Progress.Task() {
              @Override
              public void advance(long units) {
                if (name.startsWith("train") && steps.incrementAndGet() == 5) {
                  Thread.currentThread().interrupt();
                }
              }

              @Override
              public void note(String text) {}

              @Override
              public void close() {}
            };
    assertThatThrownBy(() -> train(data, "interrupted", interrupting))
        .isInstanceOf(CancellationException.class);

    RerankerCandidate resumed = train(data, "interrupted", Progress.NONE);
    RerankerCandidate again = train(data, "interrupted", Progress.NONE);

    assertThat(floats(again.weights())).isEqualTo(floats(resumed.weights()));
    assertThat(resumed.plan()).isEqualTo(again.plan());
    assertThat(resumed.stats().steps()).isGreaterThan(5);
  }

  private CrossEncoderTeacher teacher(RerankerData data) {
    return CrossEncoderTeacher.trained(
        data,
        TrainingLimits.of(Duration.ofSeconds(20)),
        1,
        folder.resolve("taught"),
        Progress.NONE);
  }

  @Test
  void eachHalfOfTheQuestionsIsScoredByTheTeacherThatHasNotSeenIt() {
    RerankerData data = data(49, 0);
    CrossEncoderTeacher teacher = teacher(data);
    List<Teacher.Asked> asked =
        IntStream.range(0, 49)
            .mapToObj(
                i ->
                    new Teacher.Asked(
                        data.labels().get(i).question(),
                        List.of(passages.get(i).embedded(), passages.get((i + 1) % 49).embedded())))
            .toList();

    List<float[]> scores = teacher.scores(asked, Progress.NONE);

    // The oracle: the half that learnt from the other questions, trained and asked by itself.
    for (int half = 0; half < 2; half++) {
      int own = half;
      List<Pair> others =
          data.labels().stream()
              .filter(pair -> CrossEncoderTeacher.half(pair.question()) != own)
              .toList();
      assertThat(others).hasSizeBetween(16, 33);
      var part =
          new RerankerData(
              start, passages, data.firstStage(), others, data.dev(), Duration.ofMillis(400));
      RerankerCandidate alone =
          new RerankerTraining(
                  part,
                  TrainingLimits.of(Duration.ofSeconds(10)),
                  1,
                  folder.resolve("taught/half-" + half),
                  Progress.NONE)
              .run();
      try (var network = Network.of(alone.network(), alone.weights())) {
        for (int i = 0; i < 49; i++) {
          if (CrossEncoderTeacher.half(asked.get(i).question()) == half) {
            float[] expected =
                network.score(
                    start.tokenizer().pairs(asked.get(i).question(), asked.get(i).passages()),
                    alone.plan().speed().precision());
            assertThat(scores.get(i)).containsExactly(expected, within(2e-2f));
          }
        }
      }
    }
    CrossEncoderTeacher again = teacher(data);
    assertThat(again.identity()).isEqualTo(teacher.identity());
    assertThat(again.scores(asked, Progress.NONE).get(7)).isEqualTo(scores.get(7));
  }

  @Test
  void questionsOfTheSameWordsAreInOneHalf() {
    assertThat(CrossEncoderTeacher.half("How hot is salt?"))
        .isEqualTo(CrossEncoderTeacher.half("how hot is  SALT"));
  }

  @Test
  void aLimitOfMemoryThatHoldsNoChunkIsRefusedByName() {
    var limits = TrainingLimits.of(Duration.ofSeconds(20), 1 << 20);
    var training =
        new RerankerTraining(data(49, 0), limits, 1, folder.resolve("small"), Progress.NONE);

    assertThatThrownBy(training::run)
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageStartingWith("training " + start.name() + " takes at least ")
        .hasMessageContaining("train.memory allows 0.0 GB");
  }

  @Test
  void whatMemoryAllowsIsPartOfThePlan() {
    RerankerCandidate candidate = train(data(49, 0), "work", Progress.NONE);

    assertThat(candidate.plan().speed().limits().chunkTokens())
        .isBetween(MemoryPlan.FEWEST, ContrastiveTraining.Limits.USUAL.chunkTokens());
  }

  @Test
  void knownAnswersAreNoNegatives() {
    RerankerData data = data(49, 0);

    List<CandidateList> lists = CandidateLists.of(data, 50, 1);

    assertThat(lists).isNotEmpty();
    assertThat(lists)
        .allSatisfy(list -> assertThat(list.negatives()).doesNotContain(list.passage()));
    assertThat(CandidateLists.of(data, 50, 1)).isEqualTo(lists);
  }

  @Test
  void tooFewQuestionsAreNothingToLearnFrom() {
    assertThatThrownBy(() -> train(data(5, 0), "few", Progress.NONE))
        .isInstanceOf(NoCandidateException.class)
        .hasMessageContaining("16");
  }

  @Test
  void theFirstLayersAloneAreANetworkOfTheirOwn() {
    assertThat(start.layers()).isEqualTo(2);
    assertThat(start.network(1).stack().layers()).hasSize(1);
    assertThat(start.network(1).scores()).isTrue();
    assertThat(start.network(2)).isEqualTo(start.network());
  }
}
