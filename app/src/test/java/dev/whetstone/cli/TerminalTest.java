package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.workshop.StepOutcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final String HOSTILE =
      "bad\u001b]0;pwned\u0007\u001b[2J\nwhet: forged\u202Etxt.pdf";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal = new Terminal(stream(out), stream(err), false);

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static List<String> lines(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aNameWritesNoSequenceOfControlAndNoLineOfItsOwn() {
    terminal.line("not read: %s (%,d bytes)", HOSTILE, 1000);
    terminal.step(new StepOutcome<>("prepare", false, 1, null, "not read: " + HOSTILE));
    terminal.say(HOSTILE);
    terminal.error(HOSTILE);

    assertThat(lines(out)).hasSize(2);
    assertThat(lines(err)).hasSize(2);
    assertThat(lines(out).getFirst())
        .isEqualTo(
            "not read: bad\\u001b]0;pwned\\u0007\\u001b[2J\\n"
                + "whet: forged\\u202etxt.pdf (1,000 bytes)");
    String all = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    assertThat(all.chars().filter(Character::isISOControl)).containsOnly((int) '\n');
  }

  @Test
  void textOfSeveralLinesKeepsThemAndNothingElse() {
    terminal.text("first \u001b[31m\nsecond\u009b");

    assertThat(lines(out)).containsExactly("first \\u001b[31m", "second\\u009b");
  }

  @Test
  void aMessageThatRepeatsMegabytesIsCut() {
    terminal.error("x".repeat(4 << 20));

    assertThat(lines(err).getFirst()).hasSizeLessThan(5000).contains("…");
  }
}
