package dev.whetstone.model;

import ai.onnx.proto.OnnxMl;
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
import java.util.function.BiFunction;
import java.util.function.Function;

/// A model's folder of Hugging Face's layout, whichever the kind of the model: what [Model] and
/// [CrossEncoderModel] have in common. Opening checks everything; afterwards only the weights are
/// read, when asked for. Immutable, safe for many threads.
final class ModelFolder {
  static final String METADATA = "whetstone.json";

  /// The content of `whetstone.json`.
  ///
  /// @param space see [Identity]
  record Metadata(int format, String name, String space, ModelCard card, Provenance provenance) {}

  private final String name;
  private final Path folder;
  private final ModelConfig config;
  private final Identity identity;
  private final String content;
  private final boolean graphIsOwn;
  private final Optional<Metadata> metadata;

  private ModelFolder(
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

  /// Opens a folder that [#save] wrote, checking every byte against its manifest; or any other,
  /// checked by form. Anyone may have written either, so its identity is computed from its weights,
  /// its graph is held against them, its tokenizer consists of known components, and no link out of
  /// it is followed.
  ///
  /// @param reader reads its configuration, as that of one kind of model
  /// @throws Failure.CorruptArtifact naming the file that is damaged
  /// @throws Failure.BadInput if it is no model that this program computes
  static ModelFolder open(Path folder, Function<Path, ModelConfig> reader) {
    if (!Files.isDirectory(folder)) {
      throw new Failure.BadInput("there is no model folder at " + folder);
    }
    return isSaved(folder) ? openSaved(folder, reader) : openForeign(folder, reader);
  }

  /// Whether [#save] wrote it.
  static boolean isSaved(Path folder) {
    return Artifact.exists(folder) || Files.exists(folder.resolve(METADATA));
  }

  private static ModelFolder openSaved(Path folder, Function<Path, ModelConfig> reader) {
    FolderFiles.requireSmall(folder, Artifact.MANIFEST);
    FolderFiles.requireSmall(folder, METADATA);
    var artifact = Artifact.open(folder);
    var metadata = Json.read(artifact.file(METADATA), Metadata.class);
    ModelConfig config = reader.apply(folder);
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

  private static ModelFolder of(
      Path folder, ModelConfig config, Metadata metadata, Artifact artifact, Identity identity) {
    return new ModelFolder(
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

  private static ModelFolder openForeign(Path folder, Function<Path, ModelConfig> reader) {
    ModelConfig config = reader.apply(folder);
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
      return new ModelFolder(name, folder, config, identity, content, false, Optional.empty());
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /// What is to be written.
  ///
  /// @param weights under the description's names; others are left out
  /// @param tokenizer a `tokenizer.json`; copied byte by byte
  /// @param files writes all but the card and `whetstone.json`
  /// @param readme the text of the card, given the identity
  record Content(
      String name,
      ModelConfig config,
      NamedTensors weights,
      Path tokenizer,
      ModelCard card,
      FilesWriter files,
      Function<SpaceId, String> readme) {}

  /// Writes files into an empty folder.
  @FunctionalInterface
  interface FilesWriter {
    /// @param weights those that the description lists
    void write(Path folder, NamedTensors weights) throws IOException;
  }

  /// Writes a model. Whole or not at all; replaces what stands there.
  ///
  /// @throws Failure.CorruptArtifact if a weight is missing, of another size or not finite
  /// @throws Failure.Unavailable if the disk refuses
  static ModelFolder save(Path folder, Content content, Provenance provenance) {
    ModelConfig config = content.config();
    NamedTensors weights =
        NetworkTensors.select(config.network(), content.weights(), "the model to be saved");
    var _ = TokenizerFile.read(content.tokenizer(), config.network().vocabulary());
    Artifact artifact =
        Artifact.create(
            folder,
            provenance,
            empty -> {
              content.files().write(empty, weights);
              String tokenizer = Sha256.of(empty.resolve(ModelFiles.TOKENIZER));
              SpaceId space = SpaceHash.of(config, weights, tokenizer);
              var metadata =
                  new Metadata(1, content.name(), space.value(), content.card(), provenance);
              WholeFile.write(empty.resolve(METADATA), Json.pretty(metadata));
              WholeFile.write(empty.resolve("README.md"), content.readme().apply(space));
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

  String name() {
    return name;
  }

  Path folder() {
    return folder;
  }

  ModelConfig config() {
    return config;
  }

  /// Computed from the weights and all else that shapes a vector or a score, whatever the folder
  /// says.
  SpaceId identity() {
    return identity.spaceId();
  }

  /// One hash over its files; for a folder of others, over what is used of it.
  String content() {
    return content;
  }

  Path tokenizer() {
    return folder.resolve(ModelFiles.TOKENIZER);
  }

  /// Its tokenizer, checked anew, as the native library may read it.
  ///
  /// @throws Failure if it became another since the model was opened
  TokenizerFile checkedTokenizer() {
    return TokenizerFile.read(tokenizer(), config.network().vocabulary());
  }

  /// The ONNX graph: the one in the folder where it is byte for byte what this program builds from
  /// the weights. Otherwise the graph is built from the weights in the cache, once, and again when
  /// it is damaged there.
  Path onnx() {
    if (graphIsOwn) {
      return folder.resolve(ModelFiles.GRAPH);
    }
    Path built = MavenArtifact.defaultCache().resolve("graphs").resolve(identity.graph() + ".onnx");
    try {
      if (!Files.exists(built) || !Sha256.of(built).equals(identity.graph())) {
        WholeFile.write(built, out -> OnnxGraph.of(config.network(), weights()).writeTo(out));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + built + ": " + e.getMessage(), e);
    }
    return built;
  }

  /// The graph with the products of its layers in 8 bits, built in the cache from the weights,
  /// once, and again when it is damaged there.
  Path int8() {
    return built("-int8-" + OnnxInt8.VERSION, OnnxGraph::int8);
  }

  /// The same with a scale for each token.
  Path int8Rows() {
    return built("-int8-rows-" + OnnxInt8Rows.VERSION, OnnxGraph::int8Rows);
  }

  private Path built(
      String kind, BiFunction<NetworkDescription, NamedTensors, OnnxMl.ModelProto> graph) {
    Path graphs = MavenArtifact.defaultCache().resolve("graphs");
    Path built = graphs.resolve(identity.graph() + kind + ".onnx");
    Path sum = graphs.resolve(built.getFileName() + ".json");
    try {
      Optional<BuiltGraph> known = Json.kept(sum, BuiltGraph.class);
      if (known.isEmpty()
          || !Files.exists(built)
          || !Sha256.of(built).equals(known.get().sha256())) {
        WholeFile.write(built, out -> graph.apply(config.network(), weights()).writeTo(out));
        WholeFile.write(sum, Json.sealed(Json.pretty(new BuiltGraph(Sha256.of(built)))));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + built + ": " + e.getMessage(), e);
    }
    return built;
  }

  /// What is kept of a graph in the cache.
  record BuiltGraph(String sha256) {}

  /// Reads the fp32 weights from disk; each call reads them anew.
  NamedTensors weights() {
    return WeightFiles.read(folder, config);
  }

  Optional<ModelCard> card() {
    return metadata.map(Metadata::card);
  }

  Optional<Provenance> provenance() {
    return metadata.map(Metadata::provenance);
  }
}
