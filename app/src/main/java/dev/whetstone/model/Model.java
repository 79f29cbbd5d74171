package dev.whetstone.model;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An embedding model in a folder of Hugging Face's layout. Opening checks everything; afterwards
/// only the weights are read, when asked for. Immutable, safe for many threads.
public final class Model {
  static final String ABOUT = "whetstone.json";

  /// `whetstone.json`.
  record About(int format, String name, String space, Card card, Provenance provenance) {}

  private final String name;
  private final Path folder;
  private final Layout layout;
  private final Identity identity;
  private final String content;
  private final boolean graphIsOurs;
  private final Optional<About> about;

  private Model(
      String name,
      Path folder,
      Layout layout,
      Identity identity,
      String content,
      boolean graphIsOurs,
      Optional<About> about) {
    this.name = name;
    this.folder = folder;
    this.layout = layout;
    this.identity = identity;
    this.content = content;
    this.graphIsOurs = graphIsOurs;
    this.about = about;
  }

  /// Opens a folder that [#save] wrote, checking every byte against its manifest; or any folder of
  /// a BERT encoder in the layout of sentence-transformers or Hugging Face, checked by form. Anyone
  /// may have written either, so its space is computed from its weights, its graph is held against
  /// them, its tokenizer consists of known components, and no link out of it is followed.
  ///
  /// @throws Failure.CorruptArtifact naming the file that is damaged
  /// @throws Failure.BadInput if it is no model that we compute
  public static Model open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Failure.BadInput("there is no model folder at " + folder);
    }
    return Artifact.exists(folder) || Files.exists(folder.resolve(ABOUT))
        ? ours(folder)
        : foreign(folder);
  }

  private static Model ours(Path folder) {
    FolderFiles.requireSmall(folder, Artifact.MANIFEST);
    FolderFiles.requireSmall(folder, ABOUT);
    var artifact = Artifact.open(folder);
    var about = Json.read(artifact.file(ABOUT), About.class);
    for (String file : List.of(ModelFiles.WEIGHTS, ModelFiles.GRAPH, ModelFiles.TOKENIZER)) {
      var _ = artifact.file(file);
    }
    Layout layout = Layout.read(folder);
    var _ = TokenizerFile.read(folder.resolve(ModelFiles.TOKENIZER), layout.shape().vocabulary());
    Identity identity = identity(folder, layout, artifact);
    if (!identity.space().equals(about.space())) {
      throw new Failure.CorruptArtifact(
          folder
              + " says that its space is "
              + about.space()
              + ", but its weights make "
              + identity.space());
    }
    return of(folder, layout, about, artifact, identity);
  }

  private static Identity identity(Path folder, Layout layout, Artifact artifact) {
    try {
      return Identity.of(
          folder,
          layout,
          artifact.sha256(ModelFiles.WEIGHTS),
          artifact.sha256(ModelFiles.TOKENIZER));
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Model of(
      Path folder, Layout layout, About about, Artifact artifact, Identity identity) {
    return new Model(
        about.name(),
        folder,
        layout,
        identity,
        artifact.contentHash(),
        artifact.sha256(ModelFiles.GRAPH).equals(identity.graph()),
        Optional.of(about));
  }

  /// The space that a folder of ours says it has, nothing else of it read or checked; empty for
  /// another folder.
  static String said(Path folder) {
    Path about = FolderFiles.requireSmall(folder, ABOUT);
    return Files.exists(about) ? Json.read(about, About.class).space() : "";
  }

  private static Model foreign(Path folder) {
    Layout layout = Layout.read(folder);
    Path weights = FolderFiles.inside(folder, ModelFiles.WEIGHTS);
    Path tokenizer = FolderFiles.inside(folder, ModelFiles.TOKENIZER);
    ModelFiles.requireWeights(folder, layout.shape());
    var _ = TokenizerFile.read(tokenizer, layout.shape().vocabulary());
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    try {
      var identity = Identity.of(folder, layout, Sha256.of(weights), Sha256.of(tokenizer));
      Prompts prompts = layout.prompts();
      String content = Sha256.id(identity.space(), prompts.query(), prompts.passage());
      return new Model(name, folder, layout, identity, content, false, Optional.empty());
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /// CommitScope a model: a folder that sentence-transformers, transformers and ONNX Runtime load
  /// unchanged. Whole or not at all; replaces what stands there.
  ///
  /// @throws Failure.CorruptArtifact if a weight is missing, of another size or not finite
  /// @throws Failure.Unavailable if the disk refuses
  public static Model save(Path folder, Draft draft, Provenance provenance) {
    NamedTensors weights =
        EncoderTensors.select(draft.shape(), draft.weights(), "the model to be saved");
    var _ = TokenizerFile.read(draft.tokenizer(), draft.shape().vocabulary());
    var layout = new Layout(draft.shape(), draft.pooling(), draft.prompts(), draft.maxTokens());
    Artifact artifact =
        Artifact.create(
            folder,
            provenance,
            empty -> {
              ModelFiles.write(empty, draft, weights);
              String tokenizer = Sha256.of(empty.resolve(ModelFiles.TOKENIZER));
              SpaceId space = Spaces.of(layout, weights, tokenizer);
              var about = new About(1, draft.name(), space.value(), draft.card(), provenance);
              WholeFile.write(empty.resolve(ABOUT), Json.pretty(about));
              WholeFile.write(empty.resolve("README.md"), ModelCard.text(draft, space));
            });
    var about = Json.read(folder.resolve(ABOUT), About.class);
    var identity = new Identity(about.space(), artifact.sha256(ModelFiles.GRAPH));
    identity.keep(
        folder, layout, artifact.sha256(ModelFiles.WEIGHTS), artifact.sha256(ModelFiles.TOKENIZER));
    return of(folder, layout, about, artifact, identity);
  }

  public String name() {
    return name;
  }

  public Path folder() {
    return folder;
  }

  public EncoderShape shape() {
    return layout.shape();
  }

  public Pooling pooling() {
    return layout.pooling();
  }

  public Prompts prompts() {
    return layout.prompts();
  }

  /// Longer texts are cut there, special tokens included.
  public int maxTokens() {
    return layout.maxTokens();
  }

  /// Computed from the weights and all else that shapes a vector, whatever the folder says.
  public SpaceId space() {
    return identity.spaceId();
  }

  /// One hash over its files; for a folder that we did not write, over what we take of it. Models
  /// of one space may differ in it: by the query prompt.
  public String content() {
    return content;
  }

  public int dimension() {
    return shape().hidden();
  }

  /// Its `tokenizer.json`.
  public Path tokenizer() {
    return folder.resolve(ModelFiles.TOKENIZER);
  }

  /// Its tokenizer, checked anew, as the native library may read it.
  ///
  /// @throws Failure if it became another since the model was opened
  public TokenizerFile checkedTokenizer() {
    return TokenizerFile.read(tokenizer(), shape().vocabulary());
  }

  /// The encoder as an ONNX graph that gives `last_hidden_state`: the one in the folder where it is
  /// byte for byte what this program builds from the weights. Otherwise the graph is built from the
  /// weights in the cache, once, and again when it is damaged there.
  public Path onnx() {
    if (graphIsOurs) {
      return folder.resolve(ModelFiles.GRAPH);
    }
    Path built = MavenArtifact.defaultCache().resolve("graphs").resolve(identity.graph() + ".onnx");
    try {
      if (!Files.exists(built) || !Sha256.of(built).equals(identity.graph())) {
        WholeFile.write(built, out -> OnnxGraph.of(shape(), weights()).writeTo(out));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + built + ": " + e.getMessage(), e);
    }
    return built;
  }

  /// Reads the fp32 weights from disk; each call reads them anew.
  public NamedTensors weights() {
    return ModelFiles.weights(folder, shape());
  }

  /// What its card says; empty for a folder that we did not write.
  public Optional<Card> card() {
    return about.map(About::card);
  }

  /// Where it comes from; empty for a folder that we did not write.
  public Optional<Provenance> provenance() {
    return about.map(About::provenance);
  }

  @Override
  public String toString() {
    return name + " (" + folder + ", space " + space() + ")";
  }
}
