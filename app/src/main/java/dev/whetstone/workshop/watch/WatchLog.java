package dev.whetstone.workshop.watch;

import dev.whetstone.core.Failure;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The records of runs, `.whetstone/watch.jsonl`, one object a line, the newest last. The file is
/// written anew with each run, whole or not at all, and holds the last [#KEPT].
public final class WatchLog {
  static final int KEPT = 1000;

  private final Path file;

  public WatchLog(Workspace workspace) {
    this.file = workspace.hidden().resolve("watch.jsonl");
  }

  /// Adds a record.
  public void add(WatchRun run) {
    var lines = new ArrayList<>(lines());
    lines.add(Json.line(run));
    int from = Math.max(0, lines.size() - KEPT);
    WholeFile.write(file, String.join("\n", lines.subList(from, lines.size())) + "\n");
  }

  List<String> lines() {
    try {
      return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + FileTrouble.reason(e), e);
    }
  }
}
