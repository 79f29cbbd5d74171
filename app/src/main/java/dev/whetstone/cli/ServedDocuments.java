package dev.whetstone.cli;

import dev.whetstone.bench.ServedAnswers;
import dev.whetstone.core.Progress;
import dev.whetstone.jobs.Job;
import dev.whetstone.jobs.Jobs;
import dev.whetstone.workshop.DocumentUpdate;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.documents.IndexFollower;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Takes documents that callers sent into the index, in the server's own process: a start of the
/// steps would take longer than their work. The steps use the encoder that the server holds open,
/// files are parsed in a process of their own as ever, and the workspace's lock is held for the
/// moment. What is more than a few documents is left to a run.
///
/// This joins the two halves, which do not know each other.
final class ServedDocuments implements IndexFollower.Update {
  private static final String NAME = "whet serve, documents";

  /// More is work for a process of its own, beside the server.
  private static final DocumentUpdate.Limits SMALL = new DocumentUpdate.Limits(100, 16L << 20);

  private final WorkspaceOptions options;
  private final Workspace workspace;
  private final SharedEncoders encoders;
  private final BooleanSupplier follow;
  private final @Nullable Jobs jobs;
  private @Nullable ModelShelf shelf; // of the thread that updates
  private @Nullable Settings settings;

  /// @param follow returns when the server searches what the index serves now; false if it cannot
  /// @param jobs take over what is more than a few documents; null where there are none
  ServedDocuments(
      WorkspaceOptions options,
      Workspace workspace,
      SharedEncoders encoders,
      BooleanSupplier follow,
      @Nullable Jobs jobs) {
    this.options = options;
    this.workspace = workspace;
    this.encoders = encoders;
    this.follow = follow;
    this.jobs = jobs;
  }

  /// Reads alone, so it takes no lock.
  @Override
  public void warm() {
    Workspace now = Workspace.open(workspace.folder());
    new Workshop(now, new ServedAnswers(), open(now), Progress.NONE).update().warm();
  }

  @Override
  public IndexFollower.Outcome run() {
    var rejected = new HashMap<String, String>();
    DocumentUpdate.Result result;
    try (var _ = options.lock(workspace, NAME)) {
      Workspace now = Workspace.open(workspace.folder()); // its settings may have changed
      result =
          new Workshop(now, new ServedAnswers(), open(now), Progress.NONE)
              .update()
              .run(List.of(Manifest.UPLOADS), SMALL, collecting(rejected));
      if (result == DocumentUpdate.Result.UPDATED) {
        options.save(NAME);
      }
    }
    String laterBy =
        result == DocumentUpdate.Result.TOO_LARGE
            ? handOn()
            : follow.getAsBoolean() ? "" : "the server still searches the index of before";
    return new IndexFollower.Outcome(result, rejected, laterBy);
  }

  /// The models that were opened for the update before, while the settings are the same: to open
  /// one is to read all of its bytes, which takes as long as the update.
  private Workshop.Open open(Workspace now) {
    ModelShelf models = shelf;
    if (models == null || !now.settings().equals(settings)) {
      models = new ModelShelf(now);
      shelf = models;
      settings = now.settings();
    }
    return new Workshop.Open(models, encoders::take);
  }

  private String handOn() {
    String who = "`whet watch --once`";
    if (jobs != null) {
      var update = new Job.Request(StepProcesses.UPDATE, null, false);
      Optional<Job> under =
          jobs.all().stream()
              .filter(job -> !job.over() && job.request().equals(update))
              .findFirst();
      if (under.isPresent()) {
        who = under.get().id();
      } else if (jobs.start(update) instanceof Jobs.Started.Accepted accepted) {
        who = accepted.job().id();
      }
    }
    return "there is more to do than a few documents: " + who + " does it";
  }

  private static Workshop.RunListener collecting(Map<String, String> rejected) {
    return new Workshop.RunListener() {
      @Override
      public void planned(StepPlan plan) {}

      @Override
      public void ended(StepOutcome<?> outcome) {
        if (outcome.result() instanceof StepResult.Staged staged && staged.skipped() != null) {
          staged.skipped().rejected().forEach((path, why) -> rejected.put(path, why.reason()));
          staged.skipped().unreadable().forEach(rejected::put);
        }
      }
    };
  }
}
