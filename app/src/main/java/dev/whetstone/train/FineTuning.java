package dev.whetstone.train;

import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Precision;
import dev.whetstone.train.TrainingData.DevQuestions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Makes a candidate of a base model and pairs: plans by the budget, mines hard negatives, trains,
/// and chooses on the dev questions the rate, the length and how far to go from the base.
///
/// Interpolating the trained weights with the base's is the cheap insurance against forgetting
/// (Wortsman et al., CVPR 2022, *WiSE-FT*). The outcome follows from the data, the plan and the
/// seed alone; the plan is stored in the work folder, and a killed run goes on.
public final class FineTuning {
  /// So many dev questions are needed to choose anything.
  private static final int FEWEST_DEV = 20;

  /// More tell little more, and cost time.
  private static final int MOST_DEV = 250;

  private final TrainingData data;
  private final Duration budget;
  private final long seed;
  private final Path work;
  private final Progress progress;
  private final LongSupplier nanos;

  /// @param budget for training and choosing
  /// @param work folder for the plan and the checkpoints, of this data alone
  public FineTuning(TrainingData data, Duration budget, long seed, Path work, Progress progress) {
    this(data, budget, seed, work, progress, System::nanoTime);
  }

  /// @param nanos the clock of trainings
  FineTuning(
      TrainingData data,
      Duration budget,
      long seed,
      Path work,
      Progress progress,
      LongSupplier nanos) {
    this.data = data;
    this.budget = budget;
    this.seed = seed;
    this.work = work;
    this.progress = progress;
    this.nanos = nanos;
  }

  /// Makes the candidate.
  ///
  /// @throws NoCandidateException if there are too few pairs to learn from, or the training
  ///   diverges
  public Candidate run() {
    int pairs = data.labels().size() + data.documents().size();
    if (pairs < Planner.FEWEST_PAIRS) {
      throw new NoCandidateException(
          "there are only "
              + pairs
              + " training pairs, and at least "
              + Planner.FEWEST_PAIRS
              + " are needed. Add documents or questions");
    }
    TrainingData chosenOn = withDevOf(MOST_DEV);
    Optional<FineTuningPlan> stored = stored();
    Precision precision =
        stored
            .map(plan -> plan.speed().precision())
            .orElseGet(() -> Calibration.measure().fastestTraining());
    try (var tokenizer = Tokenizer.open(data.base());
        var encoder = new CandidateEncoder(data.base(), tokenizer, precision)) {
      var run = new TrainingRun(data.base(), tokenizer, nanos);
      FineTuningPlan plan = stored.orElseGet(() -> planned(chosenOn, precision, run, encoder));
      String prompt = plan.texts().queryPrompt() ? data.base().prompts().query() : "";
      List<Pair> seen = pairs(plan);
      List<TokenisedExample> examples =
          run.tokenised(
              examples(plan, prompt, distinct(plan, seen), encoder),
              plan.texts().questionTokens(),
              plan.texts().passageTokens());
      DevEvaluation evaluation =
          plan.pool().top() == 0
              ? null
              : new DevEvaluation(
                  withDevOf(plan.search().questions()),
                  plan,
                  prompt,
                  encoder,
                  work.resolve("scores"),
                  progress);
      Selection selection =
          new ModelSelection(
                  plan, budget.toMillis() / 1e3, run, examples, evaluation, work, progress)
              .run();
      return new Candidate(selection, prompt, plan, PairRecipes.counts(seen));
    }
  }

  private List<TrainingExample> examples(
      FineTuningPlan plan, String prompt, List<Pair> pairs, CandidateEncoder encoder) {
    var examples = new TrainingExamples(data, prompt);
    Vectors baseVectors = data.baseVectors();
    return plan.pairs().negatives() == 0 || baseVectors == null
        ? examples.plain(pairs)
        : examples.mined(pairs, plan.pairs().negatives(), baseVectors, encoder, plan.key().seed());
  }

  private TrainingData withDevOf(int most) {
    var all = data.dev();
    Qrels known = all.judgements().only(all.texts().keySet()).limit(most);
    boolean enough = known.queries().size() >= FEWEST_DEV && data.baseVectors() != null;
    return new TrainingData(
        data.base(),
        data.passages(),
        data.baseVectors(),
        data.labels(),
        data.documents(),
        enough ? new DevQuestions(all.texts(), known) : DevQuestions.NONE,
        data.keywords());
  }

