package dev.whetstone.answer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is answered to a question.
///
/// @param sentences in reading order; empty when declined
/// @param outcome how it came about
/// @param refusal why it was declined; null where it was not
/// @param mode [#EXTRACTIVE], or the language model's name
/// @param note what the reader must know about this answer, as a sentence in the question's
///   language: that it is extractive, why it was declined, that the language model was down; empty
///   when there is nothing to say
/// @param citations by number, from 1; each is cited by a sentence
/// @param support the likelihood that the passages answer the question, from 0 to 1
/// @param usage tokens of the language model; zero when none was asked
public record Answer(
    List<Sentence> sentences,
    Outcome outcome,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Refusal refusal,
    String mode,
    String note,
    List<Citation> citations,
    double support,
    Usage usage,
    Timings timings) {
  /// The mode of answers that are quoted from the passages.
  public static final String EXTRACTIVE = "extractive";

  /// How an answer came about.
  public enum Outcome {
    /// As the app is set up: quoted, or written by the language model.
    ANSWERED,
    /// The documents were found not to answer the question.
    DECLINED,
    /// Quoted, because the language model was down, late or busy.
    MODEL_DOWN,
    /// Begun by the language model, which then failed or was late; the sentences after its own are
    /// quoted.
    BROKE_OFF,
    /// Quoted, because the passages supported nothing that the language model wrote.
    UNSUPPORTED;

    /// Whether the reader gets something else than a language model's whole answer, where there is
    /// one that should have written it.
    public boolean fellBack() {
      return this == MODEL_DOWN || this == BROKE_OFF || this == UNSUPPORTED;
    }
  }

  /// Tokens read and written by the language model.
  public record Usage(int inputTokens, int outputTokens) {
    public static final Usage NONE = new Usage(0, 0);
  }

  /// Milliseconds.
  ///
  /// @param select choosing sentences and judging support
  /// @param chat waiting for the language model
  public record Timings(long select, long chat) {}

  public Answer {
    sentences = List.copyOf(sentences);
    citations = List.copyOf(citations);
    if ((outcome == Outcome.DECLINED) != sentences.isEmpty()) {
      throw new IllegalArgumentException("an answer has sentences, a declined one has none");
    }
    if ((outcome == Outcome.DECLINED) != (refusal != null)) {
      throw new IllegalArgumentException("a declined question has a reason, an answer none");
    }
    var cited = new HashSet<Integer>();
    sentences.forEach(sentence -> cited.addAll(sentence.citations()));
    if (!cited.equals(citations.stream().map(Citation::number).collect(Collectors.toSet()))) {
      throw new IllegalArgumentException("cited " + cited + " of " + citations);
    }
  }

  /// One that is not declined.
  public Answer(
      List<Sentence> sentences,
      Outcome outcome,
      String mode,
      String note,
      List<Citation> citations,
      double support,
      Usage usage,
      Timings timings) {
    this(sentences, outcome, null, mode, note, citations, support, usage, timings);
  }

  /// Whether the documents were found not to answer the question.
  @JsonProperty(access = JsonProperty.Access.READ_ONLY) // written, and not asked for when read
  public boolean declined() {
    return outcome == Outcome.DECLINED;
  }

  /// The sentences as one text, each followed by its citations as `[1]`; the note when declined.
  public String text() {
    if (declined()) {
      return note;
    }
    return sentences.stream()
        .map(
            sentence ->
                sentence.text()
                    + " "
                    + sentence.citations().stream()
                        .map(number -> "[" + number + "]")
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }
}
