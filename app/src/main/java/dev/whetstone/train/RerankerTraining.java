package dev.whetstone.train;

import dev.whetstone.core.Failure;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Makes a reranker of a start and labelled questions: collects lists of candidates from the first
/// stage, plans by the budgets, trains with the listwise loss, and chooses rate and length on the
/// dev questions.
///
/// The outcome follows from the data, the plan and the seed alone; the plan is stored in the work
/// folder, and a killed run goes on.
public final class RerankerTraining {
  /// Lists that the speed is measured on.
  private static final int SAMPLE = 32;

  private static final int FEWEST_LISTS = 16;

  private final RerankerData data;
  private final TrainingLimits limits;
  private final long seed;
  private final Surroundings around;

  /// @param nanos the clock of trainings
  record Surroundings(Path work, Progress progress, LongSupplier nanos) {}

  /// @param work folder for the plan and the checkpoints, of this data alone
  public RerankerTraining(
      RerankerData data, TrainingLimits limits, long seed, Path work, Progress progress) {
    this(data, limits, seed, new Surroundings(work, progress, System::nanoTime));
  }

  RerankerTraining(RerankerData data, TrainingLimits limits, long seed, Surroundings around) {
    this.data = data;
    this.limits = limits;
    this.seed = seed;
    this.around = around;
  }

  /// Makes the candidate.
  ///
  /// @throws Failure.BadInput if the memory allowed is too little for this network
  /// @throws NoCandidateException if there is too little to learn from, or the training diverges
  public RerankerCandidate run() {
    Qrels dev = data.dev().judgements().only(data.dev().ids());
    Optional<RerankerPlan> stored = stored();
    int last = stored.map(plan -> plan.lists().last()).orElse(RerankerPlanner.MOST_DEPTH);
    List<CandidateList> lists = CandidateLists.of(data, last, seed);
    if (lists.size() < FEWEST_LISTS) {
      throw new NoCandidateException(
          "only "
              + lists.size()
              + " labelled questions have passages to tell apart, and at least "
              + FEWEST_LISTS
              + " are needed. Add questions");
    }
    RerankerPlan plan = stored.orElseGet(() -> planned(lists, dev.queries().size()));
    List<CandidateList> seen =
        plan.lists().last() == last ? lists : CandidateLists.of(data, plan.lists().last(), seed);
    Qrels asked = dev.limit(plan.search().questions());
    try (var evaluation =
        new RerankerEvaluation(
            data, plan, asked, around.work().resolve("scores"), around.progress())) {
      RerankerSelection.Chosen chosen =
          new RerankerSelection(
                  data,
                  plan,
                  limits.time().toMillis() / 1e3,
                  tokenised(seen),
                  plan.search().questions() == 0 ? null : evaluation,
                  around)
              .run();
      return new RerankerCandidate(
          data.start().network(plan.shape().layers()),
          chosen.weights(),
          plan,
          chosen.rate(),
          chosen.stats(),
          chosen.decisions(),
          PairRecipes.counts(data.labels()),
          chosen.dev());
    }
  }

  private List<TokenisedList> tokenised(List<CandidateList> lists) {
    var tokenised = new ArrayList<TokenisedList>();
    for (CandidateList list : lists) {
      var passages = new ArrayList<String>();
      passages.add(list.passage());
      passages.addAll(list.negatives());
      List<PairTokens> pairs = data.start().tokenizer().pairs(list.question(), passages);
      tokenised.add(new TokenisedList(pairs.getFirst(), pairs.subList(1, pairs.size())));
    }
    return tokenised;
  }

  private Path planFile() {
    return around.work().resolve("plan.json");
  }

  /// The plan that was made for this data, if there is one.
  private Optional<RerankerPlan> stored() {
    return Json.kept(planFile(), RerankerPlan.class)
        .filter(plan -> plan.key().format() == RerankerPlan.FORMAT)
        .filter(plan -> plan.key().data().equals(fingerprint()));
  }

  private RerankerPlan planned(List<CandidateList> lists, int dev) {
    RerankerStart start = data.start();
    var inputs =
        new RerankerPlanner.Inputs(
            lists.size(), dev, start.layers(), start.fresh(), start.maxTokens());
    RerankerPlan plan =
        RerankerPlanner.plan(
            new RerankerPlan.Key(RerankerPlan.FORMAT, fingerprint(), seed),
            inputs,
            limits.time().toMillis() / 1e3,
            (double) data.budget().toMillis(),
            speed(lists));
    WholeFile.write(planFile(), Json.sealed(Json.pretty(plan)));
    return plan;
  }

  /// Measures on random lists, with all layers.
  private RerankerPlan.Speed speed(List<CandidateList> lists) {
    Precision precision = Calibration.measure().fastestTraining();
    RerankerStart start = data.start();
    MemoryPlan memory =
        MemoryPlan.of(start.name(), start.network(), precision, start.maxTokens(), limits);
    var shuffled = new ArrayList<>(lists);
    Collections.shuffle(shuffled, new Random(seed));
    List<TokenisedList> sample = tokenised(shuffled.subList(0, Math.min(SAMPLE, shuffled.size())));
    int batch = Math.min(RerankerPlanner.BATCH, sample.size());
    var plan =
        new Hyperparameters(
            new Hyperparameters.Schedule(Math.max(1, sample.size() / batch), 1e-6, .1),
            new Hyperparameters.Sampling(batch, RerankerPlanner.NEGATIVES, start.maxTokens(), 1),
            Hyperparameters.Loss.plain(1),
            precision,
            TrainingRun.CHECKPOINT_EVERY,
            memory.limits());
    var objective = new ListwiseObjective(sample, plan);
    double perSecond =
        new Trainer(start.network(), plan, around.nanos())
            .measure(objective, start.weights(), around.progress());
    return new RerankerPlan.Speed(
        precision, perSecond, pairMillis(sample, precision), memory.limits());
  }

  /// The best of three, as other work makes it slower.
  private double pairMillis(List<TokenisedList> sample, Precision precision) {
    List<PairTokens> pairs =
        sample.stream()
            .limit(2)
            .flatMap(list -> list.negatives().stream().limit(RerankerPlanner.NEGATIVES))
            .toList();
    double best = Double.POSITIVE_INFINITY;
    try (var network = Network.of(data.start().network(), data.start().weights())) {
      for (int i = 0; i < 3; i++) {
        long began = around.nanos().getAsLong();
        var _ = network.score(pairs, precision);
        best = Math.min(best, (around.nanos().getAsLong() - began) / 1e6 / pairs.size());
      }
    }
    return best;
  }

  /// Of all that shapes a plan and what is scored by it.
  String fingerprint() {
    var hash = new Sha256().add(data.start().identity()).add(limits.time().toString());
    limits.memory().ifPresent(bytes -> hash.add("memory " + bytes));
    hash.add(data.budget().toString()).add(String.valueOf(seed));
    hash.add(data.firstStage().vectors().space().value());
    hash.add(String.valueOf(data.firstStage().denseWeight()));
    data.labels()
        .forEach(pair -> hash.add(pair.question()).add(pair.passageId()).add(pair.passageText()));
    hash.add("");
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
}
