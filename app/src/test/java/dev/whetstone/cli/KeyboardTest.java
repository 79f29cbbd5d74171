package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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
  void aLineThatIsNotUtf8IsRefusedAndSpoilsNoneBeforeIt() {
    byte[] latin1 = "accept\nwo fällt es?\n".getBytes(StandardCharsets.ISO_8859_1);
    var keyboard = new Keyboard.Lines(new ByteArrayInputStream(latin1));

    assertThat(keyboard.line()).isEqualTo("accept");
    assertThatThrownBy(keyboard::line)
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("UTF-8");
  }
}
