package dev.whetstone.workshop;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workshop.train.TrainingResult;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SettingsFile;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A training on another machine: what is sent there ([#send]), what runs there ([#run]), and how
/// its result is taken in ([#take]). Artifacts travel both ways, so that each byte is checked on
/// arrival. What is sent holds the passages and the question log, not the documents; and of the
/// settings those that shape the training. The program there may be of another version than the one
/// here, as long as both prepare and train alike: it copies what it does not know, or leaves it
/// out.
public final class TrainingElsewhere {
  private static final String ORDER = "order.json";
  private static final String INPUTS = "inputs.json";
  private static final String OUTCOME = "outcome.json";
  private static final String PASSAGES = "passages";
  private static final String BASE = "base";
  private static final String MODEL = "model";
  private static final String PAIRS = "pairs";
  private static final String WRITTEN = "written";

  /// @param fingerprint names the training
  /// @param order hash of what was sent; its result names it
  public record Sent(String fingerprint, String order) {}

  /// `order.json`.
  ///
  /// @param preparing version of the preparing that made the passages
  /// @param version that the model is to have
  /// @param base space of the base model
  record Order(
      int preparing,
      int training,
      String name,
      String version,
      String fingerprint,
      String passages,
      String base) {}

  /// `outcome.json`.
  ///
  /// @param lines what an earlier version writes of the training; null for others
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Outcome(
      String output,
      double seconds,
      @Nullable List<String> lines,
      @Nullable TrainingResult training) {}

  /// `inputs.json`: the fields of the fingerprint.
  record Inputs(SortedMap<String, String> fields) {}

  private TrainingElsewhere() {}

  static Sent send(Path folder, StepInputs inputs, ModelShelf shelf, TrainStep step) {
    Workspace workspace = inputs.workspace();
    String passages = inputs.passagesId();
    String language = inputs.language();
    Fingerprint fingerprint = step.inputs();
    Model base = shelf.base(language);
    var order =
        new Order(
            Preparing.VERSION,
            Training.VERSION,
            workspace.name(),
            shelf.nextVersion(),
            fingerprint.id(),
            passages,
            base.space().value());
    String baseSetting = shelf.baseSetting(language);
    boolean ownBase = !BaseModels.isOfMaven(baseSetting);
    Artifact sent =
        Artifact.create(
            folder,
            new Provenance("training order", 1, Map.of("step", fingerprint.id()), Map.of(), 0),
            empty -> {
              WholeFile.write(empty.resolve(ORDER), Json.pretty(order));
              WholeFile.write(empty.resolve(INPUTS), Json.pretty(new Inputs(fingerprint.fields())));
              WholeFile.write(
                  empty.resolve(SettingsFile.NAME),
                  Json.pretty(
                      settings(workspace, language, step.budget(), ownBase ? BASE : baseSetting)));
              Files.copy(workspace.manifest(), empty.resolve("raw.json"));
              if (Files.exists(workspace.questions())) {
                Files.copy(workspace.questions(), empty.resolve("questions.jsonl"));
              }
              if (Artifact.exists(workspace.written())) {
                copy(workspace.written(), empty.resolve(WRITTEN));
              }
              copy(workspace.passages().resolve(passages), empty.resolve(PASSAGES));
              if (ownBase) {
                copy(base.folder(), empty.resolve(BASE));
                base.statePrompts(empty.resolve(BASE)); // it has another name there
              }
            });
    return new Sent(fingerprint.id(), sent.contentHash());
  }

  /// What shapes a training, as a `whetstone.yaml` (JSON is YAML). A base model of one's own stands
  /// beside it.
  private static Map<String, Object> settings(
      Workspace workspace, String language, Duration budget, String base) {
    Settings set = workspace.settings();
    var model = new TreeMap<String, Object>();
    model.put("base", base);
    model.put("runtime", set.model().runtime());
    var train = new TreeMap<String, Object>();
    train.put("budget", budget.toSeconds() + "s");
    train.put("seed", set.train().seed());
    train.put("matryoshka", set.train().matryoshka());
    if (set.train().recipe() != null) {
      train.put("recipe", set.train().recipe());
    }
    var settings = new TreeMap<String, Object>();
    settings.put("name", set.name());
    settings.put("language", language);
    settings.put("model", model);
    settings.put("passages", Map.of("tokens", set.passages().tokens()));
    settings.put("train", train);
    Integer dimensions = set.index().dimensions();
    if (dimensions != null) {
      settings.put("index", Map.of("dimensions", dimensions));
    }
    return settings;
  }

  /// Trains, on the other machine, and puts what came out into `result`. Work is done in `place`,
  /// for `result` may be a mounted bucket, where files can be written and not much more. Its
  /// manifest is written last. A result of the same order that is there is left alone.
  ///
  /// @param order what [Workshop#sendTraining] wrote
  /// @param raw the staged documents; null not to look whether they are those of the order
  /// @param place an empty folder on a local disk
  /// @throws Failure.BadInput if another version of the program made the order, or `raw` holds
  ///   other documents
  public static StepOutcome<StepResult.Trained> run(
      Path order, @Nullable Path raw, Path result, Path place, Progress progress) {
    Artifact sent = Artifact.open(order);
    Order asked = Json.read(sent.file(ORDER), Order.class);
    if (asked.preparing() != Preparing.VERSION || asked.training() != Training.VERSION) {
      throw new Failure.BadInput(
          order
              + " was made by another version of the program ("
              + sent.writtenBy()
              + ") than the one in this image: build the image from the version that sends");
    }
    if (Artifact.exists(result) && madeOf(Artifact.open(result)).equals(sent.contentHash())) {
      return told(asked.name(), Json.read(result.resolve(OUTCOME), Outcome.class));
    }
    try {
      Workspace workspace = unpack(sent, asked, place);
      if (raw != null) {
        checkDocuments(raw, Manifest.read(workspace));
      }
      Outcome outcome = train(workspace, asked, progress);
      deliver(pack(workspace, sent, asked, outcome, place.resolve("result")), result);
      return told(asked.name(), outcome);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot write " + result + ": " + e.getMessage(), e);
    }
  }

  private static Outcome train(Workspace workspace, Order asked, Progress progress) {
    long began = System.nanoTime();
    List<Passage> passages = new PreparedPassages(workspace).read(asked.passages());
    TrainingResult made =
        new Training(workspace, new ModelShelf(workspace), progress)
            .train(
                asked.fingerprint(),
                workspace.settings().language(),
                passages,
                workspace.settings().train().time(),
                "");
    return new Outcome(made.version(), (System.nanoTime() - began) / 1e9, null, made);
  }

  private static Artifact pack(
      Workspace workspace, Artifact sent, Order asked, Outcome outcome, Path to) {
    return Artifact.create(
        to,
        new Provenance("training", 1, Map.of("order", sent.contentHash()), Map.of(), 0),
        empty -> {
          if (!outcome.output().equals(ModelShelf.NONE)) {
            copy(new ModelShelf(workspace).folder(outcome.output()), empty.resolve(MODEL));
            copy(TrainedOn.folder(workspace, outcome.output()), empty.resolve(PAIRS));
          }
          WholeFile.write(empty.resolve(ORDER), Json.pretty(asked));
          WholeFile.write(empty.resolve(OUTCOME), Json.pretty(outcome));
          Path fields = sent.folder().resolve(INPUTS);
          if (Files.exists(fields)) {
            Files.copy(fields, empty.resolve(INPUTS));
          }
        });
  }

  private static void checkDocuments(Path raw, Manifest staged) throws IOException {
    for (Manifest.Entry document : staged.files()) {
      Path file = raw.resolve(document.path());
      if (!Files.isRegularFile(file) || Files.size(file) != document.bytes()) {
        throw new Failure.BadInput(
            file
                + (Files.exists(file) ? " is not the document that was staged" : " is missing")
                + ": stage the documents there again, or let the job read them from the workspace");
      }
    }
  }

  private static StepOutcome<StepResult.Trained> told(String name, Outcome outcome) {
    TrainingResult training = outcome.training();
    List<String> lines = outcome.lines();
    return new StepOutcome<>(
        TrainStep.NAME,
        false,
        outcome.seconds(),
        training == null ? null : new StepResult.Trained(name, training),
        lines == null || lines.isEmpty() ? null : lines.getFirst());
  }

  private static String madeOf(Artifact result) {
    return result.provenance().inputs().getOrDefault("order", "");
  }

  private static Workspace unpack(Artifact sent, Order asked, Path place) throws IOException {
    Path folder = Files.createDirectories(place.resolve("workspace"));
    for (String file : List.of(SettingsFile.NAME, "raw.json", "questions.jsonl")) {
      Path from = sent.folder().resolve(file);
      if (Files.exists(from)) {
        Files.copy(from, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (Files.isDirectory(sent.folder().resolve(BASE))) {
      copy(sent.folder().resolve(BASE), folder.resolve(BASE));
    }
    Workspace workspace = Workspace.open(folder);
    if (Files.isDirectory(sent.folder().resolve(WRITTEN))) {
      copy(sent.folder().resolve(WRITTEN), workspace.written());
    }
    copy(sent.folder().resolve(PASSAGES), workspace.passages().resolve(asked.passages()));
    int before = Integer.parseInt(asked.version()) - 1;
    if (before > 0) { // so that the next version is the one asked for
      Files.createDirectories(
          workspace.models().resolve(asked.name()).resolve(String.valueOf(before)));
    }
    return workspace;
  }

  private static void deliver(Artifact done, Path result) throws IOException {
    Path last = done.folder().resolve("manifest.json");
    Files.createDirectories(result);
    Files.deleteIfExists(result.resolve("manifest.json"));
    try (Stream<Path> files = Files.walk(done.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.equals(last)) {
          Path to = result.resolve(done.folder().relativize(file).toString());
          Files.createDirectories(to.getParent());
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    Files.copy(last, result.resolve("manifest.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  /// Checks a result, keeps its model as the next version and records the training. Taken in twice,
  /// it is kept once.
  ///
  /// @throws Failure.CorruptArtifact if a byte is not what was written, or the model's space is not
  ///   what its weights make
  /// @throws Failure.Refused if it is the result of another order, or was made from another base
  static StepOutcome<StepResult.Trained> take(
      Path result, String order, Workspace workspace, ModelShelf shelf, StepRecords records) {
    Artifact given = Artifact.open(result);
    if (!madeOf(given).equals(order)) {
      throw new Failure.Refused(
          result + " is not the result of what was sent: it names another order");
    }
    Order asked = Json.read(given.file(ORDER), Order.class);
    Outcome outcome = Json.read(given.file(OUTCOME), Outcome.class);
    String version = outcome.output();
    if (!version.equals(ModelShelf.NONE)) {
      checkBase(result, asked);
      version = keep(result, workspace, shelf);
    }
    var taken = told(workspace.name(), named(version, outcome));
    StepResult.Trained made = taken.result();
    Path fields = given.folder().resolve(INPUTS);
    records.write(
        TrainStep.NAME,
        new StepRecord(
            StepRecord.FORMAT,
            asked.fingerprint(),
            Files.exists(fields) ? Json.read(fields, Inputs.class).fields() : null,
            version.equals(ModelShelf.NONE) ? TrainStep.none(asked.passages()) : version,
            outcome.seconds(),
            taken.words(),
            made == null ? null : Json.MAPPER.valueToTree(made)));
    return taken;
  }

  /// The outcome with the version that the model has here.
  private static Outcome named(String version, Outcome outcome) {
    TrainingResult there = outcome.training();
    TrainingResult here =
        there == null
            ? null
            : new TrainingResult(
                version,
                there.ending(),
                there.passages(),
                there.reason(),
                there.figures(),
                there.split());
    return new Outcome(version, outcome.seconds(), outcome.lines(), here);
  }

  private static void checkBase(Path result, Order asked) {
    Model model = Model.open(result.resolve(MODEL));
    String base = model.provenance().map(p -> p.inputs().getOrDefault("base", "")).orElse("");
    if (!base.equals(asked.base())) {
      throw new Failure.Refused(
          result + " was made from the base space " + base + ", not from " + asked.base());
    }
  }

  /// The version that holds the result's model, and its pairs.
  private static String keep(Path result, Workspace workspace, ModelShelf shelf) {
    Artifact model = Artifact.open(result.resolve(MODEL));
    List<String> versions = shelf.versions();
    String last = versions.isEmpty() ? "" : versions.getLast();
    boolean there =
        !last.isEmpty()
            && Artifact.exists(shelf.folder(last))
            && Artifact.open(shelf.folder(last)).contentHash().equals(model.contentHash());
    String version = there ? last : shelf.nextVersion();
    Artifact.open(result.resolve(PAIRS)).copyTo(TrainedOn.folder(workspace, version));
    if (!there) {
      model.copyTo(shelf.folder(version));
    }
    return version;
  }

  /// Copies a folder of files into one that is not there yet.
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
