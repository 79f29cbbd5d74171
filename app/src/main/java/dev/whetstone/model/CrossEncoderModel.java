package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.store.Provenance;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A reranker in a folder of Hugging Face's layout: a network that reads a question and a passage
/// together and makes one score. Opening checks everything; afterwards only the weights are read,
/// when asked for. Immutable, safe for many threads.
public final class CrossEncoderModel {
  private final ModelFolder files;
  private final ScoreActivation activation;

  private CrossEncoderModel(ModelFolder files) {
    this.files = files;
    this.activation = ScoreActivation.read(files.folder());
  }

  /// Opens a folder that [#save] wrote, checking every byte against its manifest; or any folder of
  /// a known architecture, checked by form: a class for sequence classification with one label as
  /// transformers writes it, or a stack of modules as sentence-transformers' CrossEncoder does. As
  /// in [Model#open], nothing that the folder claims about itself is believed.
  ///
  /// @throws Failure.CorruptArtifact naming the file that is damaged
  /// @throws Failure.BadInput if it is no reranker that this program computes
  public static CrossEncoderModel open(Path folder) {
    return new CrossEncoderModel(ModelFolder.open(folder, ModelConfig::readScoring));
  }

  /// Writes a reranker: a folder that sentence-transformers' CrossEncoder, transformers and ONNX
  /// Runtime load unchanged. Whole or not at all; replaces what stands there.
  ///
  /// @throws Failure.CorruptArtifact if a weight is missing, of another size or not finite
  /// @throws Failure.Unavailable if the disk refuses
  public static CrossEncoderModel save(
      Path folder, CrossEncoderDraft draft, Provenance provenance) {
    var content =
        new ModelFolder.Content(
            draft.name(),
            ModelConfig.of(draft),
            draft.weights(),
            draft.tokenizer(),
            draft.card(),
            (empty, weights) -> ModelFiles.write(empty, draft, weights),
            identity -> ModelReadme.text(draft, identity.value()));
    return new CrossEncoderModel(ModelFolder.save(folder, content, provenance));
  }

  public String name() {
    return files.name();
  }

  public Path folder() {
    return files.folder();
  }

  /// The encoder with its pooling and the head that scores.
  public NetworkDescription network() {
    return files.config().network();
  }

  /// What its authors apply to the raw logit.
  public ScoreActivation activation() {
    return activation;
  }

  /// Longer pairs are cut there, special tokens included.
  public int maxTokens() {
    return files.config().maxTokens();
  }

  /// Names its scores: computed from the weights, the tokenizer and all else that shapes a logit,
  /// whatever the folder says. 16 hex digits.
  public String identity() {
    return files.identity().value();
  }

  /// One hash over its files; for a folder of others, over what is used of it.
  public String content() {
    return files.content();
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

  /// The whole network as an ONNX graph that gives `logits`, `[batch, 1]`: the one in the folder
  /// where it is byte for byte what this program builds from the weights, else one in the cache.
  public Path onnx() {
    return files.onnx();
  }

  /// The same with the matrix products of its layers in 8 bits: faster, and a little off. Whether
  /// the scores keep their order is for the caller to measure.
  public Path onnxInt8() {
    return files.int8();
  }

  /// The names of the inputs of [#onnx].
  public List<String> graphInputs() {
    return OnnxGraph.inputs(network());
  }

  /// Reads the fp32 weights from disk; each call reads them anew.
  public NamedTensors weights() {
    return files.weights();
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
    return name() + " (" + folder() + ", scores " + identity() + ")";
  }
}
