package dev.whetstone.answer;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes the examples that an [Abstention] is fitted on from a question log in which every question
/// may have an answer. A question whose documents are known is asked twice: of the whole index
/// (answerable), and of the index without those documents, their terms not counted either: what
/// that finds does not answer, in the words and the field of the real thing. Where the log holds
/// enough questions that are known to have no answer, they alone stand for such: they are the real
/// thing.
public final class AbstentionExamples {
  /// A question of the log.
  ///
  /// @param documents that answer it; empty for a question that is known to have no answer
  public record Logged(String text, Set<String> documents) {
    public Logged {
      documents = Set.copyOf(documents);
    }
  }

  /// Searches the index as the app does.
  @FunctionalInterface
  public interface Search {
    /// The best hits that match, as many as the pool of the plan.
    List<Retrieved> retrieve(String question, Filter filter);
  }

  private AbstentionExamples() {}

  /// @param answerer of the app; its abstention and language model are not used
  /// @param passages all of the index
  public static List<Labelled> of(
      Answerer answerer, Search retrieval, List<Passage> passages, List<Logged> log) {
    Map<String, List<Passage>> documents =
        passages.stream().collect(Collectors.groupingBy(Passage::document));
    var examples = new ArrayList<Labelled>();
    boolean labelled =
        log.stream().filter(q -> q.documents().isEmpty()).count() >= AbstentionFit.MIN_EXAMPLES;
    for (Logged question : log) {
      String text = question.text();
      boolean answerable = !question.documents().isEmpty();
      List<Retrieved> hits = retrieval.retrieve(text, Filter.ALL);
      examples.add(new Labelled(text, answerer.support(text, hits), answerable, false));
      if (!answerable || labelled) {
        continue;
      }
      if (question.documents().containsAll(documents.keySet())) {
        continue;
      }
      Filter others = Filter.noneOf("document", question.documents());
      List<Retrieved> without = retrieval.retrieve(text, others);
      var removed = new ArrayList<Passage>();
      for (String document : question.documents()) {
        removed.addAll(documents.getOrDefault(document, List.of()));
      }
      Support support = answerer.support(text, without, answerer.terms().without(removed));
      examples.add(new Labelled(text, support, false, true));
    }
    return examples;
  }
}
