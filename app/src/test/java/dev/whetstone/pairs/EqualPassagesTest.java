package dev.whetstone.pairs;

import static dev.whetstone.pairs.PassageMaker.passage;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EqualPassagesTest {
  private static final String LONG =
      "The crane is looked at by the mate on day 1 of each month, and he writes it down.";

  @Test
  void aLongTextIsTheSameUnderAnyHeadingAndAShortOneUnderItsOwnAlone() {
    var equal =
        new EqualPassages(
            List.of(
                passage("b", "v2/crane.md", "Crane (v2)", LONG.replace(" of ", "\n  of ")),
                passage("a", "v1/crane.md", "Crane", LONG),
                passage("c", "v1/lock.md", "Crane", LONG.replace("crane", "lock")),
                passage("read", "limits.md", "readTimeout", "Default: 30 s"),
                passage("connect", "limits.md", "connectTimeout", "Default: 30 s"),
                passage("again", "old/limits.md", "readTimeout", "Default: 30 s")));

    assertThat(equal.first("b")).isEqualTo("a");
    assertThat(equal.first("c")).isEqualTo("c");
    assertThat(equal.first("read")).isEqualTo("again");
    assertThat(equal.first("connect")).isEqualTo("connect");
    assertThat(equal.repeats()).isEqualTo(2);
  }
}
