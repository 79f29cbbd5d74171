package dev.whetstone.core;

/// A language model's network as data: a decoder of the form that Llama, Qwen and their kin share.
///
/// Each layer adds to the state twice: `x = x + attention(norm(x))`, then `x = x +
/// down(silu(gate(norm(x))) · up(norm(x)))`. Norms divide by the root of the mean square and have a
/// weight alone. Attention is causal; queries and keys are turned by [Rotary] angles; several query
/// heads share one head of keys and values. A last norm and the head give a score for every word.
///
/// | family | biases of q, k, v | norm of each query and key | pairs of the rotation |
/// |---|---|---|---|
/// | `llama` | no | no | neighbours in the file: 0 and 1, 2 and 3 |
/// | `qwen2` | yes | no | half a head apart |
/// | `qwen3` | no | yes | half a head apart |
///
/// @param layers how many
/// @param width of the state
/// @param heads of queries
/// @param keyHeads of keys and values; divides `heads`
/// @param headWidth of each head; even
/// @param feedForward width between `up` and `down`
/// @param words of the vocabulary
/// @param rotationBase of the angles
/// @param epsilon of the norms
/// @param biases whether queries, keys and values have biases
/// @param headNorms whether each query and key is normalised
/// @param neighbours whether the file pairs neighbouring numbers of a head
/// @param tied whether the head is the word table
public record DecoderDescription(
    int layers,
    int width,
    int heads,
    int keyHeads,
    int headWidth,
    int feedForward,
    int words,
    double rotationBase,
    double epsilon,
    boolean biases,
    boolean headNorms,
    boolean neighbours,
    boolean tied) {
  public DecoderDescription {
    if (layers < 1
        || width < 1
        || keyHeads < 1
        || heads < 1
        || heads % keyHeads != 0
        || headWidth < 2
        || headWidth % 2 != 0
        || feedForward < 1
        || words < 2
        || !(rotationBase > 1)
        || !(epsilon > 0)) {
      throw new IllegalArgumentException("no decoder: %d layers, %d wide".formatted(layers, width));
    }
  }

  /// Numbers that the linear maps hold, the head included.
  public long weights() {
    long attention = (long) width * headWidth * (2L * heads + 2L * keyHeads);
    long each = attention + 3L * width * feedForward;
    return layers * each + (long) words * width;
  }
}
