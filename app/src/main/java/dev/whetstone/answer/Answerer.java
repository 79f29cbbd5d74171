package dev.whetstone.answer;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.encode.Encoder;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.text.LanguageDetector;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Answers questions from the passages found for them: by a language model when there is one, else
/// by quoting the best supported sentences. It declines when the passages do not answer, and each
/// sentence cites passages that were handed in. Safe for many threads. Owns neither the encoder nor
/// the language model.
public final class Answerer {
  private static final System.Logger LOG = System.getLogger(Answerer.class.getName());

  private final Encoder encoder;
  private final TermWeights terms;
  private final Abstention abstention;
  private final AnswerSettings settings;
  private final @Nullable ChatModel chat;
  private final ExcerptVectors vectors;
  private final PassageReadings readings;
  private final CitationCheck check;
  private final SentenceCosines sentences;

  /// @param readings shared with what else answers from the same passages
  /// @param sentences of the index's passages, made beforehand where they were
  /// @param terms counted over the index that the hits come from
  /// @param chat null for extractive answers
  /// @throws Failure.CorruptArtifact if the abstention was fitted by another version, on other
  ///   features than this program computes
  public Answerer(
      Encoder encoder,
      PassageReadings readings,
      Optional<SentenceRows> sentences,
      TermWeights terms,
      Abstention abstention,
      AnswerSettings settings,
      @Nullable ChatModel chat) {
    this.encoder = encoder;
    this.terms = terms;
    this.abstention = Support.require(abstention);
    this.settings = settings;
    this.chat = chat;
    this.vectors = new ExcerptVectors(encoder);
    this.readings = readings;
    this.sentences = new SentenceCosines(sentences, vectors);
    this.check = new CitationCheck(terms, vectors, readings);
  }

  /// Answers from `hits`.
  ///
  /// @param vector of the question, as the hits were found by
  /// @param hits best first, as many as the pool of the plan where the index has as many
  /// @param topK how many of them may be cited and are shown to the language model, from 1
  public Answer answer(String question, float[] vector, List<Retrieved> hits, int topK) {
    return answer(question, vector, hits, topK, ModelWait.INSIDE, AnswerListener.NONE);
  }

  /// The same, waiting for the language model inside `wait`, which may be several times: what it
  /// wrote is checked between.
  ///
  /// @throws java.util.concurrent.CancellationException once the listener does not want it any more
  public Answer answer(
      String question,
      float[] vector,
      List<Retrieved> hits,
      int topK,
      ModelWait wait,
      AnswerListener listener) {
    long start = System.nanoTime();
    boolean chinese = LanguageDetector.ofQuestion(question).equals("zh");
    var asked = new Evidence.AskedQuestion(question, vector);
    Evidence evidence = Evidence.of(asked, hits, readings, sentences, encoder.tokens(), terms);
    ValueRange range = evidence.least(terms).likelihood(evidence.most(terms), abstention);
    boolean early = chat != null && !settled(range) && expected(evidence) && !hits.isEmpty();
    double support = early ? range.least() : likelihood(asked, evidence, range);
    long select = millis(start);
    if (hits.isEmpty() || (!early && support < abstention.threshold())) {
      return unsupported(hits, evidence, support, chinese, select);
    }
    List<Retrieved> shown = hits.subList(0, Math.min(topK, hits.size()));
    var making =
        new Making(question, shown, quotes(evidence, shown), support, chinese, select, listener);
    if (chat == null) {
      return quoted(making);
    }
    try (ReplyStream reply = ask(chat, making)) {
      if (early) { // else the model is asked by the first wait for it
        reply.begin();
        double weighed = likelihood(asked, evidence, range);
        if (weighed < abstention.threshold()) {
          return unsupported(hits, evidence, weighed, chinese, millis(start));
        }
        making = making.withSupport(weighed);
      }
      return written(chat, reply, wait, making);
    }
  }

  /// Whether the bounds of the likelihood alone tell whether to answer.
  private boolean settled(ValueRange range) {
    return range.least() >= abstention.threshold() || range.most() < abstention.threshold();
  }

  /// Whether a question that the bounds leave open will be answered, as far as its words tell
  /// before they are weighed: then the language model is asked while they are.
  private boolean expected(Evidence evidence) {
    return evidence.unweighed(terms).likelihood(abstention) >= abstention.threshold();
  }

