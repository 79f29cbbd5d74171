package dev.whetstone.pipeline;

import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What each step last did: `.whetstone/steps/STEP.json`. A step whose fingerprint (inputs,
/// settings, program) is the recorded one, and whose output is still there, has nothing to do.
final class StepLog {

  /// @param fingerprint of all that shaped the output
  /// @param output the output's id, as the step names it
  /// @param words one line for people: what came out
  record Entry(String fingerprint, String output, double seconds, String words) {}

  private final Path folder;

  StepLog(Workspace workspace) {
    folder = workspace.hidden().resolve("steps");
  }

  Optional<Entry> read(String step) {
    Path file = folder.resolve(step + ".json");
    return Files.exists(file) ? Optional.of(Json.read(file, Entry.class)) : Optional.empty();
  }

  /// The entry of `step`, if it has that fingerprint.
  Optional<Entry> upToDate(String step, String fingerprint) {
    return read(step).filter(entry -> entry.fingerprint().equals(fingerprint));
  }

  void write(String step, Entry entry) {
    WholeFile.write(folder.resolve(step + ".json"), Json.pretty(entry));
  }
}
