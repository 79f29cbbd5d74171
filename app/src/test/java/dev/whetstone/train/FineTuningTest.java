package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
  private static final String[] THINGS = {"salt", "pasta", "queue", "broker", "key", "oil", "file"};

  private static final Progress NONE = Progress.NONE;

  @TempDir Path folder;
  private Model base;
  private List<Passage> passages;
  private LuceneIndex words;

  @BeforeEach
  void aSmallCorpus() {
    base = TinyBert.write(folder.resolve("base"), 1);
    passages = IntStream.range(0, 49).mapToObj(FineTuningTest::passage).toList();
    words = LuceneIndex.inMemory(passages, null);
  }

  @AfterEach
  void closeIndex() {
    words.close();
  }

  private static Passage passage(int i) {
    String one = THINGS[i % 7];
    String other = THINGS[i / 7];
    String text =
        "The %s is in the %s. How to heat the %s with water? Does the %s not cook %d times?"
            .formatted(one, other, one, other, i);
    return new Passage(
        "p" + i, "d" + i % 5, List.of(one + " and " + other), text, 0, 1, 0, 0, Map.of());
  }

  private TrainingData data(List<Pair> labels, List<Pair> documents, int dev) {
    var questions = new HashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (int i = 0; i < dev; i++) {
      questions.put("q" + i, "why " + THINGS[i % 7] + " in " + THINGS[i / 7] + "?");
      gains.put("q" + i, Map.of("p" + i, 1));
    }
    Vectors vectors;
    try (var tokenizer = Tokenizer.open(base);
        var encoder = new CandidateEncoder(base, tokenizer, Precision.FP32)) {
      vectors =
          encoder.passages(
              passages.stream().map(Passage::id).toList(),
              passages.stream().map(Passage::embedded).toList(),
              32,
              Progress.NONE.start("", 0, ""));
    }
    return new TrainingData(
        base,
        passages,
        vectors,
        new TrainingPairs(labels, List.of(), documents),
        new TrainingData.DevQuestions(questions, new Qrels(gains)),
        TrainingData.DevQuestions.NONE,
        question -> words.words(question, 100, Filter.ALL));
  }

  private List<Pair> labels() {
    var questions = new LinkedHashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (int i = 0; i < passages.size(); i++) {
      questions.put("l" + i, "what is the %s of %s %d".formatted(THINGS[i % 7], THINGS[i / 7], i));
      gains.put("l" + i, Map.of("p" + i, 1));
    }
    return PairRecipes.fromJudgements(
        questions,
        gains,
        passages.stream().collect(Collectors.toMap(Passage::id, passage -> passage)));
  }

  private Candidate fineTune(TrainingData data, String work) {
    return new FineTuning(
            data,
            Recipe.PLAIN,
            TrainingLimits.of(Duration.ofMinutes(1)),
            1,
            folder.resolve(work),
            Progress.NONE)
        .run();
  }

  @Test
  void tooLittleMemoryIsRefusedBeforeAnythingIsTrained() {
    Path work = folder.resolve("little");
    var limits = TrainingLimits.of(Duration.ofMinutes(1), 50_000_000);

    assertThatThrownBy(
            () ->
                new FineTuning(
                        data(labels(), List.of(), 0), Recipe.PLAIN, limits, 1, work, Progress.NONE)
                    .run())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("train.memory allows 0.1 GB");
    assertThat(work).doesNotExist();
  }

  private static double mean(List<Float> values) {
    return values.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
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
  void labelsAndDocumentsMakeACandidateThatIsChosenOnDev() {
    List<Pair> documents = new PairRecipes(1).fromDocuments(passages, 100);

    Candidate candidate = fineTune(data(labels(), documents, 30), "work");

    assertThat(candidate.plan().pairs().labels()).isEqualTo(4 * 49);
    assertThat(candidate.plan().pairs().negatives().each()).isEqualTo(1);
    assertThat(candidate.origins()).containsEntry("label", 4 * 49).containsKey("first sentence");
    List<Float> losses = candidate.stats().losses();
    assertThat(mean(losses.subList(losses.size() - 3, losses.size())))
        .isLessThan(mean(losses.subList(0, 3)));
    assertThat(candidate.selection().devBase().dense()).isPositive();
    assertThat(candidate.selection().devCandidate().hybrid()).isPositive();
    assertThat(floats(candidate.weights())).isNotEqualTo(floats(base.weights()));
  }

  @Test
  void rateLengthAndShareAreChosenAndSaidAmongWhat() {
    Candidate candidate = fineTune(data(labels(), List.of(), 30), "work");

    assertThat(candidate.plan().search().trials().rates()).hasSize(3).contains(candidate.rate());
    assertThat(candidate.decisions())
        .extracting(Decision::what)
        .containsExactly("learning rate", "steps", "share of the trained weights");
    assertThat(candidate.decisions().getFirst().among())
        .matches(
            "of (\\S+ \\(0\\.\\d{3}\\),? ?){3}: nDCG@10 on 30 dev questions after 7 of 7 steps");
  }

  @Test
  void theStandardRecipeKilledAnywhereGoesOnToTheSameBits() throws IOException {
    TrainingData data = data(labels(), List.of(), 30);
    Duration budget = Duration.ofMinutes(1);
    var recipe = Recipe.parse("remine=on,seeds=2,batch=64,matryoshka=16/8");
    Candidate whole =
        new FineTuning(
                data, recipe, TrainingLimits.of(budget), 1, folder.resolve("whole"), Progress.NONE)
            .run();
    Path own = Files.createDirectories(folder.resolve("killed"));
    Files.copy(folder.resolve("whole/plan.json"), own.resolve("plan.json"));
    int kills = 0;
    Candidate ended = null;

    for (int at = 2; ended == null; at += 9) {
      try {
        ended = new FineTuning(data, recipe, TrainingLimits.of(budget), 1, own, dieAfter(at)).run();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
        kills++;
      }
    }

    assertThat(kills).isGreaterThan(2);
    assertThat(floats(ended.weights())).isEqualTo(floats(whole.weights()));
    assertThat(ended.decisions()).isEqualTo(whole.decisions());
    assertThat(whole.decisions())
        .extracting(Decision::what)
        .contains("hard negatives", "trainings averaged", "learning rate", "dimensions trained");
    assertThat(whole.decisions().getLast().among()).contains("16 (0.", "8 (0.");
    assertThat(own.resolve("seed-1")).isDirectoryContaining("glob:**/negatives-after-*.json");
  }

  /// Finds the longest passages best, and counts what it is asked.
  private static final class LongestFirst implements Teacher {
    private int asked;

    @Override
    public String name() {
      return "longest first";
    }

    @Override
    public String identity() {
      return "longest first";
    }

    @Override
    public List<float[]> scores(List<Asked> questions, Progress progress) {
      asked += questions.size();
      var scores = new ArrayList<float[]>();
      for (Asked one : questions) {
        float[] own = new float[one.passages().size()];
        for (int i = 0; i < own.length; i++) {
          own[i] = one.passages().get(i).length() / 10f;
        }
        scores.add(own);
      }
      return scores;
    }
  }

  private FineTuning taught(TrainingData data, Path own, Teacher teacher, Progress progress) {
    var limits = TrainingLimits.of(Duration.ofMinutes(1));
    return new FineTuning(data, Recipe.parse("distill=on"), limits, 1, own, progress)
        .taughtBy(teacher);
  }

  @Test
  void aTaughtTrainingKilledAnywhereGoesOnToTheSameBitsAndAsksTheTeacherOnce() throws IOException {
    TrainingData data = data(labels(), List.of(), 30);
    var teacher = new LongestFirst();
    Candidate whole = taught(data, folder.resolve("whole"), teacher, NONE).run();
    assertThat(teacher.asked).isEqualTo(49); // each question once
    Path own = Files.createDirectories(folder.resolve("killed"));
    Files.copy(folder.resolve("whole/plan.json"), own.resolve("plan.json"));
    var again = new LongestFirst();
    int kills = 0;
    Candidate ended = null;

    for (int at = 2; ended == null; at += 9) {
      try {
        ended = taught(data, own, again, dieAfter(at)).run();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
        kills++;
      }
    }

    assertThat(kills).isGreaterThan(2);
    assertThat(again.asked).isEqualTo(49);
    assertThat(floats(ended.weights())).isEqualTo(floats(whole.weights()));
    assertThat(whole.decisions())
        .extracting(Decision::words)
        .anyMatch(words -> words.startsWith("distillation on"));
    assertThat(floats(fineTune(data, "untaught").weights())).isNotEqualTo(floats(whole.weights()));
  }

  @Test
  void aRecipeThatWantsATeacherIsRefusedWithoutOne() {
    TrainingData data = data(labels(), List.of(), 0);
    Path own = folder.resolve("alone");
    var limits = TrainingLimits.of(Duration.ofMinutes(1));

    assertThatThrownBy(
            () -> new FineTuning(data, Recipe.parse("distill=on"), limits, 1, own, NONE).run())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("teacher");
    assertThat(own).doesNotExist();
  }

  @Test
  void writtenQuestionsChooseWherePeoplesAreTooFew() {
    TrainingData asked = data(labels(), new PairRecipes(1).fromDocuments(passages, 100), 30);
    List<Pair> written =
        asked.labels().stream()
            .map(
                pair ->
                    new Pair(
                        pair.question(),
                        pair.passageId(),
                        pair.passageText(),
                        pair.document(),
                        Pair.WRITTEN))
            .toList();
    var data =
        new TrainingData(
            base,
            passages,
            asked.baseVectors(),
            new TrainingPairs(List.of(), written, asked.documents()),
            TrainingData.DevQuestions.NONE,
            asked.dev(),
            asked.keywords());

    String outcome;
    try {
      Candidate candidate =
          new FineTuning(
                  data,
                  Recipe.STANDARD,
                  TrainingLimits.of(Duration.ofMinutes(1)),
                  1,
                  folder.resolve("w"),
                  NONE)
              .run();
      assertThat(candidate.origins()).containsKey(Pair.WRITTEN);
      outcome = candidate.decisions().toString();
    } catch (NoCandidateException e) { // a tiny random encoder may well gain nothing
      assertThat(e.baseStands()).isTrue();
      outcome = String.valueOf(e.getMessage());
    }
    assertThat(outcome).contains("on 30 dev questions");
  }

  @Test
  void writtenQuestionsThatTheBaseFindsAlreadyTeachNothing() {
    TrainingData asked = data(labels(), List.of(), 0);
    List<Pair> written =
        passages.stream()
            .map(p -> new Pair(p.embedded(), p.id(), p.embedded(), p.document(), Pair.WRITTEN))
            .toList();
    var data =
        new TrainingData(
            base,
            passages,
            asked.baseVectors(),
            new TrainingPairs(List.of(), written, List.of()),
            TrainingData.DevQuestions.NONE,
            TrainingData.DevQuestions.NONE,
            asked.keywords());
    Duration budget = Duration.ofMinutes(1);
    Path work = folder.resolve("found");

    assertThatThrownBy(
            () ->
                new FineTuning(data, Recipe.STANDARD, TrainingLimits.of(budget), 1, work, NONE)
                    .run())
        .isInstanceOfSatisfying(
            NoCandidateException.class, e -> assertThat(e.baseStands()).isTrue())
        .hasMessageContaining("nothing to learn");
    Candidate candidate =
        new FineTuning(data, Recipe.PLAIN, TrainingLimits.of(budget), 1, work, NONE).run();
    assertThat(candidate.plan().pairs().written()).isPositive();
  }

  @Test
  void withFewQuestionsTheRulesRateStandsAndTheReasonIsSaid() {
    Candidate candidate = fineTune(data(labels(), List.of(), 25), "work");

    assertThat(candidate.rate()).isEqualTo(candidate.plan().optimisation().rate());
    assertThat(candidate.decisions().getFirst().words())
        .contains("by the rule")
        .contains("25 questions are too few");
  }

  @Test
  void killedAmidTheChoiceItGoesOnToTheSameBits() throws IOException {
    TrainingData data = data(labels(), List.of(), 30);
    Candidate whole = fineTune(data, "whole");
    String plan = Files.readString(folder.resolve("whole/plan.json"));
    Path own = Files.createDirectories(folder.resolve("killed"));
    Files.writeString(own.resolve("plan.json"), plan);
    int kills = 0;
    Candidate ended = null;

    for (int at = 2; ended == null; at += 3) { // later each time: in trials and in scorings
      try {
        ended =
            new FineTuning(
                    data,
                    Recipe.PLAIN,
                    TrainingLimits.of(Duration.ofMinutes(1)),
                    1,
                    own,
                    dieAfter(at))
                .run();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
        kills++;
      }
    }

    assertThat(kills).isGreaterThan(3);
    assertThat(floats(ended.weights())).isEqualTo(floats(whole.weights()));
    assertThat(ended.decisions()).isEqualTo(whole.decisions());
    assertThat(ended.selection().devCandidate()).isEqualTo(whole.selection().devCandidate());
  }

  @Test
  void onAMachineThatBecameTooSlowTheTrainingIsCutAndNoOtherRateTried() throws IOException {
    TrainingData data = data(labels(), new PairRecipes(1).fromDocuments(passages, 100), 30);
    Candidate inTime = fineTune(data, "in time");
    String plan = Files.readString(folder.resolve("in time/plan.json"));
    var slow = new SlowClock();
    for (String work : List.of("whole", "killed")) {
      Files.createDirectories(folder.resolve(work));
      Files.writeString(folder.resolve(work).resolve("plan.json"), plan);
    }

    Candidate whole = slow.fineTuning(data, folder.resolve("whole")).run();
    slow.dieAfter = 7;
    assertThatThrownBy(() -> slow.fineTuning(data, folder.resolve("killed")).run())
        .hasMessage("killed");
    Candidate resumed = fineTune(data, "killed"); // by the real clock

    assertThat(inTime.steps()).isEqualTo(10);
    assertThat(whole.steps()).isEqualTo(8);
    assertThat(whole.rate()).isEqualTo(whole.plan().optimisation().rate());
    assertThat(whole.decisions().toString())
        .contains("without trying all", "8 of 10", "the machine became slower");
    assertThat(resumed.decisions()).isEqualTo(whole.decisions());
    assertThat(floats(resumed.weights())).isEqualTo(floats(whole.weights()));
  }

  /// Each step of training takes 20 s of a budget of a minute.
  private static final class SlowClock {
    private final AtomicLong now = new AtomicLong();
    private int dieAfter = Integer.MAX_VALUE;

    FineTuning fineTuning(TrainingData data, Path work) {
      Progress progress =
          (name, _, unit) ->
              new Progress.Task() {
                private long done;

                @Override
                public void advance(long units) {
                  if (unit.equals("steps")) {
                    done += units;
                    now.addAndGet(units * 20_000_000_000L);
                    if (done == dieAfter) {
                      throw new IllegalStateException("killed");
                    }
                  }
                }

                @Override
                public void note(String text) {}

                @Override
                public void close() {}
              };
      return new FineTuning(
          data,
          Recipe.PLAIN,
          TrainingLimits.of(Duration.ofMinutes(1)),
          1,
          work,
          progress,
          now::get);
    }
  }

  /// Ends the work after so many of its advances.
  private static Progress dieAfter(int advances) {
    var left = new AtomicInteger(advances);
    return (_, _, _) ->
        new Progress.Task() {
          @Override
          public void advance(long units) {
            if (units > 0 && left.getAndDecrement() == 0) {
              throw new IllegalStateException("killed");
            }
          }

          @Override
          public void note(String text) {}

          @Override
          public void close() {}
        };
  }

  @Test
  void runningAgainFollowsTheStoredPlanToTheSameBits() throws IOException {
    TrainingData data = data(labels(), List.of(), 0);
    Candidate first = fineTune(data, "work");
    String plan = Files.readString(folder.resolve("work/plan.json"));

    Candidate again = fineTune(data, "work");
    Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(folder.resolve("elsewhere/plan.json"), plan);
    Candidate elsewhere = fineTune(data, "elsewhere");

    assertThat(Files.readString(folder.resolve("work/plan.json"))).isEqualTo(plan);
    assertThat(floats(again.weights())).isEqualTo(floats(first.weights()));
    assertThat(floats(elsewhere.weights())).isEqualTo(floats(first.weights()));
    assertThat(first.alpha()).isEqualTo(.7); // nothing to choose on
  }

  @Test
  void fromDocumentsAloneTheCandidateStaysHalfwayToTheBase() {
    List<Pair> documents = new PairRecipes(1).fromDocuments(passages, 100);

    Candidate candidate = fineTune(data(List.of(), documents, 0), "work");

    assertThat(candidate.alpha()).isEqualTo(.5);
    assertThat(candidate.plan().pairs().labels()).isZero();
    assertThat(candidate.plan().pairs().documents()).isEqualTo(documents.size());
  }

  @Test
  void tooFewPairsAreRefusedWithTheirNumber() {
    TrainingData data = data(labels().subList(0, 3), List.of(), 0);

    assertThatThrownBy(() -> fineTune(data, "work"))
        .isInstanceOf(NoCandidateException.class)
        .hasMessageContaining("only 3 training pairs")
        .hasMessageContaining("Add documents or questions");
  }

  @Test
  void aPlanIsMadeAnewWhereOtherWordsOrAnotherPromptAreToBeChosenOn() throws IOException {
    TrainingData data = data(labels(), List.of(), 30);
    var plans = new HashSet<String>();
    plans.add(planOf(data));
    var asked = new HashMap<>(data.dev().texts());
    asked.put("q0", "what else is there about salt?");
    plans.add(planOf(with(data, data.base(), asked, data.passages())));
    List<Passage> fewer = data.passages().subList(0, 48);
    plans.add(planOf(with(data, data.base(), data.dev().texts(), fewer)));
    Model prompted =
        TinyBert.write(
            folder.resolve("prompted"), 1, base.network().pooling(), new Prompts("why ", ""), 64);
    Model plain =
        TinyBert.write(folder.resolve("plain"), 1, base.network().pooling(), Prompts.NONE, 64);
    assertThat(prompted.space()).isEqualTo(plain.space());
    plans.add(planOf(with(data, prompted, data.dev().texts(), data.passages())));
    plans.add(planOf(with(data, plain, data.dev().texts(), data.passages())));

    assertThat(plans).hasSize(5);
  }

  /// What a plan is known by.
  private String planOf(TrainingData data) {
    return new FineTuning(
            data, Recipe.PLAIN, TrainingLimits.of(Duration.ofMinutes(1)), 1, folder, Progress.NONE)
        .fingerprint();
  }

  private static TrainingData with(
      TrainingData of, Model base, Map<String, String> devQuestions, List<Passage> passages) {
    return new TrainingData(
        base,
        passages,
        of.baseVectors(),
        of.pairs(),
        new TrainingData.DevQuestions(devQuestions, of.dev().judgements()),
        of.writtenDev(),
        of.keywords());
  }

  @Test
  void aTrainingThatWasFinishedIsNotDoneAgainOnAMachineThatBecameSlow() throws IOException {
    TrainingData data = data(labels(), new PairRecipes(1).fromDocuments(passages, 100), 30);
    Candidate whole = fineTune(data, "whole");
    Path own = Files.createDirectories(folder.resolve("killed"));
    Files.copy(folder.resolve("whole/plan.json"), own.resolve("plan.json"));
    Progress dies = dieIn("choose: 0.3 of the weights");
    assertThatThrownBy(
            () ->
                new FineTuning(
                        data, Recipe.PLAIN, TrainingLimits.of(Duration.ofMinutes(1)), 1, own, dies)
                    .run())
        .hasMessage("killed");

    Candidate resumed = new SlowClock().fineTuning(data, own).run();

    assertThat(resumed.decisions()).isEqualTo(whole.decisions());
    assertThat(floats(resumed.weights())).isEqualTo(floats(whole.weights()));
  }

  @Test
  void whatTrialsTookIsCountedAlsoAfterTheyAreKnownByTheirScores() throws IOException {
    TrainingData data = data(labels(), new PairRecipes(1).fromDocuments(passages, 100), 30);
    fineTune(data, "in time");
    Path own = Files.createDirectories(folder.resolve("killed"));
    Files.copy(folder.resolve("in time/plan.json"), own.resolve("plan.json"));
    Progress dies = dieIn("choose: 0.3 of the weights");
    LongSupplier still = () -> 0;
    Duration budget = Duration.ofMinutes(1);
    assertThatThrownBy(
            () ->
                new FineTuning(data, Recipe.PLAIN, TrainingLimits.of(budget), 1, own, dies, still)
                    .run())
        .hasMessage("killed");
    String spent = Files.readString(own.resolve("spent.json"));

    new FineTuning(data, Recipe.PLAIN, TrainingLimits.of(budget), 1, own, Progress.NONE, still)
        .run();

    assertThat(Files.readString(own.resolve("spent.json"))).isEqualTo(spent);
    assertThat(spent).contains("steps-0", "steps-1", "steps-2");
  }

  /// Ends the work in a task of this name.
  private static Progress dieIn(String task) {
    return (name, _, _) -> {
      if (name.equals(task)) {
        throw new IllegalStateException("killed");
      }
      return Progress.NONE.start("", 0, "");
    };
  }
}
