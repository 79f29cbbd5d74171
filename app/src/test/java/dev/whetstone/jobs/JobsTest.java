package dev.whetstone.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.jobs.Job.Request;
import dev.whetstone.jobs.Job.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Jobs whose processes are shells that say what a step would.
@Timeout(60)
class JobsTest {
  private static final String DONE = "echo '{\"end\":{\"exit\":0}}'";

  @TempDir private Path folder;
  private final List<ProcessHandle> started = new ArrayList<>();
  private final List<Jobs> servers = new ArrayList<>();

  /// A step is the shell's text.
  private final JobLauncher shells =
      new JobLauncher() {
        @Override
        public List<String> steps() {
          return List.of();
        }

        @Override
        public ProcessHandle start(Request request, Path out, Path err) throws IOException {
          ProcessHandle process =
              new ProcessBuilder("/bin/sh", "-c", request.step())
                  .redirectOutput(out.toFile())
                  .redirectError(err.toFile())
                  .start()
                  .toHandle();
          started.add(process);
          return process;
        }
      };

  @AfterEach
  void stop() {
    servers.forEach(Jobs::close);
    started.forEach(ProcessHandle::destroyForcibly);
  }

  private Jobs server(Path at) {
    var jobs = new Jobs(at, shells, Clock.systemUTC());
    servers.add(jobs);
    return jobs;
  }

  private static Request shell(String text) {
    return new Request(text, null, false);
  }

  private static Job start(Jobs jobs, String text) {
    return ((Jobs.Started.Accepted) jobs.start(shell(text))).job();
  }

  private static Job await(Jobs jobs, Job job, Predicate<Job> state) throws Exception {
    Job now = jobs.find(job.id()).orElseThrow();
    while (!state.test(now)) {
      Thread.sleep(10);
      now = jobs.find(job.id()).orElseThrow();
    }
    return now;
  }

  private static Job over(Jobs jobs, Job job) throws Exception {
    return await(jobs, job, Job::over);
  }

  @Test
  void aJobTellsItsProgressAndHowItEnded() throws Exception {
    Jobs jobs = server(folder);

    Job job =
        over(
            jobs,
            start(
                jobs,
                "echo '{\"progress\":{\"task\":\"embed\",\"done\":3}}';"
                    + " echo '{\"step\":\"embed\"}'; "
                    + DONE));

    assertThat(job.state()).isEqualTo(State.SUCCEEDED);
    assertThat(job.exit()).isZero();
    assertThat(jobs.progress(job.id()).orElseThrow().get("done").intValue()).isEqualTo(3);
    List<JobEvent> events = jobs.events(job.id(), 0);
    assertThat(events)
        .extracting(JobEvent::kind)
        .containsExactly(JobEvent.Kind.PROGRESS, JobEvent.Kind.STEP, JobEvent.Kind.END);
    assertThat(jobs.events(job.id(), events.get(1).id())).containsExactly(events.get(2));
  }

