package dev.whetstone.train;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.HardNegatives;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Precision;
import dev.whetstone.train.TrainingData.DevQuestions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

  /// Of the budget, where documents alone may have to be trained on after written questions.
  private static final double TIME_FOR_WRITTEN = .7;

  /// As it was given.
  private final TrainingData all;

  /// Without what is held out.
  private final TrainingData data;

  /// Passages that nothing is trained on; empty where people's questions choose.
  private final List<String> heldOut;

  private final Recipe recipe;
  private final TrainingLimits limits;
  private final long seed;
  private final Path work;
  private final Progress progress;
  private final LongSupplier nanos;

  /// Asked where the recipe wants a teacher.
  private @Nullable Teacher teacher;

  /// @param work folder for the plan and the checkpoints, of this data alone
  public FineTuning(
      TrainingData data,
      Recipe recipe,
      TrainingLimits limits,
      long seed,
      Path work,
      Progress progress) {
    this(data, recipe, limits, seed, work, progress, System::nanoTime);
  }

  /// @param nanos the clock of trainings
  FineTuning(
      TrainingData data,
      Recipe recipe,
      TrainingLimits limits,
      long seed,
      Path work,
      Progress progress,
      LongSupplier nanos) {
    DocumentProbe.Dealt dealt =
        recipe.safeguards() && unasked(data)
            ? DocumentProbe.deal(data.documents(), data.pairs().asked())
            : new DocumentProbe.Dealt(data.documents(), List.of());
    this.all = data;
    this.data = data.withDocuments(dealt.training());
    this.heldOut = dealt.heldOut();
    this.recipe = recipe.withDimensions(shorter(recipe.loss().dimensions(), data));
    this.limits = limits;
    this.seed = seed;
    this.work = work;
    this.progress = progress;
    this.nanos = nanos;
  }

  /// Whether people asked little to learn from, and too little to choose on.
  private static boolean unasked(TrainingData data) {
    int enough = data.written().isEmpty() ? FEWEST_DEV : Planner.FEWEST_TO_CHOOSE;
    return data.baseVectors() != null
        && PlanInputs.fewLabels(data.labels().size())
        && data.dev().ids().size() < enough;
  }

  /// Of these dimensions, those that the base's vectors do not have anyway.
  private static List<Integer> shorter(List<Integer> dimensions, TrainingData data) {
    int whole = data.base().dimension();
    for (int dimension : dimensions) {
      if (dimension > whole) {
        throw new Failure.BadInput(
            "matryoshka: %d is more than the %d dimensions of the base model %s"
                .formatted(dimension, whole, data.base().name()));
      }
    }
    return dimensions.stream().filter(dimension -> dimension < whole).distinct().toList();
  }

  /// Names the teacher, before anything is made.
  ///
  /// @param teacher open as long as this is used; not asked where the recipe wants none
  public FineTuning taughtBy(@Nullable Teacher teacher) {
    this.teacher = teacher;
    return this;
  }

  /// Makes the candidate. Where written questions have nothing to teach, or what they teach does
  /// not hold elsewhere, one of the documents alone.
  ///
  /// @throws Failure.BadInput if the memory allowed is too little for this base model
  /// @throws NoCandidateException if there are too few pairs to learn from, the training diverges,
  ///   or the base is not to be beaten by what there is to learn from
  public Candidate run() {
    if (heldOut.isEmpty() || data.written().isEmpty()) {
      return candidate();
    }
    FineTuning written = part(all, TIME_FOR_WRITTEN, work);
    Refusal refusal = written.refusal();
    if (refusal == null) {
      try {
        return written.candidate();
      } catch (NoCandidateException e) {
        if (!e.baseStands()) {
          throw e;
        }
        refusal = written.refused(e);
      }
    }
    double left = refusal.trained() ? 1 - TIME_FOR_WRITTEN : 1;
    return documentsAlone(left, refusal.reason());
  }

  /// Why written questions make no candidate: stored, so that a killed run goes on with the
  /// documents, whatever it would find now.
  ///
  /// @param data what it was found for
  /// @param trained whether a training took its time
  record Refusal(String data, boolean trained, String reason) {}

  private Path refusalFile() {
    return work.resolve("refusal.json");
  }

  private @Nullable Refusal refusal() {
    return Json.kept(refusalFile(), Refusal.class)
        .filter(found -> found.data().equals(fingerprint()))
        .orElse(null);
  }

  private Refusal refused(NoCandidateException e) {
    var refusal = new Refusal(fingerprint(), e.trained(), String.valueOf(e.getMessage()));
    WholeFile.write(refusalFile(), Json.sealed(Json.pretty(refusal)));
    return refusal;
  }

  /// @param left of the time
  /// @param written why there is no candidate of the written questions
  private Candidate documentsAlone(double left, String written) {
    FineTuning documents = part(all.documentsAlone(), left, work.resolve("documents"));
    try {
      String pairs = all.labels().isEmpty() ? "of documents alone" : "without written questions";
      return documents.candidate().settling(new Decision("pairs", pairs, written));
    } catch (NoCandidateException e) {
      throw e.baseStands()
          ? NoCandidateException.keepingTheBase(written + "; then " + e.getMessage())
          : e;
    }
  }

  private FineTuning part(TrainingData of, double time, Path folder) {
    return new FineTuning(of, recipe, limits.forShare(time), seed, folder, progress, nanos)
        .taughtBy(teacher);
  }

  private Candidate candidate() {
    if (data.pairs().size() < Planner.FEWEST_PAIRS) {
      throw new NoCandidateException(
          "there are only "
              + data.pairs().size()
              + " training pairs, and at least "
              + Planner.FEWEST_PAIRS
              + " are needed. Add documents or questions");
    }
    if (recipe.distils() && teacher == null) {
      throw new Failure.BadInput("distill=on needs a teacher, and there is none");
    }
    Chooser chooser = chooser(MOST_DEV);
    Optional<FineTuningPlan> stored = stored();
    Precision precision =
        stored
            .map(plan -> plan.speed().precision())
            .orElseGet(() -> Calibration.measure().fastestTraining());
    try (var tokenizer = Tokenizer.open(data.base());
        var encoder = new CandidateEncoder(data.base(), tokenizer, precision)) {
      var run = new TrainingRun(data.base(), tokenizer, nanos);
      FineTuningPlan plan = stored.orElseGet(() -> planned(chooser, precision, run, encoder));
      String prompt = plan.texts().queryPrompt() ? data.base().prompts().query() : "";
      List<Pair> seen = pairs(plan);
      Prepared prepared = prepared(plan, prompt, distinct(plan, seen), run, encoder);
      DevEvaluation evaluation =
          plan.search().pool().top() == 0
              ? null
              : new DevEvaluation(
                  chooser(plan.search().dev().count()).data(),
                  plan,
                  prompt,
                  encoder,
                  work.resolve("scores"),
                  progress);
      var judges = new ModelSelection.Judges(evaluation, probe(plan, prompt, encoder));
      Selection selection =
          new ModelSelection(
                  plan, limits.time().toMillis() / 1e3, run, prepared, judges, work, progress)
              .run();
      return new Candidate(selection, prompt, plan, PairRecipes.counts(seen));
    }
  }

  private @Nullable DocumentProbe probe(
      FineTuningPlan plan, String prompt, CandidateEncoder encoder) {
    Vectors vectors = data.baseVectors();
    int asked = plan.search().probe().passages();
    return asked == 0 || vectors == null
        ? null
        : new DocumentProbe(data, heldOut.subList(0, asked), vectors, prompt, encoder, progress);
  }

  /// What a training goes through.
  ///
  /// @param changes of the examples on the way
  record Prepared(List<TokenisedExample> examples, ExampleChanges changes) {
    Prepared {
      examples = List.copyOf(examples);
    }
  }

  private Prepared prepared(
      FineTuningPlan plan,
      String prompt,
      List<Pair> pairs,
      TrainingRun run,
      CandidateEncoder encoder) {
    var texts = new TrainingExamples(data, prompt);
    Vectors vectors = data.baseVectors();
    encoder.load(data.base().weights());
    boolean guided = vectors != null && plan.optimisation().loss().guide() > 0;
    Guide guide =
        vectors == null || !guided ? Guide.NONE : Guide.of(texts.plain(pairs), vectors, encoder);
    var negatives = plan.pairs().negatives();
    if (negatives.each() == 0 || vectors == null) {
      return new Prepared(tokenised(run, texts.plain(pairs), plan, guide), ExampleChanges.NONE);
    }
    @Nullable Teacher asked = plan.optimisation().loss().distillation() > 0 ? teacher : null;
    long drawnBy = plan.key().seed();
    HardNegatives miner =
        asked == null
            ? HardNegatives.standard(negatives.each(), drawnBy)
            : HardNegatives.candidates(Math.max(Distillation.KEPT, negatives.each()), drawnBy);
    var mining =
        new NegativeMining(data, Set.copyOf(heldOut), texts, pairs, vectors, encoder, miner);
    Map<String, List<String>> mined = mining.byBase();
    List<TokenisedExample> examples = tokenised(run, texts.with(pairs, mined), plan, guide);
    if (asked != null) {
      examples =
          new TeacherScores(asked, plan.hash(), work, progress).of(pairs, examples, mined, mining);
    }
    int steps = TrainingRun.steps(plan, examples.size());
    List<Integer> after =
        negatives.remined().stream()
            .map(share -> (int) Math.round(share * steps))
            .filter(step -> step > 0 && step < steps)
            .distinct()
            .toList();
    return new Prepared(
        examples,
        after.isEmpty()
            ? ExampleChanges.NONE
            : new Remining(
                plan,
                after,
                mining,
                texts,
                run,
                new Remining.Sources(pairs, examples, guide, prompt),
                progress));
  }

  private static List<TokenisedExample> tokenised(
      TrainingRun run, List<TrainingExample> examples, FineTuningPlan plan, Guide guide) {
    return run.tokenised(
        examples, plan.texts().questionTokens(), plan.texts().passageTokens(), guide);
  }

  /// @param data with the questions to choose on
  /// @param written whether a language model wrote them
  private record Chooser(TrainingData data, boolean written) {}

  private Chooser chooser(int most) {
    DevQuestions asked = within(data.dev(), most);
    DevQuestions written = within(data.writtenDev(), most);
    DevQuestions choosing = DevQuestions.choosing(asked, written);
    return new Chooser(data.choosingOn(choosing), !choosing.equals(asked));
  }

  private DevQuestions within(DevQuestions all, int most) {
    Qrels known = all.judgements().only(all.texts().keySet()).limit(most);
    boolean enough = known.queries().size() >= FEWEST_DEV && data.baseVectors() != null;
    return enough ? new DevQuestions(all.texts(), known) : DevQuestions.NONE;
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
      Chooser chooser, Precision precision, TrainingRun run, CandidateEncoder encoder) {
    Headroom headroom = recipe.safeguards() ? Headroom.measure(data, encoder) : Headroom.UNKNOWN;
    if (headroom.share() == 0 && data.labels().isEmpty()) {
      throw NoCandidateException.nothingToLearn(
          "there is nothing to learn from the written questions: " + headroom.decision().among());
    }
    var inputs =
        new PlanInputs(
            new PlanInputs.Pairs(
                data.labels().size(), data.written().size(), data.documents().size()),
            new FineTuningPlan.Dev(
                chooser.data().dev().ids().size(), chooser.written() && recipe.safeguards()),
            headroom,
            data.baseVectors() != null,
            data.passages().size(),
            heldOut.size());
    String prompt = data.base().prompts().query();
    List<TrainingExample> sample =
        new TrainingExamples(data, prompt).plain(sample(inputs.wanted(0)));
    MemoryPlan memory =
        MemoryPlan.of(
            data.base().name(), data.base().network(), precision, Planner.PASSAGE_TOKENS, limits);
    FineTuningPlan plan =
        Planner.plan(
                new FineTuningPlan.Key(FineTuningPlan.FORMAT, fingerprint(), seed),
                inputs,
                recipe,
                limits.time().toMillis() / 1e3,
                new FineTuningPlan.Speed(
                    precision,
                    run.pairsPerSecond(sample, precision, memory.limits(), progress),
                    memory.limits()),
                QueryPromptCheck.helps(chooser.data(), encoder))
            .settling(memory.decision(limits.bytes()));
    WholeFile.write(planFile(), Json.sealed(Json.pretty(plan)));
    return plan;
  }

  /// Random pairs to measure the speed on, mixed much as they will be trained on: questions that
  /// were asked and document pairs differ in length.
  private List<Pair> sample(PlanInputs.Counts wanted) {
    var random = new Random(seed);
    var asked = new ArrayList<>(data.pairs().asked());
    var documents = new ArrayList<>(data.documents());
    Collections.shuffle(asked, random);
    Collections.shuffle(documents, random);
    double share = (wanted.labels() + wanted.written()) / (double) Math.max(1, wanted.pairs());
    int most = Math.min(TrainingRun.SAMPLE, asked.size() + documents.size());
    int some = Math.min(asked.size(), (int) Math.round(share * most));
    int others = Math.min(documents.size(), most - some);
    var sample = new ArrayList<>(asked.subList(0, Math.min(asked.size(), most - others)));
    sample.addAll(documents.subList(0, others));
    Collections.shuffle(sample, random);
    return sample;
  }

  /// Of all that shapes a plan and what is scored by it.
  String fingerprint() {
    var hash = new Sha256().add(data.base().space().value()).add(limits.time().toString());
    limits.memory().ifPresent(bytes -> hash.add("memory " + bytes));
    if (recipe.distils() && teacher != null) {
      hash.add("teacher " + teacher.identity());
    }
    hash.add(data.base().prompts().query()).add(String.valueOf(seed)).add(recipe.toString());
    var pairs = data.pairs();
    for (List<Pair> some : List.of(pairs.labels(), pairs.written(), pairs.documents())) {
      some.forEach(pair -> hash.add(pair.question()).add(pair.passageId()).add(pair.passageText()));
      hash.add("");
    }
    for (DevQuestions dev : List.of(data.dev(), data.writtenDev())) {
      dev.judgements().gains().forEach((id, judged) -> hash.add(id).add(String.valueOf(judged)));
      hash.add("");
      new TreeMap<>(dev.texts()).forEach((id, text) -> hash.add(id).add(text));
      hash.add("");
    }
    data.passages().forEach(passage -> hash.add(passage.id()).add(passage.embedded()));
    return hash.hex();
  }

  /// The pairs of the plan, each as often as it is seen.
  private List<Pair> pairs(FineTuningPlan plan) {
    var seen = new ArrayList<Pair>();
    repeat(data.labels(), plan.pairs().labels(), plan.key().seed(), seen);
    repeat(data.written(), plan.pairs().written(), plan.key().seed(), seen);
    seen.addAll(data.documents().subList(0, plan.pairs().documents()));
    return seen;
  }

  /// Each once before any comes again.
  private static void repeat(List<Pair> pairs, int times, long seed, List<Pair> into) {
    int end = into.size() + times;
    for (int epoch = 0; into.size() < end; epoch++) {
      var order = new ArrayList<>(pairs);
      Collections.shuffle(order, new Random(seed + epoch));
      into.addAll(order.subList(0, Math.min(order.size(), end - into.size())));
    }
  }

  /// What the trainer goes through: where there are questions of one kind alone, it repeats them
  /// itself, each once before any comes again.
  private List<Pair> distinct(FineTuningPlan plan, List<Pair> seen) {
    var counts = plan.pairs();
    if (alone(data.labels(), counts.labels(), counts)) {
      return data.labels();
    }
    if (alone(data.written(), counts.written(), counts)) {
      return data.written();
    }
    return seen;
  }

  private static boolean alone(List<Pair> pairs, int times, FineTuningPlan.PairCounts counts) {
    return !pairs.isEmpty() && counts.total() == times && times >= pairs.size();
  }
}
