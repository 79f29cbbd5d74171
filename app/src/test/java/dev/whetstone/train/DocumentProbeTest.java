package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Filter;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentProbeTest {
  private static final String[] THINGS = {
    "salt", "pasta", "queue", "broker", "key", "oil", "file", "water", "stone", "paper", "bread",
    "river"
  };

  @TempDir Path folder;
  private Model base;
  private List<Passage> passages;
  private List<Pair> documents;
  private LuceneIndex words;

  @BeforeEach
  void enoughPassagesToHoldSomeOut() {
    base = TinyBert.write(folder.resolve("base"), 1);
    passages = IntStream.range(0, 144).mapToObj(DocumentProbeTest::passage).toList();
    documents = new PairRecipes(1).fromDocuments(passages, 4000);
    words = LuceneIndex.inMemory(passages, null);
  }

  @AfterEach
  void closeIndex() {
    words.close();
  }

  private static Passage passage(int i) {
    String one = THINGS[i % 12];
    String other = THINGS[i / 12];
    String text =
        "The %s is in the %s. How to heat the %s with water? Does the %s not cook %d times?"
            .formatted(one, other, one, other, i);
    return new Passage("p" + i, "d" + i, List.of(), text, 0, 1, 0, 0, Map.of());
  }

  private TrainingData data(CandidateEncoder encoder) {
    Vectors vectors =
        encoder.passages(
            passages.stream().map(Passage::id).toList(),
            passages.stream().map(Passage::embedded).toList(),
            Planner.PASSAGE_TOKENS,
            Progress.NONE.start("", 0, ""));
    return new TrainingData(
        base,
        passages,
        vectors,
        new TrainingPairs(List.of(), List.of(), documents),
        TrainingData.DevQuestions.NONE,
        TrainingData.DevQuestions.NONE,
        question -> words.words(question, 100, Filter.ALL));
  }

  @Test
  void nothingIsTrainedOnThePassagesThatAreHeldOut() {
    DocumentProbe.Dealt dealt = DocumentProbe.deal(documents, List.of());

    assertThat(dealt.heldOut()).hasSize(21).doesNotHaveDuplicates(); // .15 of 144
    assertThat(dealt.training())
        .extracting(Pair::passageId)
        .doesNotContainAnyElementsOf(dealt.heldOut());
    assertThat(dealt.training().stream().map(Pair::passageId).collect(Collectors.toSet()))
        .hasSize(144 - 21);
  }

  @Test
  void fewPassagesAreAllTrainedOn() {
    List<Pair> few = new PairRecipes(1).fromDocuments(passages.subList(0, 130), 4000);

    assertThat(DocumentProbe.deal(few, List.of()))
        .isEqualTo(new DocumentProbe.Dealt(few, List.of()));
  }

  @Test
  void passagesThatWrittenQuestionsTeachAreNotHeldOut() {
    List<Pair> written =
        passages.subList(40, 144).stream()
            .map(p -> new Pair("who?", p.id(), p.embedded(), p.document(), Pair.WRITTEN))
            .toList();
    Set<String> taught = written.stream().map(Pair::passageId).collect(Collectors.toSet());

    DocumentProbe.Dealt dealt = DocumentProbe.deal(documents, written);

    assertThat(dealt.heldOut()).hasSize(21).doesNotContainAnyElementsOf(taught);
    assertThat(dealt.training())
        .extracting(Pair::passageId)
        .doesNotContainAnyElementsOf(dealt.heldOut());
  }

  @Test
  void theBaseScoresAsItsOwnWeightsAndNoiseScoresWorse() {
    try (var tokenizer = Tokenizer.open(base);
        var encoder = new CandidateEncoder(base, tokenizer, Precision.FP32)) {
      var probe = probe(encoder);

      List<Double> ofBase = probe.ofBase(base.weights());
      List<Double> same = probe.of(base.weights(), "same");
      List<Double> spoiled = probe.of(zeroed(base.weights()), "spoiled");

      assertThat(same).isEqualTo(ofBase).hasSizeGreaterThan(40).allMatch(f -> f >= 0 && f <= 1);
      assertThat(mean(spoiled)).isLessThan(mean(ofBase));
    }
  }

  /// Most of what is learnt is of the documents then.
  @Test
  void aFewQuestionsToLearnFromLeaveTheChoiceToTheProbe() {
    assertThat(decisionsWith(12)).contains("probing questions");
    assertThat(decisionsWith(100)).doesNotContain("probing questions");
  }

  private String decisionsWith(int labels) {
    List<Pair> asked =
        passages.subList(0, labels).stream()
            .map(p -> new Pair("why " + p.id(), p.id(), p.embedded(), p.document(), Pair.LABEL))
            .toList();
    try (var tokenizer = Tokenizer.open(base);
        var encoder = new CandidateEncoder(base, tokenizer, Precision.FP32)) {
      TrainingData alone = data(encoder);
      var data =
          new TrainingData(
              base,
              passages,
              alone.baseVectors(),
              new TrainingPairs(asked, List.of(), documents),
              alone.dev(),
              alone.writtenDev(),
              alone.keywords());
      return new FineTuning(
              data,
              Recipe.STANDARD,
              TrainingLimits.of(Duration.ofMinutes(1)),
              1,
              folder.resolve("labels-" + labels),
              Progress.NONE)
          .run()
          .decisions()
          .toString();
    } catch (NoCandidateException e) { // a tiny random encoder may well gain nothing
      return String.valueOf(e.getMessage());
    }
  }

  private DocumentProbe probe(CandidateEncoder encoder) {
    TrainingData data = data(encoder);
    Vectors vectors = Objects.requireNonNull(data.baseVectors());
    return new DocumentProbe(
        data,
        DocumentProbe.deal(documents, List.of()).heldOut(),
        vectors,
        "",
        encoder,
        Progress.NONE);
  }

  /// All embeddings are the same then.
  private static NamedTensors zeroed(NamedTensors weights) {
    var zeroed = new NamedTensors();
    for (String name : weights.names()) {
      var array = weights.get(name);
      boolean table = name.contains("embeddings.weight");
      zeroed.put(
          name,
          new NamedTensors.Array(
              array.shape().clone(), table ? new float[array.data().length] : array.data()));
    }
    return zeroed;
  }

  private static double mean(List<Double> figures) {
    return figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Test
  void halfIsTakenWhereAnyShareAgreesMoreThanTheBase() {
    var better = new LinkedHashMap<Double, List<Double>>();
    better.put(0.0, List.of(.2, .4));
    better.put(.3, List.of(.3, .5));
    better.put(.5, List.of(.4, .3));
    better.put(.7, List.of(.1, .5));
    var best = new LinkedHashMap<>(better);
    best.put(.7, List.of(.9, .5));
    var worse = new LinkedHashMap<>(better);
    worse.put(.3, List.of(.1, .5));
    worse.put(.5, List.of(.2, .3));

    assertThat(DocumentProbe.choose(better)).isEqualTo(.5); // .3 says that the direction is right
    assertThat(DocumentProbe.choose(best)).isEqualTo(.5); // more gained no more
    assertThat(DocumentProbe.choose(worse)).isEqualTo(0);
    worse.put(.7, List.of(.9, .9)); // after a fall it is noise
    assertThat(DocumentProbe.choose(worse)).isEqualTo(0);
  }

  @Test
  void writtenQuestionsMayChooseTheLargestShareThatGainsMoreThanNoise() {
    var figures = new LinkedHashMap<Double, List<Double>>();
    figures.put(0.0, List.of(.2, .4, .2, .4));
    figures.put(.3, List.of(.3, .5, .3, .6));
    figures.put(.5, List.of(.4, .5, .3, .5));
    figures.put(.7, List.of(.9, .1, .1, .6)); // higher, but of one question
    var more = new LinkedHashMap<>(figures);
    more.put(.7, List.of(.4, .6, .4, .5));
    var none = new LinkedHashMap<>(figures);
    none.put(.3, List.of(.2, .4, .2, .4));
    none.put(.5, List.of(.1, .5, .2, .41));

    assertThat(DocumentProbe.most(figures)).isEqualTo(.5);
    assertThat(DocumentProbe.most(more)).isEqualTo(1); // nothing speaks against more
    assertThat(DocumentProbe.most(none)).isEqualTo(0);
    figures.keySet().retainAll(List.of(0.0, .3));
    none.keySet().retainAll(List.of(0.0, .3));
    assertThat(DocumentProbe.most(figures)).isEqualTo(.5); // the direction is right
    assertThat(DocumentProbe.upTo(.5, List.of(.3, .5, .7, 1.0))).containsExactly(.3, .5);
    assertThat(DocumentProbe.upTo(.3, List.of(.5, 1.0))).containsExactly(.3);
    assertThat(DocumentProbe.most(none)).isEqualTo(0);
  }

  @Test
  void documentsAloneGiveTheShareThatTheProbeChoseOrNoCandidate() {
    TrainingData data;
    try (var tokenizer = Tokenizer.open(base);
        var encoder = new CandidateEncoder(base, tokenizer, Precision.FP32)) {
      data = data(encoder);
    }
    var shares = new ArrayList<Double>();
    for (int seed = 1; seed <= 2; seed++) {
      var training =
          new FineTuning(
              data,
              Recipe.STANDARD,
              TrainingLimits.of(Duration.ofMinutes(1)),
              seed,
              folder.resolve("work-" + seed),
              Progress.NONE);
      try {
        Candidate candidate = training.run();
        shares.add(candidate.alpha());
        assertThat(candidate.decisions())
            .anyMatch(
                one ->
                    one.what().equals("share of the trained weights")
                        && one.chosen().equals(ModelSelection.figure(candidate.alpha()))
                        && one.among().contains("0: "));
      } catch (NoCandidateException e) {
        assertThat(e.baseStands()).isTrue();
      }
    }
    assertThat(DocumentProbe.SHARES).containsAll(shares);
  }

  /// @param asks what is asked about a passage
  private TrainingData written(Function<Passage, String> asks) {
    TrainingData data;
    try (var tokenizer = Tokenizer.open(base);
        var encoder = new CandidateEncoder(base, tokenizer, Precision.FP32)) {
      data = data(encoder);
    }
    List<Pair> written =
        passages.subList(0, 60).stream()
            .map(p -> new Pair(asks.apply(p), p.id(), p.embedded(), p.document(), Pair.WRITTEN))
            .toList();
    var texts = new HashMap<String, String>();
    var gains = new TreeMap<String, Map<String, Integer>>();
    for (Passage passage : passages.subList(60, 100)) {
      texts.put("q-" + passage.id(), asks.apply(passage));
      gains.put("q-" + passage.id(), Map.of(passage.id(), 1));
    }
    return new TrainingData(
        base,
        passages,
        data.baseVectors(),
        new TrainingPairs(List.of(), written, documents),
        TrainingData.DevQuestions.NONE,
        new TrainingData.DevQuestions(texts, new Qrels(gains)),
        data.keywords());
  }

  private FineTuning training(TrainingData data, int seed) {
    var limits = TrainingLimits.of(Duration.ofMinutes(2));
    Path work = folder.resolve("written-" + seed);
    return new FineTuning(data, Recipe.STANDARD, limits, seed, work, Progress.NONE);
  }

  @Test
  void writtenQuestionsChooseNoLargerShareThanTheProbeLeavesThem() {
    TrainingData data = written(DocumentProbeTest::question);
    for (int seed = 1; seed <= 2; seed++) {
      try {
        Candidate candidate = training(data, seed).run();
        String limit =
            candidate.origins().containsKey(Pair.WRITTEN)
                ? "largest share of the trained weights"
                : "share of the trained weights"; // the probe's own choice, of documents alone
        assertThat(candidate.decisions())
            .filteredOn(one -> one.what().equals(limit))
            .singleElement()
            .satisfies(
                one -> {
                  assertThat(one.among()).contains("0: ");
                  assertThat(candidate.alpha())
                      .isPositive()
                      .isLessThanOrEqualTo(Double.parseDouble(one.chosen()));
                });
      } catch (NoCandidateException e) {
        assertThat(e.baseStands()).isTrue();
      }
    }
  }

  @Test
  void whereWrittenQuestionsTeachNothingDocumentsAloneAreTriedAndTheReasonIsSaid() {
    TrainingData data = written(Passage::embedded); // found already
    String outcome;
    try {
      Candidate candidate = training(data, 3).run();
      assertThat(candidate.origins()).doesNotContainKey(Pair.WRITTEN);
      assertThat(candidate.decisions().getFirst().chosen()).contains("documents alone");
      outcome = candidate.decisions().getFirst().among();
    } catch (NoCandidateException e) {
      assertThat(e.baseStands()).isTrue();
      outcome = String.valueOf(e.getMessage());
      assertThat(outcome).contains("documents alone");
    }
    assertThat(outcome).contains("nothing to learn");

    Path documents = folder.resolve("written-3/documents");
    var whole = TrainingLimits.of(Duration.ofMinutes(2));
    String ofAllTheTime =
        new FineTuning(data.documentsAlone(), Recipe.STANDARD, whole, 3, documents, Progress.NONE)
            .fingerprint();
    assertThat(Json.kept(documents.resolve("plan.json"), FineTuningPlan.class).orElseThrow().key())
        .satisfies(key -> assertThat(key.data()).as("nothing was trained").isEqualTo(ofAllTheTime));
    assertThat(Json.kept(folder.resolve("written-3/refusal.json"), FineTuning.Refusal.class))
        .hasValueSatisfying(refusal -> assertThat(refusal.trained()).isFalse());
  }

  @Test
  void aKilledRunStaysWithTheDocumentsWhateverItWouldFindNow() {
    TrainingData data = written(Passage::embedded);
    Path work = folder.resolve("written-4");
    String fingerprint =
        new FineTuning(
                data,
                Recipe.STANDARD,
                TrainingLimits.of(Duration.ofMinutes(2)).forShare(.7),
                4,
                work,
                Progress.NONE)
            .fingerprint();
    var earlier = new FineTuning.Refusal(fingerprint, false, "found before the kill");
    WholeFile.write(work.resolve("refusal.json"), Json.sealed(Json.pretty(earlier)));

    String outcome;
    try {
      outcome = training(data, 4).run().decisions().getFirst().among();
    } catch (NoCandidateException e) {
      outcome = String.valueOf(e.getMessage());
    }
    assertThat(outcome).contains("found before the kill");
  }

  private static String question(Passage passage) {
    return passage.embedded().substring(0, passage.embedded().indexOf('.')) + "?";
  }
}
