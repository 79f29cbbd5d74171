package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The program in which a person edits a text, as `git` starts it.
final class Editor {
  private Editor() {}

  /// What `$VISUAL` or `$EDITOR` names; null where neither does.
  static @Nullable String named() {
    return Stream.of("VISUAL", "EDITOR")
        .map(System.getenv()::get)
        .filter(name -> name != null && !name.isBlank())
        .findFirst()
        .orElse(null);
  }

  /// The text as it was saved, its lines joined; null where it is as before.
  ///
  /// @throws Failure.Unavailable if the program cannot be started
  static @Nullable String edited(String editor, String text) {
    Path file = null;
    try {
      file = Files.createTempFile("whet-question-", ".txt");
      Files.writeString(file, text + "\n");
      int code =
          new ProcessBuilder("sh", "-c", editor + " \"$1\"", "sh", file.toString())
              .inheritIO()
              .start()
              .waitFor();
      String now =
          Files.readString(file)
              .lines()
              .map(String::strip)
              .collect(Collectors.joining(" "))
              .strip();
      return code != 0 || now.equals(text.strip()) ? null : now;
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "the editor \""
              + editor
              + "\" cannot be used ("
              + e.getMessage()
              + "): set EDITOR to another, or to nothing",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } finally {
      if (file != null) {
        WholeFile.delete(file);
      }
    }
  }
}
