package dev.whetstone.cli;

import dev.whetstone.core.Printable;
import dev.whetstone.core.Shell;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.StepResult.NotFound;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workshop.train.TrainingResult;
import dev.whetstone.workspace.Adoption;
import dev.whetstone.workspace.QuestionLog.SplitNote;
import dev.whetstone.workspace.TruncatedList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The results of the workshop in English, as lines: the first says the result, more follow where
/// there is more to say.
final class StepWords {
  private static final int SHOWN_COPIES = 5;
  private static final int QUESTION_CHARACTERS = 80;

  private StepWords() {}

  static List<String> lines(StepOutcome<?> outcome) {
    StepResult result = outcome.result();
    if (result == null) {
      return List.of(recorded(outcome.words()));
    }
    List<String> lines = lines(result);
    return outcome.upToDate() ? lines.subList(0, 1) : lines;
  }

  /// What an earlier version recorded of a step, which is not told in figures.
  static String recorded(@Nullable String words) {
    return words == null ? "done by another version of the program" : words;
  }

  static List<String> lines(StepResult result) {
    return switch (result) {
      case StepResult.Staged staged -> StagingWords.lines(staged);
      case StepResult.Prepared prepared -> prepared(prepared);
      case StepResult.QuestionsWritten written -> QuestionWords.written(written);
      case StepResult.QuestionsNotWritten not -> QuestionWords.notWritten(not);
      case StepResult.WritingEstimated estimated -> QuestionWords.estimated(estimated);
      case StepResult.ReviewTable table -> QuestionWords.table(table);
      case StepResult.QuestionsReviewed reviewed -> QuestionWords.reviewed(reviewed);
      case StepResult.QuestionsTyped typed -> QuestionWords.typed(typed);
      case StepResult.Trained trained -> trained(trained);
      case StepResult.RerankerMade made -> RerankerWords.lines(made);
      case StepResult.Proven proven -> ProofWords.lines(proven);
      case StepResult.Embedded embedded ->
          List.of(
              "%,d vectors of %d dimensions in vectors/%s (%s)"
                  .formatted(
                      embedded.vectors(),
                      embedded.dimension(),
                      embedded.space(),
                      embeddedNow(embedded.embedded(), embedded.vectors())),
              "%,d sentence vectors, for answers (%,d passages embedded now, %.1f s)"
                  .formatted(
                      embedded.sentences().sentences(),
                      embedded.sentences().passages(),
                      embedded.sentences().seconds()));
      case StepResult.Indexed indexed -> IndexWords.lines(indexed);
      case StepResult.AppMade made -> appMade(made);
      case StepResult.AnswersProven proven -> AnswersWords.lines(proven);
      case StepResult.QuestionsImported imported -> imported(imported);
      case StepResult.RolledBack back -> IndexWords.lines(back);
      case StepResult.RerankerRolledBack back -> IndexWords.lines(back);
      case StepResult.Generations generations -> IndexWords.lines(generations);
      case StepResult.Adopted adopted -> adopted(adopted);
      case StepResult.Exported exported -> exported(exported);
    };
  }

  /// A line for each item, and how many there are beside them.
  ///
  /// @param label what each line begins with
  static <T> List<String> each(String label, TruncatedList<T> all, Function<T, String> words) {
    var lines =
        new ArrayList<>(
            all.items().stream().map(item -> label + ": " + words.apply(item)).toList());
    if (all.more() > 0) {
      lines.add("%s: %,d more".formatted(label, all.more()));
    }
    return lines;
  }

  private static String embeddedNow(int now, int all) {
    return now == all
        ? "all embedded now"
        : "%,d embedded now, the others were there".formatted(now);
  }

