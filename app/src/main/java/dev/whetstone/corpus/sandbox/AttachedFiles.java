package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.InnerFiles;
import dev.whetstone.corpus.ParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads the attachments of messages, as files of the temporary folder: that of the parsing process
/// is deleted with it.
///
/// @param depth of what holds them, 0 for a staged file
record AttachedFiles(ParseOptions options, int depth) implements InnerFiles {
  private static final int DEEPEST = 3;

  @Override
  public Document read(String name, byte[] content) {
    if (isDeepest()) {
      throw new Failure.BadInput(
          name + ": is nested more than " + DEEPEST + " deep; save it apart");
    }
    if (content.length == 0) {
      throw new Failure.BadInput(name + ": is empty");
    }
    try {
      Path file = Files.createTempFile("attachment", ".part");
      try {
        Files.write(file, content);
        var format = Parsers.format(file, name);
        var into = new DocumentBuilder(name, format.label(), options);
        Parsers.read(file, format, into, options, deeper());
        return into.build();
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new Failure.BadInput(name + ": cannot be read (" + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      throw e instanceof Failure ? e : new Failure.BadInput(name + ": is damaged (" + e + ")", e);
    }
  }

  @Override
  public boolean isDeepest() {
    return depth >= DEEPEST;
  }

  @Override
  public AttachedFiles deeper() {
    return new AttachedFiles(options, depth + 1);
  }
}
