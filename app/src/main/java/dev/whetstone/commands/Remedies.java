package dev.whetstone.commands;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Shell;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The command that carries out a [Remedy].
public final class Remedies {
  private Remedies() {}

  /// The failure's message, then the commands that mend it: `… Run `whet train` or `whet run``.
  public static String message(Failure failure) {
    return message(String.valueOf(failure.getMessage()), failure.remedies());
  }

  /// A message, then the commands that mend it.
  public static String message(String message, List<Remedy> remedies) {
    return remedies.isEmpty() ? message : message + ". Run " + commands(remedies);
  }

  /// Alternatives, each in backticks.
  public static String commands(List<Remedy> remedies) {
    return remedies.stream()
        .map(remedy -> "`" + command(remedy) + "`")
        .collect(Collectors.joining(" or "));
  }

  public static String command(Remedy remedy) {
    return switch (remedy) {
      case Remedy.RunAll() -> "whet run";
      case Remedy.RunSteps(List<String> names) ->
          names.stream()
              .map(name -> "whet " + (name.equals("generate") ? "questions " : "") + name)
              .collect(Collectors.joining(" && "));
      case Remedy.BuildIndex(Remedy.BuildIndex.Build build, @Nullable String engine) ->
          "whet index" + option("--engine", engine) + option(build);
      case Remedy.AdoptIndex(@Nullable String index, @Nullable String engine) ->
          "whet index adopt " + word(index, "INDEX") + option("--engine", engine);
      case Remedy.Stage(@Nullable String source) -> "whet stage " + word(source, "DIR");
      case Remedy.Unstage(String source) -> "whet stage " + Shell.word(source) + " --remove";
      case Remedy.ReplaceQuestions() -> "whet questions import FILE --replace";
      case Remedy.TrainAgain() -> "whet train --again";
      case Remedy.RollBackModel() -> "whet index rollback --model";
      case Remedy.ImportQuestions() -> "whet questions import FILE";
      case Remedy.GenerateQuestions() -> "whet questions generate";
      case Remedy.ReviewQuestions() -> "whet questions review";
      case Remedy.CreateWorkspace(@Nullable String place) ->
          place == null ? "whet init" : "whet init " + Shell.word(place);
      case Remedy.AddModel(String name) ->
          "whet models add "
              + (name.matches("\\w[\\w.-]*/\\w[\\w.-]*") ? "hf:" + name : "hf:ORG/NAME");
      case Remedy.Deploy() -> "whet deploy";
    };
  }

  private static String option(Remedy.BuildIndex.Build build) {
    return switch (build) {
      case UPDATE -> "";
      case FRESH -> " --fresh";
      case FORCE -> " --force";
    };
  }

  private static String option(String name, @Nullable String value) {
    return value == null ? "" : " " + name + " " + Shell.word(value);
  }

  private static String word(@Nullable String value, String placeholder) {
    return value == null ? placeholder : Shell.word(value);
  }
}
