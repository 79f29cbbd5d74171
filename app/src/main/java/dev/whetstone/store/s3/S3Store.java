package dev.whetstone.store.s3;

import com.google.errorprone.annotations.MustBeClosed;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Acl;
import dev.whetstone.store.CheckedRead;
import dev.whetstone.store.Content;
import dev.whetstone.store.Keys;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A prefix of a bucket. Objects carry their SHA-256 as metadata `sha256`.
final class S3Store implements ObjectStore {
  static final String SHA256 = "sha256";

  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]{64}");

  /// S3's and OSS's limit.
  private static final int BATCH = 1000;

  private final S3Client client;
  private final Bucket bucket;
  private final UploadJournal journal;
  private final PartUploads parts;

  S3Store(S3Client client, Bucket bucket, UploadJournal journal) {
    this.client = client;
    this.bucket = bucket;
    this.journal = journal;
    this.parts = new PartUploads(client, bucket, journal);
  }

  @Override
  public String uri() {
    return bucket.uri();
  }

  @Override
  public Optional<ObjectStore> above() {
    return bucket.above().map(above -> new S3Store(client, above, journal));
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    return head("look up", key)
        .map(head -> new ObjectInfo(key, head.contentLength(), sha256(head), head.lastModified()));
  }

  /// Null where there is none, or one that another tool wrote in a form of its own.
  private static @Nullable String sha256(HeadObjectResponse head) {
    @Nullable String sum = head.metadata().get(SHA256);
    return sum != null && HEXADECIMAL.matcher(sum).matches() ? sum : null;
  }

  private Optional<HeadObjectResponse> head(String doing, String key) {
    String full = full(key);
    try {
      return Optional.of(client.headObject(r -> r.bucket(bucket.name()).key(full)));
    } catch (SdkException e) {
      if (S3Failures.notFound(e) && !S3Failures.noBucket(e)) {
        return Optional.empty();
      }
      throw S3Failures.explain(e, bucket, doing, uri(key));
    }
  }

  @Override
  @MustBeClosed
  public InputStream read(String key) {
    HeadObjectResponse head =
        head("read", key)
            .orElseThrow(
                () ->
                    new Failure.BadInput(
                        "cannot read " + uri(key) + ": there is no such object. Check the name"));
    return new CheckedRead(
        uri(key),
        head.contentLength(),
        sha256(head),
        from -> get(key, "bytes=" + from + "-", head.eTag()));
  }

  @Override
  @MustBeClosed
  public InputStream read(String key, long from, long length) {
    return get(key, "bytes=" + from + "-" + (from + length - 1), null);
  }

  /// @param tag of the object that is being read; null for whichever stands there. OSS documents
  ///   `If-Match` for its own protocol alone, so each answer's tag is compared too
  private InputStream get(String key, String range, @Nullable String tag) {
    String full = full(key);
    String match = bucket.dialect() == S3Dialect.S3 ? tag : null;
    ResponseInputStream<GetObjectResponse> in;
    try {
      in = client.getObject(r -> r.bucket(bucket.name()).key(full).range(range).ifMatch(match));
    } catch (SdkException e) {
      throw tag != null && S3Failures.changed(e)
          ? changed(key)
          : S3Failures.explain(e, bucket, "read", uri(key));
    }
    String there = in.response().eTag();
    if (tag != null && there != null && !tag.equals(there)) {
      in.abort();
      throw changed(key);
    }
    return in;
  }

  private Failure changed(String key) {
    return new Failure.Unavailable(
        uri(key) + " changed while it was read: run the same command again");
  }

  @Override
  public void put(String key, Content content, Acl acl) {
    write(key, content, acl, false);
  }

  @Override
  public boolean create(String key, Content content, Acl acl) {
    return write(key, content, acl, true);
  }

  private boolean write(String key, Content content, Acl acl, boolean createOnly) {
    bucket.dialect().check(acl);
    String full = full(key);
    long partBytes = PartUploads.partBytes(content.length());
    Sums sums = Sums.of(content, partBytes);
    try {
      @Nullable String version =
          content.length() > partBytes
              ? parts.upload(full, content, sums, partBytes, acl, createOnly)
              : putWhole(full, content, sums, acl, createOnly);
      if (createOnly && bucket.dialect() == S3Dialect.OSS && version != null) {
        throw new Failure.Refused(
            bucket.uri()
                + " keeps versions of its objects, and OSS then ignores x-oss-forbid-overwrite: two"
                + " writers could overwrite each other. Use a bucket without versioning");
      }
      content.sent(content.length() > partBytes ? 0 : content.length());
      return true;
    } catch (SdkException e) {
      if (createOnly && S3Failures.exists(e)) {
        return stat(key).map(there -> sums.sha256().equals(there.sha256())).orElse(false);
      }
      if (createOnly && S3Failures.collided(e)) {
        return write(key, content, acl, true);
      }
      throw S3Failures.explain(e, bucket, "write", uri(key));
    }
  }

  private @Nullable String putWhole(
      String full, Content content, Sums sums, Acl acl, boolean createOnly) {
    PutObjectResponse response =
        client.putObject(
            r ->
                r.bucket(bucket.name())
                    .key(full)
                    .contentMD5(sums.base64(0))
                    .metadata(Map.of(SHA256, sums.sha256()))
                    .overrideConfiguration(bucket.dialect().headers(createOnly, acl, true)),
            PartUploads.body(content, 0, content.length()));
    return response.versionId();
  }

  @Override
  public Stream<ObjectInfo> list(String prefix) {
    String full = bucket.prefix() + prefix;
    Iterable<S3Object> pages =
        client.listObjectsV2Paginator(r -> r.bucket(bucket.name()).prefix(full)).contents();
    var objects = asked("list", uri(prefix), pages::iterator);
    Iterable<S3Object> explained =
        () ->
            new java.util.Iterator<>() {
              @Override
              public boolean hasNext() {
                return asked("list", uri(prefix), objects::hasNext);
              }

              @Override
              public S3Object next() {
                return asked("list", uri(prefix), objects::next);
              }
            };
    return StreamSupport.stream(explained.spliterator(), false)
        // What consoles make to show a folder.
        .filter(object -> !object.key().endsWith("/") || object.size() > 0)
        .map(
            object ->
                new ObjectInfo(
                    object.key().substring(bucket.prefix().length()),
                    object.size(),
                    null,
                    object.lastModified()));
  }

  @Override
  public void delete(Collection<String> keys) {
    var all = new ArrayList<>(keys);
    for (int from = 0; from < all.size(); from += BATCH) {
      List<ObjectIdentifier> batch =
          all.subList(from, Math.min(all.size(), from + BATCH)).stream()
              .map(key -> ObjectIdentifier.builder().key(full(key)).build())
              .toList();
      DeleteObjectsResponse response =
          asked(
              "delete from",
              uri(),
              () ->
                  client.deleteObjects(
                      r -> r.bucket(bucket.name()).delete(d -> d.objects(batch).quiet(true))));
      if (response.hasErrors() && !response.errors().isEmpty()) {
        var first = response.errors().getFirst();
        throw new Failure.Refused(
            "cannot delete "
                + response.errors().size()
                + " objects of "
                + uri()
                + ", the first being "
                + first.key()
                + ": "
                + first.code()
                + " "
                + first.message());
      }
    }
  }

  private String full(String key) {
    return bucket.prefix() + Keys.check(uri(), key);
  }

  private <T> T asked(String doing, String uri, Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw S3Failures.explain(e, bucket, doing, uri);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
