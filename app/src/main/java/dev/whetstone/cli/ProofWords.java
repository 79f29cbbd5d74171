package dev.whetstone.cli;

import dev.whetstone.evaluate.Power;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workspace.QuestionLog.SplitNote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a proof came to, in English.
final class ProofWords {
  static final String MORE_QUESTIONS =
      "Review written questions with `whet questions review`, type some with `whet questions"
          + " write`, or import a log with `whet questions import`";

  private ProofWords() {}

  static List<String> lines(StepResult.Proven proven) {
    Proof.Result proof = proven.proof();
    var lines = new ArrayList<String>();
    lines.add(verdict(proven.name(), proof.report()));
    GuardReport guard = proof.report().guard();
    if (guard != null) {
      lines.add("guard: " + guard.words());
    }
    if (proof.report().reranker() != null) {
      lines.addAll(RerankerWords.lines(proof.report().reranker()));
    }
    if (proof.repeats() > 0) {
      lines.add(
          "passages with the text of another one: %,d of %,d; a hit in either counts once"
              .formatted(proof.repeats(), proof.passages()));
    }
    SplitNote split = proof.split();
    if (split != null) {
      lines.add(StepWords.split(split));
    }
    String lost = proof.lost();
    if (lost != null) {
      lines.add(
          model(proven.name(), lost)
              + " served; its folder is gone or holds another model, so it serves no longer");
    }
    return lines;
  }

  /// The verdict and what follows from it.
  ///
  /// @param name of the model
  static String verdict(String name, Proof.Report report) {
    Proof.Standing standing = report.standing();
    if (standing == null) {
      return report.words(); // an earlier version wrote all of it
    }
    String candidate = model(name, report.candidate());
    String serving = model(name, report.serves());
    return switch (standing) {
      case NO_CANDIDATE -> "no model was trained; " + serving + " serves";
      case NO_QUESTIONS ->
          "not proven: there are no held-out questions, so "
              + (report.candidate().equals(report.serves()) ? "" : candidate + " is kept and ")
              + serving
              + " serves. "
              + questionsNeeded();
      case PROMOTED -> report.words();
      case HELD_BACK ->
          "%s. It was rolled back, so %s serves; `whet prove` lets %s serve again"
              .formatted(report.words(), serving, candidate);
      case NOT_PROMOTED -> report.words() + ". " + capital(serving) + " serves";
      case SERVES_UNPROVEN ->
          report.words()
              + ". "
              + capital(candidate)
              + " was proven before"
              + (report.earlierProof() == null ? "" : " (reports/" + report.earlierProof() + ")")
              + " and still serves; `whet index rollback --model` lets "
              + model(name, report.against())
              + " serve again";
    };
  }

  /// How many questions prove what, and where they come from.
  static String questionsNeeded() {
    return Power.STANDARD.needed(Power.DEFAULT_DEVIATION) + ". " + MORE_QUESTIONS;
  }

  /// How people call a model: `model manual/2`, or `the base model`.
  ///
  /// @param version null for the base
  static String model(String name, @Nullable String version) {
    return version == null ? "the base model" : "model " + name + "/" + version;
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
