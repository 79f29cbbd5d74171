package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The jobs that a workspace sent away, each a small file, so that any later call can go on with
/// one.
public final class JobRecords {
  /// @param run ours; names the files in the output folder, too
  /// @param job the service's id; null until it is known that the job was made
  /// @param fingerprint of what was asked for
  /// @param order hash of what was sent
  /// @param sent when, ISO 8601
  /// @param done nothing is left to be done about it
  public record JobRecord(
      String run,
      @Nullable String job,
      String name,
      String fingerprint,
      String order,
      String region,
      @Nullable String workspaceId,
      String output,
      String sent,
      boolean done) {
    public JobRecord {
      if (!RUN.matcher(run).matches()) { // it names files, and others can write records
        throw new IllegalArgumentException("not a run: " + run);
      }
    }

    /// The service's id of a job that was made.
    public String made() {
      return Objects.requireNonNull(job, "the job was not made yet");
    }

    public JobRecord withJob(String id) {
      return new JobRecord(
          run, id, name, fingerprint, order, region, workspaceId, output, sent, done);
    }

    public JobRecord ended() {
      return new JobRecord(
          run, job, name, fingerprint, order, region, workspaceId, output, sent, true);
    }
  }

  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

  private final Path folder;
  private final Consumer<JobRecord> written;

  /// @param folder need not be there yet
  /// @param written is told of each record that was written, before anything else is done
  public JobRecords(Path folder, Consumer<JobRecord> written) {
    this.folder = folder;
    this.written = written;
  }

  public void write(JobRecord entry) {
    WholeFile.write(folder.resolve(entry.run() + ".json"), Json.sealed(Json.pretty(entry)));
    written.accept(entry);
  }

  /// The record of a job.
  public Optional<JobRecord> of(String job) {
    return all().stream().filter(entry -> job.equals(entry.job())).findFirst();
  }

  /// All, the newest first.
  public List<JobRecord> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .map(file -> Json.read(file, JobRecord.class))
          .sorted(Comparator.comparing(JobRecord::sent).thenComparing(JobRecord::run).reversed())
          .toList();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }
}
