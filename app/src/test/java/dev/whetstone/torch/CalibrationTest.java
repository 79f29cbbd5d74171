package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void theFastestIsTheOneThatMeasuredFastest() {
    var calibration = Calibration.measure();

    assertThat(calibration.gflopsFp32()).isPositive();
    assertThat(calibration.trainingFp32()).isPositive();
    assertThat(calibration.fastestTraining() == Precision.BF16)
        .isEqualTo(calibration.trainingBf16() > calibration.trainingFp32());
    assertThat(calibration.fastestInference() == Precision.BF16)
        .isEqualTo(calibration.inferenceBf16() > calibration.inferenceFp32());
  }
}
