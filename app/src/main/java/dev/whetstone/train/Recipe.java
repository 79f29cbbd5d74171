package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// From a base model and pairs to a candidate: plans by the budget, mines hard negatives, trains,
/// and chooses on the dev questions the rate, the length and how far to go from the base.
///
/// Interpolating the trained weights with the base's is the cheap insurance against forgetting
/// (Wortsman et al., CVPR 2022, *WiSE-FT*). Everything follows from the material, the plan and the
/// seed; the plan is kept in the work folder, and a run that was killed goes on.
public final class Recipe {
  /// So many dev questions are needed to choose anything.
  private static final int FEWEST_DEV = 20;

  /// More tell little more, and cost time.
  private static final int MOST_DEV = 250;

  private final Material material;
  private final Duration budget;
  private final long seed;
  private final Path work;
  private final Progress progress;
  private final LongSupplier nanos;

  /// @param budget for training and choosing
  /// @param work folder for the plan and the checkpoints, of this material alone
  public Recipe(Material material, Duration budget, long seed, Path work, Progress progress) {
    this(material, budget, seed, work, progress, System::nanoTime);
  }

  /// @param nanos the clock of trainings
  Recipe(
      Material material,
      Duration budget,
      long seed,
      Path work,
      Progress progress,
      LongSupplier nanos) {
    this.material = material;
    this.budget = budget;
    this.seed = seed;
    this.work = work;
    this.progress = progress;
    this.nanos = nanos;
  }

  /// Makes the candidate.
  ///
  /// @throws NothingLearnt if there are too few pairs to learn from, or the training diverges
  public Candidate sharpen() {
    int pairs = material.labels().size() + material.documents().size();
    if (pairs < Planner.FEWEST_PAIRS) {
      throw new NothingLearnt(
          "there are only "
              + pairs
              + " training pairs, and at least "
              + Planner.FEWEST_PAIRS
              + " are needed. Add documents or questions");
    }
    Material chosenOn = withDevOf(MOST_DEV);
    Optional<Plan> stored = stored();
    Precision precision =
        stored.map(Plan::precision).orElseGet(() -> Calibration.measure().fastestTraining());
    try (var tokenizer = Tokenizer.open(material.base());
        var encoder = new CandidateEncoder(material.base(), tokenizer, precision)) {
      var loop = new Loop(material.base(), tokenizer, nanos);
      Plan plan = stored.orElseGet(() -> planned(chosenOn, precision, loop, encoder));
      String prompt = plan.instruction() ? material.base().prompts().query() : "";
      List<Pair> seen = pairs(plan);
      List<TokenisedExample> exercises =
          loop.tokenised(
              exercises(plan, prompt, distinct(plan, seen), encoder),
              plan.questionTokens(),
              plan.passageTokens());
      DevJudge judge =
          plan.poolTop() == 0
              ? null
              : new DevJudge(
                  withDevOf(plan.choices().questions()),
                  plan,
                  prompt,
                  encoder,
                  work.resolve("scores"),
                  progress);
      NamedTensors base = material.base().weights();
      Sharpening.Outcome outcome =
          new Sharpening(
                  plan, budget.toMillis() / 1e3, loop, base, exercises, judge, work, progress)
              .run();
      return new Candidate(
          outcome.weights(),
          outcome.rate(),
          outcome.alpha(),
          prompt,
          plan,
          PairRecipes.counts(seen),
          outcome.stats(),
          outcome.decisions(),
          outcome.devBase(),
          outcome.devCandidate());
    }
  }

  private List<Exercise> exercises(
      Plan plan, String prompt, List<Pair> pairs, CandidateEncoder encoder) {
    var exercises = new Exercises(material, prompt);
    Vectors baseVectors = material.baseVectors();
    return plan.negatives() == 0 || baseVectors == null
        ? exercises.plain(pairs)
        : exercises.mined(pairs, plan.negatives(), baseVectors, encoder, plan.seed());
  }

