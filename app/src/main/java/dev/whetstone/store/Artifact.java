package dev.whetstone.store;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A folder of files that is whole or absent. `manifest.json` in it holds each file's length and
/// SHA-256, and the [Provenance]; opening checks every byte, so that damage is an error that names
/// the file and never a wrong answer.
public final class Artifact {
  /// The file that tells what belongs to it.
  public static final String MANIFEST = "manifest.json";

  /// Writes an artifact's files.
  @FunctionalInterface
  public interface Fill {
    /// @param folder empty; becomes the artifact when this returns
    void into(Path folder) throws IOException;
  }

  record FileEntry(long bytes, String sha256) {}

  record ArtifactManifest(Provenance provenance, String program, Map<String, FileEntry> files) {}

  private final Path folder;
  private final ArtifactManifest manifest;

  private Artifact(Path folder, ArtifactManifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /// Makes an artifact at `folder`, in place of what stands there.
  ///
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public static Artifact create(Path folder, Provenance provenance, Fill fill) {
    Path beside = WholeFile.beside(folder);
    try {
      WholeFile.tidyBeside(folder);
      WholeFile.delete(beside);
      Files.createDirectories(beside);
      fill.into(beside);
      var files = new TreeMap<String, FileEntry>();
      for (Path file : filesOf(beside)) {
        WholeFile.sync(file);
        files.put(name(beside, file), new FileEntry(Files.size(file), Sha256.of(file)));
      }
      var manifest = new ArtifactManifest(provenance, program(), files);
      WholeFile.write(beside.resolve(MANIFEST), Json.sealed(Json.pretty(manifest)));
      replace(beside, folder);
      return new Artifact(folder, manifest);
    } catch (IOException | UncheckedIOException e) {
      WholeFile.delete(beside);
      throw WholeFile.cannotWrite(folder, e);
    } catch (RuntimeException e) {
      WholeFile.delete(beside);
      throw e;
    }
  }

  /// A folder cannot be replaced in one operation: the old one steps aside first, and is put back
  /// if the new one cannot take its place.
  private static void replace(Path beside, Path folder) throws IOException {
    if (!Files.exists(folder)) {
      WholeFile.move(beside, folder);
      return;
    }
    Path old = folder.toAbsolutePath().resolveSibling("." + folder.getFileName() + ".old.part");
    WholeFile.delete(old);
    WholeFile.move(folder, old);
    try {
      WholeFile.move(beside, folder);
    } catch (IOException e) {
      WholeFile.move(old, folder);
      throw e;
    }
    WholeFile.delete(old);
  }

  /// Whether there is an artifact at `folder`; says nothing about its health.
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve(MANIFEST));
  }

  /// Opens and checks an artifact: every file there, of the length and hash written, and no other.
  ///
  /// @throws Failure.CorruptArtifact naming the file that is damaged or missing
  public static Artifact open(Path folder) {
    Path manifestFile = folder.resolve(MANIFEST);
    if (!Files.exists(manifestFile)) {
      throw new Failure.CorruptArtifact(
          folder + " is not whole: its " + MANIFEST + " is missing. " + MEND, new Remedy.RunAll());
    }
    ArtifactManifest manifest =
        Json.read(manifestFile, ArtifactManifest.class, MEND, new Remedy.RunAll());
    try {
      Path root = folder.toRealPath();
      for (Map.Entry<String, FileEntry> entry : manifest.files().entrySet()) {
        if (Keys.trouble(entry.getKey()).isPresent()) { // it may lead out of the folder
          throw new Failure.CorruptArtifact(
              "%s names a file \"%s\", which cannot be a file's name there. %s"
                  .formatted(manifestFile, entry.getKey(), MEND));
        }
        check(root, folder.resolve(entry.getKey()), entry.getValue());
      }
      for (Path file : filesOf(folder)) {
        String name = name(folder, file);
        if (!name.equals(MANIFEST) && !manifest.files().containsKey(name)) {
          throw new Failure.CorruptArtifact(file + " does not belong to this artifact: delete it");
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
    return new Artifact(folder, manifest);
  }

  private static void check(Path root, Path file, FileEntry expected) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new Failure.CorruptArtifact(file + " is missing. " + MEND, new Remedy.RunAll());
    }
    if (!file.toRealPath().startsWith(root)) {
      throw new Failure.CorruptArtifact(
          file + " is a link that leads out of its folder. " + MEND, new Remedy.RunAll());
    }
    long bytes = Files.size(file);
    if (bytes != expected.bytes()) {
      throw new Failure.CorruptArtifact(
          file + " is damaged: " + bytes + " bytes instead of " + expected.bytes() + ". " + MEND,
          new Remedy.RunAll());
    }
    if (!Sha256.of(file).equals(expected.sha256())) {
      throw new Failure.CorruptArtifact(
          file + " is damaged: its SHA-256 is not the one written. " + MEND, new Remedy.RunAll());
    }
  }

  private static final String MEND =
      "Delete its folder to have it made anew, or restore it from a copy";

  public Path folder() {
    return folder;
  }

  /// Puts a copy of it at `to`, in place of what stands there, and checks the copy.
  ///
  /// @throws Failure.Unavailable if the disk refuses; what stood there before still does
  public Artifact copyTo(Path to) {
    Path beside = WholeFile.beside(to);
    try {
      WholeFile.delete(beside);
      for (Path file : filesOf(folder)) {
        Path copy = beside.resolve(name(folder, file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
        WholeFile.sync(copy);
      }
      replace(beside, to);
      return open(to);
    } catch (IOException | UncheckedIOException e) {
      WholeFile.delete(beside);
      throw WholeFile.cannotWrite(to, e);
    }
  }

  public Path file(String name) {
    if (!manifest.files().containsKey(name)) {
      throw new Failure.CorruptArtifact(folder + " holds no file named " + name);
    }
    return folder.resolve(name);
  }

  /// A file's SHA-256, as it was checked.
  public String sha256(String name) {
    var _ = file(name);
    return java.util.Objects.requireNonNull(manifest.files().get(name)).sha256();
  }

  public Provenance provenance() {
    return manifest.provenance();
  }

  /// What the manifest at `folder` says it comes from; the files are not checked.
  ///
  /// @throws Failure.CorruptArtifact if the manifest cannot be read
  public static Provenance provenance(Path folder) {
    return Json.read(folder.resolve(MANIFEST), ArtifactManifest.class, MEND, new Remedy.RunAll())
        .provenance();
  }

  /// The version of the program that wrote it.
  public String writtenBy() {
    return manifest.program();
  }

  /// One hash over the files' hashes: equal for equal content.
  public String contentHash() {
    return contentHash(manifest);
  }

  private static String contentHash(ArtifactManifest manifest) {
    var hash = new Sha256();
    manifest.files().forEach((name, entry) -> hash.add(name).add(entry.sha256()));
    return hash.hex();
  }

  /// The [#contentHash] that a folder's manifest claims, no file but that read or checked; empty
  /// where there is no artifact.
  public static String claimedContent(Path folder) {
    return exists(folder)
        ? contentHash(Json.read(folder.resolve(MANIFEST), ArtifactManifest.class))
        : "";
  }

  private static Iterable<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String name(Path folder, Path file) {
    return Keys.of(folder, file);
  }

  private static String program() {
    String version = Artifact.class.getPackage().getImplementationVersion();
    return "whetstone " + (version == null ? "development" : version);
  }
}
