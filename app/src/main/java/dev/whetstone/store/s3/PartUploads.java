package dev.whetstone.store.s3;

import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Uploads of long content in parts, several at once, which go on after a kill.
///
/// Problem: an upload of some gigabytes may be cut off at any time. The parts that arrived need not
/// be sent again, but only if they are parts of the very content that is sent now, and the object
/// that they make up must be proven to have its SHA-256, which the server does not compute over
/// parts.
///
/// Method:
///
/// 1. One reading of the content gives the SHA-256 of the whole and the MD5 of each part ([Sums]).
/// 2. The journal ([UploadJournal], a folder of this machine) is asked for an upload of this key.
///    If its length, part length and SHA-256 are the same, the server is asked which parts it has;
///    a part counts if its ETag is the MD5 of step 1. An upload of other content is aborted.
/// 3. Otherwise an upload is begun, with the SHA-256 as metadata, and written to the journal before
///    the first part is sent.
/// 4. Missing parts are sent, [#AT_ONCE] at a time, with their MD5 as `Content-MD5`: the server
///    refuses a part that arrives changed.
/// 5. The upload is completed, create-only where that is asked for, and the journal forgets it.
///
/// Invariant: every part of the object has the MD5 of the reading that gave the SHA-256 in its
/// metadata; so the object has that SHA-256, or there is no object.
///
/// An answer that is lost: a completed upload is unknown to the server. Then the object itself is
/// looked at, and counts as sent if its SHA-256 is the one of step 1. Uploads that this machine
/// began [#ABANDONED] ago and did not end are aborted at the next one, because their parts cost
/// money.
///
/// Example: a file of 100 MB has 13 parts of 8 MB at most. Killed after five of them, the next call
/// reads the file once, finds five ETags that are right, and sends eight parts.
///
/// Cost: one reading for the checksums, and one of each part that is sent.
///
/// Sources: Amazon S3 API, CreateMultipartUpload, ListParts and CompleteMultipartUpload; RFC 1864.
final class PartUploads {
  /// S3 takes parts from 5 MB on (OSS from 100 kB), at most 10,000.
  private static final long SMALLEST = 8L << 20;

  private static final int MOST_PARTS = 10_000;
  private static final int AT_ONCE = 8;
  private static final Duration ABANDONED = Duration.ofDays(2);

  private final S3Client client;
  private final Bucket bucket;
  private final UploadJournal journal;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private boolean tidied;

  PartUploads(S3Client client, Bucket bucket, UploadJournal journal) {
    this.client = client;
    this.bucket = bucket;
    this.journal = journal;
  }

  /// The length of all parts but the last; content of up to this length goes up in one piece.
  static long partBytes(long length) {
    long megabyte = 1L << 20;
    long needed = (length + MOST_PARTS - 1) / MOST_PARTS;
    return Math.max(SMALLEST, (needed + megabyte - 1) / megabyte * megabyte);
  }

  static RequestBody body(Content content, long from, long bytes) {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return content.open(from, bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        bytes,
        "application/octet-stream");
  }

  /// @return the version that the bucket gave the object, where it keeps versions
  /// @throws SdkException as the server says
  @Nullable String upload(
      String key, Content content, Sums sums, long partBytes, Acl acl, boolean createOnly) {
    abortAbandoned();
    UploadJournal.UnfinishedUpload known = journal.find(key).orElse(null);
    Map<Integer, Part> there = null;
    if (known != null) {
      if (known.is(content.length(), partBytes, sums.sha256())) {
        there = parts(key, known.upload()).orElse(null);
      } else {
        abort(known);
      }
    }
    boolean resumed = there != null;
    if (known == null || there == null) {
      known =
          new UploadJournal.UnfinishedUpload(
              journal.place(),
              key,
              begin(key, sums, acl, createOnly),
              content.length(),
              partBytes,
              sums.sha256());
      there = Map.of();
      journal.write(known);
    }
    String upload = known.upload();
    try {
      List<CompletedPart> completed = send(key, upload, content, sums, partBytes, there);
      String version = complete(key, upload, completed, acl, createOnly);
      journal.forget(key);
      return version;
    } catch (SdkException e) {
      if (S3Failures.exists(e)) {
        abort(known);
      } else if (S3Failures.notFound(e) && !S3Failures.noBucket(e)) {
        journal.forget(key);
        if (isThere(key, sums.sha256())) {
          return null; // completed by a request whose answer was lost, or by another process
        }
        if (resumed) { // the upload itself is gone
          return upload(key, content, sums, partBytes, acl, createOnly);
        }
      }
      throw e;
    }
  }

