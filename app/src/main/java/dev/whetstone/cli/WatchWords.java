package dev.whetstone.cli;

import dev.whetstone.workshop.watch.WatchRun;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The words for a run of the watching.
final class WatchWords {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private WatchWords() {}

  static List<String> lines(WatchRun run) {
    var lines = new ArrayList<String>();
    WatchRun.Documents of = run.documents();
    String at = TIME.format(Instant.parse(run.started()));
    lines.add(
        switch (run.outcome()) {
          case UP_TO_DATE -> "%s  up to date: %,d documents".formatted(at, of.staged());
          case UPDATED ->
              String.format(
                  Locale.ROOT,
                  "%s  %,d added, %,d changed, %,d removed, %,d failed; %,d documents, %,d passages"
                      + " (%.1f s, %.1f documents/s)",
                  at,
                  of.added(),
                  of.changed(),
                  of.removed(),
                  of.failed(),
                  of.staged(),
                  of.passages(),
                  run.speed().seconds(),
                  run.speed().rate());
          case WAITS -> "%s  waits: %s".formatted(at, run.message());
          case FAILED -> "%s  failed, and is tried again: %s".formatted(at, run.message());
        });
    run.unusable()
        .forEach(
            source ->
                lines.add(
                    "          %s cannot be used, and what was staged from there stays: %s"
                        .formatted(source.source(), source.reason())));
    return lines;
  }
}
