package dev.whetstone.workspace;

import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.Optional;

/// What each step last did: `.whetstone/steps/STEP.json`, one file for each step that has an
/// output.
public final class StepRecords implements RecordView {
  private final Path folder;

  public StepRecords(Workspace workspace) {
    folder = workspace.hidden().resolve("steps");
  }

  @Override
  public Optional<StepRecord> read(String step) {
    return Json.kept(folder.resolve(step + ".json"), StepRecord.class);
  }

  /// Replaces the step's record.
  public void write(String step, StepRecord record) {
    WholeFile.write(folder.resolve(step + ".json"), Json.sealed(Json.pretty(record)));
  }
}
