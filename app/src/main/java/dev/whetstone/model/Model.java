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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private final SpaceId space;
  private final String content;
  private final Optional<About> about;

  private Model(
      String name,
      Path folder,
      Layout layout,
      SpaceId space,
      String content,
      Optional<About> about) {
    this.name = name;
    this.folder = folder;
    this.layout = layout;
    this.space = space;
    this.content = content;
    this.about = about;
  }

  /// Opens a folder that [#save] wrote, checking every byte against its manifest; or any folder of
  /// a BERT encoder in the layout of sentence-transformers or Hugging Face, checked by form.
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
    var artifact = Artifact.open(folder);
    var about = Json.read(artifact.file(ABOUT), About.class);
    Layout layout = Layout.read(folder);
    for (String file : new String[] {ModelFiles.WEIGHTS, ModelFiles.GRAPH, ModelFiles.TOKENIZER}) {
      var _ = artifact.file(file);
    }
    return of(folder, layout, about, artifact);
  }

  private static Model of(Path folder, Layout layout, About about, Artifact artifact) {
    return new Model(
        about.name(),
        folder,
        layout,
        new SpaceId(about.space()),
        artifact.contentHash(),
        Optional.of(about));
  }

  /// The space that a folder of ours says it has, nothing else of it read or checked; empty for
  /// another folder.
  static String said(Path folder) {
    Path about = folder.resolve(ABOUT);
    return Files.exists(about) ? Json.read(about, About.class).space() : "";
  }

  private static Model foreign(Path folder) {
    Layout layout = Layout.read(folder);
    NamedTensors weights = ModelFiles.weights(folder, layout.shape());
    ModelFiles.checkTokenizer(folder.resolve(ModelFiles.TOKENIZER), layout.shape());
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    SpaceId space = space(layout, weights, folder);
    String content = Sha256.id(space.value(), layout.prompts().query(), layout.prompts().passage());
    return new Model(name, folder, layout, space, content, Optional.empty());
  }

  private static SpaceId space(Layout layout, NamedTensors weights, Path folder) {
    try {
      return Spaces.of(
          layout.shape(),
          weights,
          folder.resolve(ModelFiles.TOKENIZER),
          layout.pooling(),
          layout.prompts().passage(),
          layout.maxTokens());
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Writes a model: a folder that sentence-transformers, transformers and ONNX Runtime load
  /// unchanged. Whole or not at all; replaces what stands there.
  ///
  /// @throws Failure.CorruptArtifact if a weight is missing, of another size or not finite
  /// @throws Failure.Unavailable if the disk refuses
  public static Model save(Path folder, Draft draft, Provenance provenance) {
    NamedTensors weights =
        EncoderTensors.select(draft.shape(), draft.weights(), "the model to be saved");
    ModelFiles.checkTokenizer(draft.tokenizer(), draft.shape());
    var layout = new Layout(draft.shape(), draft.pooling(), draft.prompts(), draft.maxTokens());
    Artifact artifact =
        Artifact.create(
            folder,
            provenance,
            empty -> {
              ModelFiles.write(empty, draft, weights);
              SpaceId space = space(layout, weights, empty);
              var about = new About(1, draft.name(), space.value(), draft.card(), provenance);
              WholeFile.write(empty.resolve(ABOUT), Json.pretty(about));
              WholeFile.write(empty.resolve("README.md"), ModelCard.text(draft, space));
            });
    var about = Json.read(folder.resolve(ABOUT), About.class);
    return of(folder, layout, about, artifact);
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

  public SpaceId space() {
    return space;
  }

  /// One hash over its files; for a folder that we did not write, over what we take of it. Models
  /// of one space may differ in it: by the query prompt.
  public String content() {
    return content;
  }

  /// Computes the space anew from the weights, for a model that comes from elsewhere.
  ///
  /// @throws Failure.CorruptArtifact if it is not the one that the model says it has
  public void checkSpace() {
    SpaceId computed = space(layout, weights(), folder);
    if (!computed.equals(space)) {
      throw new Failure.CorruptArtifact(
          folder + " says that its space is " + space + ", but its weights make " + computed);
    }
  }

  public int dimension() {
    return shape().hidden();
  }

  /// Its `tokenizer.json`.
  public Path tokenizer() {
    return folder.resolve(ModelFiles.TOKENIZER);
  }

  /// The encoder as an ONNX graph that gives `last_hidden_state`. For a folder that we did not
  /// write, the graph is built from the weights in the cache, once, and again when it is not what
  /// its SHA-256 beside it says: what stands in the folder is not trusted.
  public Path onnx() {
    if (about.isPresent()) {
      return folder.resolve(ModelFiles.GRAPH);
    }
    Path built = MavenArtifact.defaultCache().resolve("graphs").resolve(space + "-1.onnx");
    Path sum = built.resolveSibling(built.getFileName() + ".sha256");
    try {
      if (!Files.exists(built)
          || !Files.exists(sum)
          || !Files.readString(sum, StandardCharsets.ISO_8859_1).equals(Sha256.of(built))) {
        WholeFile.write(built, out -> OnnxGraph.of(shape(), weights()).writeTo(out));
        WholeFile.write(sum, Sha256.of(built));
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
    return name + " (" + folder + ", space " + space + ")";
  }
}
