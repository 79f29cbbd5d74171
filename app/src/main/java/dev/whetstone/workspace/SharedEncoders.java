package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.time.Duration;
import java.util.Locale;

/// The models of a workspace, open for single texts and small batches. A model is open once however
/// many indexes, deployments and requests use it, and is closed with its last lease. Safe for many
/// threads.
///
/// They run in ONNX Runtime unless the settings name another runtime: a trial of all runtimes,
/// which `auto` makes for large batches, would hold up the callers.
public final class SharedEncoders {
  private static final Duration PATIENCE = Duration.ofMinutes(1); // to open a model takes seconds

  private static final System.Logger LOG = System.getLogger(SharedEncoders.class.getName());

  private final Workspace workspace;
  private final boolean tries;
  private final ModelShelf shelf; // guarded by itself

  /// By the model's content, since models of one space may have different prompts for questions.
  private final Leases<String, Encoder> open = new Leases<>(0, PATIENCE, Encoder::close);

  public SharedEncoders(Workspace workspace) {
    this(workspace, false);
  }

  /// For a server: questions are computed in 8 bits where a trial finds that as good and faster. It
  /// takes some seconds, the first time that a model is opened on a machine.
  public static SharedEncoders trying(Workspace workspace) {
    return new SharedEncoders(workspace, true);
  }

  private SharedEncoders(Workspace workspace, boolean tries) {
    this.workspace = workspace;
    this.tries = tries;
    this.shelf = new ModelShelf(workspace);
  }

  /// The encoder of the model that makes vectors of this space.
  ///
  /// @throws Failure.Refused if no model here makes such vectors
  public Lease<Encoder> take(SpaceId space) {
    Model model;
    synchronized (shelf) {
      model = shelf.ofSpace(space, new DocumentLanguage(workspace).value());
    }
    return take(model);
  }

  /// The encoder of this model, which may also stand outside of the workspace.
  ///
  /// @throws Failure.CorruptArtifact if it cannot be opened
  public Lease<Encoder> take(Model model) {
    return open.take(model.content(), () -> opened(model));
  }

  private Encoder opened(Model model) {
    var runtime =
        RuntimeChoice.valueOf(workspace.settings().model().runtime().toUpperCase(Locale.ROOT));
    Encoder encoder =
        Encoders.open(model, EncoderSettings.of(runtime, MavenArtifact.defaultCache()).serving());
    if (tries) {
      try {
        encoder.prepareQuestions();
      } catch (RuntimeException e) {
        if (!Thread.currentThread().isInterrupted()) {
          LOG.log(
              System.Logger.Level.WARNING, "questions are embedded in fp32: {0}", e.getMessage());
        }
      }
    }
    return encoder;
  }

  /// The model that serves; the base where none was promoted. Opened and checked once.
  public Model serving() {
    synchronized (shelf) {
      return shelf.servingModel(new DocumentLanguage(workspace).value());
    }
  }
}
