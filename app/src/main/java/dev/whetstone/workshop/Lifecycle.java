package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Shell;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.index.cluster.AdoptedFields;
import dev.whetstone.model.Model;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workshop.prove.ProofStep;
import dev.whetstone.workshop.stage.Staging;
import dev.whetstone.workshop.train.Judged;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workspace.Adoption;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.LocalSources;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.StepLog;
import dev.whetstone.workspace.StepReport;
import dev.whetstone.workspace.StepRun;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The steps of a workspace, from staged documents to an app. Each is a function of its inputs: its
/// fingerprint covers them and the settings that shape it, and while both the fingerprint and the
/// output are there it does nothing. The caller holds the workspace's writer lock.
public final class Lifecycle {
  private final Workspace workspace;
  private final Progress progress;
  private final StepLog log;
  private final Preparing preparing;
  private final ModelShelf shelf;
  private final Ground ground;

  public Lifecycle(Workspace workspace, Progress progress) {
    this(workspace, progress, new ModelShelf(workspace), new StepLog(workspace));
  }

  private Lifecycle(Workspace workspace, Progress progress, ModelShelf shelf, StepLog log) {
    this.workspace = workspace;
    this.progress = progress;
    this.log = log;
    this.preparing = new Preparing(workspace);
    this.shelf = shelf;
    this.ground = new Ground(workspace, shelf, preparing, log);
  }

  /// For [#look] alone.
  ///
  /// @param shelf one that only looks, too
  static Lifecycle looking(Workspace workspace, ModelShelf shelf) {
    return new Lifecycle(workspace, Progress.NONE, shelf, new StepLog(workspace, true));
  }

  /// Does all that is not up to date, in order, reporting each step as it ends.
  ///
  /// @return whether anything was done
  public boolean run(Consumer<StepReport> report) {
    boolean worked = false;
    var here = new LocalSources(workspace);
    for (String source : Manifest.read(workspace).sources()) {
      if (here.permits(source)) {
        worked |= tell(stageAgain(source), report);
      } else {
        report.accept(namedElsewhere(source));
      }
    }
    for (Supplier<StepReport> step : inOrder().values()) {
      worked |= tell(step.get(), report);
    }
    return worked;
  }

  private SequencedMap<String, Supplier<StepReport>> inOrder() {
    var steps = new LinkedHashMap<String, Supplier<StepReport>>();
    steps.put("prepare", this::prepare);
    steps.put("train", () -> train(null, false));
    steps.put("prove", () -> prove(false));
    steps.put("embed", this::embed);
    steps.put("index", () -> index(IndexOptions.DEFAULT, false));
    steps.put("app", this::app);
    return steps;
  }

  /// What each step last came to, in order, and whether `whet run` would find it up to date;
  /// nothing is done. After the first that is not, the others have to wait for it.
  List<StepReport> look() {
    var looked = new ArrayList<StepReport>();
    for (var step : inOrder().entrySet()) {
      StepReport found;
      try {
        found = step.getValue().get();
      } catch (Failure e) {
        found = new StepReport(step.getKey(), false, 0, List.of(String.valueOf(e.getMessage())));
      }
      looked.add(found);
      if (!found.upToDate()) {
        break;
      }
    }
    return looked;
  }

  private static boolean tell(StepReport step, Consumer<StepReport> report) {
    if (!step.upToDate()) {
      report.accept(step);
    }
    return !step.upToDate();
  }

  private static StepReport namedElsewhere(String source) {
    String why =
        "not staged again from %s: it was named on another machine, and others can write this workspace; what was staged stays. If its documents may go into it, name it here once: whet stage %s"
            .formatted(source, Shell.word(source));
    return new StepReport("stage", false, 0, List.of(why));
  }

  private StepReport stageAgain(String source) {
    long began = System.nanoTime();
    try {
      return staged(new Staging(workspace).again(source, progress), began);
    } catch (Staging.Kept e) {
      return new StepReport("stage", false, seconds(began), List.of(e.words()));
    }
  }

