package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Layer;

/// What a training takes of memory, reckoned from the network before it starts.
///
/// - For the whole training, where `layers` are all weights but the word table: the weights (fp32)
///   and two moments of the optimiser, 12 bytes of each weight; the gradients, 4 of `layers`; and
///   in bf16 the copies that a step computes with, 2 of `layers`.
/// - For each [Lane] its gradients, 4 of `layers` or in bf16 2.
/// - For each token that goes through the network at once: of [TrainingPass] what its [Arena] holds
///   and the norms' outputs (8 numbers of the network's width and one of the feed-forward part's a
///   layer, in the type of the step); of [AutogradPass] every intermediate (some 20 and two of the
///   feed-forward part's, and four scores for each head and other token).
///
/// @param training bytes for the whole training
/// @param lane bytes for each lane
/// @param token bytes for each token
public record TrainingMemory(long training, long lane, long token) {
  /// Intermediates of [AutogradPass] beside the feed-forward part's, in widths of the network.
  private static final int GENERAL_STATES = 20;

  private static final int GENERAL_SCORES = 4;

  /// @param longest tokens of a sequence
  public static TrainingMemory of(
      NetworkDescription description, Precision precision, int longest) {
    var layout = new ParameterLayout(description);
    var table = description.embeddings().words();
    long layers = layout.length();
    long all = layers + (long) table.rows() * table.width();
    boolean narrow = precision == Precision.BF16;
    long bytes = narrow ? 2 : 4;
    long training = 12 * all + (4 + (narrow ? bytes : 0)) * layers;
    long states = 6L * description.hidden() * 4; // the embeddings, and gradients on the way
    for (Layer layer : description.stack().layers()) {
      states += bytes * numbers(layer, description, longest);
    }
    Layer last = description.stack().layers().getLast();
    states += bytes * (2L * last.feedForward().up().out() + 5L * description.hidden());
    return new TrainingMemory(training, bytes * layers, states);
  }

  /// Kept for each token.
  private static long numbers(Layer layer, NetworkDescription description, int longest) {
    long hidden = description.hidden();
    long wide = layer.feedForward().up().out();
    return TrainingPass.computes(description)
        ? 8 * hidden + wide
        : GENERAL_STATES * hidden
            + 2 * wide
            + (long) GENERAL_SCORES * layer.attention().heads() * longest;
  }

  /// Bytes for the whole training in so many lanes.
  public long training(int lanes) {
    return training + lanes * lane;
  }

  /// As many lanes as leave each the tokens that it needs, up to the machine's; one at least.
  ///
  /// @param bytes for the training; may be too few for anything
  /// @param fewest tokens of all lanes together
  public int lanes(long bytes, int fewest) {
    int lanes = NetworkTraining.lanes();
    while (lanes > 1
        && tokens(bytes, lanes) < Math.max(fewest, (long) lanes * NetworkTraining.LEAST)) {
      lanes--;
    }
    return lanes;
  }

  /// How many tokens fit through the network at once.
  ///
  /// @param bytes for the training; may be too few for anything
  public long tokens(long bytes, int lanes) {
    return Math.max(0, (bytes - training(lanes)) / token);
  }
}
