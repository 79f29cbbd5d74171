package dev.whetstone.core;

/// The sizes of a BERT-family encoder, as in Hugging Face's `config.json`.
///
/// @param hidden width of the residual stream, and of the vectors
/// @param intermediate width of the feed-forward layer
/// @param positions longest sequence in tokens, special tokens included
/// @param layerNormEpsilon added to the variance in every LayerNorm
public record EncoderShape(
    int layers,
    int heads,
    int hidden,
    int intermediate,
    int vocabulary,
    int positions,
    int tokenTypes,
    double layerNormEpsilon) {
  public EncoderShape {
    if (layers < 1 || heads < 1 || hidden < 1 || hidden % heads != 0 || positions < 2) {
      throw new IllegalArgumentException(
          "impossible encoder: "
              + layers
              + " layers, "
              + heads
              + " heads, hidden "
              + hidden
              + ", "
              + positions
              + " positions");
    }
  }
}
