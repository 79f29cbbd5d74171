package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// A workspace's jobs: sends one, finds it again, follows it, brings its result. What was done is
/// recorded before and after each call, so that after a kill at any point the next call goes on
/// with the same job.
public final class RemoteRun {
  /// The variables that tell where a job's result is, to whoever has no record of it.
  static final String OUTPUT = "WHETSTONE_OUTPUT";

  static final String ORDER = "WHETSTONE_ORDER";

  private final Dlc dlc;
  private final JobRecords records;
  private final Function<String, ObjectStore> stores;
  private final Follower follower;
  private final Consumer<String> tell;
  private final Progress progress;

  /// @param stores opens the store of a place in OSS
  /// @param tell takes lines for people
  public RemoteRun(
      Dlc dlc,
      JobRecords records,
      Function<String, ObjectStore> stores,
      Follower follower,
      Consumer<String> tell,
      Progress progress) {
    this.dlc = dlc;
    this.records = records;
    this.stores = stores;
    this.follower = follower;
    this.tell = tell;
    this.progress = progress;
  }

  /// Where a run's files are, below the output place.
  public static String prefix(String run) {
    return "jobs/" + run + "/";
  }

  /// Sends what the job needs, and makes the job.
  ///
  /// @param entry without a job
  /// @param order artifact that the job takes from `order/`
  public JobRecords.JobRecord submit(JobRecords.JobRecord entry, Path order, DlcJob job) {
    try (ObjectStore store = stores.apply(entry.output())) {
      new JobFiles(store, progress).send(order, prefix(entry.run()) + "order/");
    }
    records.write(entry);
    return recorded(entry, dlc.create(job));
  }

  private JobRecords.JobRecord recorded(JobRecords.JobRecord entry, String job) {
    JobRecords.JobRecord known = entry.withJob(job);
    records.write(known);
    return known;
  }

  /// The newest job of that training that nothing has come of yet. One whose making was not
  /// recorded is looked for; if it was never made, its record is closed.
  public Optional<JobRecords.JobRecord> underWay(String fingerprint) {
    for (JobRecords.JobRecord entry : records.all()) {
      if (entry.done() || !entry.fingerprint().equals(fingerprint)) {
        continue;
      }
      if (entry.job() != null) {
        return Optional.of(entry);
      }
      Optional<String> made = dlc.find(entry.name(), entry.run(), entry.workspaceId());
      if (made.isPresent()) {
        return Optional.of(recorded(entry, made.get()));
      }
      records.write(entry.ended());
    }
    return Optional.empty();
  }

  /// The record of a job; for one that was sent from elsewhere, what the job itself carries.
  ///
  /// @throws Failure.BadInput if there is no such job, or it is none of ours
  public JobRecords.JobRecord of(String job, String region) {
    return records.of(job).orElseGet(() -> fromService(job, region));
  }

  private JobRecords.JobRecord fromService(String job, String region) {
    JobState state = dlc.get(job);
    String run = state.environment().getOrDefault(DlcJob.RUN, "");
    String output = state.environment().getOrDefault(OUTPUT, "");
    if (!run.matches("[A-Za-z0-9-]{1,60}") || output.isEmpty()) {
      throw new Failure.BadInput("the job " + job + " was not sent by this program");
    }
    String order = state.environment().getOrDefault(ORDER, "");
    var entry =
        new JobRecords.JobRecord(
            run,
            job,
            state.name(),
            "",
            order,
            region,
            null,
            OssPlace.parse("the job's output", output).uri(),
            Instant.now().minus(Duration.ofDays(7)).toString(),
            false);
    records.write(entry);
    return entry;
  }

  /// Waits until the job has succeeded. A job that failed or was stopped is done with.
  public void follow(JobRecords.JobRecord entry, Duration longest) {
    String job = entry.made();
    try {
      follower.untilSucceeded(job, Instant.parse(entry.sent()), longest);
    } catch (Failure e) {
      DlcStatus status = dlc.get(job).status();
      if (status.failed() || status == DlcStatus.STOPPED) {
        records.write(entry.ended());
      }
      throw e;
    }
  }

  /// Brings the result's files into `folder`.
  public void bring(JobRecords.JobRecord entry, Path folder) {
    try (ObjectStore store = stores.apply(entry.output())) {
      tell.accept("bringing the result from " + store.uri(prefix(entry.run()) + "result/"));
      new JobFiles(store, progress).bring(prefix(entry.run()) + "result/", folder);
    }
  }

  /// Ends a job.
  public void stop(String job) {
    dlc.stop(job);
    records.of(job).ifPresent(entry -> records.write(entry.ended()));
  }

  /// Nothing is left to be done about it.
  public void done(JobRecords.JobRecord entry) {
    records.write(entry.ended());
  }
}