  private Material withDevOf(int most) {
    Qrels known = material.dev().only(material.devQuestions().keySet());
    Qrels dev = known.limit(most);
    boolean enough = dev.queries().size() >= FEWEST_DEV && material.baseVectors() != null;
    return new Material(
        material.base(),
        material.passages(),
        material.baseVectors(),
        material.labels(),
        material.documents(),
        enough ? material.devQuestions() : Map.of(),
        enough ? dev : Qrels.EMPTY,
        material.words());
  }

  private Path planFile() {
    return work.resolve("plan.json");
  }

  /// The plan that was made for this material, if there is one.
  private Optional<Plan> stored() {
    return Json.kept(planFile(), Plan.class)
        .filter(plan -> plan.format() == Plan.FORMAT)
        .filter(plan -> plan.material().equals(fingerprint()));
  }

  private Plan planned(
      Material chosenOn, Precision precision, Loop loop, CandidateEncoder encoder) {
    var given =
        new Planner.Given(
            material.labels().size(),
            material.documents().size(),
            chosenOn.dev().queries().size(),
            material.baseVectors() != null);
    String prompt = material.base().prompts().query();
    double pairsPerSecond =
        loop.pairsPerSecond(
            new Exercises(material, prompt).plain(sample(given.labelShare())), precision);
    Plan plan =
        Planner.plan(
            fingerprint(),
            given,
            budget.toMillis() / 1e3,
            precision,
            pairsPerSecond,
            Instruction.helps(chosenOn, encoder),
            seed);
    WholeFile.write(planFile(), Json.sealed(Json.pretty(plan)));
    return plan;
  }

  /// Pairs by lot to measure the speed on, mixed much as they will be trained on: labels and
  /// document pairs differ in length.
  private List<Pair> sample(double labelShare) {
    var random = new Random(seed);
    var labels = new ArrayList<>(material.labels());
    var documents = new ArrayList<>(material.documents());
    Collections.shuffle(labels, random);
    Collections.shuffle(documents, random);
    int most = Math.min(Loop.SAMPLE, labels.size() + documents.size());
    int labelled = Math.min(labels.size(), (int) Math.round(labelShare * most));
    int others = Math.min(documents.size(), most - labelled);
    var sample = new ArrayList<>(labels.subList(0, Math.min(labels.size(), most - others)));
    sample.addAll(documents.subList(0, others));
    Collections.shuffle(sample, random);
    return sample;
  }

  /// Of all that shapes a plan and what is scored by it.
  String fingerprint() {
    var hash = new Sha256().add(material.base().space().value()).add(budget.toString());
    hash.add(material.base().prompts().query()).add(String.valueOf(seed));
    for (List<Pair> pairs : List.of(material.labels(), material.documents())) {
      pairs.forEach(
          pair -> hash.add(pair.question()).add(pair.passageId()).add(pair.passageText()));
      hash.add("");
    }
    material.dev().gains().forEach((id, judged) -> hash.add(id).add(String.valueOf(judged)));
    hash.add("");
    new TreeMap<>(material.devQuestions()).forEach((id, text) -> hash.add(id).add(text));
    hash.add("");
    material.passages().forEach(passage -> hash.add(passage.id()).add(passage.embedded()));
    return hash.hex();
  }

  /// The pairs of the plan, each as often as it is seen.
  private List<Pair> pairs(Plan plan) {
    var seen = new ArrayList<Pair>();
    for (int epoch = 0; seen.size() < plan.labelPairs(); epoch++) {
      var order = new ArrayList<>(material.labels());
      Collections.shuffle(order, new Random(plan.seed() + epoch));
      seen.addAll(order.subList(0, Math.min(order.size(), plan.labelPairs() - seen.size())));
    }
    seen.addAll(material.documents().subList(0, plan.documentPairs()));
    return seen;
  }

  /// What the trainer goes through: where there are labels alone, it repeats them itself, each once
  /// before any comes again.
  private List<Pair> distinct(Plan plan, List<Pair> seen) {
    return plan.documentPairs() == 0 && plan.labelPairs() >= material.labels().size()
        ? material.labels()
        : seen;
  }
}
