package dev.whetstone.pairs;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds documents by the names that people give them: the id, an end of it (or a longer path or an
/// address that ends in it), or one of these without the file's ending. A name is the same in all
/// forms that Unicode has of it (some systems write `Ü` in file names as two characters), with
/// backslashes for slashes, and, where it fits none as it is written, in capitals or small letters.
/// Safe for one thread.
public final class DocumentNames {
  private static final Pattern ADDRESS =
      Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#]*/?([^?#]*)[?#]?.*");

  /// The ids in one form of writing, found by the last name of their path, and by that without its
  /// ending: an id and a name that fits it share one of them.
  private static final class Index {
    private final UnaryOperator<String> form;
    private final Map<String, List<String>> byName = new HashMap<>();
    private final Map<String, List<String>> byStem = new HashMap<>();

    Index(Collection<String> ids, UnaryOperator<String> form) {
      this.form = form;
      for (String id : ids) {
        String formed = form.apply(id);
        byName.computeIfAbsent(last(formed), _ -> new ArrayList<>()).add(id);
        byStem.computeIfAbsent(last(stem(formed)), _ -> new ArrayList<>()).add(id);
      }
    }

    List<String> fitting(String name) {
      String called = form.apply(name);
      List<String> same = of(byName, called, String::equals);
      if (!same.isEmpty()) {
        return same;
      }
      List<String> ends =
          of(byName, called, (id, n) -> id.endsWith("/" + n) || n.endsWith("/" + id));
      if (!ends.isEmpty()) {
        return ends;
      }
      return of(byStem, called, (id, n) -> stem(id).equals(n) || stem(id).endsWith("/" + n));
    }

    private List<String> of(
        Map<String, List<String>> ids, String called, BiPredicate<String, String> fits) {
      return ids.getOrDefault(last(called), List.of()).stream()
          .filter(id -> fits.test(form.apply(id), called))
          .toList();
    }
  }

  private final Set<String> ids;
  private final Index asWritten;
  private final Index inOneCase;
  private final Map<String, List<String>> resolved = new HashMap<>();

  /// @param ids of all documents
  public DocumentNames(Collection<String> ids) {
    this.ids = Set.copyOf(ids);
    this.asWritten = new Index(ids, DocumentNames::composed);
    this.inOneCase = new Index(ids, name -> composed(name).toLowerCase(Locale.ROOT));
  }

  /// The documents that `name` can mean; it names one only when there is one.
  List<String> fitting(String name) {
    return ids.contains(name) ? List.of(name) : resolved.computeIfAbsent(name, this::find);
  }

  private List<String> find(String name) {
    List<String> fitting = asWritten.fitting(name);
    if (fitting.isEmpty()) {
      fitting = asWritten.fitting(path(name));
    }
    return fitting.isEmpty() ? inOneCase.fitting(path(name)) : fitting;
  }

  /// A name as a path: an address without what stands around its path, with `/` for each backslash
  /// and no `./` before it.
  private static String path(String name) {
    Matcher address = ADDRESS.matcher(name);
    String path = name;
    if (address.matches()) {
      path = address.group(1);
      try {
        path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException _) {
        // its percent signs are no escapes
      }
    }
    return path.replace('\\', '/').replaceFirst("^(\\./)+", "");
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /// The question with its documents called by their ids; a name that fits none or several stays.
  public Question resolve(Question question) {
    List<Place> places =
        question.places().stream()
            .map(
                place -> {
                  List<String> fitting = fitting(place.document());
                  return fitting.size() == 1
                      ? new Place(fitting.getFirst(), place.phrase(), place.page())
                      : place;
                })
            .toList();
    return new Question(question.id(), question.text(), places, question.origin());
  }

  private static String stem(String id) {
    int dot = id.lastIndexOf('.');
    return dot > id.lastIndexOf('/') + 1 ? id.substring(0, dot) : id;
  }
}
