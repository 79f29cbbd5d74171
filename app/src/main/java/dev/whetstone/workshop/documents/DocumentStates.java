package dev.whetstone.workshop.documents;

import dev.whetstone.corpus.TextBeside;
import dev.whetstone.documents.DocumentState;
import dev.whetstone.documents.DocumentState.Status;
import dev.whetstone.workshop.documents.UploadFolder.UploadedFile;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.prepare.PreparedPassages.PreparedDocument;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The documents of a workspace at one moment, and how far each is: what was sent, what is staged,
/// what the passages were made of, and what passages the index was filled with. A document is as
/// far as the last of these that holds its present content.
final class DocumentStates {
  private final NavigableMap<String, UploadedFile> uploads;
  private final NavigableMap<String, Manifest.Entry> staged = new TreeMap<>();
  private final Map<String, PreparedDocument> prepared;
  private final Map<String, PreparedDocument> indexed;
  private final UploadFolder folder;
  private final Map<String, String> rejected;

  /// @param rejected what could not be staged, and why
  DocumentStates(Workspace workspace, UploadFolder folder, Map<String, String> rejected) {
    this.folder = folder;
    this.rejected = rejected;
    this.uploads = folder.all();
    Manifest.read(workspace).files().forEach(entry -> staged.put(entry.path(), entry));
    var records = new StepRecords(workspace);
    String passages = records.read("prepare").map(StepRecord::output).orElse("");
    String loaded =
        records
            .read(IndexPlace.of(workspace.settings(), null).step())
            .map(StepRecord::inputs)
            .map(inputs -> inputs.getOrDefault("passages", ""))
            .orElse("");
    this.prepared = documents(workspace, passages);
    this.indexed = passages.equals(loaded) ? prepared : documents(workspace, loaded);
  }

  private static Map<String, PreparedDocument> documents(Workspace workspace, String passages) {
    return passages.isEmpty()
        ? Map.of()
        : new HashMap<>(new PreparedPassages(workspace).documents(passages));
  }

  /// By name. What was removed and is still staged is no document any more.
  NavigableSet<String> names() {
    var names = new TreeSet<>(uploads.keySet());
    staged.forEach(
        (name, entry) -> {
          if (!entry.source().equals(Manifest.UPLOADS) && document(name).isEmpty()) {
            names.add(name);
          }
        });
    return names;
  }

  /// Whether a document was sent.
  boolean isUpload(String name) {
    return uploads.containsKey(name);
  }

  /// @param name one of the names
  DocumentState of(String name) {
    UploadedFile file = uploads.get(name);
    Manifest.Entry entry = staged.get(name);
    if (file == null) {
      Manifest.Entry foreign = Objects.requireNonNull(entry);
      return far(
          name, false, content(foreign, foreign.link() == null ? null : foreign.link().url()));
    }
    if (entry != null && same(file, entry)) {
      return far(name, true, content(entry, folder.url(name)));
    }
    var content = new DocumentState.Content(file.bytes(), "", file.modified(), folder.url(name));
    String rejection = rejected.get(name);
    Status status = rejection == null ? Status.STAGED : Status.FAILED;
    return new DocumentState(name, status, true, content, 0, rejection, List.of());
  }

  private static DocumentState.Content content(Manifest.Entry entry, @Nullable String url) {
    return new DocumentState.Content(entry.bytes(), entry.sha256(), entry.modified(), url);
  }

  private static boolean same(UploadedFile file, Manifest.Entry entry) {
    return entry.source().equals(Manifest.UPLOADS)
        && file.bytes() == entry.bytes()
        && file.modified().equals(entry.modified());
  }

  /// The document whose text this file is, where it is one put beside it.
  private Optional<String> document(String name) {
    return TextBeside.original(name).filter(staged::containsKey);
  }

  private DocumentState far(String name, boolean uploaded, DocumentState.Content content) {
    Optional<String> document = document(name);
    if (document.isPresent()) { // it is as far as that is
      DocumentState of = of(document.get());
      return new DocumentState(name, of.status(), uploaded, content, 0, of.reason(), List.of());
    }
    PreparedDocument known = match(indexed, name, content.sha256());
    Status status = Status.SEARCHABLE;
    if (known == null) {
      known = match(prepared, name, content.sha256());
      status = Status.PREPARED;
    }
    if (known == null) {
      return new DocumentState(name, Status.STAGED, uploaded, content, 0, null, List.of());
    }
    String unread = reason(known);
    return new DocumentState(
        name,
        unread == null ? status : Status.FAILED,
        uploaded,
        content,
        known.passages(),
        unread,
        known.reading().inPart());
  }

  private static @Nullable String reason(PreparedDocument known) {
    String unread = known.reading().unread();
    return unread == null && known.passages() == 0 ? "It holds no text." : unread;
  }

  private static @Nullable PreparedDocument match(
      Map<String, PreparedDocument> documents, String name, String sha256) {
    PreparedDocument known = documents.get(name);
    return known != null && known.sha256().equals(sha256) ? known : null;
  }
}