  private Path planFile() {
    return work.resolve("plan.json");
  }

  /// The plan that was made for this data, if there is one.
  private Optional<FineTuningPlan> stored() {
    return Json.kept(planFile(), FineTuningPlan.class)
        .filter(plan -> plan.key().format() == FineTuningPlan.FORMAT)
        .filter(plan -> plan.key().data().equals(fingerprint()));
  }

  private FineTuningPlan planned(
      TrainingData chosenOn, Precision precision, TrainingRun run, CandidateEncoder encoder) {
    var inputs =
        new Planner.Inputs(
            data.labels().size(),
            data.documents().size(),
            chosenOn.dev().judgements().queries().size(),
            data.baseVectors() != null);
    String prompt = data.base().prompts().query();
    List<TrainingExample> sample =
        new TrainingExamples(data, prompt).plain(sample(inputs.labelShare()));
    FineTuningPlan plan =
        Planner.plan(
            new FineTuningPlan.Key(FineTuningPlan.FORMAT, fingerprint(), seed),
            inputs,
            budget.toMillis() / 1e3,
            new FineTuningPlan.Speed(precision, run.pairsPerSecond(sample, precision)),
            QueryPromptCheck.helps(chosenOn, encoder));
    WholeFile.write(planFile(), Json.sealed(Json.pretty(plan)));
    return plan;
  }

  /// Random pairs to measure the speed on, mixed much as they will be trained on: labels and
  /// document pairs differ in length.
  private List<Pair> sample(double labelShare) {
    var random = new Random(seed);
    var labels = new ArrayList<>(data.labels());
    var documents = new ArrayList<>(data.documents());
    Collections.shuffle(labels, random);
    Collections.shuffle(documents, random);
    int most = Math.min(TrainingRun.SAMPLE, labels.size() + documents.size());
    int labelled = Math.min(labels.size(), (int) Math.round(labelShare * most));
    int others = Math.min(documents.size(), most - labelled);
    var sample = new ArrayList<>(labels.subList(0, Math.min(labels.size(), most - others)));
    sample.addAll(documents.subList(0, others));
    Collections.shuffle(sample, random);
    return sample;
  }

  /// Of all that shapes a plan and what is scored by it.
  String fingerprint() {
    var hash = new Sha256().add(data.base().space().value()).add(budget.toString());
    hash.add(data.base().prompts().query()).add(String.valueOf(seed));
    for (List<Pair> pairs : List.of(data.labels(), data.documents())) {
      pairs.forEach(
          pair -> hash.add(pair.question()).add(pair.passageId()).add(pair.passageText()));
      hash.add("");
    }
    data.dev()
        .judgements()
        .gains()
        .forEach((id, judged) -> hash.add(id).add(String.valueOf(judged)));
    hash.add("");
    new TreeMap<>(data.dev().texts()).forEach((id, text) -> hash.add(id).add(text));
    hash.add("");
    data.passages().forEach(passage -> hash.add(passage.id()).add(passage.embedded()));
    return hash.hex();
  }

  /// The pairs of the plan, each as often as it is seen.
  private List<Pair> pairs(FineTuningPlan plan) {
    var seen = new ArrayList<Pair>();
    for (int epoch = 0; seen.size() < plan.pairs().labels(); epoch++) {
      var order = new ArrayList<>(data.labels());
      Collections.shuffle(order, new Random(plan.key().seed() + epoch));
      seen.addAll(order.subList(0, Math.min(order.size(), plan.pairs().labels() - seen.size())));
    }
    seen.addAll(data.documents().subList(0, plan.pairs().documents()));
    return seen;
  }

  /// What the trainer goes through: where there are labels alone, it repeats them itself, each once
  /// before any comes again.
  private List<Pair> distinct(FineTuningPlan plan, List<Pair> seen) {
    return plan.pairs().documents() == 0 && plan.pairs().labels() >= data.labels().size()
        ? data.labels()
        : seen;
  }
}
