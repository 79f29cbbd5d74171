package dev.whetstone.core;

import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.NetworkOutput.NormModule;
import java.util.List;

/// The heads that make a score of a pair's pooled state: those of the classes for sequence
/// classification in Hugging Face's transformers, with one label, under the names of their
/// checkpoints. Dropout is left out: it does nothing outside of training.
///
/// | family | pooled state | head |
/// |---|---|---|
/// | BERT | first token | `pooler.dense`, tanh; `classifier` |
/// | RoBERTa, XLM-R, CamemBERT, MPNet | first token | `classifier.dense`, tanh; `classifier.out_proj` |
/// | DistilBERT | first token | `pre_classifier`, relu; `classifier` |
/// | ModernBERT | first token, or mean | `head.dense`, gelu; `head.norm`; `classifier` |
public final class ScoreHeads {
  private ScoreHeads() {}

  /// The encoder with the head that its family has, on the first token's state. Its tensors are not
  /// in an encoder's checkpoint: a model without them begins with random ones.
  ///
  /// @throws IllegalArgumentException for a family without such a class
  public static NetworkDescription on(NetworkDescription encoder) {
    int hidden = encoder.hidden();
    return switch (encoder.family()) {
      case "bert" -> withTwo(encoder, "pooler.dense", Activation.TANH, "classifier");
      case "roberta", "xlm-roberta", "camembert", "mpnet" ->
          withTwo(encoder, "classifier.dense", Activation.TANH, "classifier.out_proj");
      case "distilbert" -> withTwo(encoder, "pre_classifier", Activation.RELU, "classifier");
      case "modernbert" ->
          modernBert(
              encoder,
              Pooling.CLS,
              false,
              encoder.stack().finalNorm().filter(LayerNorm::bias).isPresent());
      default ->
          throw new IllegalArgumentException(
              "no score head is known for " + encoder.family() + " of width " + hidden);
    };
  }

  /// ModernBERT's.
  ///
  /// @param bias of `head.dense`; `classifier` always has one
  /// @param normBias of `head.norm`
  public static NetworkDescription modernBert(
      NetworkDescription encoder, Pooling pooling, boolean bias, boolean normBias) {
    int hidden = encoder.hidden();
    List<HeadModule> modules =
        List.of(
            new DenseModule(new Linear("head.dense", hidden, hidden, bias), Activation.GELU),
            new NormModule(new LayerNorm("head.norm", hidden, normBias), encoder.stack().epsilon()),
            new DenseModule(new Linear("classifier", hidden, 1, true), Activation.IDENTITY));
    return encoder.withScoreHead(pooling, modules);
  }

  private static NetworkDescription withTwo(
      NetworkDescription encoder, String first, Activation activation, String second) {
    int hidden = encoder.hidden();
    return encoder.withScoreHead(
        Pooling.CLS,
        List.of(
            new DenseModule(new Linear(first, hidden, hidden, true), activation),
            new DenseModule(new Linear(second, hidden, 1, true), Activation.IDENTITY)));
  }
}
