package dev.whetstone.bench;

import dev.whetstone.answer.Answer;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Share;
import dev.whetstone.serving.Answering;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Precision;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.SettingsFile;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The whole way on real documents: Apache Camel's manual with hand-written questions, half of them
/// for training and choosing, half held out for the proof, and some without an answer.
public final class Demo {
  /// So that the whole demo ends within six minutes where only fp32 is fast.
  private static final String BUDGET = "80s";

  /// Where bf16 is, and the other steps leave more of them.
  private static final String FAST_BUDGET = "3m";

  /// A question of the held-out half with its answer; the three with the most support are shown.
  public record Shown(String question, Answer answer) {}

  /// The result of asking every held-out question.
  ///
  /// @param answerable held-out questions with an answer
  /// @param declined of them
  /// @param hitAtTopK of them: a right passage is among those an answer is made from
  /// @param rightPassage of them: a sentence of the answer comes from a right passage
  /// @param hitAndAnswered of `hitAtTopK`, those that are not declined
  /// @param quoted of these: a quoted sentence holds the words that the log names
  /// @param unanswerable held-out questions without an answer
  /// @param rightlyDeclined of them
  public record HeldOutResults(
      int answerable,
      int declined,
      int hitAtTopK,
      int rightPassage,
      int hitAndAnswered,
      int quoted,
      int unanswerable,
      int rightlyDeclined,
      List<Shown> shown) {
    public HeldOutResults {
      shown = List.copyOf(shown);
    }

    /// Of the questions with an answer, those that are declined.
    public Share declinedShare() {
      return new Share(declined, answerable);
    }

    /// Of the questions whose passage is found and that are answered, those whose quotes hold the
    /// log's words.
    public Share quotedShare() {
      return new Share(quoted, hitAndAnswered);
    }

    /// Of the questions without an answer, those that are declined.
    public Share rightlyDeclinedShare() {
      return new Share(rightlyDeclined, unanswerable);
    }
  }

  /// The demo's own file.
  ///
  /// @param app fingerprint of the app that was asked
  private record AskedOf(String app, HeldOutResults asked) {}

  private final Workspace workspace;
  private final Progress progress;
  private final Workshop workshop;

  /// @param workspace made by [#workspace]; the caller holds its writer lock
  public Demo(Workspace workspace, Progress progress) {
    this.workspace = workspace;
    this.progress = progress;
    this.workshop = new Workshop(workspace, new ServedAnswers(), progress);
  }

  /// The demo's workspace, made where there is none: its training's budget is what this machine's
  /// speed leaves of the six minutes.
  public static Workspace workspace(Path folder) {
    Path place = folder.toAbsolutePath().normalize();
    if (Files.exists(place.resolve(SettingsFile.NAME))) {
      return Workspace.open(place);
    }
    boolean fast = Calibration.measure().fastestTraining() == Precision.BF16;
    String budget = "budget: " + (fast ? FAST_BUDGET : BUDGET);
    return Workspace.create(place, "camel", Map.of("budget: 10m", budget));
  }

  /// Writes the documents and the questions alone, for going the way step by step.
  public static void write(Path folder, boolean full) {
    DemoDocuments.unpack(folder.resolve("documents"), full, MavenArtifact.defaultCache());
    DemoDocuments.writeQuestions(folder.resolve("questions.jsonl"), full);
  }

  /// Does whatever is not done yet.
  ///
  /// @param full all documents instead of the list
  /// @return whether anything was done
  public boolean run(boolean full, Workshop.RunListener listener) {
    Path documents = workspace.folder().resolve("documents");
    boolean other = DemoDocuments.unpack(documents, full, MavenArtifact.defaultCache());
    if (other || !Files.exists(workspace.questions())) {
      Path file = workspace.hidden().resolve("demo-questions.jsonl");
      DemoDocuments.writeQuestions(file, full);
      StepOutcome<?> imported = workshop.questions(file, true);
      listener.ended(imported);
    }
    if (other || Manifest.read(workspace).documents().isEmpty()) {
      listener.ended(workshop.stage(documents.toString()));
    }
    boolean worked = workshop.run(listener);
    String app = new StepRecords(workspace).read("app").orElseThrow().fingerprint();
    if (Json.kept(askedFile(), AskedOf.class).filter(of -> of.app().equals(app)).isPresent()) {
      return worked;
    }
    WholeFile.write(askedFile(), Json.sealed(Json.pretty(new AskedOf(app, ask()))));
    removeEarlierFiles();
    return true;
  }

  /// An earlier version kept the answers, and a record that they were asked for, elsewhere.
  private void removeEarlierFiles() {
    WholeFile.delete(workspace.hidden().resolve("demo-asked.json"));
    WholeFile.delete(workspace.hidden().resolve("steps").resolve("ask.json"));
  }

  public Proof.Report proof() {
    String id = new StepRecords(workspace).read("prove").orElseThrow().output();
    return Proof.read(workspace, id);
  }

  public HeldOutResults asked() {
    return Json.read(askedFile(), AskedOf.class).asked();
  }

  private Path askedFile() {
    return workspace.hidden().resolve("demo-answers.json");
  }

  private HeldOutResults ask() {
    List<Passage> passages = workshop.passages();
    QuestionLog log = QuestionLog.of(workspace, passages);
    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      App app = WorkspaceApp.own(workspace, catalog).orElseThrow();
      return new HeldOutAnswers(answering, app, progress).of(log, passages);
    }
  }
}
