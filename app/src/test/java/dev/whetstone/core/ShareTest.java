package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShareTest {
  @Test
  void theIntervalIsWilsons() {
    // 10 of 50: centre (.2 + 3.8415/100) / (1 + 3.8415/50) = .22139,
    // half 1.96/1.07683 · sqrt(.2·.8/50 + 3.8415/10000) = .10900
    var share = new Share(10, 50);

    assertThat(share.low95()).isCloseTo(.2214 - .1090, within(1e-4));
    assertThat(share.high95()).isCloseTo(.2214 + .1090, within(1e-4));
    assertThat(share.percent()).isEqualTo("20 % [11, 33]");
  }

  @Test
  void theEndsStayWithinZeroAndOne() {
    assertThat(new Share(0, 20).low95()).isCloseTo(0, within(1e-9));
    assertThat(new Share(0, 20).high95()).isCloseTo(.161, within(1e-3)); // z² / (n + z²)
    assertThat(new Share(20, 20).high95()).isCloseTo(1, within(1e-9));
  }

  @Test
  void ofNoneNothingIsKnown() {
    var share = new Share(0, 0);

    assertThat(share.value()).isZero();
    assertThat(share.low95()).isZero();
    assertThat(share.high95()).isEqualTo(1);
  }

  @Test
  void moreThanThereAreIsRefused() {
    assertThatThrownBy(() -> new Share(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Share(-1, 2)).isInstanceOf(IllegalArgumentException.class);
  }
}
