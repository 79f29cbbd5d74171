package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Fetches from a hub: its lists, and files that are resumed where they broke off.
///
/// **Redirects** are followed by hand, because large files come from other hosts: at most five, to
/// `https` or from plain `http` to it, and the token goes to the hub's own scheme, host and port
/// alone.
///
/// **Resuming.** A file grows beside its place, under a name with its hash. After a break the rest
/// is asked for with `Range`. A server that sends the whole (200) or refuses the range (416) makes
/// it begin anew. What arrived is checked against size and hash by [DownloadCheck]; a file that
/// fails is deleted, as a resumed one may mix two versions, and fetched whole once more.
///
/// **Repeating.** A break, 429 and 5xx are tried again, with pauses, until five attempts in a row
/// brought not one byte. For one thread.
final class HubClient implements AutoCloseable {
  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_LIST_BYTES = 16 << 20;
  private static final Duration LIST = Duration.ofSeconds(60);
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final Retry.Limits PAUSES =
      new Retry.Limits(5, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofHours(1));

  private final Hub hub;
  private final Time time;
  private final OutgoingHttp http = new OutgoingHttp(Duration.ofSeconds(20), MOST_LIST_BYTES, null);

  HubClient(Hub hub, Time time) {
    this.hub = hub;
    this.time = time;
  }

  /// The files of a repository.
  ///
  /// @throws Failure.BadInput if there is none, or its owner does not let this token read it
  Listing list(String id, String revision) {
    URI uri = hub.listing(id, revision);
    var attempts = new Retry(PAUSES, time).begin();
    while (true) {
      Sent sent = send(uri, _ -> null, request -> request);
      if (sent.reply() != null && sent.reply().statusCode() == 200) {
        return hub.read(sent.reply().body(), revision);
      }
      if (!sent.mayPass() || !pause(attempts, sent)) {
        throw sent.failure(id, "the list of its files");
      }
    }
  }

  /// Fetches a file to `to`, and what a killed process fetched of it is used.
  ///
  /// @param task is advanced by bytes
  void fetch(String id, String commit, HubFile file, Path to, Progress.Task task) {
    Path part = to.resolveSibling(to.getFileName() + ".part");
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      task.advance(length(part));
      for (int wholes = 0; ; wholes++) {
        boolean tooLong = download(id, commit, file, part, task);
        Optional<String> wrong =
            tooLong
                ? Optional.of("it is longer than the %,d bytes of the list".formatted(file.size()))
                : DownloadCheck.wrong(file, part);
        if (wrong.isEmpty()) {
          Files.move(part, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
          return;
        }
        task.advance(-length(part));
        Files.deleteIfExists(part);
        if (wholes > 0) {
          throw new Failure.Unavailable(
              "%s sent a wrong %s of %s twice: %s. Try again later, or set %s to another hub"
                  .formatted(hub.name(), file.path(), id, wrong.get(), hub.endpointVariable()));
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot keep %s in %s: %s; is there room?"
              .formatted(file.path(), to.toAbsolutePath().getParent(), e.getMessage()),
          e);
    }
  }

  /// @return whether the hub sends more than its list says; what arrived is then of no use
  private boolean download(String id, String commit, HubFile file, Path part, Progress.Task task)
      throws IOException {
    URI uri = hub.file(id, commit, file.path());
    var attempts = new Retry(PAUSES, time).begin();
    while (true) {
      Progress.stopWhenInterrupted();
      long from = length(part);
      if (from > 0 && from == file.size()) {
        return false;
      }
      Sent sent;
      try (var target = new Target(file, part, from, task)) {
        sent =
            send(
                uri,
                target,
                request -> from == 0 ? request : request.header("Range", "bytes=" + from + "-"));
      }
      if (sent.tooLong()) {
        return true;
      }
      if (sent.status() == 416) {
        task.advance(-length(part));
        Files.deleteIfExists(part);
      } else if (sent.reply() != null && sent.status() / 100 == 2) {
        return false;
      } else if (!sent.mayPass()) {
        throw sent.failure(id, file.path());
      }
      if (length(part) > from) {
        attempts = new Retry(PAUSES, time).begin();
      }
      if (!pause(attempts, sent)) {
        throw sent.failure(id, file.path());
      }
    }
  }

  /// Where a reply's body goes: behind what is there, or in its place.
  private static final class Target
      implements Function<ResponseInfo, @Nullable OutputStream>, AutoCloseable {
    private final HubFile file;
    private final Path part;
    private final long from;
    private final Progress.Task task;
    private final AtomicReference<@Nullable OutputStream> open = new AtomicReference<>();

    Target(HubFile file, Path part, long from, Progress.Task task) {
      this.file = file;
      this.part = part;
      this.from = from;
      this.task = task;
    }

    @Override
    public @Nullable OutputStream apply(ResponseInfo head) {
      boolean rest =
          head.statusCode() == 206
              && head.headers()
                  .firstValue("Content-Range")
                  .orElse("")
                  .startsWith("bytes " + from + "-");
      if (head.statusCode() != 200 && !rest) {
        return null;
      }
      try {
        if (!rest) {
          task.advance(-from);
        }
        OutputStream out =
            Files.newOutputStream(
                part,
                StandardOpenOption.CREATE,
                rest ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        open.set(out);
        return new CountedStream(out, file.size() - (rest ? from : 0), task);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      OutputStream out = open.get();
      if (out != null) {
        out.close();
      }
    }
  }

  private boolean pause(Retry.Attempts attempts, Sent sent) {
    try {
      return attempts.pauseAfter(sent.header("Retry-After"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static long length(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /// One request, and its redirects.
  private Sent send(
      URI first,
      Function<ResponseInfo, @Nullable OutputStream> target,
      Function<HttpRequest.Builder, HttpRequest.Builder> more) {
    URI uri = first;
    try {
      for (int redirects = 0; ; redirects++) {
        var request = HttpRequest.newBuilder(uri).header("User-Agent", "whetstone");
        if (isOwn(uri)) {
          hub.credentials().forEach(request::header);
        }
        HttpResponse<byte[]> reply =
            http.receive(
                more.apply(request).build(), target, target instanceof Target ? SILENCE : LIST);
        Optional<String> location = reply.headers().firstValue("Location");
        if (reply.statusCode() / 100 != 3 || location.isEmpty()) {
          return new Sent(hub, reply, null);
        }
        if (redirects == MOST_REDIRECTS) {
          throw new Failure.Unavailable(hub.name() + " sends in circles");
        }
        uri = next(uri, location.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (IOException e) {
      return new Sent(hub, null, e);
    }
  }

  private URI next(URI from, String location) {
    try {
      URI uri = from.resolve(location);
      boolean safe =
          "https".equals(uri.getScheme())
              || ("http".equals(from.getScheme()) && "http".equals(uri.getScheme()));
      if (safe && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // refused below
    }
    throw new Failure.Unavailable(hub.name() + " redirects to an address that is not called");
  }

  private boolean isOwn(URI uri) {
    URI own = hub.endpoint();
    return own.getScheme().equals(uri.getScheme())
        && own.getHost().equalsIgnoreCase(uri.getHost())
        && own.getPort() == uri.getPort();
  }

  @Override
  public void close() {
    http.close();
  }
}
