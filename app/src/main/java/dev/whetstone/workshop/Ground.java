package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workspace.DocumentLanguage;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.StepLog;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the steps of a run stand on: the staged documents, the passages made of them, their
/// language, and the questions.
public final class Ground {
  private final Workspace workspace;
  private final ModelShelf shelf;
  private final Preparing preparing;
  private final StepLog log;
  private final Map<String, List<Passage>> read = new HashMap<>();

  Ground(Workspace workspace, ModelShelf shelf, Preparing preparing, StepLog log) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.preparing = preparing;
    this.log = log;
  }

  public static Ground of(Workspace workspace) {
    return new Ground(
        workspace, new ModelShelf(workspace), new Preparing(workspace), new StepLog(workspace));
  }

  /// What is staged.
  ///
  /// @throws Failure.BadInput if nothing is
  Manifest manifest() {
    Manifest manifest = Manifest.read(workspace);
    if (manifest.documents().isEmpty()) {
      throw new Failure.BadInput(
          "nothing is staged in " + workspace.folder(), new Remedy.Stage(null));
    }
    return manifest;
  }

  /// Names the passages that these documents and the settings make.
  String passagesId(Manifest manifest) {
    return Sha256.id(
        "prepare",
        String.valueOf(Preparing.VERSION),
        manifest.contentHash(),
        workspace.settings().passages().toString(),
        workspace.settings().language(),
        workspace.settings().parse().toString(),
        shelf.baseKey());
  }

  /// The id of the passages, which must be up to date.
  String current() {
    return log.current("prepare", passagesId(manifest()));
  }

  /// The passages that are up to date.
  List<Passage> passages() {
    return passages(passagesId(manifest()));
  }

  List<Passage> passages(String id) {
    return read.computeIfAbsent(id, preparing::read);
  }

  /// The language of most documents that were prepared last: `en`, `zh`, or what the settings say.
  public String language() {
    return new DocumentLanguage(workspace).value();
  }

  /// The language of the documents that are being prepared.
  public String language(Manifest parsed) {
    String set = workspace.settings().language();
    return set.equals("auto") ? preparing.language(parsed) : set;
  }

  /// Whether the language of the passages is recorded.
  boolean noted() {
    return new DocumentLanguage(workspace).recorded().isPresent();
  }

  /// Records the language of these passages.
  void note(String passages, String language) {
    new DocumentLanguage(workspace).record(passages, language);
  }

  /// A hash of the question log.
  String questionsHash() {
    try {
      return Files.exists(workspace.questions()) ? Sha256.of(workspace.questions()) : "none";
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot read " + workspace.questions() + ": " + e.getMessage(), e);
    }
  }
}
