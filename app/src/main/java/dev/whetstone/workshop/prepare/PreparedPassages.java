package dev.whetstone.workshop.prepare;

import dev.whetstone.core.Passage;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.vectors.PassageFile;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;

/// Reads an artifact `passages/ID`, every byte checked.
public final class PreparedPassages {
  static final String PASSAGES = "passages.parquet";
  public static final String FAILURES = "failures.json";

  /// A file that could not be read, wholly or in part, and why.
  public record Unread(String document, String reason) {}

  /// Pages of which no text was read, since they are pictures.
  ///
  /// @param pages ascending, from 1; 0 where the file as a whole is a picture
  public record Pictures(String document, List<Integer> pages) {
    public Pictures {
      pages = List.copyOf(pages);
    }
  }

  /// @param unread wholly
  /// @param inPart an element for each part
  /// @param pictures an element for each document with such pages
  public record UnreadDocuments(List<Unread> unread, List<Unread> inPart, List<Pictures> pictures) {
    public UnreadDocuments {
      pictures = List.copyOf(pictures);
      unread = List.copyOf(unread);
      inPart = List.copyOf(inPart);
    }
  }

  private final Workspace workspace;

  public PreparedPassages(Workspace workspace) {
    this.workspace = workspace;
  }

  public boolean exist(String id) {
    return Artifact.exists(folder(id));
  }

  public List<Passage> read(String id) {
    return PassageFile.read(Artifact.open(folder(id)).file(PASSAGES));
  }

  public UnreadDocuments failures(String id) {
    return Json.read(Artifact.open(folder(id)).file(FAILURES), UnreadDocuments.class);
  }

  private Path folder(String id) {
    return workspace.passages().resolve(id);
  }
}
