package dev.whetstone.workshop;

import dev.whetstone.bench.ServedAnswers;
import dev.whetstone.core.Progress;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;

/// The workshop of a workspace, with the application that apps are fitted by.
public final class Workshops {
  /// Hears nothing.
  public static final Workshop.RunListener SILENT = collecting(new ArrayList<>());

  private Workshops() {}

  public static Workshop open(Workspace workspace) {
    return open(workspace, Progress.NONE);
  }

  public static Workshop open(Workspace workspace, Progress progress) {
    return new Workshop(workspace, new ServedAnswers(), progress);
  }

  /// Collects the outcomes of a run.
  public static Workshop.RunListener collecting(List<? super StepOutcome<?>> outcomes) {
    return new Workshop.RunListener() {
      @Override
      public void planned(StepPlan plan) {}

      @Override
      public void ended(StepOutcome<?> outcome) {
        outcomes.add(outcome);
      }
    };
  }
}