  /// Mirrors a folder of documents into the workspace.
  public StepReport stage(Path source) {
    return stage(source.toString());
  }

  /// Mirrors a folder's or a bucket's documents into the workspace.
  public StepReport stage(String source) {
    long began = System.nanoTime();
    StepReport report = staged(new Staging(workspace).stage(source, progress), began);
    new LocalSources(workspace).add(Staging.name(source));
    return report;
  }

  /// Takes out of the workspace what was staged from a folder or bucket.
  public StepReport unstage(String source) {
    long began = System.nanoTime();
    Staging.Result result = new Staging(workspace).remove(source);
    StepReport report = staged(result, began);
    if (!result.manifest().documents().isEmpty()) {
      return report;
    }
    var lines = new ArrayList<>(report.lines());
    lines.add(
        "nothing is staged any more; what was indexed is answered from until other documents are"
            + " staged and `whet run` has done them, or until you delete the workspace");
    return new StepReport(report.step(), report.upToDate(), report.seconds(), lines);
  }

  private StepReport staged(Staging.Result result, long began) {
    var lines = new ArrayList<String>();
    boolean same =
        result.added() + result.changed() + result.gone().size() == 0
            && result.leftOut().unread().isEmpty();
    lines.add(StepLines.staged(result));
    lines.addAll(result.leftOut().lines());
    if (!result.gone().isEmpty()) {
      for (String version : shelf.versions()) {
        TrainedOn.of(workspace, version)
            .filter(seen -> !Collections.disjoint(seen.documents(), result.gone()))
            .ifPresent(
                _ -> lines.add("model " + version + " was trained on documents that are gone now"));
      }
    }
    return new StepReport("stage", same, seconds(began), lines);
  }

  /// Parses and splits.
  public StepReport prepare() {
    Manifest manifest = ground.manifest();
    String id = ground.passagesId(manifest);
    return log.run(
        "prepare",
        id,
        () -> ground.noted() && Artifact.exists(workspace.passages().resolve(id)),
        () -> {
          preparing.parse(manifest, progress);
          String language = ground.language(manifest);
          Model base = shelf.base(language);
          try (var tokens = Tokenizer.open(base)) {
            preparing.split(
                manifest, id, tokens, base.maxTokens() - ModelShelf.SPECIAL_TOKENS, progress);
          }
          ground.note(id, language);
          List<Passage> passages = ground.passages(id);
          Preparing.Failures failures = preparing.failures(id);
          int unread = failures.unread().size();
          var lines = new ArrayList<String>();
          lines.add(
              "%s read, %,d could not be; %s, %s"
                  .formatted(
                      StepLines.counted(manifest.documents().size() - unread, "document"),
                      unread,
                      StepLines.counted(passages.size(), "passage"),
                      StepLines.counted(
                          passages.stream().mapToLong(Passage::tokens).sum(), "token")));
          StepLines.copies(passages).ifPresent(lines::add);
          lines.addAll(
              StepLines.each("not read", failures.unread(), u -> u.document() + ": " + u.reason()));
          lines.addAll(StepLines.inPart(failures.inPart()));
          return new StepRun(id, lines);
        });
  }

  /// Takes questions in.
  public StepReport questions(Path file, boolean replace) {
    long began = System.nanoTime();
    QuestionLog.Imported imported = QuestionLog.take(workspace, file, replace);
    var lines = new ArrayList<String>();
    lines.add(
        "%,d new, %,d changed, %,d as before, %,d in all"
            .formatted(imported.added(), imported.changed(), imported.same(), imported.all()));
    lines.addAll(imported.notes());
    lines.addAll(
        StepLines.each(
            "not taken",
            imported.bad(),
            bad -> file + ", line " + bad.line() + ": " + bad.reason()));
    List<Passage> passages = prepared();
    if (!passages.isEmpty()) {
      Judged all = Judged.of(QuestionLog.read(workspace), passages);
      lines.addAll(
          StepLines.each(
              "not found",
              all.unresolved(),
              u -> StepLines.name(u.question()) + ": " + u.reason()));
      QuestionLog.of(workspace, passages).note().ifPresent(lines::add);
    }
    return new StepReport("questions", false, seconds(began), lines);
  }

