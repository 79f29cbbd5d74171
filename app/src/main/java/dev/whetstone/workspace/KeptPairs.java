package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The pairs and dev questions of trainings, which stand in `pairs/NAME/VERSION/` to be looked at:
/// no program reads them but this one.
public final class KeptPairs {
  private static final String LINES = ".jsonl";

  private KeptPairs() {}

  /// Removes questions from those of every version of every model. What says which documents a
  /// model was trained on stays, as proofs need it.
  ///
  /// @param questions their texts
  /// @throws Failure.CorruptArtifact if what a folder holds is damaged; the others are done
  public static void forget(Workspace workspace, Set<String> questions) {
    if (questions.isEmpty() || !Files.isDirectory(workspace.pairs())) {
      return;
    }
    Failure.@Nullable CorruptArtifact damaged = null;
    try (Stream<Path> folders = Files.walk(workspace.pairs(), 2)) {
      for (Path folder : folders.filter(Artifact::exists).toList()) {
        try {
          forget(folder, questions);
        } catch (Failure.CorruptArtifact e) {
          damaged = damaged(folder, e);
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + workspace.pairs() + ": " + e.getMessage(), e);
    }
    if (damaged != null) {
      throw damaged;
    }
  }

  private static Failure.CorruptArtifact damaged(Path folder, Failure.CorruptArtifact why) {
    return new Failure.CorruptArtifact(
        "%s is damaged, so nothing was taken out of it: restore it from a copy and forget the questions again. Without a copy delete it; no proof of that model is possible then (%s)"
            .formatted(folder, why.getMessage()));
  }

  private static void forget(Path folder, Set<String> questions) throws IOException {
    Artifact pairs = Artifact.open(folder);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> !file.endsWith(Artifact.MANIFEST)).toList();
    }
    var kept = new TreeMap<String, String>();
    boolean changed = false;
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      String text = Files.readString(file);
      String without = name.endsWith(LINES) ? without(text, questions) : text;
      changed |= !without.equals(text);
      kept.put(name, without);
    }
    if (changed) {
      Artifact.create(
          folder,
          pairs.provenance(),
          into -> kept.forEach((name, text) -> WholeFile.write(into.resolve(name), text)));
    }
  }

  private static String without(String lines, Set<String> questions) {
    return lines
        .lines()
        .filter(line -> !questions.contains(question(line)))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String question(String line) {
    try {
      return Json.MAPPER.readTree(line).path("question").asText();
    } catch (IOException e) {
      throw new Failure.CorruptArtifact("a line of kept pairs is no JSON: " + line, e);
    }
  }
}
