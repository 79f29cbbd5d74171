package dev.whetstone.workshop.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.pairs.Question;
import dev.whetstone.questions.QuestionKind;
import dev.whetstone.questions.QuestionWriter;
import dev.whetstone.questions.ReplyCache;
import dev.whetstone.questions.SearchedPassages;
import dev.whetstone.questions.WriterInputs;
import dev.whetstone.questions.WriterLimits;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.questions.WriterSettings;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.QuestionSettings;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes questions about a workspace's passages and keeps them. Replies of the model are cached as
/// they come, so that a run that was stopped goes on, and asks again about no passage.
public final class Writing {
  /// Raised whenever the same inputs give other questions.
  public static final int VERSION = 2;

  /// What is asked for.
  ///
  /// @param count questions that are to train and choose
  /// @param kinds keys of [QuestionKind]
  public record Request(int count, Duration budget, List<String> kinds) {
    public Request {
      kinds = List.copyOf(kinds);
    }
  }

  private final Workspace workspace;
  private final QuestionSettings settings;
  private final ModelShelf shelf;
  private final Progress progress;

  public Writing(Workspace workspace, ModelShelf shelf, Progress progress) {
    this.workspace = workspace;
    this.settings = workspace.settings().questions();
    this.shelf = shelf;
    this.progress = progress;
  }

  /// What it will take. No model is opened: nothing is embedded, and the passages are chosen
  /// without regard to how near they are to each other.
  public WritingEstimate estimate(List<Passage> passages, Request request) {
    WriterModel model = WriterModel.of(workspace);
    model.check(workspace);
    var writer =
        new QuestionWriter(
            new NamedOnly(model.name()),
            (_, _) -> List.of(),
            cache(),
            settings(request, model.remote()));
    return WritingEstimate.of(writer.estimate(inputs(passages, null), limits(request)));
  }

  /// A model that is only asked for its name.
  private record NamedOnly(String name) implements ChatModel {
    @Override
    public Reply chat(List<Message> messages, ChatOptions options) {
      throw new IllegalStateException("an estimate asks no model");
    }

    @Override
    public void close() {}
  }

  /// Writes questions until a limit is reached, and keeps them in place of those before, without
  /// those that were forgotten.
  ///
  /// @throws Failure.Unavailable if the model does not answer; what it replied before is cached
  public WritingResult write(String language, List<Passage> passages, Request request) {
    WriterResult result = written(language, passages, request);
    Set<String> forgotten = Reviewing.forgotten(workspace);
    List<WrittenQuestion> questions =
        result.questions().stream().filter(question -> !forgotten.contains(question.id())).toList();
    QuestionLog log = QuestionLog.of(workspace, passages);
    long seed = workspace.settings().train().seed();
    Set<String> forReview =
        WrittenSplit.forReview(
            questions,
            WrittenQuestions.read(workspace).forReview(),
            settings.review(),
            log,
            passages,
            seed);
    var written =
        new WrittenQuestions(questions, forReview, passages.stream().map(Passage::id).toList());
    String name = WriterModel.of(workspace).name();
    written.write(workspace, Map.of("writer", name, "kinds", String.join(" ", request.kinds())));
    WrittenSplit split = WrittenSplit.of(written, log, passages, seed);
    return new WritingResult(
        name,
        result.passages(),
        questions.size(),
        WritingResult.Use.of(split, Reviewing.waiting(workspace, split).size()),
        new WritingResult.Refused(WritingResult.passedOver(result), WritingResult.refused(result)),
        result.headroom(),
        WritingResult.Spent.of(result.spent()),
        result.end(),
        reached(result.end()));
  }

  private QuestionSettings.@Nullable Limits reached(WriterResult.End end) {
    return switch (end) {
      case TOKENS, MONEY -> settings.limits();
      case COUNT, PASSAGES, TIME -> null;
    };
  }

  private WriterResult written(String language, List<Passage> passages, Request request) {
    WriterModel model = WriterModel.of(workspace);
    try (ChatModel chat = model.open(workspace);
        Encoder encoder = shelf.encoder(shelf.base(language))) {
      var vectors =
          new VectorStore(workspace).of(passages, encoder, "embed base", progress).vectors();
      try (LuceneIndex words = LuceneIndex.inMemory(passages, null)) {
        var search =
            new SearchedPassages(
                words,
                encoder,
                vectors,
                RetrievalPlan.UNTUNED_DENSE_WEIGHT,
                Runtime.getRuntime().availableProcessors());
        return new QuestionWriter(chat, search, cache(), settings(request, model.remote()))
            .write(inputs(passages, vectors), limits(request), progress);
      }
    }
  }

  private ReplyCache cache() {
    return new ReplyCache(workspace.hidden().resolve("written").resolve("replies.jsonl"));
  }

  private WriterInputs inputs(List<Passage> passages, @Nullable Vectors vectors) {
    QuestionLog log = QuestionLog.of(workspace, passages);
    var heldOut = new Units(notAskable(log.heldOut()), log, passages);
    List<String> examples = log.train().stream().map(Question::text).toList();
    return new WriterInputs(passages, passage -> !heldOut.contains(passage), vectors, examples);
  }

  /// Nothing is written about what the log holds out: it could neither train nor be of more use for
  /// the proof. About documents of reviewed and typed questions something is, where it can wait for
  /// review, too.
  private List<Question> notAskable(List<Question> heldOut) {
    return settings.review() == 0
        ? heldOut
        : heldOut.stream().filter(question -> !question.origin().onlyProves()).toList();
  }

  private WriterSettings settings(Request request, boolean remote) {
    return new WriterSettings(
        request.kinds().stream().map(QuestionKind::of).toList(),
        WriterSettings.LOCAL.perPassage(),
        WriterSettings.LOCAL.temperature(),
        settings.writer().concurrent(),
        remote,
        WriterModel.price(settings.limits()),
        workspace.settings().train().seed());
  }

  private WriterLimits limits(Request request) {
    QuestionSettings.Limits limits = settings.limits();
    return new WriterLimits(
        request.count() + settings.review(), request.budget(), limits.tokens(), limits.cost());
  }
}
