package dev.whetstone.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.ObjectStoreContract;
import dev.whetstone.store.objects.ObjectStores;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;

/// On a real server, s3proxy.
class S3StoreTest extends ObjectStoreContract {
  private static final int PART = 8 << 20;
  private static RealBucket bucket;

  @BeforeAll
  static void makeBucket() {
    bucket = RealBucket.make();
  }

  @Override
  protected ObjectStore open() {
    return open("test/" + System.nanoTime(), bucket.environment());
  }

  private ObjectStore open(String prefix, Map<String, String> environment) {
    return ObjectStores.open(bucket.uri(prefix), environment, folder.resolve("journal"));
  }

  @Test
  void aListingIsWholeOverManyPages() {
    try (var client = bucket.client()) {
      for (int i = 0; i < 1003; i++) {
        String key = "many/%04d".formatted(i);
        client.putObject(r -> r.bucket(bucket.name()).key(key), RequestBody.fromString("x"));
      }
    }
    try (var many = open("many", bucket.environment())) {
      List<String> keys = many.list("").map(ObjectInfo::key).toList();
      assertThat(keys).hasSize(1003).isSorted().doesNotHaveDuplicates();

      many.delete(keys);

      assertThat(many.list("")).isEmpty();
    }
  }

  @Test
  void whatOthersPutThereIsReadWithoutASum() throws IOException {
    try (var client = bucket.client();
        var others = open("others", bucket.environment())) {
      client.putObject(
          r -> r.bucket(bucket.name()).key("others/a.md"), RequestBody.fromString("theirs"));
      client.putObject(
          r -> r.bucket(bucket.name()).key("others/folder/"), RequestBody.fromString(""));

      assertThat(others.stat("a.md").orElseThrow().sha256()).isNull();
      assertThat(others.list("")).extracting(ObjectInfo::key).containsExactly("a.md");
      try (InputStream in = others.read("a.md")) {
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("theirs");
      }
    }
  }

  @Test
  void anObjectThatIsOverwrittenWhileItIsReadIsSaidToHaveChanged() throws IOException {
    for (String other : List.of("abcdefghij", "short", "longer than before")) {
      store.put("changing", Content.of("0123456789"), Acl.DEFAULT);

      try (InputStream in = store.read("changing")) {
        store.put("changing", Content.of(other), Acl.DEFAULT);

        assertThatThrownBy(in::readAllBytes)
            .isInstanceOf(Failure.Unavailable.class)
            .hasMessageContaining("changed while it was read: run the same command again");
      }
    }
  }

  @Test
  void anUploadThatWasKilledGoesOnAtARealServer() throws IOException {
    var bytes = new byte[2 * PART + 7];
    new Random(3).nextBytes(bytes);
    Path file = Files.write(folder.resolve("large"), bytes);
    Sums sums = Sums.of(Content.of(file), PART);
    try (var client = bucket.client();
        var killed = open("killed", bucket.environment())) {
      // given: an upload begun as the store begins it, its first part there, its journal written
      CreateMultipartUploadResponse begun =
          client.createMultipartUpload(
              r ->
                  r.bucket(bucket.name())
                      .key("killed/large")
                      .metadata(Map.of("sha256", sums.sha256())));
      client.uploadPart(
          r -> r.bucket(bucket.name()).key("killed/large").uploadId(begun.uploadId()).partNumber(1),
          RequestBody.fromContentProvider(
              () -> new java.io.ByteArrayInputStream(bytes, 0, PART), PART, "x/y"));
      String place =
          "s3://" + bucket.name() + " at " + bucket.environment().get("AWS_ENDPOINT_URL_S3");
      new UploadJournal(folder.resolve("journal"), place)
          .write(
              new UploadJournal.UnfinishedUpload(
                  place, "killed/large", begun.uploadId(), bytes.length, PART, sums.sha256()));

      killed.put("large", Content.of(file), Acl.DEFAULT);

      var there = killed.stat("large").orElseThrow();
      assertThat(there.bytes()).isEqualTo(bytes.length);
      assertThat(there.sha256()).isEqualTo(sums.sha256());
      try (InputStream in = killed.read("large")) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
      // a second upload would have left the first one behind
      assertThat(client.listMultipartUploads(r -> r.bucket(bucket.name())).uploads()).isEmpty();
    }
  }

  @Test
  void aBucketThatIsNotThereIsSaidToBeMissing() {
    var store =
        ObjectStores.open("s3://no-such-bucket/x", bucket.environment(), folder.resolve("journal"));
    try (store) {
      assertThatThrownBy(() -> store.put("a", Content.of("x"), Acl.DEFAULT))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("cannot write s3://no-such-bucket/x/a: there is no bucket");
      assertThatThrownBy(() -> store.list("").toList())
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("there is no bucket no-such-bucket");
    }
  }

  @Test
  void wrongCredentialsAreSaidToBe() {
    try (var store = open("x", bucket.as("testkey", "wrong"));
        var stranger = open("x", bucket.as("stranger", "wrong"))) {
      for (var each : List.of(store, stranger)) {
        assertThatThrownBy(() -> each.put("a", Content.of("x"), Acl.DEFAULT))
            .isInstanceOf(Failure.Refused.class)
            .hasMessageContaining("the credentials are not accepted")
            .hasMessageContaining("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
      }
    }
  }

  @Test
  void noCredentialsAreSaidToBeMissingAtOnce() {
    assertThatThrownBy(
            () ->
                ObjectStores.open("s3://b/x", Map.of("AWS_EC2_METADATA_DISABLED", "true"), folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage(
            "no credentials for s3://b: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the"
                + " environment");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamed() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    var environment =
        Map.of(
            "AWS_ACCESS_KEY_ID", "a",
            "AWS_SECRET_ACCESS_KEY", "b",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:" + nobody);
    try (var store = ObjectStores.open("s3://bucket/x", environment, folder)) {
      assertThatThrownBy(() -> store.stat("a"))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("cannot look up s3://bucket/x/a: http://127.0.0.1:" + nobody)
          .hasMessageContaining("does not answer");
    }
  }
}
