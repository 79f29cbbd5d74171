package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.SpaceId;
import dev.whetstone.store.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An embedding model in a folder of Hugging Face's layout. Opening checks everything; afterwards
/// only the weights are read, when asked for. Immutable, safe for many threads.
public final class Model {
  private final ModelFolder files;

  private Model(ModelFolder files) {
    this.files = files;
  }

  /// Opens a folder that [#save] wrote, checking every byte against its manifest; or any folder of
  /// an encoder of a known architecture in the layout of sentence-transformers or Hugging Face,
  /// checked by form. Anyone may have written either, so its space is computed from its weights,
  /// its graph is held against them, its tokenizer consists of known components, and no link out of
  /// it is followed.
  ///
  /// Some families need prompts that their files do not state. A folder of others that states none
  /// has those of the family that its name tells ([KnownPrompts]); one that was written here or
  /// added has what stands in it.
  ///
  /// @throws Failure.CorruptArtifact naming the file that is damaged
  /// @throws Failure.BadInput if it is no model that this program computes
  public static Model open(Path folder) {
    return new Model(ModelFolder.open(folder, Model::withPromptsOfFamily));
  }

  private static ModelConfig withPromptsOfFamily(Path folder) {
    ModelConfig config = ModelConfig.read(folder);
    return promptsOfFamily(folder).map(config::withPrompts).orElse(config);
  }

  /// The prompts that [#open] takes from the folder's name; empty where it takes none.
  public static Optional<Prompts> promptsOfFamily(Path folder) {
    boolean asItIs =
        ModelFolder.isSaved(folder)
            || Files.exists(folder.resolve(AddedModels.RECORD))
            || PromptSettings.stated(folder);
    return asItIs
        ? Optional.empty()
        : KnownPrompts.of(folder.toAbsolutePath().normalize().toString());
  }

  /// The same, with no other prompts than the folder states.
  static Model openAsStated(Path folder) {
    return new Model(ModelFolder.open(folder, ModelConfig::read));
  }

  /// Writes this model's prompts into a copy of its folder, unless they stand there, so that the
  /// copy is the same model under any name.
  public void statePrompts(Path copy) {
    if (!ModelConfig.read(copy).prompts().equals(prompts())) {
      PromptSettings.write(copy, prompts().query(), prompts().passage());
    }
  }

  /// The space that a folder written here claims it has, nothing else of it read or checked; empty
  /// for another folder.
  static String claimedSpace(Path folder) {
    return ModelFolder.claimedSpace(folder);
  }

  /// Writes a model: a folder that sentence-transformers, transformers and ONNX Runtime load
  /// unchanged. Whole or not at all; replaces what stands there.
  ///
  /// @throws Failure.CorruptArtifact if a weight is missing, of another size or not finite
  /// @throws Failure.Unavailable if the disk refuses
  public static Model save(Path folder, Draft draft, Provenance provenance) {
    var content =
        new ModelFolder.Content(
            draft.name(),
            ModelConfig.of(draft),
            draft.weights(),
            draft.tokenizer(),
            draft.card(),
            (empty, weights) -> ModelFiles.write(empty, draft, weights),
            space -> ModelReadme.text(draft, space));
    return new Model(ModelFolder.save(folder, content, provenance));
  }

  public String name() {
    return files.name();
  }

  public Path folder() {
    return files.folder();
  }

  /// The encoder with its pooling and head.
  public NetworkDescription network() {
    return files.config().network();
  }

  public Prompts prompts() {
    return files.config().prompts();
  }

  /// Longer texts are cut there, special tokens included.
  public int maxTokens() {
    return files.config().maxTokens();
  }

  /// Computed from the weights and all else that shapes a vector, whatever the folder says.
  public SpaceId space() {
    return files.identity();
  }

  /// One hash over its files; for a folder of others, over what is used of it. Models of one space
  /// may differ in it: by the query prompt.
  public String content() {
    return files.content();
  }

  public int dimension() {
    return network().dimension();
  }

  /// Its `tokenizer.json`.
  public Path tokenizer() {
    return files.tokenizer();
  }

  /// Its tokenizer, checked anew, as the native library may read it.
  ///
  /// @throws Failure if it became another since the model was opened
  public TokenizerFile checkedTokenizer() {
    return files.checkedTokenizer();
  }

  /// The encoder as an ONNX graph that gives `last_hidden_state`: the one in the folder where it is
  /// byte for byte what this program builds from the weights. Otherwise the graph is built from the
  /// weights in the cache, once, and again when it is damaged there.
  public Path onnx() {
    return files.onnx();
  }

  /// The same with the matrix products of its layers in 8 bits and a scale for each token: half the
  /// work for a question, and vectors that are hardly off. Whether they are of the model's space is
  /// for the caller to measure.
  public Path onnxInt8() {
    return files.int8Rows();
  }

  /// The names of the inputs of [#onnx].
  public List<String> graphInputs() {
    return OnnxGraph.inputs(network());
  }

  /// Reads the fp32 weights from disk; each call reads them anew.
  public NamedTensors weights() {
    return files.weights();
  }

  /// Reads the fp32 weights of the head alone, which [#onnx] does not hold: none for most models.
  public NamedTensors headWeights() {
    return WeightFiles.head(folder(), files.config());
  }

  /// What its card says; empty for a folder of others.
  public Optional<ModelCard> card() {
    return files.card();
  }

  /// Where it comes from; empty for a folder of others.
  public Optional<Provenance> provenance() {
    return files.provenance();
  }

  @Override
  public String toString() {
    return name() + " (" + folder() + ", space " + space() + ")";
  }
}
