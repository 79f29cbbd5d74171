package dev.whetstone.pairs;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What people call documents: by the id, by an end of it (or a longer path that ends in it), or by
/// such without the file's ending.
public final class DocumentNames {
  private final Set<String> ids;

  /// @param ids of all documents
  public DocumentNames(Collection<String> ids) {
    this.ids = new LinkedHashSet<>(ids);
  }

  /// The documents that `name` can mean; it names one only when there is one.
  List<String> fitting(String name) {
    if (ids.contains(name)) {
      return List.of(name);
    }
    List<String> ends =
        ids.stream().filter(id -> id.endsWith("/" + name) || name.endsWith("/" + id)).toList();
    if (!ends.isEmpty()) {
      return ends;
    }
    return ids.stream()
        .filter(id -> stem(id).equals(name) || stem(id).endsWith("/" + name))
        .toList();
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
