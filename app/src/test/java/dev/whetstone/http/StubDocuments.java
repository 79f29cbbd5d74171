package dev.whetstone.http;

import dev.whetstone.documents.DocumentPage;
import dev.whetstone.documents.DocumentState;
import dev.whetstone.documents.Documents;
import dev.whetstone.documents.Receipt;
import dev.whetstone.documents.UpdateState;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One document, `demo`; whatever is sent takes its place.
final class StubDocuments implements Documents {
  private static final DocumentState DEMO =
      new DocumentState(
          "demo",
          DocumentState.Status.FAILED,
          true,
          new DocumentState.Content(
              7, "00", "2026-01-01T00:00:00Z", "https://docs.example.com/demo"),
          1,
          "it cannot be read",
          List.of("a page is a picture"));

  @Override
  public DocumentPage list(
      @Nullable String after, int limit, DocumentState.@Nullable Status status) {
    return new DocumentPage(List.of(DEMO), "demo", 2);
  }

  @Override
  public Optional<DocumentState> find(String name) {
    return Optional.of(DEMO).filter(document -> document.name().equals(name));
  }

  @Override
  public UpdateState updates() {
    return UpdateState.waiting("a step is at work");
  }

  @Override
  public long largest() {
    return 1 << 20;
  }

  @Override
  public Receipt put(String name, @Nullable String url, Content content) {
    try {
      content.to(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new Receipt.Kept(DEMO, true);
  }

  @Override
  public Receipt remove(String name) {
    return find(name).isPresent() ? new Receipt.Removed(name) : new Receipt.Unknown(name);
  }
}
