package dev.whetstone.store;

import dev.whetstone.core.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/// Files that Maven repositories carry (base models, demo documents), fetched with the user's own
/// `mvn`, so that the user's settings, mirrors and credentials apply.
public final class MavenArtifact {
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";
  private static final Pattern COORDINATES =
      Pattern.compile(
          "([A-Za-z0-9_-][A-Za-z0-9._-]*):([A-Za-z0-9_-][A-Za-z0-9._-]*):"
              + "([A-Za-z0-9_-][A-Za-z0-9._-]*)");
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
  private static final long MINUTES = 30;

  private MavenArtifact() {}

  /// Where fetched and converted files are kept: `$WHETSTONE_CACHE`, else `~/.cache/whetstone`.
  public static Path defaultCache() {
    return cache(System.getenv(), System.getProperty("user.home"));
  }

  static Path cache(Map<String, String> environment, String home) {
    String chosen = environment.getOrDefault("WHETSTONE_CACHE", "");
    return chosen.isBlank() ? Path.of(home, ".cache", "whetstone") : Path.of(chosen);
  }

  /// Returns the artifact's jar in the cache; when it is not there yet, asks Maven for it (without
  /// what it depends on). Safe for many threads and processes: the jar is there whole or not at
  /// all.
  ///
  /// @param coordinates `group:artifact:version`
  /// @throws Failure.Unavailable if `mvn` is missing, or cannot get the artifact
  public static Path fetch(String coordinates, Path cacheFolder) {
    return fetch(coordinates, cacheFolder, maven());
  }

  static Path fetch(String coordinates, Path cacheFolder, Optional<Path> maven) {
    var matched = COORDINATES.matcher(coordinates);
    if (!matched.matches()) {
      throw new IllegalArgumentException("not group:artifact:version: " + coordinates);
    }
    String name = matched.group(2) + "-" + matched.group(3) + ".jar";
    Path folder = cacheFolder.toAbsolutePath().resolve("maven").resolve(matched.group(1));
    Path jar = folder.resolve(name);
    if (Files.exists(jar)) {
      return jar;
    }
    try (var _ = CacheLock.hold(folder.resolve(name + ".lock"))) {
      if (!Files.exists(jar)) {
        copy(coordinates, folder, name, maven);
      }
      return jar;
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot keep "
              + coordinates
              + " in "
              + folder
              + ": "
              + e.getMessage()
              + "; is there room, and may it be written? WHETSTONE_CACHE names another folder",
          e);
    }
  }

  private static void copy(String coordinates, Path folder, String name, Optional<Path> maven)
      throws IOException {
    Path mvn =
        maven.orElseThrow(
            () ->
                new Failure.Unavailable(
                    coordinates
                        + " comes through Maven, and there is no mvn on the PATH: install Maven"
                        + " (3.9 or later), or set MAVEN_HOME"));
    Path temporary = Files.createTempDirectory(folder, ".fetch-");
    try {
      run(coordinates, mvn, temporary);
      Path copied = temporary.resolve(name);
      try (var _ = new ZipFile(copied.toFile())) {
        Files.move(copied, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new Failure.Unavailable(
            "Maven gave no readable jar for "
                + coordinates
                + ": "
                + e.getMessage()
                + "; delete it from your local Maven repository and try again",
            e);
      }
    } finally {
      deleteAll(temporary);
    }
  }

  private static void run(String coordinates, Path mvn, Path folder) throws IOException {
    Path log = folder.resolve("maven.log");
    var builder =
        new ProcessBuilder(
            List.of(
                mvn.toString(),
                "-B",
                "-q",
                COPY,
                "-Dartifact=" + coordinates,
                "-DoutputDirectory=" + folder));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new Failure.Unavailable(
            "Maven did not bring "
                + coordinates
                + " within "
                + MINUTES
                + " minutes; check the network and the mirrors in your Maven settings");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("stopped while Maven was fetching " + coordinates, e);
    } finally {
      process.destroy();
    }
    if (process.exitValue() != 0) {
      throw new Failure.Unavailable(
          "Maven cannot get "
              + coordinates
              + ": "
              + firstError(log, process.exitValue())
              + " — check the network and the repositories and mirrors in your Maven settings,"
              + " then try again");
    }
  }

  private static String firstError(Path log, int exit) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    List<String> lines =
        COLOUR
            .matcher(text)
            .replaceAll("")
            .lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty())
            .toList();
    return lines.stream()
        .filter(line -> line.startsWith("[ERROR]"))
        .map(line -> line.substring("[ERROR]".length()).replaceFirst(" -> \\[Help \\d+]$", ""))
        .map(String::strip)
        .findFirst()
        .orElse(lines.isEmpty() ? "it ended with " + exit : lines.getFirst());
  }

  private static Optional<Path> maven() {
    boolean windows = File.separatorChar == '\\';
    var homes =
        Stream.of("MAVEN_HOME", "M2_HOME")
            .map(System::getenv)
            .filter(x -> x != null)
            .map(home -> Path.of(home, "bin"));
    String path = System.getenv("PATH");
    var onPath =
        Stream.of((path == null ? "" : path).split(File.pathSeparator))
            .filter(entry -> !entry.isBlank())
            .map(Path::of);
    return Stream.concat(homes, onPath)
        .map(folder -> folder.resolve(windows ? "mvn.cmd" : "mvn"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
