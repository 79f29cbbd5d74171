package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.NamedTensors;
import org.junit.jupiter.api.Test;

class WeightInterpolationTest {
  @Test
  void alphaIsTheShareOfTheTunedWeights() {
    var base = tensors(1f, 2f);
    var tuned = tensors(3f, -2f);

    assertThat(WeightInterpolation.mix(base, tuned, .25).get("w").data()).containsExactly(1.5f, 1f);
  }

  @Test
  void theEndsAreTheTwoNetworksBitByBit() {
    var base = tensors(.1f, 1e-30f);
    var tuned = tensors(.3f, 7f);

    assertThat(WeightInterpolation.mix(base, tuned, 0).get("w").data())
        .isEqualTo(base.get("w").data());
    assertThat(WeightInterpolation.mix(base, tuned, 1).get("w").data())
        .isEqualTo(tuned.get("w").data());
  }

  @Test
  void aTensorThatWasNotTrainedStays() {
    var base = tensors(1f, 2f);
    base.put("pooler", new NamedTensors.Array(new long[] {1}, new float[] {9}));

    var mixed = WeightInterpolation.mix(base, tensors(3f, 4f), .5);

    assertThat(mixed.get("pooler").data()).containsExactly(9f);
  }

  @Test
  void alphaOutsideItsRangeIsACallersBug() {
    assertThatThrownBy(() -> WeightInterpolation.mix(tensors(1f), tensors(1f), 1.1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static NamedTensors tensors(float... values) {
    var tensors = new NamedTensors();
    tensors.put("w", new NamedTensors.Array(new long[] {values.length}, values));
    return tensors;
  }
}
