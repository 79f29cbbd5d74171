package dev.whetstone.answer;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.encode.Encoder;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Reply;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private final SentenceCosines sentences;

  /// @param sentences of the index's passages, made beforehand where they were
  /// @param terms counted over the index that the hits come from
  /// @param chat null for extractive answers
  /// @throws Failure.CorruptArtifact if the abstention was fitted by another version, on other
  ///   features than this program computes
  public Answerer(
      Encoder encoder,
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
    this.sentences = new SentenceCosines(sentences, vectors);
  }

  /// Answers from `hits`.
  ///
  /// @param vector of the question, as the hits were found by
  /// @param hits best first, as many as the pool of the plan where the index has as many
  /// @param topK how many of them may be cited and are shown to the language model, from 1
  public Answer answer(String question, float[] vector, List<Retrieved> hits, int topK) {
    return answer(question, vector, hits, topK, ModelWait.INSIDE);
  }

  /// The same, with the call of the language model inside `wait`.
  public Answer answer(
      String question, float[] vector, List<Retrieved> hits, int topK, ModelWait wait) {
    long start = System.nanoTime();
    boolean chinese = LanguageDetector.ofQuestion(question).equals("zh");
    var asked = new Evidence.AskedQuestion(question, vector);
    Evidence evidence = Evidence.of(asked, hits, sentences, encoder.tokens(), terms);
    double support = likelihood(asked, evidence);
    long select = millis(start);
    var empty = new Answer.Timings(select, 0);
    if (hits.isEmpty() || support < abstention.threshold()) {
      return declined(Notes.notInDocuments(chinese), Answer.EXTRACTIVE, support, empty);
    }
    List<Retrieved> shown = hits.subList(0, Math.min(topK, hits.size()));
    if (chat == null) {
      return extractive(shown, evidence, support, Notes.extractive(chinese), chinese, empty);
    }
    return written(chat, wait, question, shown, evidence, support, chinese, select);
  }

  /// The likelihood that the hits answer the question. To weigh the question's words costs more
  /// than to find the hits, so where their bounds lie on one side of the threshold, and the exact
  /// figure is not asked for, that bound is taken: the decision is the same.
  private double likelihood(Evidence.AskedQuestion question, Evidence evidence) {
    ValueRange range = evidence.least(terms).likelihood(evidence.most(terms), abstention);
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

  Support support(String question, List<Retrieved> hits, TermWeights weights) {
    var asked = new Evidence.AskedQuestion(question, encoder.query(question));
    return Evidence.of(asked, hits, sentences, encoder.tokens(), weights)
        .exact(asked, encoder, weights);
  }

  TermWeights terms() {
    return terms;
  }

  private Answer extractive(
      List<Retrieved> shown,
      Evidence evidence,
      double support,
      String note,
      boolean chinese,
      Answer.Timings timings) {
    List<Evidence.ScoredUnit> usable =
        evidence.excerpts().stream().filter(s -> s.excerpt().hit() < shown.size()).toList();
    List<CitedReply.Cited> quotes =
        Extractive.pick(usable, settings.sentences()).stream()
            .map(excerpt -> new CitedReply.Cited(excerpt.text(), List.of(excerpt.hit())))
            .toList();
    if (quotes.isEmpty()) {
      return declined(Notes.notInDocuments(chinese), Answer.EXTRACTIVE, support, timings);
    }
    return cite(quotes, shown, Answer.EXTRACTIVE, note, support, Answer.Usage.NONE, timings);
  }

  private Answer written(
      ChatModel model,
      ModelWait wait,
      String question,
      List<Retrieved> shown,
      Evidence evidence,
      double support,
      boolean chinese,
      long select) {
    long start = System.nanoTime();
    Reply reply;
    try {
      reply = wait.during(() -> ask(model, question, shown));
    } catch (Failure e) {
      LOG.log(
          System.Logger.Level.WARNING, "answered without the language model: {0}", e.getMessage());
      String note = Notes.modelDown(chinese, model.name());
      var timings = new Answer.Timings(select, millis(start));
      return extractive(shown, evidence, support, note, chinese, timings);
    }
    var timings = new Answer.Timings(select, millis(start));
    var usage = new Answer.Usage(reply.inputTokens(), reply.outputTokens());
    if (CitedReply.declines(reply.text())) {
      return new Answer(
          List.of(),
          true,
          model.name(),
          Notes.notInDocuments(chinese),
          List.of(),
          support,
          usage,
          timings);
    }
    List<CitedReply.Cited> parsed = CitedReply.parse(reply.text(), shown.size());
    var check = new CitationCheck(terms, vectors);
    List<CitedReply.Cited> supported =
        parsed.stream().filter(s -> check.supports(s.text(), cited(s, shown))).toList();
    if (supported.isEmpty()) {
      String note = Notes.unsupported(chinese, model.name());
      return extractive(shown, evidence, support, note, chinese, timings);
    }
    String note =
        supported.size() == parsed.size()
            ? ""
            : Notes.removed(chinese, parsed.size() - supported.size());
    return cite(supported, shown, model.name(), note, support, usage, timings);
  }

  /// Asks on a thread of its own, so that a model that hangs cannot hold the answer.
  private Reply ask(ChatModel model, String question, List<Retrieved> shown) {
    var options = new ChatOptions(settings.replyTokens(), 0, List.of());
    var future = new CompletableFuture<Reply>();
    Thread asking =
        Thread.ofVirtual()
            .name("chat")
            .start(
                () -> {
                  try {
                    future.complete(
                        model.chat(
                            Prompt.of(question, shown, settings.promptCharacters()), options));
                  } catch (RuntimeException | Error e) {
                    future.completeExceptionally(e);
                  }
                });
    try {
      return future.get(settings.chatBudget().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      asking.interrupt();
      throw new Failure.Unavailable(
          "no reply within " + settings.chatBudget().toMillis() / 1000.0 + " s", e);
    } catch (InterruptedException e) {
      asking.interrupt();
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("interrupted while waiting for the language model", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw new Failure.Unavailable("the language model failed: " + e.getCause(), e);
    }
  }

  private static List<Passage> cited(CitedReply.Cited sentence, List<Retrieved> shown) {
    return sentence.hits().stream().map(hit -> shown.get(hit).passage()).toList();
  }

  /// Numbers the cited passages in the order in which they are cited.
  private static Answer cite(
      List<CitedReply.Cited> sentences,
      List<Retrieved> shown,
      String mode,
      String note,
      double support,
      Answer.Usage usage,
      Answer.Timings timings) {
    Map<Integer, Citation> numbered = new LinkedHashMap<>();
    var numberedSentences = new ArrayList<Sentence>();
    for (CitedReply.Cited sentence : sentences) {
      var numbers = new ArrayList<Integer>();
      for (int hit : sentence.hits()) {
        Citation citation = numbered.get(hit);
        if (citation == null) {
          citation = Citation.of(numbered.size() + 1, shown.get(hit).passage());
          numbered.put(hit, citation);
        }
        numbers.add(citation.number());
      }
      numberedSentences.add(new Sentence(QuotedText.sentence(sentence.text()), numbers));
    }
    return new Answer(
        numberedSentences,
        false,
        mode,
        note,
        List.copyOf(numbered.values()),
        support,
        usage,
        timings);
  }

  private static Answer declined(String note, String mode, double support, Answer.Timings timings) {
    return new Answer(List.of(), true, mode, note, List.of(), support, Answer.Usage.NONE, timings);
  }

  private static long millis(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }
}
