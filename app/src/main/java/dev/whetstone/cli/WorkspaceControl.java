package dev.whetstone.cli;

import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.http.Server;
import dev.whetstone.jobs.Jobs;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.workshop.documents.IndexFollower;
import dev.whetstone.workshop.documents.UploadedDocuments;
import dev.whetstone.workspace.ServeSettings;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// What callers of the server may do with the workspace itself: send documents, which the index
/// follows, and start steps.
final class WorkspaceControl implements AutoCloseable {
  private final IndexFollower follower;
  private final @Nullable Jobs jobs;
  private final @Nullable WatchSchedule watch;
  private final Server.WorkspaceServices services;

  private WorkspaceControl(
      IndexFollower follower,
      @Nullable Jobs jobs,
      @Nullable WatchSchedule watch,
      Server.WorkspaceServices services) {
    this.follower = follower;
    this.jobs = jobs;
    this.watch = watch;
    this.services = services;
  }

  /// @param writes how a document is written
  @SuppressWarnings("UnnecessaryMethodReference") // it leaves out what `served` opens beforehand
  static WorkspaceControl open(
      WorkspaceOptions options,
      Workspace workspace,
      ServedWorkspace application,
      SharedEncoders encoders,
      CommitScope writes) {
    Jobs jobs = jobs(options, workspace);
    var served = new ServedDocuments(options, workspace, encoders, application::followIndex, jobs);
    ServeSettings.Work work = workspace.settings().serve().work();
    var follower = new IndexFollower(work.write() ? served : () -> served.run()); // else unwarmed
    var documents = new UploadedDocuments(workspace, writes, follower);
    follower.start();
    return new WorkspaceControl(
        follower,
        jobs,
        jobs == null ? null : watch(jobs, workspace, work.watch()),
        new Server.WorkspaceServices(documents, jobs, work.write()));
  }

  private static @Nullable WatchSchedule watch(
      Jobs jobs, Workspace workspace, @Nullable String every) {
    return every == null
        ? null
        : new WatchSchedule(
            jobs, Settings.duration("serve.watch", every), () -> WatchCommand.folders(workspace));
  }

  /// Null where another server of this workspace runs them.
  private static @Nullable Jobs jobs(WorkspaceOptions options, Workspace workspace) {
    String address = options.address();
    var launcher =
        new StepProcesses(
            workspace, address == null ? workspace.folder().toString() : address, System.getenv());
    try {
      var folder = workspace.hidden().resolve("work").resolve("jobs");
      return new Jobs(folder, launcher, Clock.systemUTC());
    } catch (Failure.Refused e) {
      options.terminal().error("warning: no jobs over HTTP: " + e.getMessage());
      return null;
    }
  }

  Server.WorkspaceServices services() {
    return services;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    follower.close();
    if (jobs != null) {
      jobs.close();
    }
  }
}
