package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.pairs.Pair;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Mines a training's hard negatives anew with its own weights, after steps that the plan names.
/// What was found is stored in the training's folder.
final class Remining implements ExampleChanges {
  private final FineTuningPlan plan;
  private final List<Integer> after;
  private final NegativeMining mining;
  private final TrainingExamples texts;
  private final TrainingRun run;
  private final Sources sources;
  private final Progress progress;

  /// What the examples were made of.
  ///
  /// @param pairs one for each example
  /// @param examples that the training begins with
  /// @param prompt before questions
  record Sources(List<Pair> pairs, List<TokenisedExample> examples, Guide guide, String prompt) {
    Sources {
      pairs = List.copyOf(pairs);
      examples = List.copyOf(examples);
    }
  }

  /// @param after how many steps, rising
  /// @param mining that has mined by the base
  Remining(
      FineTuningPlan plan,
      List<Integer> after,
      NegativeMining mining,
      TrainingExamples texts,
      TrainingRun run,
      Sources sources,
      Progress progress) {
    this.plan = plan;
    this.after = List.copyOf(after);
    this.mining = mining;
    this.texts = texts;
    this.run = run;
    this.sources = sources;
    this.progress = progress;
  }

  /// @param plan hash of the plan
  /// @param negatives question → passage ids
  private record Mined(String plan, Map<String, List<String>> negatives) {}

  @Override
  public List<Integer> after() {
    return after;
  }

  @Override
  public List<TokenisedExample> examples(int step, Path folder, Supplier<NamedTensors> weights) {
    Path file = folder.resolve("negatives-after-" + step + ".json");
    Map<String, List<String>> negatives =
        Json.kept(file, Mined.class)
            .filter(stored -> stored.plan().equals(plan.hash()))
            .map(Mined::negatives)
            .orElse(null);
    if (negatives == null) {
      int most = plan.pairs().negatives().pool();
      int round = 1 + after.indexOf(step);
      negatives = mining.by(weights.get(), sources.prompt(), most, round, progress);
      WholeFile.write(file, Json.sealed(Json.pretty(new Mined(plan.hash(), negatives))));
    }
    var changed = new ArrayList<TokenisedExample>();
    for (int i = 0; i < sources.pairs().size(); i++) {
      Pair pair = sources.pairs().get(i);
      TokenisedExample example = sources.examples().get(i);
      changed.add(
          pair.asked()
              ? example.withNegatives(tokenised(negatives.getOrDefault(pair.question(), List.of())))
              : example);
    }
    return changed;
  }

  private List<TokenisedPassage> tokenised(List<String> ids) {
    var passages = new ArrayList<TokenisedPassage>();
    for (Passage passage : mining.passages(ids)) {
      passages.add(
          run.passage(
              passage.id(), texts.text(passage), plan.texts().passageTokens(), sources.guide()));
    }
    return passages;
  }
}