  /// Sharpens the base model. A model that has seen most of the present passages is up to date: a
  /// few edited documents do not call for another.
  ///
  /// @param budget as `10m`; null for that of the settings, or that a model was asked for with
  /// @param again trains in any case
  public StepReport train(@Nullable String budget, boolean again) {
    String passages = ground.current();
    String fingerprint = trainFingerprint(budget);
    Duration limit = budget(budget);
    return log.run(
        "train",
        fingerprint,
        () -> !again && stillTrained(passages),
        () -> {
          String before = log.read("train").map(Lifecycle::version).orElse("");
          StepRun run =
              new Training(workspace, shelf, progress)
                  .train(fingerprint, ground.language(), ground.passages(), limit, before);
          return run.output().equals(ModelShelf.NONE)
              ? new StepRun(none(passages), run.lines())
              : run;
        });
  }

  private Duration budget(@Nullable String given) {
    return given == null
        ? workspace.settings().train().time()
        : Settings.duration("--budget", given);
  }

  private String trainFingerprint(@Nullable String budget) {
    Duration set = workspace.settings().train().time();
    Duration limit = budget(budget);
    String asSet =
        Sha256.id(
            "train",
            String.valueOf(Training.VERSION),
            ground.questionsHash(),
            set.toString(),
            String.valueOf(workspace.settings().train().seed()),
            shelf.baseKey());
    String asked = limit.equals(set) ? asSet : asSet + "+" + limit;
    String last = log.read("train").map(StepLog.Entry::fingerprint).orElse("");
    return budget == null && last.startsWith(asSet + "+") ? last : asked;
  }

  /// What `whet train` would find up to date; empty where there is something to train.
  public Optional<StepReport> trained(@Nullable String budget) {
    String passages = ground.current();
    return log.upToDate("train", trainFingerprint(budget))
        .filter(_ -> stillTrained(passages))
        .map(entry -> new StepReport("train", true, 0, List.of(entry.words())));
  }

  /// Writes what a training elsewhere needs into the folder `order`, see [TrainingElsewhere].
  public TrainingElsewhere.Sent sendTraining(Path order, @Nullable String budget) {
    String passages = ground.current();
    String fingerprint = trainFingerprint(budget);
    return TrainingElsewhere.send(
        order, workspace, shelf, passages, fingerprint, ground.language(), budget(budget));
  }

  /// Takes in what a training elsewhere gave, as the candidate that `whet prove` proves next.
  ///
  /// @param order hash of what was sent
  public StepReport takeTraining(Path result, String order) {
    var taken = TrainingElsewhere.take(result, order, workspace, shelf);
    StepRun run = taken.run();
    String output = run.output().equals(ModelShelf.NONE) ? none(taken.passages()) : run.output();
    var entry =
        new StepLog.Entry(taken.fingerprint(), output, taken.seconds(), run.lines().getFirst());
    log.write("train", entry);
    return new StepReport("train", false, taken.seconds(), run.lines());
  }

  /// The output of a training that found too little in these passages.
  private static String none(String passages) {
    return ModelShelf.NONE + " of " + passages;
  }

  /// The version that was trained last, or [ModelShelf#NONE].
  private static String version(StepLog.Entry trained) {
    return trained.output().startsWith(ModelShelf.NONE) ? ModelShelf.NONE : trained.output();
  }

