package dev.whetstone.encode;

import dev.whetstone.core.PairTokens;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.util.List;

/// Scores one batch of pairs. Safe for many threads.
sealed interface PairRuntime extends AutoCloseable {
  /// The raw logit of each, in order: `[pairs.size()]`.
  float[] score(List<PairTokens> pairs);

  @Override
  void close();

  /// ONNX Runtime over a graph that gives `logits`.
  record Onnx(OnnxSession session) implements PairRuntime {
    static Onnx open(Path graph, int threads) {
      return new Onnx(OnnxSession.open(graph, threads));
    }

    @Override
    public float[] score(List<PairTokens> pairs) {
      if (pairs.isEmpty()) {
        return new float[0];
      }
      return session.run(
          pairs.stream().map(PairTokens::ids).toList(),
          pairs.stream().mapToInt(PairTokens::secondFrom).toArray(),
          (_, logits) -> {
            var scores = new float[pairs.size()];
            logits.get(scores);
            return scores;
          });
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /// libtorch over a network that it does not own.
  record Torch(Network network, Precision precision) implements PairRuntime {
    @Override
    public float[] score(List<PairTokens> pairs) {
      return network.score(pairs, precision);
    }

    @Override
    public void close() {}
  }
}