  private boolean isThere(String key, String sha256) {
    try {
      var head = client.headObject(r -> r.bucket(bucket.name()).key(key));
      return sha256.equals(head.metadata().get(S3Store.SHA256));
    } catch (SdkException e) {
      if (S3Failures.notFound(e)) {
        return false;
      }
      throw e;
    }
  }

  private String begin(String key, Sums sums, Acl acl, boolean createOnly) {
    return client
        .createMultipartUpload(
            r ->
                r.bucket(bucket.name())
                    .key(key)
                    .metadata(Map.of(S3Store.SHA256, sums.sha256()))
                    .overrideConfiguration(
                        bucket
                            .dialect()
                            .headers(createOnly && bucket.dialect() == S3Dialect.OSS, acl, true)))
        .uploadId();
  }

  /// The parts that are there, by number from 1; empty if the upload itself is gone.
  private Optional<Map<Integer, Part>> parts(String key, String upload) {
    var parts = new HashMap<Integer, Part>();
    try {
      client
          .listPartsPaginator(r -> r.bucket(bucket.name()).key(key).uploadId(upload))
          .parts()
          .forEach(part -> parts.put(part.partNumber(), part));
      return Optional.of(parts);
    } catch (SdkException e) {
      if (S3Failures.notFound(e) && !S3Failures.noBucket(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private List<CompletedPart> send(
      String key,
      String upload,
      Content content,
      Sums sums,
      long partBytes,
      Map<Integer, Part> there) {
    var completed = new ArrayList<CompletedPart>();
    var sending = new ArrayList<Future<CompletedPart>>();
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < sums.parts().size(); i++) {
          int part = i;
          long from = i * partBytes;
          long bytes = Math.min(partBytes, content.length() - from);
          Part known = there.get(part + 1);
          if (known != null
              && known.size() == bytes
              && md5(known.eTag()).equals(sums.parts().get(i))) {
            content.sent(bytes);
            sending.add(
                java.util.concurrent.CompletableFuture.completedFuture(
                    CompletedPart.builder().partNumber(part + 1).eTag(known.eTag()).build()));
            continue;
          }
          permits.acquire();
          if (sending.stream().anyMatch(f -> f.state() == Future.State.FAILED)) {
            permits.release();
            break;
          }
          sending.add(
              workers.submit(
                  () -> {
                    try {
                      return sendPart(key, upload, content, sums, part, from, bytes);
                    } finally {
                      permits.release();
                    }
                  }));
        }
        for (Future<CompletedPart> part : sending) {
          completed.add(part.get());
        }
      } catch (InterruptedException e) {
        workers.shutdownNow();
        Thread.currentThread().interrupt();
        throw new CancellationException("stopped while uploading " + content);
      } catch (ExecutionException e) {
        workers.shutdownNow();
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          case null, default -> throw new IllegalStateException(e);
        }
      }
    }
    return completed;
  }

  private CompletedPart sendPart(
      String key, String upload, Content content, Sums sums, int part, long from, long bytes) {
    String tag =
        client
            .uploadPart(
                r ->
                    r.bucket(bucket.name())
                        .key(key)
                        .uploadId(upload)
                        .partNumber(part + 1)
                        .contentMD5(sums.base64(part)),
                body(content, from, bytes))
            .eTag();
    content.sent(bytes);
    return CompletedPart.builder().partNumber(part + 1).eTag(tag).build();
  }

  /// S3's ETag of a part is its MD5 in quotes, OSS's in capitals; of an encrypted part it is
  /// something else, and the part is sent again.
  private static String md5(String tag) {
    return tag.replace("\"", "").toLowerCase(Locale.ROOT);
  }

  private @Nullable String complete(
      String key, String upload, List<CompletedPart> parts, Acl acl, boolean createOnly) {
    return client
        .completeMultipartUpload(
            r ->
                r.bucket(bucket.name())
                    .key(key)
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(parts))
                    .overrideConfiguration(bucket.dialect().headers(createOnly, acl, false)))
        .versionId();
  }

  private synchronized void abortAbandoned() {
    if (!tidied) {
      tidied = true;
      journal.olderThan(ABANDONED).forEach(this::abort);
    }
  }

  private void abort(UploadJournal.UnfinishedUpload entry) {
    try {
      client.abortMultipartUpload(
          r -> r.bucket(bucket.name()).key(entry.key()).uploadId(entry.upload()));
    } catch (S3Exception e) {
      if (!S3Failures.notFound(e)) {
        throw S3Failures.explain(e, bucket, "abort an upload to", entry.key());
      }
    }
    journal.forget(entry.key());
  }
}