  private boolean stillTrained(String passages) {
    String output = log.read("train").map(StepLog.Entry::output).orElse("");
    if (output.startsWith(ModelShelf.NONE)) {
      return output.equals(none(passages));
    }
    List<Passage> now = ground.passages();
    return Artifact.exists(shelf.folder(output))
        && TrainedOn.of(workspace, output).map(seen -> seen.near(now)).orElse(false);
  }

  /// Proves the candidate, and lets it serve when it is proven; one that was rolled back, too.
  public StepReport prove() {
    return prove(true);
  }

  /// @param forward whether a candidate that was rolled back may serve again
  private StepReport prove(boolean forward) {
    ground.current();
    StepLog.Entry trained = log.last("train");
    String candidate = version(trained);
    String fingerprint =
        Sha256.id(
            "prove",
            String.valueOf(ProofStep.VERSION),
            workspace.name(),
            shelf.contest(candidate),
            trained.fingerprint(),
            ground.questionsHash(),
            candidate.equals(ModelShelf.NONE) ? "" : ProofStep.asked(workspace, ground.passages()),
            String.valueOf(workspace.settings().prove().level()),
            workspace.settings().prove().ranking());
    return log.run(
        "prove",
        fingerprint,
        () -> proven(fingerprint) && !(forward && shelf.withdrawn(candidate)),
        () ->
            new ProofStep(workspace, shelf, progress)
                .prove(fingerprint, candidate, ground.language(), ground.passages(), forward));
  }

  /// Whether the report is there, and what it promoted was let serve.
  private boolean proven(String report) {
    if (!Artifact.exists(workspace.reports().resolve(report))) {
      return false;
    }
    ProofStep.Report proof = ProofStep.read(workspace, report);
    return !proof.promoted() || shelf.served(proof.candidate());
  }

  /// Embeds all passages with the model that serves.
  public StepReport embed() {
    String passages = ground.current();
    SpaceId space = shelf.servingSpace(ground.language());
    String fingerprint = Sha256.id("embed", passages, space.value());
    return log.run(
        "embed",
        fingerprint,
        () -> Artifact.exists(new VectorStore(workspace).folder(space)),
        () -> {
          Model model = shelf.servingModel(ground.language());
          try (Encoder encoder = shelf.encoder(model)) {
            var done = new VectorStore(workspace).of(ground.passages(), encoder, "embed", progress);
            removeOtherVectors(model);
            return new StepRun(
                model.space().value(),
                List.of(
                    "%,d vectors of %d dimensions in vectors/%s (%,d embedded now, the others were there)"
                        .formatted(
                            done.vectors().size(),
                            done.vectors().dimension(),
                            model.space(),
                            done.embedded())));
          }
        });
  }

  /// Loads the vectors into the index of the settings' engine; after a rollback it goes forward
  /// again.
  public StepReport index() {
    return index(IndexOptions.DEFAULT);
  }

  /// Loads the vectors into an index, and lets the new generation serve where there is one.
  public StepReport index(IndexOptions options) {
    return index(options, true);
  }

  /// @param forward whether an earlier generation that a rollback lets serve is out of date
  private StepReport index(IndexOptions options, boolean forward) {
    String passages = ground.current();
    SpaceId space = shelf.servingSpace(ground.language());
    log.current("embed", Sha256.id("embed", passages, space.value()));
    StepReport report =
        indexStep(options.engine()).run(passages, space, forward, options, progress);
    if (!report.upToDate() && !log.looks()) {
      removeOtherPassages(passages);
    }
    return report;
  }

  private IndexStep indexStep(@Nullable String engine) {
    return new IndexStep(
        workspace, ground, shelf, log, IndexPlace.of(workspace.settings(), engine));
  }

  /// Serves the generation before the present one again, and the model that made it.
  ///
  /// @param engine null for that of the settings
  public StepReport rollback(@Nullable String engine) {
    return new Rollback(workspace, shelf, ground.language(), engine).toGenerationBefore();
  }

