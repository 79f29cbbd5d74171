package dev.whetstone.torch;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Parameter;
import dev.whetstone.core.NetworkOutput.HeadModule;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/// Weights of an encoder that has learnt nothing: normal with deviation .02, biases 0, LayerNorm 1,
/// as BERT begins (Devlin et al., 2019). For measurements and tests.
public final class RandomWeights {
  private static final double DEVIATION = .02;

  private RandomWeights() {}

  /// Those of the score head alone: what an encoder lacks that is to score pairs. Deterministic
  /// from the seed.
  public static NamedTensors ofHead(NetworkDescription description, long seed) {
    NamedTensors all = of(description, seed);
    var head = new NamedTensors();
    for (HeadModule module : description.output().modules()) {
      Parameter parameter = module.parameter();
      head.put(parameter.weightName(), all.get(parameter.weightName()));
      if (parameter.bias()) {
        head.put(parameter.biasName(), all.get(parameter.biasName()));
      }
    }
    return head;
  }

  /// Deterministic from the seed.
  public static NamedTensors of(NetworkDescription description, long seed) {
    var random = new Random(seed);
    var weights = new NamedTensors();
    Set<String> norms =
        description.parameters().stream()
            .filter(LayerNorm.class::isInstance)
            .map(Parameter::weightName)
            .collect(Collectors.toSet());
    new ParameterLayout(description)
        .descriptionShapes()
        .forEach(
            (name, shape) -> {
              float[] data = new float[Math.toIntExact(ParameterLayout.count(shape))];
              if (norms.contains(name)) {
                Arrays.fill(data, 1);
              } else if (name.endsWith(".weight")) {
                for (int i = 0; i < data.length; i++) {
                  data[i] = (float) (random.nextGaussian() * DEVIATION);
                }
              }
              weights.put(name, new NamedTensors.Array(shape, data));
            });
    return weights;
  }
}
