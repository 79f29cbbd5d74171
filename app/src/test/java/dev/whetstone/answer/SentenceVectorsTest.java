package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.WordEncoder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What an answer embeds: nothing, where the sentences were embedded beforehand and the bounds of
/// the support settle whether to answer; and it is the same answer.
class SentenceVectorsTest {
  private static final List<String> QUESTIONS =
      List.of(
          "When does the pump stop?",
          "At how many bar does the valve open?",
          "How often does a motor need oil?",
          "What rings when water reaches the upper mark?",
          "Does the Kubernetes operator of Zürich restart the pump?",
          "Who won the cup in 1998?",
          "oil",
          "?");

  private final Desk desk = Desk.ofPumps();

  /// Counts the texts that are embedded.
  private static final class Counting implements Encoder {
    private final WordEncoder encoder = new WordEncoder();
    private final AtomicInteger texts = new AtomicInteger();

    @Override
    public SpaceId space() {
      return encoder.space();
    }

    @Override
    public int dimension() {
      return encoder.dimension();
    }

    @Override
    public TokenCounter tokens() {
      return encoder.tokens();
    }

    @Override
    public List<float[]> queries(List<String> questions) {
      texts.addAndGet(questions.size());
      return encoder.queries(questions);
    }

    @Override
    public Vectors texts(List<String> ids, List<String> all, Progress progress) {
      texts.addAndGet(all.size());
      return encoder.texts(ids, all, progress);
    }

    @Override
    public void close() {}
  }

  /// The cosines of the sentences, as if made beforehand.
  private SentenceRows rows() {
    return (question, id) -> {
      Passage passage =
          desk.passages.stream().filter(p -> p.id().equals(id)).findFirst().orElseThrow();
      return PassageSentences.of(passage).stream()
          .mapToDouble(sentence -> ExcerptVectors.dot(question, desk.encoder.query(sentence)))
          .toArray();
    };
  }

  private Answer answer(
      Encoder encoder,
      Optional<SentenceRows> rows,
      Abstention abstention,
      boolean exact,
      String q) {
    AnswerSettings settings =
        exact ? AnswerSettings.DEFAULT : AnswerSettings.DEFAULT.withBoundedSupport();
    return new Answerer(
            encoder, new PassageReadings(), rows, desk.terms, abstention, settings, null)
        .answer(q, Desk.vector(q), desk.find(q, Filter.ALL), 3);
  }

  private static Abstention declinesBelow(double threshold) {
    Abstention d = DefaultAbstention.MODEL;
    return new Abstention(
        d.names(), d.means(), d.scales(), d.weights(), d.bias(), threshold, "test");
  }

  @Test
  void sentencesEmbeddedBeforehandAnswerAsSentencesEmbeddedNow() {
    var now = new Counting();
    var beforehand = new Counting();
    for (String question : QUESTIONS) {
      Answer one = answer(now, Optional.empty(), Desk.NEVER, false, question);

      Answer other = answer(beforehand, Optional.of(rows()), Desk.NEVER, false, question);

      assertThat(other.sentences()).isEqualTo(one.sentences());
      assertThat(other.citations()).isEqualTo(one.citations());
    }
    assertThat(now.texts).hasPositiveValue();
    assertThat(beforehand.texts).as("nothing is embedded").hasValue(0);
  }

  @Test
  void rowsOfAnotherNumberOfSentencesAreNotUsed() {
    SentenceRows wrong = (question, id) -> new double[] {1, 1, 1, 1, 1, 1, 1};
    for (String question : QUESTIONS) {
      assertThat(
              answer(new Counting(), Optional.of(wrong), Desk.NEVER, false, question).sentences())
          .isEqualTo(
              answer(new Counting(), Optional.empty(), Desk.NEVER, false, question).sentences());
    }
  }

  /// The bounds are on the exact figure's side of every threshold, so the decision is the same.
  @Test
  void whetherToAnswerDoesNotDependOnWhetherTheSupportIsExact() {
    int exactly = 0;
    int bounded = 0;
    for (String question : QUESTIONS) {
      for (double threshold = 0; threshold <= 1.0001; threshold += .02) {
        var encoder = new Counting();
        Abstention abstention = declinesBelow(threshold);
        Answer exact = answer(encoder, Optional.of(rows()), abstention, true, question);
        exactly += encoder.texts.getAndSet(0);

        Answer bound = answer(encoder, Optional.of(rows()), abstention, false, question);
        bounded += encoder.texts.get();

        assertThat(bound.declined()).isEqualTo(exact.declined());
        assertThat(bound.sentences()).isEqualTo(exact.sentences());
        if (bound.declined()) {
          assertThat(bound.support()).isGreaterThanOrEqualTo(exact.support() - 1e-12);
        } else {
          assertThat(bound.support()).isLessThanOrEqualTo(exact.support() + 1e-12);
        }
      }
    }
    assertThat(bounded).as("questions embedded without a word").isLessThan(exactly / 2);
  }
}
