package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {
  /// The oracle is the system's own shell.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain/path.md",
        "",
        "two words",
        "it's",
        "'",
        "''",
        "$(touch x)",
        "`touch x`",
        "a;b",
        "a\nb",
        "*",
        "~",
        "~/docs",
        "#",
        "\"$HOME\"",
        "a\\b",
        "!x",
        "&&",
        "中文",
        "{a,b}",
        "x=1",
        "|",
        ">x"
      })
  void aShellTakesTheWordForTheTextItself(String text) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-c", "printf %s " + Shell.word(text) + "; printf .").start();
    String given = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).isZero();
    assertThat(given).isEqualTo(text + ".");
  }

  @Test
  void aPlainWordIsShownAsItIs() {
    assertThat(Shell.word("s3://bucket/raw/")).isEqualTo("s3://bucket/raw/");
  }
}
