package dev.whetstone.train;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Scores candidates on the pool of dev passages, each once: what was found is kept, as scoring
/// takes about as long as training, and a run that was killed goes on with the next one.
final class DevJudge {
  private final Material material;
  private final Plan plan;
  private final String prompt;
  private final CandidateEncoder encoder;
  private final Path folder;
  private final Progress progress;
  private final String planHash;
  private @Nullable DevPool pool;

  /// @param material with the dev questions to choose on, and the base's vectors
  /// @param prompt before questions
  /// @param folder for what was found
  DevJudge(
      Material material,
      Plan plan,
      String prompt,
      CandidateEncoder encoder,
      Path folder,
      Progress progress) {
    this.material = material;
    this.plan = plan;
    this.prompt = prompt;
    this.encoder = encoder;
    this.folder = folder;
    this.progress = progress;
    this.planHash = plan.hash();
  }

  /// @param plan hash of the plan
  record Found(String plan, DevPool.Scores scores) {}

  /// Whether a candidate was scored before.
  boolean knows(String name) {
    return known(file(name)) != null;
  }

  /// @param name of the candidate in this plan: the same name, the same weights
  DevPool.Scores of(String name, Supplier<NamedTensors> weights) {
    return kept(
        name,
        () -> {
          DevPool on = pool();
          List<Passage> passages = on.passages();
          encoder.load(weights.get());
          try (var task = progress.start("choose: " + name, passages.size(), "passages")) {
            Vectors vectors =
                encoder.passages(
                    passages.stream().map(Passage::id).toList(),
                    passages.stream().map(Passage::embedded).toList(),
                    Planner.PASSAGE_TOKENS,
                    task);
            return on.score(vectors, encoder.questions(prompt, on.questions()));
          }
        });
  }

  /// The base's own, by the vectors it has given.
  DevPool.Scores ofBase() {
    return kept(
        "base",
        () -> {
          DevPool on = pool();
          encoder.load(material.base().weights());
          return on.score(
              on.part(baseVectors()),
              encoder.questions(material.base().prompts().query(), on.questions()));
        });
  }

  private DevPool.Scores kept(String name, Supplier<DevPool.Scores> finding) {
    DevPool.Scores known = known(file(name));
    if (known != null) {
      return known;
    }
    var found = new Found(planHash, finding.get());
    WholeFile.write(file(name), Json.sealed(Json.pretty(found)));
    return found.scores();
  }

  private DevPool.@Nullable Scores known(Path file) {
    return Json.kept(file, Found.class)
        .filter(found -> found.plan().equals(planHash))
        .map(Found::scores)
        .orElse(null);
  }

  private Path file(String name) {
    return folder.resolve(name.replace(' ', '-') + ".json");
  }

  private DevPool pool() {
    DevPool made = pool;
    if (made == null) {
      List<String> ids = DevPool.questionIds(material);
      List<String> texts =
          ids.stream().map(id -> material.devQuestions().getOrDefault(id, "")).toList();
      encoder.load(material.base().weights());
      Map<String, Ranking> dense =
          Rankings.dense(
              baseVectors(), ids, encoder.questions(material.base().prompts().query(), texts));
      made = DevPool.of(material, dense, plan.poolTop(), plan.poolRandom(), plan.seed());
      pool = made;
    }
    return made;
  }

  private Vectors baseVectors() {
    Vectors vectors = material.baseVectors();
    if (vectors == null) {
      throw new IllegalArgumentException("nothing can be chosen without the base's vectors");
    }
    return vectors;
  }
}