  /// Lets the model that served before serve again, and the last generation that it made.
  public StepReport rollBackModel() {
    return new Rollback(workspace, shelf, ground.language(), null).toModelBefore();
  }

  /// The generations of the index, oldest first, one a line.
  ///
  /// @param engine null for that of the settings
  public List<String> generations(@Nullable String engine) {
    return indexStep(engine).list();
  }

  /// Takes in an index that others made, when its vectors are those of the serving model.
  ///
  /// @param engine null for that of the settings
  public StepReport adopt(@Nullable String engine, String name, AdoptedFields fields) {
    long began = System.nanoTime();
    var place = new IndexPlace(IndexPlace.of(workspace.settings(), engine).engine(), name);
    Model model = shelf.servingModel(ground.language());
    try (Encoder encoder = shelf.encoder(model)) {
      Adoption adopted = Adoption.adopt(workspace, place, fields, encoder);
      return new StepReport("adopt", false, seconds(began), adopted.words(workspace.settings()));
    }
  }

  /// Writes the vectors as files that `curl` loads into a cluster.
  public BulkExport.Written exportBulk(BulkExport export) {
    String passages = ground.current();
    Model model = shelf.servingModel(ground.language());
    log.current("embed", Sha256.id("embed", passages, model.space().value()));
    return export.write(workspace, model.space(), progress);
  }

  /// Makes the workspace's own app, and fits when it declines.
  public StepReport app() {
    String passages = ground.current();
    IndexPlace place = IndexPlace.of(workspace.settings(), null);
    IndexStep index = indexStep(null);
    log.current(place.step(), index.fingerprint(passages, shelf.servingSpace(ground.language())));
    String space = index.space().value();
    String fingerprint =
        Sha256.id(
            "app",
            String.valueOf(AppStep.VERSION),
            space,
            place.address(workspace.settings()),
            passages,
            ground.questionsHash(),
            String.valueOf(workspace.settings().app().topK()),
            workspace.settings().prove().ranking(),
            log.read("prove").map(StepLog.Entry::fingerprint).orElse(""));
    return log.run(
        "app",
        fingerprint,
        () -> AppStep.exists(workspace),
        () ->
            new AppStep(workspace, shelf, place, progress)
                .make(ground.passages(), space, log.read("prove").map(StepLog.Entry::output)));
  }

  String passagesId(Manifest manifest) {
    return ground.passagesId(manifest);
  }

  /// The language of most documents: `en`, `zh`, or what the settings say.
  public String language() {
    return ground.language();
  }

  /// The passages that are up to date; none where they are not.
  List<Passage> prepared() {
    Manifest manifest = Manifest.read(workspace);
    return log.upToDate("prepare", ground.passagesId(manifest)).isPresent()
        ? ground.passages()
        : List.of();
  }

  /// The passages that are up to date.
  public List<Passage> passages() {
    return ground.passages();
  }

  /// Vectors of spaces that neither serve nor may be asked for again go.
  private void removeOtherVectors(Model serving) {
    var kept = new ArrayList<String>();
    kept.add(serving.space().value());
    shelf.spaceBefore().ifPresent(space -> kept.add(space.value()));
    kept.add(shelf.base(ground.language()).space().value());
    log.read("train")
        .map(Lifecycle::version)
        .filter(v -> !v.equals(ModelShelf.NONE))
        .filter(v -> Artifact.exists(shelf.folder(v)))
        .ifPresent(v -> kept.add(shelf.open(v).space().value()));
    removeOthers(workspace.vectors(), kept);
  }

  private void removeOtherPassages(String id) {
    removeOthers(workspace.passages(), List.of(id));
  }

  private static void removeOthers(Path folder, List<String> kept) {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path path : all.toList()) {
        if (!kept.contains(Objects.requireNonNull(path.getFileName()).toString())) {
          WholeFile.delete(path);
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot tidy " + folder + ": " + e.getMessage(), e);
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
