package dev.whetstone.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Reads the small files of a model folder. A folder may come from anywhere, so no link that leads
/// out of it is followed, sizes are bounded before anything is read, and a message names the file
/// and the place in it but never quotes it.
final class FolderFiles {
  private static final int CONFIG_BYTES = 1 << 20;
  private static final long CONFIG_TOKENS = 100_000;

  private FolderFiles() {}

  /// A file of the folder, which need not be there.
  ///
  /// @throws Failure.BadInput if a link leads out of the folder
  static Path inside(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return file;
    }
    try {
      Path root = folder.toRealPath();
      Path real = file.toRealPath();
      if (real.startsWith(root) || isBlob(root, real)) {
        return file;
      }
    } catch (IOException e) {
      throw new Failure.BadInput(file + " is a link that leads nowhere: put the file there", e);
    }
    throw new Failure.BadInput(
        file + " leads out of the model's folder: put the file itself there instead of a link");
  }

  /// Hugging Face's own cache keeps a model's files in `blobs/`, and in `snapshots/REVISION/` links
  /// to them.
  private static boolean isBlob(Path root, Path real) {
    Path snapshots = root.getParent();
    return snapshots != null
        && snapshots.endsWith("snapshots")
        && real.startsWith(snapshots.resolveSibling("blobs"));
  }

  /// The same for a file that is read whole.
  ///
  /// @throws Failure.BadInput if it is longer than such a file can be
  static Path requireSmall(Path folder, String name) {
    Path file = inside(folder, name);
    try {
      if (Files.exists(file) && Files.size(file) > CONFIG_BYTES) {
        throw tooLong(file, CONFIG_BYTES);
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
    return file;
  }

  private static Failure tooLong(Path file, int bytes) {
    return new Failure.BadInput("%s has more than the %,d bytes allowed".formatted(file, bytes));
  }

  /// A configuration; [MissingNode] where there is none.
  static JsonNode optional(Path folder, String name) {
    return Files.exists(inside(folder, name)) ? required(folder, name) : MissingNode.getInstance();
  }

  /// A configuration.
  ///
  /// @throws Failure.CorruptArtifact if it is not there or is no JSON
  /// @throws Failure.BadInput if it is longer than a configuration can be
  static JsonNode required(Path folder, String name) {
    return json(inside(folder, name), CONFIG_BYTES, CONFIG_TOKENS);
  }

  /// @param tokens of JSON that the file may consist of: names, values, brackets
  static JsonNode json(Path file, int bytes, long tokens) {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(bytes + 1);
    } catch (IOException e) {
      throw new Failure.CorruptArtifact(
          file + " cannot be read; is " + file.getParent() + " a model folder?", e);
    }
    if (content.length > bytes) {
      throw tooLong(file, bytes);
    }
    var limits =
        StreamReadConstraints.builder()
            .maxTokenCount(tokens)
            .maxStringLength(bytes)
            .maxNameLength(bytes)
            .build();
    try {
      return Json.bounded(limits).readTree(content);
    } catch (StreamConstraintsException e) {
      throw new Failure.BadInput(
          "%s is nested too deeply, or has more than the %,d names and values allowed"
              .formatted(file, tokens),
          e);
    } catch (JsonProcessingException e) {
      // The parser's message quotes the file: it is not passed on, not even as the cause.
      throw new Failure.CorruptArtifact(
          e.getLocation() == null
              ? file + " is no JSON"
              : "%s is no JSON: line %d, column %d"
                  .formatted(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new Failure.CorruptArtifact(file + " is no JSON", e);
    }
  }
}
