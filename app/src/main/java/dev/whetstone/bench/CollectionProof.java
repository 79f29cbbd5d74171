package dev.whetstone.bench;

import dev.whetstone.bench.ProofOptions.Labels;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.VectorCache;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.guard.ForgettingGuard;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Draft;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.pairs.WrittenPairs;
import dev.whetstone.pairs.WrittenPairs.Written;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.text.Analyzers;
import dev.whetstone.train.Candidate;
import dev.whetstone.train.FineTuning;
import dev.whetstone.train.FirstStage;
import dev.whetstone.train.NoCandidateException;
import dev.whetstone.train.TrainingData;
import dev.whetstone.train.TrainingLimits;
import dev.whetstone.workshop.prove.ProofRankings;
import dev.whetstone.workshop.prove.RerankProof;
import dev.whetstone.workshop.prove.RerankReport;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workspace.QuestionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The project's measuring stick: sharpens a base model on a collection in BEIR layout and compares
/// BM25, base and sharpened on its questions by exact search.
///
/// `tuned` is always the candidate, whether it won or not. Without labels no judgements are read
/// but those of the scored splits, and those only after training; before it their queries' ids are
/// looked at, so that a query without a text is told at once.
public final class CollectionProof {
  /// How many pairs are made of the documents; recipes take what they need.
  private static final int DOCUMENT_PAIRS = 4000;

  /// Of the choice of passages to write about: trainings with different seeds share the questions.
  private static final long QUESTIONS_SEED = 1;

  private final ProofOptions options;
  private final Progress progress;
  private final Beir collection;
  private final long began = System.nanoTime();

  private CollectionProof(ProofOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
    this.collection = Beir.open(options.collection());
  }

  /// Runs it.
  ///
  /// @param done is given each split's report as soon as it stands
  /// @return the reports in the order of the splits asked for
  /// @throws Failure.BadInput if the collection or the options cannot be used
  /// @throws Failure.Refused if there is too little to learn from
  public static List<ProofReport> run(
      ProofOptions options, Progress progress, Consumer<ProofReport> done) {
    return new CollectionProof(options, progress).run(done);
  }

  private List<ProofReport> run(Consumer<ProofReport> done) {
    Labels labels = labels();
    for (String split : options.splits()) {
      if (!collection.hasSplit(split)) {
        throw new Failure.BadInput(
            options.collection() + " has no qrels/" + split + ".tsv to score");
      }
    }
    CollectionReranker.requireStart(options, labels != Labels.NONE);
    Map<String, String> queries = collection.queries();
    options.splits().forEach(split -> requireTexts(split, scored(split).queries(), queries));
    List<Passage> passages = collection.passages();
    Judgements judgements = labels == Labels.TRAIN ? judgements(queries) : Judgements.NONE;
    Model base = BaseModels.open(baseName(passages), MavenArtifact.defaultCache());
    var cache = new VectorCache(options.cache().resolve("vectors"), passages);
    var settings = EncoderSettings.auto();
    try (var words = LuceneIndex.inMemory(passages, null);
        var baseEncoder = Encoders.open(base, settings)) {
      Vectors baseVectors = cache.of(baseEncoder, progress).vectors();
      WrittenPairs written = written(passages, words, baseEncoder, baseVectors);
      var data = trainingData(base, passages, queries, judgements, written, baseVectors, words);
      CollectionReranker.requireStart(options, !data.pairs().asked().isEmpty());
      Path work = options.cache().resolve("candidates").resolve(key(base, cache.content(), data));
      var ofBase = new ProofRankings.Side(baseEncoder, baseVectors);
      Candidate candidate;
      try {
        candidate = candidate(base, data, baseEncoder, work);
      } catch (NoCandidateException e) {
        if (!e.baseStands()) {
          throw new Failure.Refused(String.valueOf(e.getMessage()));
        }
        var same = new ProofRankings(words, ofBase, ofBase);
        var scoring = new Scoring(same, queries, judgements, done);
        return score(
            scoring,
            TrainingOutcome.without(labels, base, e),
            () -> reranker(scoring, base, ofBase, data, work));
      }
      Model tuned = save(candidate, base, labels, work);
      try (var tunedEncoder = Encoders.open(tuned, settings)) {
        var embedded = cache.of(tunedEncoder, progress);
        var ofTuned = new ProofRankings.Side(tunedEncoder, embedded.vectors());
        var outcome =
            TrainingOutcome.of(labels, base, candidate, embedded, guard(baseEncoder, tunedEncoder));
        var scoring =
            new Scoring(new ProofRankings(words, ofBase, ofTuned), queries, judgements, done);
        return score(scoring, outcome, () -> reranker(scoring, tuned, ofTuned, data, work));
      }
    }
  }