  @Test
  void aJobThatFailsTellsWhyAndOneThatIsKilledTellsItsLastLine() throws Exception {
    Jobs jobs = server(folder);

    Job failed =
        over(jobs, start(jobs, "echo '{\"end\":{\"exit\":2,\"message\":\"no such folder\"}}'"));
    Job killed = over(jobs, start(jobs, "echo OutOfMemoryError >&2; kill -9 $$"));

    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.exit()).isEqualTo(2);
    assertThat(failed.message()).isEqualTo("no such folder");
    assertThat(killed.state()).isEqualTo(State.FAILED);
    assertThat(killed.message()).contains("OutOfMemoryError");
  }

  @Test
  void oneRunsAtATimeInTheOrderOfTheRequestsAndAnEqualOneThatWaitsIsNotAddedAgain()
      throws Exception {
    Jobs jobs = server(folder);
    Path go = folder.resolve("go");
    Job first = start(jobs, "while [ ! -e " + go + " ]; do sleep .05; done; " + DONE);
    await(jobs, first, job -> job.state() == State.RUNNING);

    Job second = start(jobs, DONE + "; :");
    var again = (Jobs.Started.Accepted) jobs.start(shell(DONE + "; :"));

    assertThat(second.state()).isEqualTo(State.QUEUED);
    assertThat(again.added()).isFalse();
    assertThat(again.job().id()).isEqualTo(second.id());
    assertThat(started).hasSize(1);
    Files.createFile(go);
    Job ended = over(jobs, second);
    Job before = jobs.find(first.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(State.SUCCEEDED);
    assertThat(before.times().ended()).isLessThanOrEqualTo(ended.times().started());
  }

  @Test
  void noMoreWaitThanMay() {
    Jobs jobs = server(folder);
    start(jobs, "sleep 30");

    int accepted = 0;
    while (jobs.start(shell("sleep " + (31 + accepted))) instanceof Jobs.Started.Accepted) {
      accepted++;
    }

    assertThat(accepted).isBetween(19, 21);
    jobs.all().forEach(job -> jobs.cancel(job.id()));
  }

  @Test
  void aJobIsCancelledWithinFiveSecondsAlsoOneThatDoesNotListen() throws Exception {
    Jobs jobs = server(folder);
    Job deaf = start(jobs, "trap '' TERM; while true; do sleep .1; done");
    Job waiting = start(jobs, DONE);
    await(jobs, deaf, job -> job.state() == State.RUNNING);

    jobs.cancel(waiting.id());
    long began = System.nanoTime();
    jobs.cancel(deaf.id());
    Job ended = over(jobs, deaf);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(ended.state()).isEqualTo(State.CANCELLED);
    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(started.getFirst().isAlive()).isFalse();
    assertThat(jobs.find(waiting.id()).orElseThrow().state()).isEqualTo(State.CANCELLED);
    assertThat(started).hasSize(1);
  }

  @Test
  void aServerThatStopsMarksItsJobAndTheNextOneDoesThoseThatWait() throws Exception {
    Jobs before = server(folder);
    Job running = start(before, "sleep 30");
    Job waiting = start(before, DONE);
    await(before, running, job -> job.state() == State.RUNNING);

    before.close();
    Jobs after = server(folder);

    assertThat(after.find(running.id()).orElseThrow().state()).isEqualTo(State.INTERRUPTED);
    assertThat(over(after, waiting).state()).isEqualTo(State.SUCCEEDED);
  }

  /// A server that is killed leaves its folder as it was at that moment: a copy of it.
  @Test
  void aServerAfterAKilledOneTakesUpItsJobOrSaysThatItWasInterrupted() throws Exception {
    Jobs killed = server(folder.resolve("killed"));
    Path go = folder.resolve("go");
    Job job = start(killed, "while [ ! -e " + go + " ]; do sleep .05; done; " + DONE);
    await(killed, job, each -> each.state() == State.RUNNING);
    Path alive = copy(folder.resolve("killed"), folder.resolve("alive"));
    Path gone = copy(folder.resolve("killed"), folder.resolve("gone"));

    Jobs next = server(alive);
    assertThat(next.find(job.id()).orElseThrow().state()).isEqualTo(State.RUNNING);
    Files.writeString(
        alive.resolve(job.id()).resolve("out.jsonl"), "{\"end\":{\"exit\":0}}\n"); // what it says
    Files.createFile(go);

    assertThat(over(next, job).state()).isEqualTo(State.SUCCEEDED);
    assertThat(over(killed, job).state()).isEqualTo(State.SUCCEEDED);
    Jobs last = server(gone);
    assertThat(over(last, job).state()).isEqualTo(State.INTERRUPTED);
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  @Test
  void aSecondServerOfTheSameWorkspaceIsRefused() {
    server(folder);

    assertThatThrownBy(() -> server(folder)).isInstanceOf(Failure.Refused.class);
  }

  @Test
  void theOldestRecordsGo() throws Exception {
    Jobs jobs = server(folder);
    Job first = over(jobs, start(jobs, DONE));

    for (int i = 0; i < 101; i++) {
      over(jobs, start(jobs, DONE + "; : " + i));
    }

    assertThat(jobs.all()).hasSizeBetween(100, 101);
    assertThat(jobs.find(first.id())).isEmpty();
    assertThat(folder.resolve(first.id())).doesNotExist();
  }
}
