package dev.whetstone.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whetstone.core.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Documents as tests like to see them, and files made by hand.
public final class DocumentLines {
  private DocumentLines() {}

  /// One line a block: its kind, its level where it has one, its text.
  public static List<String> blocks(Document document) {
    return document.blocks().stream()
        .map(
            block ->
                block.kind()
                    + (block.level() > 0 ? " " + block.level() : "")
                    + ": "
                    + document.text(block))
        .toList();
  }

  public static void zip(Path file, Map<String, String> parts) throws IOException {
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var part : parts.entrySet()) {
        out.putNextEntry(new ZipEntry(part.getKey()));
        out.write(part.getValue().getBytes(UTF_8));
      }
    }
  }
}
