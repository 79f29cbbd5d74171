package dev.whetstone.bench;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.VectorCache;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.model.BaseModels;
import dev.whetstone.questions.QuestionKind;
import dev.whetstone.questions.QuestionWriter;
import dev.whetstone.questions.ReplyCache;
import dev.whetstone.questions.SearchedPassages;
import dev.whetstone.questions.WriterInputs;
import dev.whetstone.questions.WriterLimits;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.questions.WriterSettings;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.text.Analyzers;
import dev.whetstone.workshop.questions.WriterModel;
import dev.whetstone.workspace.QuestionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Questions that a language model writes about the documents of a collection in BEIR layout. Of
/// the collection only the documents are read. Replies and vectors are kept in the collection's
/// cache: a run that was stopped goes on, and the proof of the collection uses the same vectors.
public final class CollectionQuestions {
  private final QuestionSettings settings;
  private final WriterModel writer;
  private final long seed;
  private final Path cache;
  private final Progress progress;

  /// @param settings the writer, and how many questions in what time
  /// @param seed of the choice of passages and of the model
  /// @param cache the collection's folder for what is kept between runs
  /// @throws dev.whetstone.core.Failure.BadInput if the writer is at another machine and nothing
  ///   limits what it may cost
  public CollectionQuestions(QuestionSettings settings, long seed, Path cache, Progress progress) {
    this.settings = settings;
    this.writer = WriterModel.onThisMachine(settings);
    this.seed = seed;
    this.cache = cache;
    this.progress = progress;
  }

  /// Writes questions about a collection's documents and keeps them in a file, those that a check
  /// refuses with their faults: [WrittenFile] passes over them.
  ///
  /// @param base a base model's name or folder, by which passages and questions are checked; null
  ///   for the one of the collection's language
  /// @param out one object a line
  public WriterResult write(Path collection, @Nullable String base, Path out) {
    List<Passage> passages = Beir.documents(collection);
    String named =
        base == null ? BaseModels.forLanguage(Analyzers.language(passages.getFirst())) : base;
    var model = BaseModels.open(named, MavenArtifact.defaultCache());
    try (var words = LuceneIndex.inMemory(passages, null);
        var encoder = Encoders.open(model, EncoderSettings.auto())) {
      Vectors vectors =
          new VectorCache(cache.resolve("vectors"), passages).of(encoder, progress).vectors();
      WriterResult result = write(passages, words, encoder, vectors);
      WholeFile.write(out, lines(result.questions()));
      return result;
    }
  }

  /// Writes questions about passages that are indexed and embedded.
  ///
  /// @param vectors of the passages, of the encoder's space
  WriterResult write(List<Passage> passages, PassageIndex words, Encoder encoder, Vectors vectors) {
    var search =
        new SearchedPassages(
            words,
            encoder,
            vectors,
            RetrievalPlan.UNTUNED_DENSE_WEIGHT,
            Runtime.getRuntime().availableProcessors());
    var replies = new ReplyCache(cache.resolve("written").resolve("replies.jsonl"));
    try (ChatModel chat = writer.open()) {
      return new QuestionWriter(chat, search, replies, writerSettings(writer.remote()))
          .write(new WriterInputs(passages, _ -> true, vectors, List.of()), limits(), progress);
    }
  }

  private WriterSettings writerSettings(boolean remote) {
    return new WriterSettings(
        settings.kinds().stream().map(QuestionKind::of).toList(),
        WriterSettings.LOCAL.perPassage(),
        WriterSettings.LOCAL.temperature(),
        settings.writer().concurrent(),
        remote,
        WriterModel.price(settings.limits()),
        seed);
  }

  private WriterLimits limits() {
    var limits = settings.limits();
    return new WriterLimits(settings.count(), settings.time(), limits.tokens(), limits.cost());
  }

  private static String lines(List<WrittenQuestion> questions) {
    return questions.stream().map(q -> Json.line(q) + "\n").collect(Collectors.joining());
  }
}