  /// What splits are scored with.
  private record Scoring(
      ProofRankings rankings,
      Map<String, String> queries,
      Judgements judgements,
      Consumer<ProofReport> done) {
    /// Dev queries that have a text.
    Map<String, String> devTexts() {
      return texts(
          judgements.dev().queries().stream().filter(queries::containsKey).toList(), queries);
    }

    Qrels dev() {
      return judgements.dev().only(devTexts().keySet());
    }

    ProofRankings.Weights weights() {
      return rankings.weights(devTexts(), dev());
    }
  }

  /// The reranker of the sharpened model, or of the base where that stands.
  private CollectionReranker reranker(
      Scoring scoring, Model model, ProofRankings.Side side, TrainingData data, Path work) {
    var firstStage =
        new FirstStage(side.encoder(), side.vectors(), data.keywords(), scoring.weights().tuned());
    return CollectionReranker.make(options, model, data, firstStage, work, progress);
  }

  private GuardReport guard(Encoder base, Encoder tuned) {
    return options.guard()
        ? new ForgettingGuard(MavenArtifact.defaultCache(), progress)
            .check(base, tuned, options.training().seed())
        : GuardReport.notRun("it was not asked for");
  }

  /// @param encoder of the base
  private Candidate candidate(Model base, TrainingData data, Encoder encoder, Path work) {
    var training = options.training();
    if (!training.recipe().distils()) {
      return new FineTuning(
              data, training.recipe(), training.limits(), training.seed(), work, progress)
          .run();
    }
    try (var taught =
        CollectionTeacher.make(options, base, data, encoder, work.resolve("teacher"), progress)) {
      TrainingLimits left = CollectionTeacher.left(options);
      return new FineTuning(data, training.recipe(), left, training.seed(), work, progress)
          .taughtBy(taught.teacher())
          .run();
    }
  }

  private WrittenPairs written(
      List<Passage> passages, LuceneIndex words, Encoder encoder, Vectors vectors) {
    var training = options.training();
    QuestionSettings writer = training.writer();
    List<Written> written = List.of();
    if (writer != null) {
      written =
          new CollectionQuestions(writer, QUESTIONS_SEED, options.cache(), progress)
              .write(passages, words, encoder, vectors).kept().stream()
                  .map(q -> new Written(q.id(), q.question(), q.source().passage()))
                  .toList();
    } else if (training.written() != null) {
      written = WrittenFile.read(training.written(), passages);
    }
    return WrittenPairs.of(written, passages, training.seed());
  }

  private Labels labels() {
    boolean there = collection.hasSplit("train");
    Labels asked = options.training().labels();
    if (asked == Labels.TRAIN && !there) {
      throw new Failure.BadInput(
          options.collection()
              + " has no qrels/train.tsv: use --labels none to train on its documents alone, or"
              + " --labels written with --writer gguf:FILE or --written FILE");
    }
    if (asked != null) {
      return asked;
    }
    Labels without = options.training().withWritten() ? Labels.WRITTEN : Labels.NONE;
    return there ? Labels.TRAIN : without;
  }

  private String baseName(List<Passage> passages) {
    String named = options.training().base();
    if (named != null) {
      return named;
    }
    return BaseModels.forLanguage(Analyzers.language(passages.getFirst()));
  }

  private Judgements judgements(Map<String, String> queries) {
    var scored = new LinkedHashMap<String, Qrels>();
    options.splits().forEach(split -> scored.put(split, collection.qrels(split)));
    return Judgements.of(collection, queries, scored, options.training().seed());
  }

  private TrainingData trainingData(
      Model base,
      List<Passage> passages,
      Map<String, String> queries,
      Judgements judgements,
      WrittenPairs written,
      Vectors baseVectors,
      LuceneIndex words) {
    Map<String, Passage> byId =
        passages.stream().collect(Collectors.toMap(Passage::id, passage -> passage));
    List<Pair> labelled = PairRecipes.fromJudgements(queries, judgements.train().gains(), byId);
    List<Pair> documents =
        new PairRecipes(options.training().seed()).fromDocuments(passages, DOCUMENT_PAIRS);
    return new TrainingData(
        base,
        passages,
        baseVectors,
        new TrainingPairs(labelled, written.train(), documents),
        new TrainingData.DevQuestions(queries, judgements.dev()),
        new TrainingData.DevQuestions(written.devTexts(), new Qrels(written.devGains())),
        question -> words.words(question, Rankings.DEPTH, Filter.ALL));
  }

