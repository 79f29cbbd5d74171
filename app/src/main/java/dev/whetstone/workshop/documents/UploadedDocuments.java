package dev.whetstone.workshop.documents;

import dev.whetstone.core.CommitScope;
import dev.whetstone.documents.DocumentPage;
import dev.whetstone.documents.DocumentState;
import dev.whetstone.documents.Documents;
import dev.whetstone.documents.Receipt;
import dev.whetstone.documents.UpdateState;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.documents.UploadFolder.ReceivedFile;
import dev.whetstone.workspace.ExcludePatterns;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The documents of a workspace: those that callers send stand in `uploads/`, the others were
/// staged from folders and buckets and are only shown. After each change [IndexFollower] brings the
/// index there.
public final class UploadedDocuments implements Documents {
  private final Workspace workspace;
  private final CommitScope writes;
  private final IndexFollower follower;
  private final UploadFolder folder;
  private final ExcludePatterns excluded;
  private final Object changing = new Object();

  /// @param writes how a file is written: in a bucket's workspace it is saved there before it
  ///   counts
  /// @param follower owned by the caller
  public UploadedDocuments(Workspace workspace, CommitScope writes, IndexFollower follower) {
    this.workspace = workspace;
    this.writes = writes;
    this.follower = follower;
    this.folder = new UploadFolder(workspace);
    this.excluded = new ExcludePatterns(workspace.settings().stage().exclude());
    if (!folder.all().isEmpty()) {
      follower.request(); // a process that was killed may not have come to it
    }
  }

  private DocumentStates states() {
    return new DocumentStates(workspace, folder, follower.rejected());
  }

  @Override
  public DocumentPage list(
      @Nullable String after, int limit, DocumentState.@Nullable Status status) {
    DocumentStates states = states();
    var names = states.names();
    var page = new ArrayList<DocumentState>();
    for (String name : after == null ? names : names.tailSet(after, false)) {
      DocumentState state = states.of(name);
      if (status == null || state.status() == status) {
        if (page.size() == limit) {
          return new DocumentPage(page, page.getLast().name(), names.size());
        }
        page.add(state);
      }
    }
    return new DocumentPage(page, null, names.size());
  }

  @Override
  public Optional<DocumentState> find(String name) {
    DocumentStates states = states();
    return states.names().contains(name) ? Optional.of(states.of(name)) : Optional.empty();
  }

  @Override
  public UpdateState updates() {
    return follower.state();
  }

  @Override
  public long largest() {
    return (long) workspace.settings().parse().maxFileMegabytes() << 20;
  }

  @Override
  public Receipt put(String name, @Nullable String url, Content content) {
    Receipt.Refused refused = refusal(name);
    if (refused != null) {
      return refused;
    }
    ReceivedFile received = folder.receive(content);
    try {
      if (received.bytes() == 0) {
        return DocumentName.refused(Receipt.Reason.SIZE, "The document is empty.");
      }
      synchronized (changing) { // another of this name may have come meanwhile
        refused = refusal(name);
        if (refused != null) {
          return refused;
        }
        boolean created = folder.find(name) == null;
        writes.carry(
            folder.file(name),
            () -> {
              folder.place(name, received, url);
              return true;
            });
        follower.request();
        DocumentState state = find(name).orElseThrow();
        return new Receipt.Kept(with(state, received.sha256()), created);
      }
    } finally {
      WholeFile.delete(received.file());
    }
  }

  private static DocumentState with(DocumentState state, String sha256) {
    var of = state.content();
    return new DocumentState(
        state.name(),
        state.status(),
        state.uploaded(),
        new DocumentState.Content(of.bytes(), sha256, of.modified(), of.url()),
        state.passages(),
        state.reason(),
        state.notes());
  }

  private Receipt.@Nullable Refused refusal(String name) {
    Receipt.Refused refused = DocumentName.refusal(name, excluded);
    return refused == null ? clash(name) : refused;
  }

  /// Why a document cannot stand beside the others; null where it can. Names that differ only in
  /// their case are one name on some systems, and no system has a file and a folder of one name.
  private Receipt.@Nullable Refused clash(String name) {
    DocumentStates states = states();
    String key = DocumentName.key(name);
    for (String other : states.names()) {
      String otherKey = DocumentName.key(other);
      String trouble =
          otherKey.equals(key) && !other.equals(name)
              ? "it differs from that only in case or form"
              : otherKey.equals(key) && !states.isUpload(other)
                  ? "that was staged from elsewhere, and is changed there"
                  : otherKey.startsWith(key + "/")
                      ? "a folder of this name stands there"
                      : key.startsWith(otherKey + "/")
                          ? "no folder can stand where that document does"
                          : null;
      if (trouble != null) {
        return DocumentName.refused(
            Receipt.Reason.CONFLICT,
            "There is a document \"%s\" already, and %s: give another name."
                .formatted(other, trouble));
      }
    }
    return null;
  }

  @Override
  public Receipt remove(String name) {
    synchronized (changing) {
      DocumentStates states = states();
      if (!states.names().contains(name)) {
        return new Receipt.Unknown(name);
      }
      if (!states.isUpload(name)) {
        return DocumentName.refused(
            Receipt.Reason.CONFLICT,
            "\"%s\" was staged from a folder or bucket: remove it there, and stage again."
                .formatted(name));
      }
      writes.carry(
          folder.file(name),
          () -> {
            folder.remove(name);
            return true;
          });
      follower.request();
      return new Receipt.Removed(name);
    }
  }
}
