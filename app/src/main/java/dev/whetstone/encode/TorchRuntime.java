package dev.whetstone.encode;

import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.util.List;
import java.util.function.BiConsumer;

/// libtorch over a network that it does not own: both precisions share the weights.
record TorchRuntime(Network network, Precision precision) implements BatchRuntime {
  @Override
  public float[] embed(List<int[]> ids) {
    return network.embed(ids, precision);
  }

  @Override
  public void embedAll(List<List<int[]>> batches, BiConsumer<Integer, float[]> finished) {
    network.embedAll(batches, precision, finished);
  }

  @Override
  public void close() {}
}
