package dev.whetstone.workshop;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.workspace.RecordedModels;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run of all steps would do, in order. Making it changes nothing, and looks at no source of
/// documents.
public record StepPlan(List<Planned> steps) {
  public enum State {
    UP_TO_DATE,
    NEVER_RUN,
    INPUTS_CHANGED,
    /// Its inputs are the same, but its output is missing or does not count any more.
    OUTPUT_MISSING,
    /// A step before it is out of date: whether this one is, depends on what that makes.
    WAITS,
    /// It cannot be done.
    BLOCKED
  }

  /// @param changes inputs that differ from the recorded ones; none where these are not known
  /// @param problem why it is blocked; null for other states
  /// @param last what it did last; null where it was never run
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Planned(
      String step,
      State state,
      List<Fingerprint.Change> changes,
      @Nullable ReportedFailure problem,
      @Nullable LastRun last) {
    public Planned {
      changes = List.copyOf(changes);
    }

    public boolean upToDate() {
      return state == State.UP_TO_DATE;
    }
  }

  /// @param result null where it was recorded by an earlier version, or in another form
  /// @param words what such a version recorded; null for others
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastRun(double seconds, @Nullable StepResult result, @Nullable String words) {
    private static LastRun of(StepRecord record, Class<? extends StepResult> type) {
      return new LastRun(
          record.seconds(), StepInputs.result(record, type).orElse(null), record.words());
    }
  }

  public StepPlan {
    steps = List.copyOf(steps);
  }

  /// The plan of a workspace, made without its writer lock.
  public static StepPlan of(Workspace workspace) {
    var models = new RecordedModels(workspace, MavenArtifact.defaultCache());
    var inputs = new StepInputs(workspace, models, new StepRecords(workspace));
    return of(inputs, Workshop.steps(inputs));
  }

  static StepPlan of(StepInputs inputs, List<Step<?>> steps) {
    var planned = new ArrayList<Planned>();
    boolean waits = false;
    for (Step<?> step : steps) {
      Planned next = waits ? waiting(inputs, step) : planned(inputs, step);
      planned.add(next);
      waits |= !next.upToDate();
    }
    return new StepPlan(planned);
  }

  private static Planned waiting(StepInputs inputs, Step<?> step) {
    return new Planned(step.name(), State.WAITS, List.of(), null, last(inputs, step));
  }

  private static Planned planned(StepInputs inputs, Step<?> step) {
    @Nullable LastRun last = last(inputs, step);
    try {
      Optional<StepRecord> record = inputs.record(step.name());
      Fingerprint now = step.inputs(); // which may fail, whatever is recorded
      if (record.isEmpty()) {
        return new Planned(step.name(), State.NEVER_RUN, List.of(), null, null);
      }
      if (inputs.matching(step).isEmpty()) {
        var recorded = record.get().inputs();
        List<Fingerprint.Change> changes =
            recorded == null ? List.of() : now.changesSince(recorded);
        return new Planned(step.name(), State.INPUTS_CHANGED, changes, null, last);
      }
      State state = step.outputThere(record.get()) ? State.UP_TO_DATE : State.OUTPUT_MISSING;
      return new Planned(step.name(), state, List.of(), null, last);
    } catch (Failure e) {
      return new Planned(step.name(), State.BLOCKED, List.of(), ReportedFailure.of(e), last);
    }
  }

  private static @Nullable LastRun last(StepInputs inputs, Step<?> step) {
    return inputs
        .record(step.name())
        .map(record -> LastRun.of(record, step.resultType()))
        .orElse(null);
  }

  /// Whether there is nothing to do.
  public boolean upToDate() {
    return steps.stream().allMatch(Planned::upToDate);
  }
}