  /// Everything that shapes the candidate.
  private String key(Model base, String content, TrainingData data) {
    var pairs = new Sha256();
    for (Pair pair : data.pairs().all()) {
      pairs.add(pair.origin()).add(pair.question()).add(pair.passageId());
    }
    return Sha256.id(
        collection.name(),
        content,
        base.space().value(),
        pairs.hex(),
        options.training().recipe().toString(),
        options.training().limits().time().toString(),
        String.valueOf(options.training().seed()),
        options.training().recipe().distils() ? "from " + options.reranking().from() : "");
  }

  private Model save(Candidate candidate, Model base, Labels labels, Path work) {
    var provenance =
        new Provenance(
            "model",
            1,
            Map.of("base", base.space().value(), "collection", collection.name()),
            Map.of("labels", labels.key()),
            options.training().seed());
    return Model.save(
        work.resolve("model"),
        Draft.of(
                base,
                base.name() + "-" + collection.name(),
                candidate.weights(),
                Training.card(base, candidate))
            .withQueryPrompt(candidate.queryPrompt()),
        provenance);
  }

  private List<ProofReport> score(
      Scoring scoring, TrainingOutcome outcome, Supplier<CollectionReranker> making) {
    if (!options.reranking().wanted()) {
      return score(scoring, outcome, (CollectionReranker) null);
    }
    CollectionReranker made;
    try {
      made = making.get();
    } catch (NoCandidateException e) { // the model's figures stand all the same
      var without = outcome.with(List.of("reranker: none, " + e.getMessage()));
      return score(scoring, without, (CollectionReranker) null);
    }
    try (made) {
      return score(scoring, outcome.with(made.choices()), made);
    }
  }

  private List<ProofReport> score(
      Scoring scoring, TrainingOutcome outcome, @Nullable CollectionReranker reranker) {
    ProofRankings proofRankings = scoring.rankings();
    Map<String, String> queries = scoring.queries();
    var weights = scoring.weights();
    var reports = new ArrayList<ProofReport>();
    for (String split : options.splits()) {
      Qrels qrels = scored(split);
      List<String> ids = qrels.queries();
      var rankings = new ArrayList<>(proofRankings.of(texts(ids, queries), weights));
      rankings.addAll(proofRankings.shortened(texts(ids, queries), weights, outcome.dimensions()));
      var contrasts = new ArrayList<>(ProofRankings.CONTRASTS);
      contrasts.addAll(ProofRankings.contrasts(outcome.dimensions()));
      var comparison =
          Comparison.of(
              rankings,
              contrasts,
              ProofRankings.HYBRID,
              qrels,
              Gate.standard(),
              options.training().seed());
      Verdict verdict = outcome.guard().judge(comparison.verdict());
      @Nullable RerankReport reranked =
          reranker == null
              ? null
              : reranker.prove(
                  RerankProof.Found.of(texts(ids, queries), qrels, rankings),
                  RerankProof.Found.of(
                      scoring.devTexts(),
                      scoring.dev(),
                      proofRankings.of(scoring.devTexts(), weights)),
                  verdict.promoted(),
                  progress);
      var report =
          new ProofReport(
              collection.name(),
              outcome.base(),
              outcome.labels().key(),
              split,
              comparison,
              verdict,
              outcome.guard(),
              new ProofReport.Weights(weights.base(), weights.tuned(), outcome.share()),
              outcome.training(),
              outcome.embedding(),
              (System.nanoTime() - began) / 1e9,
              reranked);
      reports.add(report);
      scoring.done().accept(report);
    }
    Path json = options.json();
    if (json != null) {
      WholeFile.write(
          json, reports.stream().map(r -> r.json() + "\n").collect(Collectors.joining()));
    }
    return reports;
  }

  private Qrels scored(String split) {
    Qrels all = collection.qrels(split);
    return options.limit() == 0 ? all : all.limit(options.limit());
  }

  private static Map<String, String> texts(List<String> ids, Map<String, String> queries) {
    var texts = new LinkedHashMap<String, String>();
    ids.forEach(id -> texts.put(id, queries.getOrDefault(id, "")));
    return texts;
  }

  private void requireTexts(String split, List<String> ids, Map<String, String> queries) {
    for (String id : ids) {
      if (!queries.containsKey(id)) {
        throw new Failure.BadInput(
            options.collection()
                + ": the query "
                + id
                + " of qrels/"
                + split
                + ".tsv has no text in queries.jsonl");
      }
    }
  }
}
