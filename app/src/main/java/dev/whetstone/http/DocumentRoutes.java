package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.WebLink;
import dev.whetstone.documents.DocumentPage;
import dev.whetstone.documents.DocumentState;
import dev.whetstone.documents.DocumentState.Status;
import dev.whetstone.documents.Documents;
import dev.whetstone.documents.Receipt;
import dev.whetstone.documents.UpdateState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Sending, listing, showing and removing documents.
final class DocumentRoutes {
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  private final Documents documents;
  private final WriteAccess access;
  private final Semaphore uploads = new Semaphore(8);
  private final Semaphore reads = new Semaphore(4);

  DocumentRoutes(Documents documents, WriteAccess access) {
    this.documents = documents;
    this.access = access;
  }

  /// @param sha256 absent where it is not known yet
  /// @param url absent where its sender said none
  /// @param reason why it failed; absent where it did not
  /// @param notes what of it could not be read
  record DocumentBody(
      String name,
      String status,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason,
      boolean uploaded,
      long bytes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String sha256,
      String modified,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String url,
      int passages,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> notes) {
    static DocumentBody of(DocumentState state) {
      DocumentState.Content content = state.content();
      return new DocumentBody(
          state.name(),
          state.status().name().toLowerCase(Locale.ROOT),
          state.reason(),
          state.uploaded(),
          content.bytes(),
          content.sha256(),
          content.modified(),
          content.url(),
          state.passages(),
          state.notes());
    }
  }

  /// @param reason why documents wait; absent where they do not
  private record UpdatesBody(
      String state, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {
    static UpdatesBody of(UpdateState state) {
      return new UpdatesBody(state.stage().name().toLowerCase(Locale.ROOT), state.reason());
    }
  }

  /// @param next what to pass as `after` for the next page; absent on the last one
  private record PageBody(
      List<DocumentBody> documents,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String next,
      int total,
      UpdatesBody updates) {}

  private record Sent(List<DocumentBody> documents) {}

  private record Removed(String name, boolean deleted) {}

  void add(RoutesConfig routes) {
    routes.get("/v1/documents", this::list);
    routes.post("/v1/documents", this::sendForm);
    routes.get("/v1/documents/<name>", this::show);
    routes.put("/v1/documents/<name>", this::send);
    routes.delete("/v1/documents/<name>", this::remove);
  }

  private void list(Context context) {
    int limit = Query.whole(context, "limit", PAGE, 1, LARGEST_PAGE);
    String after = context.queryParam("after");
    Status status = status(context.queryParam("status"));
    DocumentPage page = bounded(reads, () -> documents.list(after, limit, status));
    Replies.json(
        context,
        new PageBody(
            page.documents().stream().map(DocumentBody::of).toList(),
            page.next(),
            page.total(),
            UpdatesBody.of(documents.updates())));
  }

  private static @Nullable Status status(@Nullable String word) {
    if (word == null) {
      return null;
    }
    for (Status status : Status.values()) {
      if (status.name().toLowerCase(Locale.ROOT).equals(word)) {
        return status;
      }
    }
    throw RequestException.badRequest(
        "status", "\"status\" must be staged, prepared, searchable or failed");
  }

  private void show(Context context) {
    String name = context.pathParam("name");
    DocumentState state =
        bounded(reads, () -> documents.find(name)).orElseThrow(() -> unknown(name));
    Replies.json(context, DocumentBody.of(state));
  }

  private void send(Context context) {
    access.require();
    String name = context.pathParam("name");
    String url = url(context.queryParam("url"));
    Receipt receipt =
        bounded(
            uploads,
            () ->
                documents.put(
                    name,
                    url,
                    out -> new UploadBody(context, documents.largest()).transferTo(out)));
    Receipt.Kept kept = kept(receipt);
    context.status(kept.created() ? 201 : 200);
    Replies.json(context, DocumentBody.of(kept.document()));
  }

  /// Fields count for the files behind them. What was kept before a file is refused stays kept, and
  /// the reply names it.
  private void sendForm(Context context) {
    access.require();
    var sent = new ArrayList<DocumentBody>();
    try {
      bounded(uploads, () -> takeForm(context, sent));
    } catch (RequestException e) {
      throw sent.isEmpty()
          ? e
          : e.with(
              " The files before it are kept: "
                  + sent.stream().map(DocumentBody::name).collect(Collectors.joining(", "))
                  + ".");
    }
    if (sent.isEmpty()) {
      throw RequestException.badRequest("The body holds no file (curl -F file=@guide.pdf).");
    }
    context.status(201);
    Replies.json(context, new Sent(sent));
  }

  /// @param sent gets each document that is kept
  private List<DocumentBody> takeForm(Context context, List<DocumentBody> sent) {
    InputStream in = new UploadBody(context, documents.largest());
    var body = new MultipartBody(context.contentType(), in);
    String name = null;
    String url = null;
    for (var part = body.next(); part != null; part = body.next()) {
      String file = part.file();
      if (file != null) {
        String as = name == null || name.isEmpty() ? file : name;
        sent.add(DocumentBody.of(kept(documents.put(as, url, body::transferTo)).document()));
        name = null;
        url = null;
      } else if (part.name().equals("name")) {
        name = body.text();
      } else if (part.name().equals("url")) {
        url = url(body.text());
      } else {
        throw RequestException.badRequest(
            "A field is not known here: the fields are file, and before it name and url.");
      }
    }
    return sent;
  }

  private void remove(Context context) {
    access.require();
    String name = context.pathParam("name");
    switch (bounded(uploads, () -> documents.remove(name))) {
      case Receipt.Removed(String removed) -> Replies.json(context, new Removed(removed, true));
      case Receipt.Unknown _ -> throw unknown(name);
      case Receipt.Refused refused -> throw refused(refused);
      case Receipt.Kept _ -> throw new IllegalStateException("removing keeps nothing");
    }
  }

  private static Receipt.Kept kept(Receipt receipt) {
    return switch (receipt) {
      case Receipt.Kept kept -> kept;
      case Receipt.Refused refused -> throw refused(refused);
      case Receipt.Unknown(String name) -> throw unknown(name);
      case Receipt.Removed _ -> throw new IllegalStateException("keeping removes nothing");
    };
  }

  private static RequestException refused(Receipt.Refused refused) {
    return switch (refused.reason()) {
      case NAME -> RequestException.badRequest("name", refused.message());
      case SIZE -> RequestException.badRequest(refused.message());
      case TYPE -> new RequestException(415, "UnsupportedMediaType", refused.message());
      case CONFLICT -> new RequestException(409, "DocumentConflict", refused.message());
    };
  }

  private static RequestException unknown(String name) {
    return new RequestException(
        404,
        "DocumentNotFound",
        "There is no document \"" + name + "\": GET /v1/documents lists those there are.");
  }

  private static @Nullable String url(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    return WebLink.of(text)
        .orElseThrow(
            () ->
                RequestException.badRequest(
                    "url",
                    "\"url\" must be an absolute http or https address without a user's name, of"
                        + " at most "
                        + WebLink.LONGEST
                        + " characters"));
  }

  private static <T> T bounded(Semaphore most, Supplier<T> work) {
    if (!most.tryAcquire()) {
      throw RequestException.busy();
    }
    try {
      return work.get();
    } finally {
      most.release();
    }
  }
}
