package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What each step last did: `.whetstone/steps/STEP.json`. A step whose fingerprint (inputs,
/// settings, program) is the recorded one, and whose output is still there, has nothing to do.
public final class StepLog {

  /// @param fingerprint of all that shaped the output
  /// @param output the output's id, as the step names it
  /// @param words one line for people: what came out
  public record Entry(String fingerprint, String output, double seconds, String words) {}

  private final Path folder;
  private final boolean looks;

  public StepLog(Workspace workspace) {
    this(workspace, false);
  }

  /// @param looks whether no step is to do anything: one that is not up to date only says so
  public StepLog(Workspace workspace, boolean looks) {
    folder = workspace.hidden().resolve("steps");
    this.looks = looks;
  }

  public boolean looks() {
    return looks;
  }

  /// Empty where it was not done yet, or its record is damaged: then it is done again.
  public Optional<Entry> read(String step) {
    Path file = folder.resolve(step + ".json");
    return Json.kept(file, Entry.class);
  }

  /// The entry of `step`, if it has that fingerprint.
  public Optional<Entry> upToDate(String step, String fingerprint) {
    return read(step).filter(entry -> entry.fingerprint().equals(fingerprint));
  }

  /// Does a step's work, unless its fingerprint is the recorded one and its output is there.
  public StepReport run(
      String name, String fingerprint, Supplier<Boolean> outputIsThere, Supplier<StepRun> work) {
    var known = upToDate(name, fingerprint);
    if (known.isPresent() && outputIsThere.get()) {
      return new StepReport(name, true, 0, List.of(known.get().words()));
    }
    if (looks) {
      String last = read(name).map(Entry::words).orElse("not done yet");
      return new StepReport(name, false, 0, List.of(last));
    }
    long began = System.nanoTime();
    StepRun run = work.get();
    double seconds = (System.nanoTime() - began) / 1e9;
    write(name, new Entry(fingerprint, run.output(), seconds, run.lines().getFirst()));
    return new StepReport(name, false, seconds, run.lines());
  }

  /// The output of a step that must be up to date.
  public String current(String step, String fingerprint) {
    return upToDate(step, fingerprint)
        .map(Entry::output)
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "the step " + step + " is not up to date", remedy(step), new Remedy.RunAll()));
  }

  /// What a step did that must have been done, with whatever inputs.
  public Entry last(String step) {
    return read(step)
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "the step " + step + " was not done yet", remedy(step), new Remedy.RunAll()));
  }

  private static Remedy remedy(String step) {
    return step.startsWith("index-")
        ? new Remedy.BuildIndex(Remedy.BuildIndex.Build.UPDATE, step.substring(6))
        : Remedy.step(step);
  }

  public void write(String step, Entry entry) {
    WholeFile.write(folder.resolve(step + ".json"), Json.sealed(Json.pretty(entry)));
  }
}
