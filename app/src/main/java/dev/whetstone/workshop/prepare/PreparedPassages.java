package dev.whetstone.workshop.prepare;

import dev.whetstone.core.Passage;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.vectors.PassageFile;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads an artifact `passages/ID`, every byte checked.
public final class PreparedPassages {
  static final String PASSAGES = "passages.parquet";
  public static final String FAILURES = "failures.json";
  static final String DOCUMENTS = "documents.json";

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

  /// A document as it was when the passages were made.
  ///
  /// @param sha256 of its file
  /// @param content differs where the passages may: of what they are made
  public record PreparedDocument(
      String path, String sha256, String content, int passages, Reading reading) {}

  /// What became of a document when it was read.
  ///
  /// @param language null where it could not be read
  /// @param unread why it could not be read at all; null where it could
  /// @param inPart what of it could not be read
  /// @param pictures pages of which no text was read, as in [Pictures]
  public record Reading(
      @Nullable String language,
      @Nullable String unread,
      List<String> inPart,
      List<Integer> pictures) {
    public Reading {
      inPart = List.copyOf(inPart);
      pictures = List.copyOf(pictures);
    }
  }

  private record PreparedDocuments(List<PreparedDocument> documents) {}

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

  /// What the passages were made of, by path; empty where it is not known, as where an earlier
  /// version of the program made them. The file bears a seal of its own, so it is read without the
  /// passages.
  public Map<String, PreparedDocument> documents(String id) {
    var byPath = new HashMap<String, PreparedDocument>();
    Json.kept(folder(id).resolve(DOCUMENTS), PreparedDocuments.class)
        .ifPresent(all -> all.documents().forEach(each -> byPath.put(each.path(), each)));
    return byPath;
  }

  static String json(List<PreparedDocument> documents) {
    return Json.sealed(Json.line(new PreparedDocuments(documents)));
  }

  private Path folder(String id) {
    return workspace.passages().resolve(id);
  }
}
