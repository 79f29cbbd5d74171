package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void theFastestIsTheOneThatMeasuredFastest() {
    var calibration = Calibration.measure();

    assertThat(calibration.fp32().gflops()).isPositive();
    assertThat(calibration.fp32().training()).isPositive();
    assertThat(calibration.fastestTraining() == Precision.BF16)
        .isEqualTo(calibration.bf16().training() > calibration.fp32().training());
    assertThat(calibration.int8() > 0).isEqualTo(Network.computesInt8());
    double most =
        switch (calibration.fastestInference()) {
          case FP32 -> calibration.fp32().inference();
          case BF16 -> calibration.bf16().inference();
          case INT8 -> calibration.int8();
        };
    assertThat(most)
        .isGreaterThanOrEqualTo(calibration.fp32().inference())
        .isGreaterThanOrEqualTo(calibration.bf16().inference())
        .isGreaterThanOrEqualTo(calibration.int8());
  }
}
