package dev.whetstone.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The jobs of a workspace. Safe for many threads.
///
/// **Protocol.** A job's record is on the disk before it is acknowledged. One runs at a time, since
/// the steps have one writer; the others wait in the order in which they came, and one that waits
/// already is not added again. The process of a job writes into files and not into a pipe of the
/// server, so it does not hang on the server's life:
///
/// - The server is killed: the process goes on. The next server finds it by its number and the
///   moment of its start, and takes it up again; where it is gone, its last line says how it ended,
///   and without one the job was interrupted.
/// - The server is stopped in order: the process is told to stop, and the job is marked as
///   interrupted. Jobs that wait go on waiting for the next server.
/// - The machine goes down: both are gone, and the job is marked as interrupted.
///
/// A step that was interrupted goes on where it stopped when the same job is started again.
///
/// **Cancelling.** The process is told to terminate, and is killed when it has not come to its end
/// after [#PATIENCE]. What it has finished is kept.
public final class Jobs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());

  /// With what comes after it, below the 5 s that cancelling may take.
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofMillis(100);

  /// The exit code of a process that was told to stop, and did.
  private static final int STOPPED = 130;

  /// That wait, the running one not counted.
  private static final int MOST_WAITING = 20;

  /// What became of a request.
  public sealed interface Started {
    /// @param added false where an equal one waits already
    record Accepted(Job job, boolean added) implements Started {}

    /// As many wait as may.
    record Full(int waiting) implements Started {}
  }

  private final JobStore store;
  private final JobLauncher launcher;
  private final Clock clock;
  private final Thread thread;
  private @Nullable String cancelled; // id of the running one; guarded by this
  private boolean closed; // guarded by this

  /// Takes up the jobs of a folder, which is made if it is not there.
  ///
  /// @throws Failure.Refused if another server of this workspace has them
  public Jobs(Path folder, JobLauncher launcher, Clock clock) {
    this.store = JobStore.open(folder);
    this.launcher = launcher;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("jobs").unstarted(this::work);
    thread.start();
  }

  /// The steps that can be asked for.
  public List<String> steps() {
    return launcher.steps();
  }

  /// Adds a job.
  ///
  /// @throws Failure.Unavailable if it cannot be recorded
  public synchronized Started start(Job.Request request) {
    List<Job> waiting = store.all().stream().filter(Jobs::waits).toList();
    for (Job job : waiting) {
      if (job.request().equals(request)) {
        return new Started.Accepted(job, false);
      }
    }
    if (waiting.size() >= MOST_WAITING) {
      return new Started.Full(waiting.size());
    }
    Job job = Job.queued(store.newId(clock.instant()), request, clock.instant());
    store.write(job);
    notifyAll();
    return new Started.Accepted(job, true);
  }

  /// The newest first.
  public List<Job> all() {
    return store.all().reversed();
  }

  public Optional<Job> find(String id) {
    return store.find(id);
  }

  /// What the job's process told last of its progress; empty where it told nothing yet.
  public Optional<JsonNode> progress(String id) {
    return store.progress(id).map(event -> JobOutput.parse(event.json()).path("progress"));
  }

  /// What a job's process wrote behind an event.
  ///
  /// @param after the id of the last event that is known; 0 for the beginning
  public List<JobEvent> events(String id, long after) {
    return store.output(id).read(after).events();
  }

  /// Ends a job that waits or runs, and returns its record, which of one that runs may tell the end
  /// only some seconds later; empty where there is none.
  public synchronized Optional<Job> cancel(String id) {
    Optional<Job> found = store.find(id);
    Job job = found.orElse(null);
    if (job == null || job.over()) {
      return found;
    }
    if (waits(job)) {
      Job ended = job.ended(Job.State.CANCELLED, null, null, clock.instant());
      store.write(ended);
      return Optional.of(ended);
    }
    cancelled = id;
    notifyAll();
    return found;
  }

  private static boolean waits(Job job) {
    return job.state() == Job.State.QUEUED;
  }

  private void work() {
    try {
      while (true) {
        Job job = next();
        try {
          if (waits(job)) {
            run(job);
          } else {
            takeUp(job);
          }
        } catch (Failure e) {
          LOG.log(System.Logger.Level.WARNING, "job {0}: {1}", job.id(), e.getMessage());
          Thread.sleep(1000); // a full disk, for example
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The running job that a server before left, or else the one that has waited longest.
  private synchronized Job next() throws InterruptedException {
    while (true) {
      List<Job> all = store.all();
      Optional<Job> next =
          all.stream()
              .filter(job -> job.state() == Job.State.RUNNING)
              .findFirst()
              .or(() -> all.stream().filter(Jobs::waits).findFirst());
      if (next.isPresent() && !closed) {
        return next.get();
      }
      wait();
    }
  }

  private void run(Job job) throws InterruptedException {
    ProcessHandle process;
    Job running;
    synchronized (this) {
      if (store.find(job.id()).filter(Jobs::waits).isEmpty()) {
        return; // cancelled meanwhile
      }
      try {
        process = launcher.start(job.request(), store.outFile(job.id()), store.errFile(job.id()));
      } catch (IOException e) {
        String why = "its process cannot be started: " + e.getMessage();
        store.write(job.ended(Job.State.FAILED, null, why, clock.instant()));
        return;
      }
      running = job.running(process, clock.instant());
      store.write(running);
    }
    attend(running, process);
  }

  /// A job of a server before this one.
  private void takeUp(Job job) throws InterruptedException {
    var process = Optional.ofNullable(job.process()).flatMap(Job.ProcessId::find);
    if (process.isPresent()) {
      attend(job, process.get());
    } else {
      store.write(outcome(job, Job.State.INTERRUPTED, "the server or the machine went down"));
    }
  }

  private void attend(Job job, ProcessHandle process) throws InterruptedException {
    boolean ending = false;
    long killAt = 0;
    while (process.isAlive()) {
      synchronized (this) {
        boolean stop = closed || job.id().equals(cancelled);
        if (stop && !ending) {
          ending = true;
          killAt = System.nanoTime() + PATIENCE.toNanos();
          process.destroy();
        } else if (ending && System.nanoTime() > killAt) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
        wait(LOOK.toMillis());
      }
    }
    synchronized (this) {
      boolean byCaller = job.id().equals(cancelled);
      cancelled = null;
      store.write(
          ending
              ? outcome(
                  job,
                  byCaller ? Job.State.CANCELLED : Job.State.INTERRUPTED,
                  byCaller ? null : "the server was stopped")
              : outcome(job, Job.State.FAILED, null));
      store.tidy();
    }
  }

  /// How a job whose process is over has ended, by its last line.
  ///
  /// @param otherwise where it says nothing, or the job was stopped
  /// @param why null for the last words of its process
  private Job outcome(Job job, Job.State otherwise, @Nullable String why) {
    JsonNode end = store.output(job.id()).end();
    Instant now = clock.instant();
    if (end.isMissingNode()) {
      String words = JobOutput.tail(store.errFile(job.id()));
      String message =
          why != null || otherwise != Job.State.FAILED
              ? why
              : "its process ended without a word: it was killed, or ran out of memory"
                  + (words.isEmpty() ? "" : ". Its last line: " + words);
      return job.ended(otherwise, null, message, now);
    }
    int exit = end.path("exit").asInt();
    if (exit == 0) {
      return job.ended(Job.State.SUCCEEDED, exit, null, now);
    }
    if (exit != STOPPED) {
      return job.ended(Job.State.FAILED, exit, end.path("message").asText(null), now);
    }
    return otherwise == Job.State.FAILED
        ? job.ended(Job.State.INTERRUPTED, exit, "its process was told to stop", now)
        : job.ended(otherwise, exit, why, now);
  }

  /// Tells the running job's process to stop, and waits until it has.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      boolean busy = store.all().stream().anyMatch(job -> job.state() == Job.State.RUNNING);
      if (busy) {
        Duration most = PATIENCE.plusSeconds(2);
        long until = System.nanoTime() + most.toNanos();
        while (System.nanoTime() < until
            && store.all().stream().anyMatch(job -> job.state() == Job.State.RUNNING)) {
          Thread.sleep(LOOK);
        }
      }
      thread.interrupt();
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      store.close();
    }
  }
}
