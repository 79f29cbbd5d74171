package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.Words;
import dev.whetstone.corpus.sandbox.Parsers;
import dev.whetstone.store.MavenArtifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The AsciiDoc reader's oracle: the HTML that AsciiDoc's own converter made of the same 446 pages.
class AsciiDocAgainstHtmlTest {
  private static final String FOLDER = "org/apache/camel/catalog/docs/";

  @TempDir private Path folder;

  @Test
  void bothReadingsOfEveryPageOfTheCamelManualHoldTheSameWords() throws IOException {
    var agreement = new TreeMap<String, Double>();
    try (var zip = new ZipFile(jar().toFile())) {
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        String name = entries.nextElement().getName();
        if (name.startsWith(FOLDER) && name.endsWith(".adoc")) {
          String html = name.replace(".adoc", ".html");
          agreement.put(name, Words.dice(text(zip, name), text(zip, html)));
        }
      }
    }

    assertThat(agreement).hasSize(446);
    assertThat(agreement.values().stream().mapToDouble(d -> d).average().orElse(0))
        .isGreaterThan(.99);
    assertThat(agreement).allSatisfy((page, dice) -> assertThat(dice).as(page).isGreaterThan(.97));
  }

  private String text(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    Path file = folder.resolve(name.substring(FOLDER.length()));
    try (InputStream in = zip.getInputStream(entry)) {
      Files.write(file, in.readAllBytes());
    }
    return Parsers.parse(file, name).text();
  }

  private static Path jar() {
    try {
      return MavenArtifact.fetch(
          "org.apache.camel:camel-catalog:2.25.4", MavenArtifact.defaultCache());
    } catch (Failure.Unavailable e) {
      Assumptions.abort("Maven cannot bring the manual: " + e.getMessage());
      throw e;
    }
  }
}
