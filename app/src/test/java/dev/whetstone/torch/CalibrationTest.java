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
    assertThat(calibration.fastestInference() == Precision.BF16)
        .isEqualTo(calibration.bf16().inference() > calibration.fp32().inference());
  }
}
