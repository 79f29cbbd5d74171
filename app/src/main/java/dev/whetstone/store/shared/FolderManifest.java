package dev.whetstone.store.shared;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.Keys;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// One state of a folder, whole: `manifests/00000042.json`. Manifests are created, never changed,
/// and the highest number is the present state; so two writers cannot both make the 43rd, on any
/// store that has a create-only put (OSS has no compare-and-swap).
///
/// @param format of this file
/// @param writer random, so that no two manifests are the same by chance
/// @param command what was done, for people
/// @param written when, ISO 8601, by the writer's clock
/// @param files by path below the folder
/// @param sum SHA-256 of all the rest
record FolderManifest(
    int format,
    long number,
    String writer,
    String command,
    String written,
    Map<String, SavedFile> files,
    String sum) {
  static final String FOLDER = "manifests/";
  private static final int FORMAT = 1;
  static final int LARGEST = 256 << 20;
  private static final Pattern NAME = Pattern.compile("manifests/(\\d{8})\\.json");

  /// One file.
  ///
  /// @param key of the object that holds it
  record SavedFile(String key, long bytes, String sha256) {}

  FolderManifest {
    files = java.util.Collections.unmodifiableMap(new TreeMap<>(files));
  }

  static FolderManifest of(
      long number, String writer, String command, String written, Map<String, SavedFile> files) {
    var open = new FolderManifest(FORMAT, number, writer, command, written, files, "");
    return new FolderManifest(FORMAT, number, writer, command, written, files, sum(open));
  }

  private static String sum(FolderManifest manifest) {
    return Sha256.of(Json.line(manifest).getBytes(StandardCharsets.UTF_8));
  }

  static String key(long number) {
    return FOLDER + "%08d.json".formatted(number);
  }

  String text() {
    return Json.pretty(this);
  }

  /// The numbers of the manifests that are there, ascending.
  static List<Long> numbers(ObjectStore store) {
    return store
        .list(FOLDER)
        .map(ObjectInfo::key)
        .map(NAME::matcher)
        .filter(java.util.regex.Matcher::matches)
        .map(name -> Long.parseLong(name.group(1)))
        .sorted()
        .toList();
  }

  /// @throws Failure.CorruptArtifact if it is not what was written
  static FolderManifest read(ObjectStore store, long number) {
    String where = store.uri(key(number));
    String text;
    try (InputStream in = store.read(key(number))) {
      text = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + where + ": " + e.getMessage(), e);
    }
    return parse(text, where);
  }

  /// Whether it is an object with a manifest's parts at its top, as far as it can be read. It is
  /// read as a stream, since it may be of any length.
  static boolean formed(InputStream in) throws IOException {
    var missing = new HashSet<>(Set.of("format", "number", "writer", "files", "sum"));
    try (JsonParser parser = Json.MAPPER.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (!missing.isEmpty() && parser.nextToken() == JsonToken.FIELD_NAME) {
        missing.remove(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
      }
    } catch (JsonProcessingException _) {
      return missing.size() <= 2; // broken off, or damaged in its long list of files
    }
    return missing.isEmpty();
  }

  static FolderManifest parse(String text, String where) {
    FolderManifest manifest;
    try {
      manifest = Json.MAPPER.readValue(text, FolderManifest.class);
    } catch (IOException e) {
      throw new Failure.CorruptArtifact(where + " is damaged: it cannot be read as a manifest", e);
    }
    if (manifest.format() != FORMAT) {
      throw new Failure.Refused(
          where + " was written by a newer version of the program: use that one");
    }
    var open =
        new FolderManifest(
            manifest.format(),
            manifest.number(),
            manifest.writer(),
            manifest.command(),
            manifest.written(),
            manifest.files(),
            "");
    if (!sum(open).equals(manifest.sum())) {
      throw new Failure.CorruptArtifact(
          where
              + " is damaged: its checksum is not the one written. Restore it, or delete it to go"
              + " back to the manifest before");
    }
    manifest.files().keySet().forEach(path -> Keys.check(where, path));
    return manifest;
  }
}
