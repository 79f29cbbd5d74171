package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An embedding model in a folder of Hugging Face's layout. Opening checks everything; afterwards
/// only the weights are read, when asked for. Immutable, safe for many threads.
public final class Model {
  static final String METADATA = "whetstone.json";

  /// The content of `whetstone.json`.
  record Metadata(int format, String name, String space, ModelCard card, Provenance provenance) {}

  private final String name;
  private final Path folder;
  private final ModelConfig config;
  private final Identity identity;
  private final String content;
  private final boolean graphIsOwn;
  private final Optional<Metadata> metadata;

  private Model(
      String name,
      Path folder,
      ModelConfig config,
      Identity identity,
      String content,
      boolean graphIsOwn,
      Optional<Metadata> metadata) {
    this.name = name;
    this.folder = folder;
    this.config = config;
    this.identity = identity;
    this.content = content;
    this.graphIsOwn = graphIsOwn;
    this.metadata = metadata;
  }

  /// Opens a folder that [#save] wrote, checking every byte against its manifest; or any folder of
  /// an encoder of a known architecture in the layout of sentence-transformers or Hugging Face,
  /// checked by form. Anyone may have written either, so its space is computed from its weights,
  /// its graph is held against them, its tokenizer consists of known components, and no link out of
  /// it is followed.
  ///
  /// @throws Failure.CorruptArtifact naming the file that is damaged
  /// @throws Failure.BadInput if it is no model that this program computes
  public static Model open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Failure.BadInput("there is no model folder at " + folder);
    }
    return Artifact.exists(folder) || Files.exists(folder.resolve(METADATA))
        ? openSaved(folder)
        : openForeign(folder);
  }

  private static Model openSaved(Path folder) {
    FolderFiles.requireSmall(folder, Artifact.MANIFEST);
    FolderFiles.requireSmall(folder, METADATA);
    var artifact = Artifact.open(folder);
    var metadata = Json.read(artifact.file(METADATA), Metadata.class);
    ModelConfig config = ModelConfig.read(folder);
    WeightFiles.names(config).forEach(artifact::file);
    for (String file : List.of(ModelFiles.GRAPH, ModelFiles.TOKENIZER)) {
      var _ = artifact.file(file);
    }
    var _ = TokenizerFile.read(folder.resolve(ModelFiles.TOKENIZER), config.network().vocabulary());
    Identity identity = identity(folder, config, artifact);
    if (!identity.space().equals(metadata.space())) {
      throw new Failure.CorruptArtifact(
          folder
              + " says that its space is "
              + metadata.space()
              + ", but its weights make "
              + identity.space());
    }
    return of(folder, config, metadata, artifact, identity);
  }

  private static Identity identity(Path folder, ModelConfig config, Artifact artifact) {
    try {
      return Identity.of(
          folder,
          config,
          WeightFiles.hash(WeightFiles.names(config).stream().map(artifact::sha256).toList()),
          artifact.sha256(ModelFiles.TOKENIZER));
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Model of(
      Path folder, ModelConfig config, Metadata metadata, Artifact artifact, Identity identity) {
    return new Model(
        metadata.name(),
        folder,
        config,
        identity,
        artifact.contentHash(),
        artifact.sha256(ModelFiles.GRAPH).equals(identity.graph()),
        Optional.of(metadata));
  }

  /// The space that a folder written here claims it has, nothing else of it read or checked; empty
  /// for another folder.
  static String claimedSpace(Path folder) {
    Path metadata = FolderFiles.requireSmall(folder, METADATA);
    return Files.exists(metadata) ? Json.read(metadata, Metadata.class).space() : "";
  }

  private static Model openForeign(Path folder) {
    ModelConfig config = ModelConfig.read(folder);
    Path tokenizer = FolderFiles.inside(folder, ModelFiles.TOKENIZER);
    WeightFiles.requireAll(folder, config);
    var _ = TokenizerFile.read(tokenizer, config.network().vocabulary());
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    try {
      var weights = new ArrayList<String>();
      for (String file : WeightFiles.names(config)) {
        weights.add(Sha256.of(FolderFiles.inside(folder, file)));
      }
      var identity = Identity.of(folder, config, WeightFiles.hash(weights), Sha256.of(tokenizer));
      Prompts prompts = config.prompts();
      String content = Sha256.id(identity.space(), prompts.query(), prompts.passage());
      return new Model(name, folder, config, identity, content, false, Optional.empty());
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
        NetworkTensors.select(draft.network(), draft.weights(), "the model to be saved");
    var _ = TokenizerFile.read(draft.tokenizer(), draft.network().vocabulary());
    ModelConfig config = ModelConfig.of(draft);
    Artifact artifact =
        Artifact.create(
            folder,
            provenance,
            empty -> {
              ModelFiles.write(empty, draft, weights);
              String tokenizer = Sha256.of(empty.resolve(ModelFiles.TOKENIZER));
              SpaceId space = SpaceHash.of(config, weights, tokenizer);
              var metadata = new Metadata(1, draft.name(), space.value(), draft.card(), provenance);
              WholeFile.write(empty.resolve(METADATA), Json.pretty(metadata));
              WholeFile.write(empty.resolve("README.md"), ModelReadme.text(draft, space));
            });
    var metadata = Json.read(folder.resolve(METADATA), Metadata.class);
    var identity = new Identity(metadata.space(), artifact.sha256(ModelFiles.GRAPH));
    identity.cache(
        folder,
        config,
        WeightFiles.hash(WeightFiles.names(config).stream().map(artifact::sha256).toList()),
        artifact.sha256(ModelFiles.TOKENIZER));
    return of(folder, config, metadata, artifact, identity);
  }

  public String name() {
    return name;
  }

  public Path folder() {
    return folder;
  }

  /// The encoder with its pooling and head.
  public NetworkDescription network() {
    return config.network();
  }

  public Prompts prompts() {
    return config.prompts();
  }

  /// Longer texts are cut there, special tokens included.
  public int maxTokens() {
    return config.maxTokens();
  }

  /// Computed from the weights and all else that shapes a vector, whatever the folder says.
  public SpaceId space() {
    return identity.spaceId();
  }

  /// One hash over its files; for a folder of others, over what is used of it. Models of one space
  /// may differ in it: by the query prompt.
  public String content() {
    return content;
  }

  public int dimension() {
    return network().dimension();
  }

  /// Its `tokenizer.json`.
  public Path tokenizer() {
    return folder.resolve(ModelFiles.TOKENIZER);
  }

  /// Its tokenizer, checked anew, as the native library may read it.
  ///
  /// @throws Failure if it became another since the model was opened
  public TokenizerFile checkedTokenizer() {
    return TokenizerFile.read(tokenizer(), network().vocabulary());
  }

  /// The encoder as an ONNX graph that gives `last_hidden_state`: the one in the folder where it is
  /// byte for byte what this program builds from the weights. Otherwise the graph is built from the
  /// weights in the cache, once, and again when it is damaged there.
  public Path onnx() {
    if (graphIsOwn) {
      return folder.resolve(ModelFiles.GRAPH);
    }
    Path built = MavenArtifact.defaultCache().resolve("graphs").resolve(identity.graph() + ".onnx");
    try {
      if (!Files.exists(built) || !Sha256.of(built).equals(identity.graph())) {
        WholeFile.write(built, out -> OnnxGraph.of(network(), weights()).writeTo(out));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + built + ": " + e.getMessage(), e);
    }
    return built;
  }

  /// The names of the inputs of [#onnx].
  public List<String> graphInputs() {
    return OnnxGraph.inputs(network());
  }

  /// Reads the fp32 weights from disk; each call reads them anew.
  public NamedTensors weights() {
    return WeightFiles.read(folder, config);
  }

  /// Reads the fp32 weights of the head alone, which [#onnx] does not hold: none for most models.
  public NamedTensors headWeights() {
    return WeightFiles.head(folder, config);
  }

  /// What its card says; empty for a folder of others.
  public Optional<ModelCard> card() {
    return metadata.map(Metadata::card);
  }

  /// Where it comes from; empty for a folder of others.
  public Optional<Provenance> provenance() {
    return metadata.map(Metadata::provenance);
  }

  @Override
  public String toString() {
    return name + " (" + folder + ", space " + space() + ")";
  }
}
