package dev.whetstone.workshop.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.workshop.DocumentUpdate;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WatchingTest {
  private static final Duration EVERY = Duration.ofMinutes(5);

  @TempDir private Path folder;

  /// Follows updates until there are no more.
  ///
  /// @param waits gets how long was waited before each run but the first
  private static List<WatchRun> follow(Queue<Watching.Update> updates, List<Duration> waits) {
    var runs = new ArrayList<WatchRun>();
    Watching.Changes changes =
        most -> {
          waits.add(most);
          if (updates.isEmpty()) {
            throw new InterruptedException("told to stop");
          }
          return false;
        };
    var watching =
        new Watching(listener -> updates.remove().run(listener), changes, EVERY, Clock.systemUTC());
    assertThatThrownBy(() -> watching.follow(Workshops.SILENT, runs::add))
        .isInstanceOf(InterruptedException.class);
    return runs;
  }

  private static DocumentUpdate.Result fail(RuntimeException e) {
    throw e;
  }

  @Test
  void whatFailsIsTriedAgainAfterPausesThatDoubleAndEndsNothing() {
    var updates = new ArrayDeque<Watching.Update>();
    updates.add(_ -> fail(new Failure.Unavailable("the disk is full")));
    updates.add(_ -> fail(new IllegalStateException("a fault")));
    updates.add(_ -> fail(new Failure.Refused("another process writes")));
    for (int i = 0; i < 4; i++) {
      updates.add(_ -> fail(new Failure.Unavailable("the disk is full")));
    }
    updates.add(_ -> DocumentUpdate.Result.UPDATED);
    updates.add(_ -> fail(new Failure.Unavailable("the disk is full")));
    var waits = new ArrayList<Duration>();

    List<WatchRun> runs = follow(updates, waits);

    assertThat(runs)
        .extracting(WatchRun::outcome)
        .startsWith(WatchRun.Outcome.FAILED, WatchRun.Outcome.FAILED, WatchRun.Outcome.WAITS);
    assertThat(runs.getFirst().message()).isEqualTo("the disk is full");
    assertThat(waits)
        .extracting(Duration::toSeconds)
        .containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L, 10L);
    assertThat(runs.get(7).trigger()).isEqualTo(WatchRun.Trigger.RETRY);
    assertThat(runs.get(8).trigger()).isEqualTo(WatchRun.Trigger.SCHEDULE);
  }

  @Test
  void aRunIsRecordedWithWhatItDidAndAVanishedFolderRemovesNothing() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2);
    Workspace workspace = Workspace.open(manual.workspace("workspace"));
    Workshops.open(workspace).stage(manual.docs().toString());
    Watching.Update update =
        listener -> {
          var workshop = Workshops.open(workspace);
          return workshop.update().run(workshop.sources(), DocumentUpdate.Limits.NONE, listener);
        };
    var watching = new Watching(update, _ -> false, EVERY, Clock.systemUTC());
    Files.writeString(manual.docs().resolve("broken.pdf"), "%PDF-1.7 no");
    Files.writeString(manual.docs().resolve("new.md"), "# New\n\nThe new part.");

    WatchRun first = watching.once(WatchRun.Trigger.START, Workshops.SILENT);
    Files.delete(manual.docs().resolve("new.md"));
    Files.writeString(manual.docs().resolve("partaa.md"), "# Other\n\nIt is another part now.");
    WatchRun second = watching.once(WatchRun.Trigger.FILES, Workshops.SILENT);
    Files.move(manual.docs(), folder.resolve("elsewhere"));
    WatchRun third = watching.once(WatchRun.Trigger.SCHEDULE, Workshops.SILENT);

    assertThat(first.outcome()).isEqualTo(WatchRun.Outcome.UPDATED);
    assertThat(first.documents()).isEqualTo(new WatchRun.Documents(4, 2, 0, 0, 1, 33));
    assertThat(second.documents()).isEqualTo(new WatchRun.Documents(3, 0, 1, 1, 1, 17));
    assertThat(third.outcome()).isEqualTo(WatchRun.Outcome.UP_TO_DATE);
    assertThat(third.whole()).isFalse();
    assertThat(third.unusable())
        .extracting(WatchRun.Unusable::source)
        .containsExactly(manual.docs().toString());
    assertThat(Manifest.read(workspace).documents()).hasSize(3);
  }

  @Test
  void theLogKeepsTheNewestRuns() throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 1);
    Workspace workspace = Workspace.open(manual.workspace("workspace"));
    var log = new WatchLog(workspace);
    var run =
        new WatchRun(
            "2026-11-29T17:00:00Z",
            WatchRun.Trigger.START,
            WatchRun.Outcome.UP_TO_DATE,
            new WatchRun.Documents(1, 0, 0, 0, 0, 9),
            new WatchRun.Speed(1.5, 0),
            List.of(),
            null);
    Files.writeString(
        Files.createDirectories(workspace.hidden()).resolve("watch.jsonl"),
        "{\"old\":1}\n".repeat(WatchLog.KEPT));

    log.add(run);

    assertThat(log.lines()).hasSize(WatchLog.KEPT);
    assertThat(log.lines().getLast()).contains("\"outcome\":\"UP_TO_DATE\"");
  }

  @Test
  void aBurstOfChangesInAFolderIsOneAndHiddenFilesAreNone() throws Exception {
    Path docs = Files.createDirectories(folder.resolve("docs/below"));
    try (var events = new FolderEvents(() -> List.of(folder.resolve("docs")))) {
      assertThat(events.await(Duration.ofMillis(1))).isFalse();

      Files.writeString(docs.resolve(".hidden.part"), "x");
      assertThat(events.await(Duration.ofMillis(300))).isFalse();
      for (int i = 0; i < 50; i++) {
        Files.writeString(docs.resolve("n" + i + ".md"), "x");
      }

      assertThat(events.await(Duration.ofSeconds(30))).isTrue();
      assertThat(events.await(Duration.ofMillis(300))).isFalse();
    }
  }
}
