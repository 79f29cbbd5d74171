package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.LayerStack;
import dev.whetstone.core.ScoreHeads;
import dev.whetstone.encode.PairTokenizer;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.Model;
import dev.whetstone.torch.RandomWeights;

/// What the training of a reranker begins with: a reranker that was loaded, or an encoder to which
/// a head was given that has learnt nothing. The first layers of an encoder alone are a faster
/// reranker; those of a loaded one are not, as its head knows the states of its last layer. Close
/// it.
///
/// @param identity names model and weights
/// @param network that scores pairs
/// @param weights of it; may hold others too
/// @param tokenizer closed with this
/// @param maxTokens of a pair
/// @param fresh whether its head has learnt nothing
public record RerankerStart(
    String name,
    String identity,
    NetworkDescription network,
    NamedTensors weights,
    PairTokenizer tokenizer,
    int maxTokens,
    boolean fresh)
    implements AutoCloseable {
  /// Question and passage together, of a reranker made of an encoder: a passage is cut at about
  /// that length, and the time of a pair grows with it.
  private static final int TOKENS = 256;

  /// A reranker as it was loaded.
  public static RerankerStart of(CrossEncoderModel model) {
    return new RerankerStart(
        model.name(),
        model.content(),
        model.network(),
        model.weights(),
        PairTokenizer.open(model),
        model.maxTokens(),
        false);
  }

  /// An encoder with a head of random weights.
  ///
  /// @param seed of the head
  public static RerankerStart of(Model encoder, long seed) {
    NetworkDescription network = ScoreHeads.on(encoder.network());
    var weights = new NamedTensors();
    NamedTensors head = RandomWeights.ofHead(network, seed);
    NamedTensors body = encoder.weights();
    body.names().forEach(name -> weights.put(name, body.get(name)));
    head.names().forEach(name -> weights.put(name, head.get(name)));
    return new RerankerStart(
        encoder.name(),
        encoder.space().value() + " head " + seed,
        network,
        weights,
        PairTokenizer.open(encoder, Math.min(TOKENS, encoder.maxTokens())),
        Math.min(TOKENS, encoder.maxTokens()),
        true);
  }

  int layers() {
    return network.stack().layers().size();
  }

  /// The network with its first layers alone.
  ///
  /// @param count from 1 to [#layers]
  NetworkDescription network(int count) {
    LayerStack all = network.stack();
    return new NetworkDescription(
        network.family(),
        network.maxTokens(),
        network.embeddings(),
        new LayerStack(
            all.placement(),
            all.epsilon(),
            all.layers().subList(0, count),
            all.relativeBias(),
            all.finalNorm()),
        network.pooling(),
        network.output(),
        network.names());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
