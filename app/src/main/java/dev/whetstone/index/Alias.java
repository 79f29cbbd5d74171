package dev.whetstone.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which generation serves. The file is replaced in one operation, so a reader sees the old
/// generation or the new one.
///
/// @param current null when none was promoted yet
/// @param before those that served before it, last first: where rolling back goes
/// @param highest number of all that ever served; a number is not given twice
/// @param check hash of the rest
public record Alias(
    int format, @Nullable String current, List<String> before, int highest, String check) {
  private static final String FILE = "alias.json";

  public Alias {
    before = List.copyOf(before);
  }

  public static Alias read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return of(null, List.of(), 0);
    }
    Alias alias = Json.read(file, Alias.class);
    if (alias.format != 1
        || !alias.check.equals(of(alias.current, alias.before, alias.highest).check)) {
      throw new Failure.CorruptArtifact(
          file + " is damaged: its content is not what was written. Delete it", Remedy.index());
    }
    return alias;
  }

  public void write(Path folder) {
    WholeFile.write(folder.resolve(FILE), Json.pretty(this));
  }

  public Alias promoted(String generation) {
    if (generation.equals(current)) {
      return this;
    }
    var all = new ArrayList<String>();
    if (current != null) {
      all.add(current);
    }
    all.addAll(before);
    all.remove(generation);
    return of(generation, all, Math.max(highest, Integer.parseInt(generation)));
  }

  public Alias rolledBack() {
    return of(before.getFirst(), before.subList(1, before.size()), highest);
  }

  /// Forgets all but the `k - 1` before the current one.
  public Alias keeping(int k) {
    return of(current, before.subList(0, Math.min(before.size(), k - 1)), highest);
  }

  public boolean names(String generation) {
    return generation.equals(current) || before.contains(generation);
  }

  private static Alias of(@Nullable String current, List<String> before, int highest) {
    String check =
        Sha256.id(
            current == null ? "" : current, String.join(" ", before), Integer.toString(highest));
    return new Alias(1, current, before, highest, check);
  }
}
