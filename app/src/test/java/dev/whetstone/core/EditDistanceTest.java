package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({"kitten,sitting,3", "flaw,lawn,2", "same,same,0", "'',abc,3", "abc,'',3", "ab,ba,2"})
  void isTheFewestChangesThatMakeOneOfTheOther(String a, String b, int distance) {
    assertThat(EditDistance.of(a, b)).isEqualTo(distance);
  }
}
