package dev.whetstone.jobs;

import dev.whetstone.core.Failure;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The records of jobs in a folder: `ID/job.json`, and beside it what its process wrote,
/// `out.jsonl` and `err.txt`. One server at a time has it. Safe for many threads.
final class JobStore implements AutoCloseable {
  /// That are kept; the oldest of those that are over go first.
  private static final int KEPT = 100;

  private static final String RECORD = "job.json";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final FileChannel lock;
  private final SecureRandom random = new SecureRandom();
  private final TreeMap<String, Job> jobs = new TreeMap<>(); // guarded by itself
  private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();

  /// How far the output of a job was read for its progress.
  private record Seen(long offset, @Nullable JobEvent progress) {}

  private JobStore(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /// @throws Failure.Refused if another server has it
  static JobStore open(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(
              folder.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lock)) {
        lock.close();
        throw new Failure.Refused(
            "another server runs the jobs of " + folder + ": end it, or ask it for jobs");
      }
      var store = new JobStore(folder, lock);
      store.read();
      return store;
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot open " + folder + ": " + FileTrouble.reason(e), e);
    }
  }

  private static boolean locked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private void read() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      for (Path each : folders.filter(Files::isDirectory).toList()) {
        Json.kept(each.resolve(RECORD), Job.class).ifPresent(job -> jobs.put(job.id(), job));
      }
    }
  }

  /// In the order of their ids, which is that in which they came.
  List<Job> all() {
    synchronized (jobs) {
      return List.copyOf(jobs.values());
    }
  }

  Optional<Job> find(String id) {
    synchronized (jobs) {
      return Optional.ofNullable(jobs.get(id));
    }
  }

  /// Ids grow, and cannot be guessed from each other.
  String newId(Instant now) {
    synchronized (jobs) {
      String id = "job-" + TIME.format(now) + "-" + "%06x".formatted(random.nextInt(1 << 24));
      String last = jobs.isEmpty() ? "" : jobs.lastKey();
      return id.compareTo(last) > 0 ? id : last + "-1"; // of the same moment
    }
  }

  /// The record is on the disk when this returns.
  void write(Job job) {
    WholeFile.write(folder.resolve(job.id()).resolve(RECORD), Json.sealed(Json.pretty(job)));
    synchronized (jobs) {
      jobs.put(job.id(), job);
    }
  }

  Path outFile(String id) {
    return folder.resolve(id).resolve("out.jsonl");
  }

  Path errFile(String id) {
    return folder.resolve(id).resolve("err.txt");
  }

  /// @param id of a job that is here
  JobOutput output(String id) {
    return new JobOutput(outFile(id));
  }

  /// The last line of progress; each line is read once.
  Optional<JobEvent> progress(String id) {
    Seen now =
        seen.compute(
            id,
            (_, before) -> {
              long offset = before == null ? 0 : before.offset();
              JobEvent progress = before == null ? null : before.progress();
              while (true) {
                JobOutput.Lines lines = output(id).read(offset);
                if (lines.next() == offset) {
                  return new Seen(offset, progress);
                }
                offset = lines.next();
                for (JobEvent event : lines.events()) {
                  progress = event.kind() == JobEvent.Kind.PROGRESS ? event : progress;
                }
              }
            });
    return Optional.ofNullable(now.progress());
  }

  /// Deletes the oldest jobs that are over, beyond those that are kept.
  void tidy() {
    var over = new ArrayList<Job>();
    synchronized (jobs) {
      jobs.values().stream().filter(Job::over).forEach(over::add);
    }
    for (Job job : over.subList(0, Math.max(0, over.size() - KEPT))) {
      WholeFile.delete(folder.resolve(job.id()));
      seen.remove(job.id());
      synchronized (jobs) {
        jobs.remove(job.id());
      }
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      System.getLogger(JobStore.class.getName())
          .log(System.Logger.Level.WARNING, "cannot let go of " + folder, e);
    }
  }
}
