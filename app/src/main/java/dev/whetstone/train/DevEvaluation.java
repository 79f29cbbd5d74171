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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Scores candidates on the pool of dev passages, each once: scores are stored, as scoring takes
/// about as long as training, and a killed run goes on with the next candidate.
final class DevEvaluation {
  private final TrainingData data;
  private final FineTuningPlan plan;
  private final String prompt;
  private final CandidateEncoder encoder;
  private final Path folder;
  private final Progress progress;
  private final String planHash;
  private @Nullable DevPool pool;

  /// @param data with the dev questions to choose on, and the base's vectors
  /// @param prompt before questions
  /// @param folder for the scores
  DevEvaluation(
      TrainingData data,
      FineTuningPlan plan,
      String prompt,
      CandidateEncoder encoder,
      Path folder,
      Progress progress) {
    this.data = data;
    this.plan = plan;
    this.prompt = prompt;
    this.encoder = encoder;
    this.folder = folder;
    this.progress = progress;
    this.planHash = plan.hash();
  }

  /// @param plan hash of the plan
  record StoredScores(String plan, DevPool.CandidateScores scores) {}

  /// Whether a candidate was scored before.
  boolean knows(String name) {
    return known(file(name)) != null;
  }

  /// @param name of the candidate in this plan: the same name, the same weights
  DevPool.CandidateScores of(String name, Supplier<NamedTensors> weights) {
    return stored(
        name,
        () -> {
          Embedded all = embedded(name, weights.get());
          return pool().score(all.passages(), all.questions());
        });
  }

  /// The base's own, by the vectors it has given.
  DevPool.CandidateScores ofBase() {
    return stored(
        "base",
        () -> {
          DevPool on = pool();
          encoder.load(data.base().weights());
          return on.score(
              on.part(baseVectors()),
              encoder.questions(data.base().prompts().query(), on.questions()));
        });
  }

  /// Of the first dimensions of a candidate's vectors, brought to unit length.
  ///
  /// @param name of the candidate in this plan
  Map<Integer, DevPool.CandidateScores> ofPrefixes(
      String name, NamedTensors weights, List<Integer> dimensions) {
    var scores = new LinkedHashMap<Integer, DevPool.CandidateScores>();
    var embedded = new ArrayList<Embedded>(); // once for all, where one is not known
    for (int dimension : dimensions) {
      scores.put(
          dimension,
          stored(
              name + " in " + dimension,
              () -> {
                if (embedded.isEmpty()) {
                  embedded.add(embedded(name, weights));
                }
                Embedded all = embedded.getFirst();
                return pool()
                    .score(
                        all.passages().prefix(dimension, all.passages().space()),
                        all.questions().stream()
                            .map(question -> Vectors.prefix(question, dimension))
                            .toList());
              }));
    }
    return scores;
  }

  private record Embedded(Vectors passages, List<float[]> questions) {}

  private Embedded embedded(String name, NamedTensors weights) {
    DevPool on = pool();
    List<Passage> passages = on.passages();
    encoder.load(weights);
    try (var task = progress.start("choose: " + name, passages.size(), "passages")) {
      Vectors vectors =
          encoder.passages(
              passages.stream().map(Passage::id).toList(),
              passages.stream().map(Passage::embedded).toList(),
              Planner.PASSAGE_TOKENS,
              task);
      return new Embedded(vectors, encoder.questions(prompt, on.questions()));
    }
  }

  private DevPool.CandidateScores stored(String name, Supplier<DevPool.CandidateScores> compute) {
    DevPool.CandidateScores known = known(file(name));
    if (known != null) {
      return known;
    }
    var stored = new StoredScores(planHash, compute.get());
    WholeFile.write(file(name), Json.sealed(Json.pretty(stored)));
    return stored.scores();
  }

  private DevPool.@Nullable CandidateScores known(Path file) {
    return Json.kept(file, StoredScores.class)
        .filter(stored -> stored.plan().equals(planHash))
        .map(StoredScores::scores)
        .orElse(null);
  }

  private Path file(String name) {
    return folder.resolve(name.replace(' ', '-') + ".json");
  }

  private DevPool pool() {
    DevPool made = pool;
    if (made == null) {
      List<String> ids = data.dev().ids();
      List<String> texts = ids.stream().map(data.dev()::text).toList();
      encoder.load(data.base().weights());
      Map<String, Ranking> dense =
          Rankings.dense(
              baseVectors(), ids, encoder.questions(data.base().prompts().query(), texts));
      made =
          DevPool.of(
              data,
              dense,
              plan.search().pool().top(),
              plan.search().pool().random(),
              plan.key().seed());
      pool = made;
    }
    return made;
  }

  private Vectors baseVectors() {
    Vectors vectors = data.baseVectors();
    if (vectors == null) {
      throw new IllegalArgumentException("nothing can be chosen without the base's vectors");
    }
    return vectors;
  }
}
