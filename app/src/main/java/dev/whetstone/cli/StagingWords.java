package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Shell;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.stage.SkippedFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a staging did, in English.
final class StagingWords {
  private static final int MOST_PICTURES = 10; // named

  private StagingWords() {}

  static List<String> lines(StepResult.Staged staged) {
    StepResult.NotStaged not = staged.notStaged();
    if (not != null) {
      return List.of(notStaged(staged.source(), not));
    }
    var lines = new ArrayList<String>();
    StepResult.Counts documents = staged.documents();
    lines.add(
        "%s, %s: %d new, %d changed, %d removed, %d as before"
            .formatted(
                StepWords.counted(documents.staged(), "document"),
                size(documents.bytes()),
                documents.added(),
                documents.changed(),
                staged.removed().total(),
                documents.unchanged()));
    lines.addAll(skipped(staged.skipped()));
    for (String version : staged.trainedOnRemoved()) {
      lines.add("model " + version + " was trained on documents that are gone now");
    }
    if (documents.staged() == 0) {
      lines.add(
          "nothing is staged any more; what was indexed is answered from until other documents are"
              + " staged and `whet run` has done them, or until you delete the workspace");
    }
    return lines;
  }

  private static String notStaged(String source, StepResult.NotStaged not) {
    return switch (not.why()) {
      case UNUSABLE ->
          "not staged again from %s: %s; what was staged stays (`%s` takes it out)"
              .formatted(source, not.reason(), Remedies.command(new Remedy.Unstage(source)));
      case NAMED_ELSEWHERE ->
          "not staged again from %s: it was named on another machine, and others can write this workspace; what was staged stays. If its documents may go into it, name it here once: whet stage %s"
              .formatted(source, Shell.word(source));
    };
  }

  static List<String> skipped(SkippedFiles skipped) {
    var lines = new ArrayList<String>();
    skipped
        .passedOver()
        .forEach((kind, count) -> lines.add("passed over: " + count + " × " + kind));
    pictures(skipped.pictures()).ifPresent(lines::add);
    skipped
        .rejected()
        .forEach((path, rejection) -> lines.add("left out: " + path + ": " + words(rejection)));
    if (skipped.moreRejected() > 0) {
      lines.add("left out: %,d more for reasons as above".formatted(skipped.moreRejected()));
    }
    skipped
        .unreadable()
        .forEach(
            (path, reason) ->
                lines.add("not read: " + path + ": " + reason + "; what was staged of it stays"));
    return lines;
  }

  private static Optional<String> pictures(SkippedFiles.Pictures pictures) {
    int shown = Math.min(MOST_PICTURES, pictures.named().size());
    int more = pictures.total() - shown;
    return pictures.total() == 0
        ? Optional.empty()
        : Optional.of(
            "%s without text: %s%s; text recognition (OCR) puts their text beside them, as in %s.md"
                .formatted(
                    StepWords.counted(pictures.total(), "picture"),
                    String.join(", ", pictures.named().subList(0, shown)),
                    more == 0 ? "" : " and %,d more".formatted(more),
                    pictures.named().getFirst()));
  }

  private static String words(SkippedFiles.Rejection rejection) {
    Remedy remedy = rejection.remedy();
    return rejection.reason() + (remedy == null ? "" : " with `" + Remedies.command(remedy) + "`");
  }

  private static String size(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d kB", bytes / 1000)
        : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
