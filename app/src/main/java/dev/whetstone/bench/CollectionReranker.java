package dev.whetstone.bench;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.encode.CrossEncoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import dev.whetstone.store.Provenance;
import dev.whetstone.train.FirstStage;
import dev.whetstone.train.NoCandidateException;
import dev.whetstone.train.RerankerCandidate;
import dev.whetstone.train.RerankerData;
import dev.whetstone.train.RerankerStart;
import dev.whetstone.train.RerankerTraining;
import dev.whetstone.train.TrainingData;
import dev.whetstone.workshop.prove.RerankProof;
import dev.whetstone.workshop.prove.RerankReport;
import dev.whetstone.workshop.prove.RerankerRuntimes;
import dev.whetstone.workshop.train.RerankerMaking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The reranker of a collection's proof: trained on its train judgements for the hybrid of the
/// sharpened model, and kept with the candidate, so that it is trained once. Close it to free the
/// models.
final class CollectionReranker implements AutoCloseable {
  private final ProofOptions options;
  private final String name;
  private final CrossEncoder scorer;
  private final @Nullable CrossEncoder untrained;
  private final Map<String, String> texts;
  private final List<String> choices;
  private boolean chosen;

  private CollectionReranker(
      ProofOptions options,
      String name,
      CrossEncoder scorer,
      @Nullable CrossEncoder untrained,
      Map<String, String> texts,
      List<String> choices) {
    this.options = options;
    this.name = name;
    this.scorer = scorer;
    this.untrained = untrained;
    this.texts = texts;
    this.choices = List.copyOf(choices);
  }

  /// What can be told before anything is trained.
  ///
  /// @param questions whether there are any to learn from
  /// @throws Failure.BadInput if a reranker is asked for and there are neither questions nor a
  ///   reranker to begin with
  static void requireStart(ProofOptions options, boolean questions) {
    if (options.reranking().wanted() && options.reranking().from() == null && !questions) {
      throw new Failure.BadInput(
          "--reranker needs questions to learn from (train judgements, or --labels written), or a"
              + " reranker to begin with (--from NAME)");
    }
  }

  /// Trains it, or takes the one that was trained before.
  ///
  /// @param tuned the sharpened model
  /// @param data of its training: passages, labels, dev questions and keyword search
  /// @param firstStage the sharpened hybrid
  /// @param work folder of the candidate
  /// @throws NoCandidateException if there is too little to learn from
  static CollectionReranker make(
      ProofOptions options,
      Model tuned,
      TrainingData data,
      FirstStage firstStage,
      Path work,
      Progress progress) {
    Path from = options.reranking().from();
    @Nullable CrossEncoderModel loaded = from == null ? null : CrossEncoderModel.open(from);
    List<Pair> asked = data.pairs().asked();
    Map<String, String> texts =
        data.passages().stream().collect(Collectors.toMap(Passage::id, Passage::embedded));
    if (loaded != null && asked.isEmpty()) {
      return new CollectionReranker(
          options,
          loaded.name(),
          CrossEncoder.open(loaded, EncoderSettings.auto()),
          null,
          texts,
          List.of("as it was loaded: there are no labels to train it on"));
    }
    String of = loaded == null ? tuned.space().value() : loaded.identity();
    Path folder =
        work.resolve("reranker-" + Sha256.id(of, options.reranking().budget().toString()));
    long seed = options.training().seed();
    RerankerCandidate candidate;
    try (RerankerStart start =
        loaded == null ? RerankerStart.of(tuned, seed) : RerankerStart.of(loaded)) {
      var making =
          new RerankerData(
              start,
              data.passages(),
              firstStage,
              asked,
              data.choosing(),
              options.reranking().budget());
      candidate =
          new RerankerTraining(making, options.training().limits(), seed, folder, progress).run();
    }
    String name = (loaded == null ? tuned.name() : loaded.name()) + "-reranker";
    CrossEncoderModel made =
        CrossEncoderModel.save(
            folder.resolve("model"),
            RerankerMaking.draft(tuned, loaded, name, candidate),
            new Provenance("reranker", 1, Map.of("base", of), Map.of(), seed));
    return new CollectionReranker(
        options,
        name,
        CrossEncoder.open(made, EncoderSettings.auto()),
        loaded == null ? null : CrossEncoder.open(loaded, EncoderSettings.auto()),
        texts,
        words(candidate));
  }

  private static List<String> words(RerankerCandidate candidate) {
    var words = new ArrayList<String>();
    words.add(
        "reranker: %,d lists of %d negatives in %,d steps, %.0f s (%.2f lists/s)"
            .formatted(
                candidate.stats().pairs(),
                candidate.plan().lists().negatives(),
                candidate.stats().steps(),
                candidate.stats().seconds(),
                candidate.stats().pairsPerSecond()));
    candidate.decisions().forEach(one -> words.add("reranker: " + one.words()));
    return words;
  }

  /// What was chosen among what, in words.
  List<String> choices() {
    return choices;
  }

  /// Proves it on a split.
  ///
  /// @param promoted whether the sharpened model serves, or else its base
  RerankReport prove(
      RerankProof.Found heldOut, RerankProof.Found dev, boolean promoted, Progress progress) {
    if (!chosen) {
      RerankerRuntimes.choose(scorer, heldOut, texts);
      if (untrained != null) {
        RerankerRuntimes.choose(untrained, heldOut, texts);
      }
      chosen = true;
    }
    var setup =
        new RerankProof.Setup(
            name,
            scorer,
            untrained,
            texts,
            options.reranking().budget(),
            Gate.standard().level(),
            options.training().seed());
    return new RerankProof(setup, heldOut, dev, progress).run(promoted);
  }

  @Override
  public void close() {
    scorer.close();
    if (untrained != null) {
      untrained.close();
    }
  }
}
