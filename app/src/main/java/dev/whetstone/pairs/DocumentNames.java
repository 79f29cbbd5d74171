package dev.whetstone.pairs;

import java.text.Normalizer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What people call documents: by the id, by an end of it (or a longer path that ends in it), or by
/// such without the file's ending. A name is the same in all forms that Unicode has of it: some
/// systems write `Ü` in file names as two characters.
public final class DocumentNames {
  private final Map<String, String> ids; // each with its composed form

  /// @param ids of all documents
  public DocumentNames(Collection<String> ids) {
    this.ids = new LinkedHashMap<>();
    ids.forEach(id -> this.ids.put(id, composed(id)));
  }

  /// The documents that `name` can mean; it names one only when there is one.
  List<String> fitting(String name) {
    if (ids.containsKey(name)) {
      return List.of(name);
    }
    String called = composed(name);
    List<String> same = ids(called::equals);
    if (!same.isEmpty()) {
      return same;
    }
    List<String> ends = ids(id -> id.endsWith("/" + called) || called.endsWith("/" + id));
    if (!ends.isEmpty()) {
      return ends;
    }
    return ids(id -> stem(id).equals(called) || stem(id).endsWith("/" + called));
  }

  private List<String> ids(Predicate<String> composed) {
    return ids.entrySet().stream()
        .filter(id -> composed.test(id.getValue()))
        .map(Map.Entry::getKey)
        .toList();
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
    return new Question(question.id(), question.text(), places);
  }

  private static String stem(String id) {
    int dot = id.lastIndexOf('.');
    return dot > id.lastIndexOf('/') + 1 ? id.substring(0, dot) : id;
  }
}
