package dev.whetstone.answer;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.text.ContentTerms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A few passages on a subject, searched by comparing the question with each of them.
final class Desk {
  /// Declines nothing.
  static final Abstention NEVER = threshold(0);

  /// Declines everything.
  static final Abstention ALWAYS = threshold(1.1);

  final WordEncoder encoder = new WordEncoder();
  final List<Passage> passages;
  final TermWeights terms;
  private final Vectors vectors;

  Desk(List<Passage> passages) {
    this.passages = passages;
    this.terms = TermWeights.counted(passages::forEach, true);
    this.vectors = encoder.passages(passages, Progress.NONE);
  }

  static Desk ofPumps() {
    return new Desk(
        List.of(
            passage(
                "p1", "pumps", "The pump stops when the tank is empty. It starts again by hand."),
            passage("p2", "valves", "The valve opens at four bar. Old valves open at three bar."),
            passage("p3", "motors", "A motor needs oil twice a year. The oil must be clean."),
            passage(
                "p4", "alarms", "The alarm rings when water reaches the upper mark of the tank.")));
  }

  static Passage passage(String id, String document, String text) {
    return new Passage(
        id,
        document,
        List.of("Manual"),
        text,
        10,
        10 + text.length(),
        3,
        12,
        Map.of("title", "Manual"));
  }

  /// An answerer of these passages, whose sentences it embeds itself.
  Answerer answerer(Abstention abstention, AnswerSettings settings, @Nullable ChatModel chat) {
    return new Answerer(
        encoder, new PassageReadings(), Optional.empty(), terms, abstention, settings, chat);
  }

  static float[] vector(String question) {
    return new WordEncoder().query(question);
  }

  List<Retrieved> find(String question, Filter filter) {
    float[] query = encoder.query(question);
    Set<String> wanted = ContentTerms.set(question, "en");
    var hits = new ArrayList<Retrieved>();
    for (Passage passage : passages) {
      if (filter.matches(passage)) {
        double cosine = vectors.dot(vectors.row(passage.id()), query);
        double words = terms.coverage(wanted, ContentTerms.set(passage));
        hits.add(
            new Retrieved(passage, cosine, OptionalDouble.of(words), OptionalDouble.of(cosine)));
      }
    }
    hits.sort(Comparator.comparingDouble(Retrieved::fused).reversed());
    return hits;
  }

  /// A model that says what `reply` makes of the messages.
  static ChatModel model(Function<List<Message>, String> reply) {
    return new ChatModel() {
      @Override
      public String name() {
        return "parrot";
      }

      @Override
      public Reply chat(List<Message> messages, ChatOptions options) {
        return new Reply(reply.apply(messages), Reply.Finish.STOP, 100, 20);
      }

      @Override
      public void close() {}
    };
  }

  private static Abstention threshold(double threshold) {
    Abstention d = DefaultAbstention.MODEL;
    return new Abstention(
        d.names(), d.means(), d.scales(), d.weights(), d.bias(), threshold, "test");
  }
}
