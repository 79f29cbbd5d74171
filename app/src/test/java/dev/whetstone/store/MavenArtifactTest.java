package dev.whetstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Maven is played by a shell script, so that no network is needed.
class MavenArtifactTest {
  @TempDir Path folder;

  @BeforeEach
  void onlyWhereShellScriptsRun() {
    assumeTrue(File.separatorChar == '/', "the stand-in for Maven is a shell script");
  }

  private Optional<Path> maven(String script) throws IOException {
    Path file = folder.resolve("mvn");
    Files.writeString(file, "#!/bin/sh\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return Optional.of(file);
  }

  private Path jar() throws IOException {
    Path jar = folder.resolve("source.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("hello"));
    }
    return jar;
  }

  @Test
  void manyCallersAtOnceCauseOneFetch() throws Exception {
    Path jar = jar();
    var maven =
        maven(
            "echo x >> "
                + folder
                + "/calls\nsleep .2\nfor a in \"$@\"; do case $a in"
                + " -DoutputDirectory=*) cp "
                + jar
                + " ${a#*=}/thing-1.0.jar;; esac; done\n");
    Path cache = folder.resolve("cache");

    try (var threads = Executors.newFixedThreadPool(4)) {
      var futures =
          IntStream.range(0, 4)
              .mapToObj(
                  _ -> threads.submit(() -> MavenArtifact.fetch("g.h:thing:1.0", cache, maven)))
              .toList();
      for (var future : futures) {
        assertThat(future.get()).isEqualTo(cache.resolve("maven/g.h/thing-1.0.jar"));
      }
    }

    assertThat(cache.resolve("maven/g.h/thing-1.0.jar")).hasSameBinaryContentAs(jar);
    assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(1);
    assertThat(MavenArtifact.fetch("g.h:thing:1.0", cache, Optional.empty())).exists();
  }

  @Test
  void whatMavenSaysFirstIsShown() throws IOException {
    var maven =
        maven(
            """
            printf '\\033[0mWARNING: noise\\n'
            echo '[ERROR] Could not find artifact g:thing:jar:1.0 in central -> [Help 1]'
            echo '[ERROR] more'
            exit 1
            """);

    assertThatThrownBy(() -> MavenArtifact.fetch("g:thing:1.0", folder.resolve("c"), maven))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageStartingWith(
            "Maven cannot get g:thing:1.0: Could not find artifact g:thing:jar:1.0 in central —")
        .hasMessageContaining("Maven settings");
    assertThat(leftOver()).isEmpty();
  }

  @Test
  void aHalfJarIsNotKept() throws IOException {
    var maven =
        maven(
            "for a in \"$@\"; do case $a in -DoutputDirectory=*)"
                + " echo PK > ${a#*=}/thing-1.0.jar;; esac; done\n");

    assertThatThrownBy(() -> MavenArtifact.fetch("g:thing:1.0", folder.resolve("c"), maven))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("no readable jar for g:thing:1.0");
    assertThat(leftOver()).isEmpty();
  }

  private List<Path> leftOver() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("c/maven/g"))) {
      return files.filter(file -> !file.toString().endsWith(".lock")).toList();
    }
  }

  @Test
  void withoutMavenTheUserIsToldWhatToInstall() {
    assertThatThrownBy(
            () -> MavenArtifact.fetch("g:thing:1.0", folder.resolve("c"), Optional.empty()))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("g:thing:1.0")
        .hasMessageContaining("install Maven");
  }

  @Test
  void coordinatesCannotLeaveTheCache() {
    for (String hostile : new String[] {"g:../x:1", "../g:x:1", "g:x", "g:x:1:2", "g:x/y:1", ""}) {
      assertThatThrownBy(() -> MavenArtifact.fetch(hostile, folder, Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theCacheIsWhereTheEnvironmentSays() {
    assertThat(MavenArtifact.cache(Map.of("WHETSTONE_CACHE", "/x"), "/home/u"))
        .isEqualTo(Path.of("/x"));
    assertThat(MavenArtifact.cache(Map.of(), "/home/u"))
        .isEqualTo(Path.of("/home/u/.cache/whetstone"));
  }
}
