package dev.whetstone.torch;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.NamedTensors;
import java.util.Arrays;
import java.util.Random;

/// Weights of an encoder that has learnt nothing: normal with deviation .02, biases 0, LayerNorm 1,
/// as BERT begins (Devlin et al., 2019). For measurements and tests.
public final class RandomWeights {
  private static final double DEVIATION = .02;

  private RandomWeights() {}

  /// Deterministic from the seed.
  public static NamedTensors of(EncoderShape shape, long seed) {
    var random = new Random(seed);
    var weights = new NamedTensors();
    new Layout(shape)
        .huggingFace()
        .forEach(
            (name, size) -> {
              int count = Math.toIntExact(Layout.count(size));
              float[] data = new float[count];
              if (name.endsWith("LayerNorm.weight")) {
                Arrays.fill(data, 1);
              } else if (name.endsWith(".weight")) {
                for (int i = 0; i < count; i++) {
                  data[i] = (float) (random.nextGaussian() * DEVIATION);
                }
              }
              weights.put(name, new NamedTensors.Array(size, data));
            });
    return weights;
  }
}
