package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Finds the passages that questions' places name, documents as in [DocumentNames]. Phrases are
/// compared without white space and characters of no width: first as they are, then without regard
/// to case, character width, the shape of quotes, and the shape and number of dashes. Where no
/// passage holds the phrase whole, neighbours that hold it together all count.
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
    var named = new LinkedHashMap<String, Set<Place>>();
    for (Question question : questions) {
      for (Place place : question.places()) {
        List<String> fitting = names.fitting(place.document());
        if (fitting.size() == 1) {
          named.computeIfAbsent(fitting.getFirst(), _ -> new LinkedHashSet<>()).add(place);
        }
      }
    }
    // A document after the other, so that the forms of its texts are made once.
    var found = new HashMap<Place, Set<String>>();
    named.forEach(
        (document, places) -> {
          var texts = new Texts(documents.getOrDefault(document, List.of()));
          for (Place place : places) {
            Progress.stopWhenInterrupted();
            found.put(place, find(place, texts));
          }
        });
    return resolved(questions, found);
  }

  private Resolved resolved(List<Question> questions, Map<Place, Set<String>> found) {
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    var unresolved = new ArrayList<Unresolved>();
    for (Question question : questions) {
      for (Place place : question.places()) {
        Set<String> passages = found.get(place);
        if (passages == null || passages.isEmpty()) {
          List<String> fitting = names.fitting(place.document());
          String why =
              passages == null ? reason(place, fitting) : missing(place, fitting.getFirst());
          unresolved.add(new Unresolved(question, place, why));
          continue;
        }
        for (String id : passages) {
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

  private static Set<String> find(Place place, Texts document) {
    List<Passage> passages =
        place.page() == 0
            ? document.passages
            : document.passages.stream().filter(p -> p.page() == place.page()).toList();
    if (place.phrase() == null) {
      return passages.stream().map(Passage::id).collect(Collectors.toSet());
    }
    Set<String> exact = holding(squeezed(place.phrase()), passages, document::squeezed);
    if (!exact.isEmpty()) {
      return exact;
    }
    Set<String> lenient = holding(folded(place.phrase()), passages, document::folded);
    // A passage has the page it begins on, and may run over to the next.
    return lenient.isEmpty() && place.page() != 0
        ? find(new Place(place.document(), place.phrase(), 0), document)
        : lenient;
  }

  /// @param forms of a passage's texts, as `phrase` is
  private static Set<String> holding(
      String phrase, List<Passage> passages, Function<Passage, Forms> forms) {
    var found = new LinkedHashSet<String>();
    if (phrase.isEmpty()) {
      return found;
    }
    for (Passage passage : passages) {
      Forms of = forms.apply(passage);
      if (of.text().contains(phrase)
          || of.embedded().contains(phrase)
          || of.titled().contains(phrase)) {
        found.add(passage.id());
      }
    }
    return found.isEmpty() ? across(phrase, passages, forms) : found;
  }

  private static Set<String> across(
      String phrase, List<Passage> passages, Function<Passage, Forms> forms) {
    var joined = new StringBuilder();
    var starts = new ArrayList<Integer>();
    for (Passage passage : passages) {
      starts.add(joined.length());
      joined.append(forms.apply(passage).text());
    }
    var found = new LinkedHashSet<String>();
    int at = joined.indexOf(phrase);
    for (int i = 0; at >= 0 && i < passages.size(); i++) {
      int end = i + 1 < passages.size() ? starts.get(i + 1) : joined.length();
      if (starts.get(i) < at + phrase.length() && end > at) {
        found.add(passages.get(i).id());
      }
    }
    return found;
  }

  /// A passage's texts, as phrases are compared.
  ///
  /// @param titled with the headings as they stand above the text on the page
  private record Forms(String text, String embedded, String titled) {
    static Forms of(Passage passage, UnaryOperator<String> form) {
      String titled = String.join(" ", passage.headings()) + " " + passage.text();
      return new Forms(
          form.apply(passage.text()), form.apply(passage.embedded()), form.apply(titled));
    }
  }

  /// The passages of one document in order, with the forms of their texts that were asked for.
  private static final class Texts {
    private final List<Passage> passages;
    private final IdentityHashMap<Passage, Forms> squeezed = new IdentityHashMap<>();
    private final IdentityHashMap<Passage, Forms> folded = new IdentityHashMap<>();

    Texts(List<Passage> passages) {
      this.passages = passages;
    }

    Forms squeezed(Passage passage) {
      return squeezed.computeIfAbsent(passage, p -> Forms.of(p, QuestionResolver::squeezed));
    }

    Forms folded(Passage passage) {
      return folded.computeIfAbsent(passage, p -> Forms.of(p, QuestionResolver::folded));
    }
  }

  private static String squeezed(String text) {
    var normalised = new StringBuilder(text.length());
    text.codePoints()
        .filter(
            c ->
                !Character.isWhitespace(c)
                    && !Character.isSpaceChar(c)
                    && Character.getType(c) != Character.FORMAT)
        .forEach(normalised::appendCodePoint);
    return normalised.toString();
  }

  private static String folded(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .replaceAll("[\u2018\u2019\u201A\u201B`\u00B4]", "'")
            .replaceAll("[\u201C\u201D\u201E\u201F]", "\"")
            .replaceAll("[\u2010-\u2015\u2212-]+", "-")
            .replace("|", ""); // between cells of a table, where others write a tab
    return squeezed(plain).toLowerCase(Locale.ROOT);
  }
}
