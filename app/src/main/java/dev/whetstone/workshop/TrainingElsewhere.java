package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Model;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SettingsFile;
import dev.whetstone.workspace.StepLog;
import dev.whetstone.workspace.StepReport;
import dev.whetstone.workspace.StepRun;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A training on another machine: what is sent there ([#send]), what runs there ([#run]), and how
/// its result is taken in ([#take]). Both ways travel artifacts, so that each byte is checked on
/// arrival. What is sent holds the passages and the question log, not the documents; and of the
/// settings those that shape the training.
public final class TrainingElsewhere {
  private static final String ORDER = "order.json";
  private static final String OUTCOME = "outcome.json";
  private static final String PASSAGES = "passages";
  private static final String BASE = "base";
  private static final String MODEL = "model";
  private static final String PAIRS = "pairs";

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
  record Outcome(String output, double seconds, List<String> lines) {}

  /// @param passages that were sent
  record Taken(StepRun run, String fingerprint, String passages, double seconds) {}

  private TrainingElsewhere() {}

  static Sent send(
      Path folder,
      Workspace workspace,
      ModelShelf shelf,
      String passages,
      String fingerprint,
      String language,
      Duration budget) {
    Model base = shelf.base(language);
    var order =
        new Order(
            Preparing.VERSION,
            Training.VERSION,
            workspace.name(),
            shelf.nextVersion(),
            fingerprint,
            passages,
            base.space().value());
    boolean ownBase = Files.isDirectory(workspace.folder().resolve(baseSetting(workspace)));
    Artifact sent =
        Artifact.create(
            folder,
            new Provenance("training order", 1, Map.of("step", fingerprint), Map.of(), 0),
            empty -> {
              WholeFile.write(empty.resolve(ORDER), Json.pretty(order));
              WholeFile.write(
                  empty.resolve(SettingsFile.NAME),
                  Json.pretty(settings(workspace, language, budget, ownBase)));
              Files.copy(workspace.manifest(), empty.resolve("raw.json"));
              if (Files.exists(workspace.questions())) {
                Files.copy(workspace.questions(), empty.resolve("questions.jsonl"));
              }
              copy(workspace.passages().resolve(passages), empty.resolve(PASSAGES));
              if (ownBase) {
                copy(base.folder(), empty.resolve(BASE));
              }
            });
    return new Sent(fingerprint, sent.contentHash());
  }

  private static String baseSetting(Workspace workspace) {
    return workspace.settings().model().base();
  }

  /// What shapes a training, as a `whetstone.yaml` (JSON is YAML). A base model of one's own stands
  /// beside it.
  private static Map<String, Object> settings(
      Workspace workspace, String language, Duration budget, boolean ownBase) {
    Settings set = workspace.settings();
    var model = new TreeMap<String, Object>();
    model.put("base", ownBase ? BASE : set.model().base());
    model.put("runtime", set.model().runtime());
    var train = new TreeMap<String, Object>();
    train.put("budget", budget.toSeconds() + "s");
    train.put("seed", set.train().seed());
    var settings = new TreeMap<String, Object>();
    settings.put("name", set.name());
    settings.put("language", language);
    settings.put("model", model);
    settings.put("passages", Map.of("tokens", set.passages().tokens()));
    settings.put("train", train);
    return settings;
  }

  /// Trains, on the other machine, and puts what came out into `result`. Work is done in `place`,
  /// for `result` may be a mounted bucket, where files can be written and not much more. Its
  /// manifest is written last. A result of the same order that is there is left alone.
  ///
  /// @param order what [Lifecycle#sendTraining] wrote
  /// @param raw the staged documents; null not to look whether they are those of the order
  /// @param place an empty folder on a local disk
  /// @throws Failure.BadInput if another version of the program made the order, or `raw` holds
  ///   other documents
  public static StepReport run(
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
      return report(Json.read(result.resolve(OUTCOME), Outcome.class));
    }
    try {
      Workspace workspace = unpack(sent, asked, place);
      if (raw != null) {
        checkDocuments(raw, Manifest.read(workspace));
      }
      var lifecycle = new Lifecycle(workspace, progress);
      String id = lifecycle.passagesId(Manifest.read(workspace));
      copy(order.resolve(PASSAGES), workspace.passages().resolve(id));
      var log = new StepLog(workspace);
      log.write("prepare", new StepLog.Entry(id, id, 0, "sent from elsewhere"));
      StepReport trained = lifecycle.train(null, true);
      String output = log.read("train").orElseThrow().output();
      boolean made = !output.startsWith(ModelShelf.NONE);
      var outcome =
          new Outcome(made ? output : ModelShelf.NONE, trained.seconds(), trained.lines());
      var shelf = new ModelShelf(workspace);
      Artifact done =
          Artifact.create(
              place.resolve("result"),
              new Provenance("training", 1, Map.of("order", sent.contentHash()), Map.of(), 0),
              empty -> {
                if (made) {
                  copy(shelf.folder(output), empty.resolve(MODEL));
                  copy(TrainedOn.folder(workspace, output), empty.resolve(PAIRS));
                }
                WholeFile.write(empty.resolve(ORDER), Json.pretty(asked));
                WholeFile.write(empty.resolve(OUTCOME), Json.pretty(outcome));
              });
      deliver(done, result);
      return report(outcome);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot write " + result + ": " + e.getMessage(), e);
    }
  }

  private static void checkDocuments(Path raw, Manifest staged) throws IOException {
    for (Manifest.Entry document : staged.documents()) {
      Path file = raw.resolve(document.path());
      if (!Files.isRegularFile(file) || Files.size(file) != document.bytes()) {
        throw new Failure.BadInput(
            file
                + (Files.exists(file) ? " is not the document that was staged" : " is missing")
                + ": stage the documents there again, or let the job read them from the workspace");
      }
    }
  }

  private static StepReport report(Outcome outcome) {
    return new StepReport("train", false, outcome.seconds(), outcome.lines());
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

  /// Checks a result and keeps its model as the next version. Taken in twice, it is kept once.
  ///
  /// @throws Failure.CorruptArtifact if a byte is not what was written, or the model's space is not
  ///   what its weights make
  /// @throws Failure.Refused if it is the result of another order, or was made from another base
  static Taken take(Path result, String order, Workspace workspace, ModelShelf shelf) {
    Artifact given = Artifact.open(result);
    if (!madeOf(given).equals(order)) {
      throw new Failure.Refused(
          result + " is not the result of what was sent: it names another order");
    }
    Order asked = Json.read(given.file(ORDER), Order.class);
    Outcome outcome = Json.read(given.file(OUTCOME), Outcome.class);
    if (outcome.output().equals(ModelShelf.NONE)) {
      return new Taken(
          new StepRun(ModelShelf.NONE, outcome.lines()),
          asked.fingerprint(),
          asked.passages(),
          outcome.seconds());
    }
    Model model = Model.open(result.resolve(MODEL));
    String base = model.provenance().map(p -> p.inputs().getOrDefault("base", "")).orElse("");
    if (!base.equals(asked.base())) {
      throw new Failure.Refused(
          result + " was made from the base space " + base + ", not from " + asked.base());
    }
    return new Taken(
        new StepRun(keep(result, workspace, shelf), outcome.lines()),
        asked.fingerprint(),
        asked.passages(),
        outcome.seconds());
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
