package dev.whetstone.cli;

import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.index.GenerationList;
import dev.whetstone.workshop.index.Indexing;
import dev.whetstone.workshop.index.PromotionCheck;
import dev.whetstone.workshop.index.Rollback;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Formats the result of an index step as English text.
final class IndexWords {
  private IndexWords() {}

  static List<String> lines(StepResult.Indexed indexed) {
    Indexing.Loaded loaded = indexed.loaded();
    var lines = new ArrayList<String>();
    lines.add(
        "generation %s of %s %s: %,d passages written, %,d deleted; %s"
            .formatted(
                loaded.generation(),
                indexed.place(),
                loaded.kind() == Indexing.Kind.UPDATED ? "is brought up to date" : "is new",
                loaded.upserted(),
                loaded.deleted(),
                loaded.serves() ? "it serves now" : "it does not serve yet: `whet index` lets it"));
    if (loaded.kind() == Indexing.Kind.BUILT_BEFORE) {
      lines.add("it was built before and stood beside");
    }
    for (Indexing.CarriedOver carried : loaded.carriedOver()) {
      lines.add(
          "others wrote %,d passages into the generation before and deleted %,d meanwhile: carried over"
              .formatted(carried.written(), carried.deleted()));
    }
    PromotionCheck.Findings check = loaded.check();
    if (check != null) {
      lines.addAll(lines(check));
    }
    return lines;
  }

  private static List<String> lines(PromotionCheck.Findings check) {
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "finds %.3f of the 10 nearest that exact search finds (%d searches)",
            check.recall().recall(),
            check.recall().probes()));
    PromotionCheck.Shadow shadow = check.shadow();
    if (shadow != null) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%d questions %s to the generation before and to this one: %.2f of the 10 best are"
                  + " the same, %d answers are made from other passages",
              shadow.questions(),
              switch (shadow.origin()) {
                case LOG -> "of the log";
                case HEADINGS -> "made of headings";
              },
              shadow.overlap(),
              shadow.changed()));
    } else if (check.spaceBefore() != null) {
      lines.add(
          "not compared with the generation before: there is no question to ask, or no model here"
              + " makes vectors of its space, "
              + check.spaceBefore());
    }
    return lines;
  }

  static List<String> lines(StepResult.RolledBack back) {
    Rollback.IndexChange index = back.rollback().index();
    Rollback.ModelChange model = back.rollback().model();
    String indexWords =
        switch (index.outcome()) {
          case WENT_BACK ->
              "generation %s of %s serves again".formatted(index.generation(), index.place());
          case NONE_KEPT ->
              "no generation of its space is kept: `whet run` makes one; until then the index"
                  + " answers as before";
          case FAILED ->
              "the index did not go back (" + index.reason() + "): `whet run` follows the model";
        };
    String serving = ProofWords.model(back.name(), model.serving());
    String modelWords =
        switch (model.outcome()) {
          case WENT_BACK ->
              "%s serves again, until another is trained and proven; `whet prove` lets %s serve again if the gate does. `whet run` fits the app to it"
                  .formatted(serving, ProofWords.model(back.name(), model.before()));
          case SAME -> "it does until the documents or the model change or you run `whet index`";
          case NONE_OF_THE_SPACE ->
              "%s stays, for no model that served makes vectors of the space %s: `whet run` goes forward again"
                  .formatted(serving, model.space());
          case OTHER_INDEX ->
              "the model stays, for `whet run` and the app work on the index of the settings;"
                  + " `whet index --engine ENGINE` goes forward again";
          case UNREADABLE_GENERATION -> "it cannot be read: `whet index` makes another";
        };
    var lines = new ArrayList<>(List.of(indexWords, modelWords));
    StepResult.RerankerChange reranker = back.reranker();
    if (reranker.changed()) {
      lines.add(
          reranker.serving() == null
              ? "no reranker serves with it: that of the model before was proven over what that one"
                  + " finds"
              : "reranker %s/%s serves with it again".formatted(back.name(), reranker.serving()));
    }
    return lines;
  }

  static List<String> lines(StepResult.RerankerRolledBack back) {
    StepResult.RerankerChange reranker = back.reranker();
    String now =
        reranker.serving() == null
            ? "no reranker serves"
            : "reranker %s/%s serves again".formatted(back.name(), reranker.serving());
    return List.of(
        "%s, until another is trained and proven; `whet prove` lets reranker %s/%s serve again if its gain is proven. `whet run` fits the app to it"
            .formatted(now, back.name(), reranker.before()));
  }

  static List<String> lines(StepResult.Generations generations) {
    GenerationList index = generations.index();
    if (index.generations().isEmpty()) {
      return List.of("no generation of " + index.place() + " yet: `whet index` makes one");
    }
    return index.generations().stream()
        .map(each -> each.id() + (each.serves() ? "  serves  " : "          ") + described(each))
        .toList();
  }

  private static String described(GenerationList.GenerationEntry generation) {
    return generation.unreadable() != null
        ? "cannot be read: " + generation.unreadable()
        : "space %s (%s)  %,d passages"
            .formatted(
                generation.space(),
                generation.model() == null ? "no model here" : generation.model(),
                generation.passages());
  }
}