  private static List<String> prepared(StepResult.Prepared prepared) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s read, %,d could not be; %s, %s"
            .formatted(
                counted(prepared.documents(), "document"),
                prepared.unread().total(),
                counted(prepared.passages(), "passage"),
                counted(prepared.tokens(), "token")));
    if (prepared.otherLanguage() != null) {
      lines.add(
          "most documents are in %s, and the base model was made for English: name a multilingual one at model.multilingual"
              .formatted(Locale.of(prepared.otherLanguage()).getDisplayLanguage(Locale.ENGLISH)));
    }
    copies(prepared.copies()).ifPresent(lines::add);
    lines.addAll(each("not read", prepared.unread(), u -> u.document() + ": " + u.reason()));
    if (prepared.pictures() != null) {
      lines.addAll(PictureWords.lines(prepared.pictures()));
    }
    lines.addAll(
        prepared.readInPart().items().stream()
            .map(part -> "read in part: " + part.document() + ": " + part.reason())
            .toList());
    if (prepared.readInPart().more() > 0) {
      lines.add(
          "read in part: %,d more for the same reasons, all in passages/*/failures.json"
              .formatted(prepared.readInPart().more()));
    }
    return lines;
  }

  private static Optional<String> copies(TruncatedList<StepResult.Copy> copies) {
    boolean one = copies.total() == 1;
    return copies.total() == 0
        ? Optional.empty()
        : Optional.of(
            "%,d %s of another, and %s as one with it when questions are split: %s%s"
                .formatted(
                    copies.total(),
                    one ? "document is a copy" : "documents are copies",
                    one ? "counts" : "count",
                    copies.items().stream()
                        .limit(SHOWN_COPIES)
                        .map(copy -> copy.document() + " of " + copy.original())
                        .collect(Collectors.joining(", ")),
                    copies.total() > SHOWN_COPIES ? ", ..." : ""));
  }

  private static List<String> trained(StepResult.Trained trained) {
    TrainingResult training = trained.training();
    String model = "model %s/%s".formatted(trained.name(), training.version());
    return switch (training.ending()) {
      case TOO_FEW_PASSAGES ->
          List.of(
              "%d passages are too few to learn from (at least %d)"
                  .formatted(training.passages(), Training.FEWEST_PASSAGES));
      case NOTHING_LEARNT -> List.of(String.valueOf(training.reason()));
      case MADE_BEFORE -> List.of(model + " was finished before");
      case TRAINED -> {
        var lines = new ArrayList<String>();
        TrainingResult.Figures figures = training.figures();
        if (figures == null) {
          lines.add(model);
        } else {
          lines.addAll(figures(model, figures));
        }
        SplitNote split = training.split();
        if (split != null) {
          lines.add(split(split));
        }
        yield lines;
      }
    };
  }

  private static List<String> figures(String model, TrainingResult.Figures figures) {
    var lines = new ArrayList<String>();
    var pairs = figures.pairs();
    lines.add(
        "%s: %,d pairs (%s), %s in %.0f s (%.1f pairs/s, %s), loss %.3f"
            .formatted(
                model,
                pairs.trained(),
                pairs.origins().entrySet().stream()
                    .map(e -> "%,d %s".formatted(e.getValue(), e.getKey()))
                    .collect(Collectors.joining(", ")),
                counted(figures.steps(), "step"),
                figures.seconds(),
                figures.pairsPerSecond(),
                figures.precision(),
                figures.loss()));
    lines.add(
        "available: %,d pairs from the question log, %s%,d from the documents; kept %.0f %% of the trained weights, the rest of the base's"
            .formatted(
                pairs.fromLog(),
                pairs.fromWritten() == 0
                    ? ""
                    : "%,d from written questions, ".formatted(pairs.fromWritten()),
                pairs.fromDocuments(),
                100 * figures.choices().interpolation()));
    figures
        .choices()
        .settings()
        .forEach(one -> lines.add(one.setting() + " " + one.chosen() + " " + one.among()));
    return lines;
  }

  private static List<String> appMade(StepResult.AppMade made) {
    AppFitting.HeldBack held = made.heldBack();
    return held == null
        ? List.of(app(made))
        : List.of("held back: " + app(made), AnswersWords.heldBack(held));
  }

  private static String app(StepResult.AppMade made) {
    var app = made.app();
    return String.format(
        Locale.ROOT,
        "%s (%s): top %d, dense weight %.2f%s; declines below a support of %.2f (%s)",
        app.name(),
        app.id(),
        app.topK(),
        app.denseWeight(),
        reranker(app.reranker()),
        app.threshold(),
        app.origin());
  }

  private static String reranker(AppFitting.@Nullable AppReranker reranker) {
    return reranker == null
        ? ""
        : String.format(
            Locale.ROOT,
            ", the best %d reranked by %s (weight %.2f)",
            reranker.depth(),
            reranker.model(),
            reranker.weight());
  }

  private static List<String> imported(StepResult.QuestionsImported imported) {
    var lines = new ArrayList<String>();
    var questions = imported.questions();
    lines.add(
        "%,d new, %,d changed, %,d as before, %,d in all"
            .formatted(questions.added(), questions.changed(), questions.same(), questions.all()));
    lines.addAll(imported.notes());
    lines.addAll(
        each(
            "not taken",
            imported.notTaken(),
            bad -> imported.file() + ", line " + bad.line() + ": " + bad.reason()));
    lines.addAll(
        each("not found", imported.notFound(), one -> question(one) + ": " + one.reason()));
    SplitNote split = imported.split();
    if (split != null) {
      lines.add(split(split));
    }
    return lines;
  }

  /// A question as its file names it: by its id, or by its text where the id was made of that.
  static String question(NotFound question) {
    String id = question.id();
    return id == null
        ? "\"" + Printable.escape(question.question(), QUESTION_CHARACTERS) + "\""
        : id;
  }

  static String split(SplitNote note) {
    String document = note.document();
    String documents =
        document == null ? note.documents() + " documents" : "one document, " + document;
    return switch (note.kind()) {
      case ONLY_PROVE ->
          ("all %,d answered questions are about %s, and cannot be divided without a leak, so they"
                  + " only prove, and no model is trained on questions: import questions about"
                  + " other documents, or about several sections with the phrases that answer them")
              .formatted(note.answered(), documents);
      case NONE_PROVES ->
          "all %,d answered questions are needed for training, so none can prove: import more"
              .formatted(note.answered());
      case BY_SECTION ->
          ("the %,d answered questions are about %s, so they are split by section: %,d train,"
                  + " %,d choose, %,d prove")
              .formatted(
                  note.answered(),
                  documents,
                  note.parts().train(),
                  note.parts().dev(),
                  note.parts().heldOut());
    };
  }

  private static List<String> adopted(StepResult.Adopted adopted) {
    Adoption adoption = adopted.adoption();
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s (%s): %,d passages; its vectors are of space %s, mean cosine %.4f over %d texts",
            adoption.index(),
            adoption.engine(),
            adoption.passages(),
            adoption.space(),
            adoption.cosine(),
            adoption.sample()));
    lines.add(
        "an app searches it with the retriever {\"type\": \"%s\", \"endpoint\": \"%s\", \"index\": \"%s\"}"
            .formatted(adoption.engine(), adopted.endpoint(), adoption.index()));
    if (adoption.derived()) {
      lines.add(
          Adoption.DERIVED_SOURCE
              + " is on, as it is by default: after a merge this engine can lose vectors to"
              + " readers, so that searches fail or miss passages. Make the index anew with that"
              + " setting false, as the mapping.json of `whet export bulk` has it");
    }
    return lines;
  }

  private static List<String> exported(StepResult.Exported exported) {
    var files = exported.files();
    var lines = new ArrayList<String>();
    lines.add(
        "%,d passages in %d files (%,d kB) and mapping.json, in %s. In that folder:"
            .formatted(
                files.passages(), files.files().size(), files.bytes() / 1000, files.folder()));
    lines.addAll(files.commands());
    lines.add("Or all of them: sh " + Shell.word(files.folder().resolve("load.sh").toString()));
    return lines;
  }

  /// For example `1 document`, `2,500 documents`.
  ///
  /// @param noun in the singular, with a plural in s
  static String counted(long count, String noun) {
    return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
  }
}
