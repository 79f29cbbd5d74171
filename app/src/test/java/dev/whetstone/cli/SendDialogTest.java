package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.questions.WritingEstimate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The question before passages leave this machine.
class SendDialogTest {
  private static final String QUESTION = "Send passages to m at https://llm.example.com/v1? [y/n]";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final AtomicInteger asked = new AtomicInteger();

  private boolean agreed(boolean remote, boolean yes, boolean person, String typed) {
    var estimate = new WritingEstimate(10, 0, 1000, 100, 5, 0);
    var terminal =
        new Terminal(stream(out), stream(err), false, Terminal.ProgressForm.BARS, person);
    return SendDialog.agreed(
        new StepResult.WritingEstimated("m at https://llm.example.com/v1", remote, estimate),
        yes,
        terminal,
        () -> {
          asked.incrementAndGet();
          return new Keyboard.Lines(
              new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        });
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"y, true", "Y, true", "n, false", "x, false", "'', false"})
  void aPersonIsAskedAfterTheEstimateAndNotOnStandardOutput(String typed, boolean expected) {
    assertThat(agreed(true, false, true, typed)).isEqualTo(expected);

    assertThat(err.toString(StandardCharsets.UTF_8))
        .containsSubsequence("about 1,000 tokens read", QUESTION);
    assertThat(out.size()).isZero();
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, true", // --yes
    "true, false, false", // no person
    "false, false, true" // nothing leaves the machine
  })
  void elsewhereTheEstimateIsToldAndNothingAsked(boolean remote, boolean yes, boolean person) {
    assertThat(agreed(remote, yes, person, "n")).isTrue();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("about 1,000 tokens read")
        .doesNotContain("Send passages");
    assertThat(out.size()).isZero();
    assertThat(asked).hasValue(0);
  }
}
