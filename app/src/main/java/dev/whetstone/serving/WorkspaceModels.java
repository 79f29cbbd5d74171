package dev.whetstone.serving;

import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.workspace.DocumentLanguage;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Workspace;
import java.util.Locale;

/// The models of a workspace, for those who serve or deploy them. Safe for many threads.
public final class WorkspaceModels {
  private final Workspace workspace;
  private final ModelShelf shelf;

  public WorkspaceModels(Workspace workspace) {
    this.workspace = workspace;
    this.shelf = new ModelShelf(workspace);
  }

  /// The model that serves; the base where none was promoted. Opened and checked once.
  public synchronized Model serving() {
    return shelf.servingModel(new DocumentLanguage(workspace).value());
  }

  /// Opens a model for single texts and small batches: ONNX Runtime unless the settings name
  /// another, so that no trial of runtimes gets in the way of callers.
  public Encoder encoder(Model model) {
    var set =
        RuntimeChoice.valueOf(workspace.settings().model().runtime().toUpperCase(Locale.ROOT));
    var runtime = set == RuntimeChoice.AUTO ? RuntimeChoice.ONNX_FP32 : set;
    return Encoders.open(model, EncoderSettings.of(runtime, MavenArtifact.defaultCache()));
  }
}