  private Answer unsupported(
      List<Retrieved> hits, Evidence evidence, double support, boolean chinese, long select) {
    return declined(
        refusal(hits, evidence, support),
        chinese,
        Answer.EXTRACTIVE,
        support,
        Answer.Usage.NONE,
        new Answer.Timings(select, 0));
  }

  private Refusal refusal(List<Retrieved> hits, Evidence evidence, double support) {
    if (hits.isEmpty()) {
      return new Refusal.NoPassages();
    }
    List<String> unknown = evidence.words().unknown(terms);
    return unknown.isEmpty()
        ? new Refusal.LowSupport(support, abstention.threshold())
        : new Refusal.UnknownNames(unknown, support, abstention.threshold());
  }

  /// An answer under way.
  ///
  /// @param shown the hits that may be cited
  /// @param quotes the extractive answer, best first
  /// @param select as in [Answer.Timings]
  private record Making(
      String question,
      List<Retrieved> shown,
      List<AnswerUnit> quotes,
      double support,
      boolean chinese,
      long select,
      AnswerListener listener) {
    CitedSentences begin() {
      return new CitedSentences(shown, listener);
    }

    Answer.Timings timings(long chat) {
      return new Answer.Timings(select, chat);
    }

    Making withSupport(double other) {
      return new Making(question, shown, quotes, other, chinese, select, listener);
    }
  }

  /// The likelihood that the hits answer the question. To weigh the question's words costs more
  /// than to find the hits, so where their bounds lie on one side of the threshold, and the exact
  /// figure is not asked for, that bound is taken: the decision is the same.
  private double likelihood(Evidence.AskedQuestion question, Evidence evidence, ValueRange range) {
    if (!settings.exactSupport() && range.least() >= abstention.threshold()) {
      return range.least();
    }
    if (!settings.exactSupport() && range.most() < abstention.threshold()) {
      return range.most();
    }
    return evidence.exact(question, encoder, terms).likelihood(abstention);
  }

  /// What speaks for and against the hits answering the question: for [AbstentionFit].
  public Support support(String question, List<Retrieved> hits) {
    return support(question, hits, terms);
  }

  /// How many sentences of an answer the passages that they cite carry, by the check that a
  /// language model's sentences must pass.
  ///
  /// @param hits that the answer was made from
  public int holding(Answer answer, List<Retrieved> hits) {
    var passages = new HashMap<String, Passage>();
    hits.forEach(hit -> passages.put(hit.passage().id(), hit.passage()));
    var cited = new HashMap<Integer, Passage>();
    for (Citation citation : answer.citations()) {
      Passage passage = passages.get(citation.passageId());
      if (passage != null) {
        cited.put(citation.number(), passage);
      }
    }
    int holding = 0;
    for (Sentence sentence : answer.sentences()) {
      List<Passage> sources =
          sentence.citations().stream().map(cited::get).filter(Objects::nonNull).toList();
      holding += check.supports(sentence.text(), sources) ? 1 : 0;
    }
    return holding;
  }

  Support support(String question, List<Retrieved> hits, TermWeights weights) {
    var asked = new Evidence.AskedQuestion(question, encoder.query(question));
    return Evidence.of(asked, hits, readings, sentences, encoder.tokens(), weights)
        .exact(asked, encoder, weights);
  }

  TermWeights terms() {
    return terms;
  }

  private List<AnswerUnit> quotes(Evidence evidence, List<Retrieved> shown) {
    List<Evidence.ScoredUnit> usable =
        evidence.excerpts().stream().filter(s -> s.excerpt().hit() < shown.size()).toList();
    return Extractive.pick(usable, settings.sentences());
  }

  /// An extractive answer, of an app without a language model.
  private Answer quoted(Making making) {
    return quoted(
        making, Answer.Outcome.ANSWERED, Notes.extractive(making.chinese()), Answer.Usage.NONE, 0);
  }

  private static Answer quoted(
      Making making, Answer.Outcome outcome, String note, Answer.Usage usage, long chat) {
    if (making.quotes().isEmpty()) {
      return declined(
          new Refusal.NothingToQuote(),
          making.chinese(),
          Answer.EXTRACTIVE,
          making.support(),
          usage,
          making.timings(chat));
    }
    CitedSentences answer = making.begin();
    making.quotes().forEach(unit -> answer.add(quote(unit)));
    return answer.answer(
        outcome, Answer.EXTRACTIVE, note, making.support(), usage, making.timings(chat));
  }

