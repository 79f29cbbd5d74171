package dev.whetstone.workshop.prepare;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.workshop.prepare.PreparedPassages.PreparedDocument;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The passages of the last preparation, for the next one: a document whose content is as it was,
/// under settings that are as they were, makes the same passages again. So an edited document is
/// split alone.
///
/// A document that could not be read is not taken from here: its parse is kept by the limits that
/// it failed under.
public final class EarlierPassages {
  /// None.
  public static final EarlierPassages NONE = new EarlierPassages(Map.of(), Map.of());

  private final Map<String, PreparedDocument> documents;
  private final Map<String, List<Passage>> passages;

  private EarlierPassages(
      Map<String, PreparedDocument> documents, Map<String, List<Passage>> passages) {
    this.documents = documents;
    this.passages = passages;
  }

  /// Those of the artifact `passages/ID`; none where it is gone, damaged, or an earlier version of
  /// the program made it.
  public static EarlierPassages of(PreparedPassages prepared, String id) {
    if (!prepared.exist(id)) {
      return NONE;
    }
    try {
      Map<String, PreparedDocument> documents = prepared.documents(id);
      return documents.isEmpty()
          ? NONE
          : new EarlierPassages(
              documents,
              prepared.read(id).stream().collect(Collectors.groupingBy(Passage::document)));
    } catch (Failure.CorruptArtifact _) {
      return NONE; // they are made anew
    }
  }

  /// The document as it was read then; null where it is another now, or could not be read.
  ///
  /// @param content as in [PreparedDocument]
  @Nullable PreparedDocument document(String path, String content) {
    PreparedDocument known = documents.get(path);
    boolean same =
        known != null
            && known.reading().unread() == null
            && known.content().equals(content)
            && known.passages() == passages(path).size();
    return same ? known : null;
  }

  /// In the order of the document.
  List<Passage> passages(String path) {
    return passages.getOrDefault(path, List.of());
  }
}
