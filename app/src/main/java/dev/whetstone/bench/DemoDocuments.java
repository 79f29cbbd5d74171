package dev.whetstone.bench;

import dev.whetstone.core.Failure;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The demo's documents: pages of Apache Camel's manual (Apache-2.0) as AsciiDoc, out of the jar
/// that Maven carries. The generated option tables of Spring Boot, which repeat the others, are
/// left out.
public final class DemoDocuments {
  public static final String SOURCE = "org.apache.camel:camel-catalog:2.25.4";
  private static final String WITHIN = "org/apache/camel/catalog/docs/";
  private static final Pattern SPRING_BOOT =
      Pattern.compile(
          "// spring-boot-auto-configure options: START.*?// spring-boot-auto-configure options:"
              + " END\\R?",
          Pattern.DOTALL);

  private DemoDocuments() {}

  /// Writes the documents into `folder`; those that are there stay as they are, so that one that a
  /// user edits is staged as edited.
  ///
  /// @param full all documents of the jar instead of the list
  /// @param cache where the jar is kept
  /// @return whether they were not all there
  /// @throws Failure.Unavailable if Maven cannot bring the jar
  public static boolean unpack(Path folder, boolean full, Path cache) {
    Path done = folder.resolve(full ? ".unpacked-full" : ".unpacked");
    if (Files.exists(done)) {
      return false;
    }
    Path jar = MavenArtifact.fetch(SOURCE, cache);
    Set<String> wanted = Set.copyOf(lines("documents.txt"));
    try (var zip = new ZipFile(jar.toFile())) {
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        boolean page = entry.getName().startsWith(WITHIN) && name.endsWith(".adoc");
        if (page && (full || wanted.contains(name)) && !Files.exists(folder.resolve(name))) {
          try (InputStream in = zip.getInputStream(entry)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            WholeFile.write(folder.resolve(name), SPRING_BOOT.matcher(text).replaceAll(""));
          }
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot read " + jar + ": " + e.getMessage() + ". Delete it and run the demo again", e);
    }
    WholeFile.write(done, "");
    return true;
  }

  /// The demo's questions as one file: those with an answer, and those without (all documents
  /// together do answer some of these, so they go with the list alone).
  static void writeQuestions(Path file, boolean full) {
    var text = new StringBuilder();
    lines("questions.jsonl").forEach(line -> text.append(line).append('\n'));
    if (!full) {
      lines("no-answer.jsonl").forEach(line -> text.append(line).append('\n'));
    }
    WholeFile.write(file, text.toString());
  }

  private static List<String> lines(String name) {
    try (InputStream in = DemoDocuments.class.getResourceAsStream("demo/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its demo/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new IllegalStateException("the program's demo/" + name + " cannot be read", e);
    }
  }
}