  private static CitedReply.Cited quote(AnswerUnit unit) {
    return new CitedReply.Cited(unit.text(), List.of(unit.hit()));
  }

  /// An answer of the language model, each sentence of which is settled as soon as it is over and
  /// its citations hold. Where the model fails before one is, the answer is quoted; where it fails
  /// later, its sentences stay, and quotes that say something else follow.
  private Answer written(ChatModel model, ReplyStream reply, ModelWait wait, Making making) {
    long start = System.nanoTime();
    boolean chinese = making.chinese();
    CitedSentences answer = making.begin();
    int removed = 0;
    int leftOut = making.shown().size() - reply.hits();
    while (true) {
      ReplyStream.Part part = wait.during(reply::next);
      for (CitedReply.Cited sentence : part.sentences()) {
        if (answer.size() == 0 && CitedReply.declines(sentence.text())) {
          var timings = making.timings(millis(start));
          return declined(
              new Refusal.ModelDeclined(model.name()),
              chinese,
              model.name(),
              making.support(),
              part.usage(),
              timings);
        }
        if (check.supports(sentence.text(), cited(sentence, making.shown()))) {
          answer.add(sentence);
        } else {
          removed++;
        }
      }
      long chatted = millis(start);
      switch (part) {
        case ReplyStream.Part.Some _ -> {}
        case ReplyStream.Part.BrokenOff(Failure cause) -> {
          return brokenOff(model, making, answer, cause, chatted);
        }
        case ReplyStream.Part.Last(_, Answer.Usage usage) when answer.size() == 0 -> {
          String note = Notes.unsupported(chinese, model.name());
          return quoted(making, Answer.Outcome.UNSUPPORTED, note, usage, chatted);
        }
        case ReplyStream.Part.Last(_, Answer.Usage usage) -> {
          String note = Notes.written(chinese, removed, leftOut);
          return answer.answer(
              Answer.Outcome.ANSWERED,
              model.name(),
              note,
              making.support(),
              usage,
              making.timings(chatted));
        }
      }
    }
  }

  private ReplyStream ask(ChatModel model, Making making) {
    Prompt prompt =
        Prompt.of(
            settings.prompts().in(LanguageDetector.ofQuestion(making.question())),
            making.question(),
            making.shown(),
            settings.contextTokens(),
            settings.replyTokens());
    return new ReplyStream(
        model,
        prompt.messages(),
        new ChatOptions(settings.replyTokens(), 0, List.of()),
        settings.chatBudget(),
        prompt.shown(),
        making.listener()::cancelled);
  }

  private static Answer brokenOff(
      ChatModel model, Making making, CitedSentences answer, Failure cause, long chatted) {
    LOG.log(
        System.Logger.Level.WARNING,
        "answered without the language model, or not by it alone: {0}",
        cause.getMessage());
    int written = answer.size();
    if (written == 0) {
      String note = Notes.modelDown(making.chinese(), model.name());
      return quoted(making, Answer.Outcome.MODEL_DOWN, note, Answer.Usage.NONE, chatted);
    }
    Extractive.others(making.quotes(), answer.texts()).forEach(unit -> answer.add(quote(unit)));
    return answer.answer(
        Answer.Outcome.BROKE_OFF,
        model.name(),
        Notes.brokeOff(making.chinese(), model.name(), written),
        making.support(),
        Answer.Usage.NONE,
        making.timings(chatted));
  }

  private static List<Passage> cited(CitedReply.Cited sentence, List<Retrieved> shown) {
    return sentence.hits().stream().map(hit -> shown.get(hit).passage()).toList();
  }

  private static Answer declined(
      Refusal refusal,
      boolean chinese,
      String mode,
      double support,
      Answer.Usage usage,
      Answer.Timings timings) {
    return new Answer(
        List.of(),
        Answer.Outcome.DECLINED,
        refusal,
        mode,
        Notes.declined(chinese, refusal),
        List.of(),
        support,
        usage,
        timings);
  }

  private static long millis(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }
}
