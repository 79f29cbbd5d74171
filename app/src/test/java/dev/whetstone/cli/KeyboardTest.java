package dev.whetstone.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.Test;

/// Letters and lines from a pipe.
class KeyboardTest {
  private static Keyboard lines(String text) {
    return new Keyboard.Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aKeyIsTheFirstLetterOfTheNextLineThatIsNotEmpty() {
    Keyboard keyboard = lines("\uFEFFa\r\n\n  drop it\n为什么？\nq");

    assertThat(keyboard.key()).isEqualTo('a');
    assertThat(keyboard.key()).isEqualTo('d');
    assertThat(keyboard.line()).isEqualTo("为什么？");
    assertThat(keyboard.key()).isEqualTo('q');
    assertThat(keyboard.key()).isEqualTo(Keyboard.END);
    assertThat(keyboard.line()).isNull();
  }

  @Test
  void arrowsAndOtherKeysWithoutALetterAreNoKeys() throws IOException {
    var typed =
        new ByteArrayInputStream(
            "\u001b[A\u001bOD\u001b[3~\u001b[[A\u001b\u001b[As".getBytes(US_ASCII));
    try (var keyboard =
        new Keyboard.Raw(
            TerminalBuilder.builder()
                .system(false)
                .streams(typed, OutputStream.nullOutputStream())
                .type("xterm")
                .build())) {
      assertThat(keyboard.key()).isEqualTo('s');
    }
  }

  @Test
  void aLineThatIsNotUtf8IsRefusedAndSpoilsNoneBeforeIt() {
    byte[] latin1 = "accept\nwo fällt es?\n".getBytes(StandardCharsets.ISO_8859_1);
    var keyboard = new Keyboard.Lines(new ByteArrayInputStream(latin1));

    assertThat(keyboard.line()).isEqualTo("accept");
    assertThatThrownBy(keyboard::line)
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("UTF-8");
  }
}
