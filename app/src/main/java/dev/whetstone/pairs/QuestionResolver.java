package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Finds the passages that questions' places name, documents as in [DocumentNames]. Phrases are
/// compared without white space: first as they are, then without regard to case, character width
/// and the shape of quotes and dashes. Where no passage holds the phrase whole, neighbours that
/// hold it together all count.
public final class QuestionResolver {
  /// A place that names nothing.
  public record Unresolved(Question question, Place place, String reason) {}

  /// @param gains question id → passage id → 1; a question is here when one of its places was found
  /// @param unresolved in the order of the questions
  public record Resolved(Map<String, Map<String, Integer>> gains, List<Unresolved> unresolved) {}

  private final Map<String, List<Passage>> documents;
  private final DocumentNames names;

  /// @param passages of all documents
  public QuestionResolver(Collection<Passage> passages) {
    documents =
        passages.stream()
            .sorted(Comparator.comparing(Passage::document).thenComparingInt(Passage::from))
            .collect(
                Collectors.groupingBy(Passage::document, LinkedHashMap::new, Collectors.toList()));
    names = new DocumentNames(documents.keySet());
  }

  public Resolved resolve(List<Question> questions) {
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    var unresolved = new ArrayList<Unresolved>();
    for (Question question : questions) {
      for (Place place : question.places()) {
        List<String> fitting = names.fitting(place.document());
        if (fitting.size() != 1) {
          unresolved.add(new Unresolved(question, place, reason(place, fitting)));
          continue;
        }
        List<Passage> all = documents.getOrDefault(fitting.getFirst(), List.of());
        Set<String> found = find(place, all);
        if (found.isEmpty()) {
          unresolved.add(new Unresolved(question, place, missing(place, fitting.getFirst())));
        }
        for (String id : found) {
          gains.computeIfAbsent(question.id(), _ -> new LinkedHashMap<>()).put(id, 1);
        }
      }
    }
    return new Resolved(gains, unresolved);
  }

  private static String reason(Place place, List<String> fitting) {
    return fitting.isEmpty()
        ? "there is no document \"" + place.document() + "\""
        : "\""
            + place.document()
            + "\" can mean "
            + String.join(" or ", fitting)
            + ": give more of its path";
  }

  private static String missing(Place place, String document) {
    String where = place.page() == 0 ? document : document + ", page " + place.page();
    return place.phrase() == null
        ? "no passage lies on " + where
        : "the phrase \"" + place.phrase() + "\" does not stand in " + where;
  }

  private static Set<String> find(Place place, List<Passage> document) {
    List<Passage> passages =
        place.page() == 0
            ? document
            : document.stream().filter(p -> p.page() == place.page()).toList();
    if (place.phrase() == null) {
      return passages.stream().map(Passage::id).collect(Collectors.toSet());
    }
    Set<String> exact = holding(place.phrase(), passages, QuestionResolver::squeezed);
    if (!exact.isEmpty()) {
      return exact;
    }
    Set<String> lenient = holding(place.phrase(), passages, QuestionResolver::folded);
    // A passage has the page it begins on, and may run over to the next.
    return lenient.isEmpty() && place.page() != 0
        ? find(new Place(place.document(), place.phrase(), 0), document)
        : lenient;
  }

  private static Set<String> holding(
      String phrase, List<Passage> passages, UnaryOperator<String> form) {
    String wanted = form.apply(phrase);
    var found = new LinkedHashSet<String>();
    if (wanted.isEmpty()) {
      return found;
    }
    var joined = new StringBuilder();
    var starts = new ArrayList<Integer>();
    for (Passage passage : passages) {
      String text = form.apply(passage.text());
      if (text.contains(wanted) || form.apply(passage.embedded()).contains(wanted)) {
        found.add(passage.id());
      }
      starts.add(joined.length());
      joined.append(text);
    }
    if (found.isEmpty()) {
      int at = joined.indexOf(wanted);
      for (int i = 0; at >= 0 && i < passages.size(); i++) {
        int end = i + 1 < passages.size() ? starts.get(i + 1) : joined.length();
        if (starts.get(i) < at + wanted.length() && end > at) {
          found.add(passages.get(i).id());
        }
      }
    }
    return found;
  }

  private static String squeezed(String text) {
    var kept = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c))
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static String folded(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .replaceAll("[\u2018\u2019\u201A\u201B`\u00B4]", "'")
            .replaceAll("[\u201C\u201D\u201E\u201F]", "\"")
            .replaceAll("[\u2010-\u2015\u2212]", "-")
            .replace("\u00AD", "");
    return squeezed(plain).toLowerCase(Locale.ROOT);
  }
}
