package dev.whetstone.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.ObjectStoreContract;
import dev.whetstone.store.objects.ObjectStores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The SDK against what OSS documents: what goes over the wire, and what is made of its answers.
class OssStoreTest extends ObjectStoreContract {
  private static final int PART = 8 << 20;
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OSS_ACCESS_KEY_ID", "id",
          "OSS_ACCESS_KEY_SECRET", "secret",
          "OSS_REGION", "cn-hangzhou");

  @SuppressWarnings("NullAway.Init") // made anew by open() for each test
  private OssStub oss;

  @Override
  protected ObjectStore open() throws IOException {
    oss = new OssStub();
    return client(ENVIRONMENT);
  }

  private ObjectStore client(Map<String, String> environment) {
    return S3Stores.open(
        "oss", "domain-docs", "raw/", environment, folder.resolve("journal"), oss.client());
  }

  @AfterEach
  void stop() {
    oss.close();
  }

  private OssStub.Request last(String method) {
    return oss.requests.stream().filter(r -> r.method().equals(method)).toList().getLast();
  }

  @Test
  void aPutGoesToTheBucketsOwnHostUnchunkedWithItsChecksums() {
    store.put("a.md", Content.of("hello"), Acl.PRIVATE);

    var put = last("PUT");
    assertThat(put.header("host")).isEqualTo("domain-docs.s3.oss-cn-hangzhou.aliyuncs.com");
    assertThat(put.uri().getPath()).isEqualTo("/raw/a.md");
    assertThat(put.header("content-length")).isEqualTo("5");
    assertThat(put.header("content-encoding")).isEmpty();
    assertThat(put.header("transfer-encoding")).isEmpty();
    assertThat(put.header("x-amz-trailer")).isEmpty();
    assertThat(put.header("x-amz-decoded-content-length")).isEmpty();
    // printf hello | openssl md5 -binary | base64
    assertThat(put.header("content-md5")).isEqualTo("XUFAKrxLKna5cZ2REBfFkg==");
    // printf hello | sha256sum
    assertThat(put.header("x-amz-meta-sha256"))
        .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(put.header("x-oss-object-acl")).isEqualTo("private");
    assertThat(put.header("x-amz-acl")).isEmpty();
    assertThat(put.header("authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=id/")
        .contains("/cn-hangzhou/s3/aws4_request")
        .contains("x-oss-object-acl");
  }

  @Test
  void anEndpointThatIsNamedIsUsedAsItIsAndTellsTheRegion() {
    var environment =
        Map.of(
            "OSS_ACCESS_KEY_ID", "id",
            "OSS_ACCESS_KEY_SECRET", "secret",
            "OSS_ENDPOINT", "oss-cn-beijing-internal.aliyuncs.com");
    try (var named = client(environment)) {
      named.put("a.md", Content.of("hello"), Acl.DEFAULT);
    }

    assertThat(last("PUT").header("host"))
        .isEqualTo("domain-docs.oss-cn-beijing-internal.aliyuncs.com");
    assertThat(last("PUT").header("authorization")).contains("/cn-beijing/s3/aws4_request");
  }

  @Test
  void aCreateForbidsOverwritingInOssOwnWords() {
    store.create("m/1.json", Content.of("{}"), Acl.DEFAULT);

    var put = last("PUT");
    assertThat(put.header("x-oss-forbid-overwrite")).isEqualTo("true");
    assertThat(put.headers()).doesNotContainKeys("if-none-match", "if-match", "x-oss-object-acl");
  }

  @Test
  void aVersionedBucketCannotHoldWhatMustNotBeOverwritten() {
    oss.versions = true;

    assertThatThrownBy(() -> store.create("m/1.json", Content.of("{}"), Acl.DEFAULT))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("oss://domain-docs/raw/ keeps versions");
  }

  @Test
  void aDeleteOfManyIsOneRequestWithContentMd5() {
    store.put("a", Content.of("a"), Acl.DEFAULT);
    store.put("b", Content.of("b"), Acl.DEFAULT);

    store.delete(List.of("a", "b"));

    assertThat(oss.objects).isEmpty();
    assertThat(last("POST").query()).startsWith("delete");
    assertThat(last("POST").header("content-md5")).isNotEmpty();
  }

  @Test
  void partsCarryTheirMd5AndTheAclAndTheBanOnOverwritingStandAtTheCompletion() throws IOException {
    Path file = large(2 * PART + 5);

    store.create("large", Content.of(file), Acl.PUBLIC_READ);

    var parts = oss.requests.stream().filter(r -> r.query().contains("partNumber")).toList();
    assertThat(parts).extracting(OssStub.Request::bytes).containsExactlyInAnyOrder(PART, PART, 5);
    assertThat(parts).allMatch(p -> !p.header("content-md5").isEmpty());
    var complete = last("POST");
    assertThat(complete.query()).contains("uploadId");
    assertThat(complete.header("x-oss-forbid-overwrite")).isEqualTo("true");
    assertThat(complete.header("x-oss-object-acl")).isEqualTo("public-read");
    assertThat(store.stat("large").orElseThrow().sha256()).isEqualTo(Sha256.of(file));
  }

  @Test
  void anUploadThatWasKilledSendsOnlyTheMissingParts() throws IOException {
    Path file = large(4 * PART);
    oss.lastPart = 2;
    assertThatThrownBy(() -> store.put("large", Content.of(file), Acl.DEFAULT))
        .isInstanceOf(Failure.Refused.class);
    assertThat(oss.upload("upload-1").parts).containsOnlyKeys(1, 2);
    assertThat(oss.objects).isEmpty();
    Objects.requireNonNull(oss.upload("upload-1").parts.get(2))[77] ^=
        1; // one arrived otherwise than it was sent
    oss.lastPart = Integer.MAX_VALUE;
    oss.requests.clear();

    try (var again = client(ENVIRONMENT)) {
      again.put("large", Content.of(file), Acl.DEFAULT);
    }

    assertThat(oss.requests.stream().filter(r -> r.query().contains("partNumber")))
        .extracting(r -> r.query().replaceFirst(".*partNumber=(\\d+).*", "$1"))
        .contains("2", "3")
        .doesNotContain("1");
    assertThat(Sha256.of(oss.object("raw/large"))).isEqualTo(Sha256.of(file));
    assertThat(oss.uploads).isEmpty();
    assertThat(journal()).isEmpty();
  }

  @Test
  void anUploadOfOtherContentBeginsAnewAndTheOldOneIsAborted() throws IOException {
    oss.lastPart = 1;
    assertThatThrownBy(() -> store.put("large", Content.of(large(2 * PART)), Acl.DEFAULT))
        .isInstanceOf(Failure.class);
    oss.lastPart = Integer.MAX_VALUE;
    Path other = large(3 * PART);

    store.put("large", Content.of(other), Acl.DEFAULT);

    assertThat(oss.uploads).isEmpty();
    assertThat(last("DELETE").query()).contains("uploadId=upload-1");
    assertThat(Sha256.of(oss.object("raw/large"))).isEqualTo(Sha256.of(other));
  }

  @Test
  void anUploadThatNobodyWentOnWithForDaysIsAborted() throws IOException {
    oss.lastPart = 1;
    assertThatThrownBy(() -> store.put("forgotten", Content.of(large(2 * PART)), Acl.DEFAULT))
        .isInstanceOf(Failure.class);
    oss.lastPart = Integer.MAX_VALUE;
    for (Path entry : journal()) {
      Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    }

    try (var later = client(ENVIRONMENT)) {
      later.put("large", Content.of(large(2 * PART)), Acl.DEFAULT);
    }

    assertThat(oss.uploads).isEmpty();
    assertThat(oss.objects).containsOnlyKeys("raw/large");
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() {
    oss.failures.addAll(List.of(503, 500, 429));

    store.put("a", Content.of("x"), Acl.DEFAULT);

    assertThat(oss.requests).hasSize(4);
    assertThat(oss.objects).containsOnlyKeys("raw/a");
  }

  @Test
  void aServerThatStaysBusyIsSaidToBe() {
    oss.failures.addAll(Stream.generate(() -> 503).limit(6).toList());

    assertThatThrownBy(() -> store.put("a", Content.of("x"), Acl.DEFAULT))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("cannot write oss://domain-docs/raw/a")
        .hasMessageContaining("503 ServerBusy");
  }

  @Test
  void aReadThatBreaksOffGoesOnWhereItBroke() throws IOException {
    store.put("a", Content.of("0123456789"), Acl.DEFAULT);
    oss.breakAfter = 4;

    try (InputStream in = store.read("a")) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("0123456789");
    }

    assertThat(oss.requests.stream().map(r -> r.header("range")).filter(r -> !r.isEmpty()))
        .containsExactly("bytes=0-", "bytes=4-");
  }

  @Test
  void anObjectThatIsOverwrittenBeforeABrokenReadGoesOnIsSaidToHaveChanged() throws IOException {
    store.put("a", Content.of("0123456789"), Acl.DEFAULT);
    oss.breakAfter = 4;

    try (InputStream in = store.read("a")) {
      assertThat(in.readNBytes(4)).hasSize(4);
      store.put("a", Content.of("abcdefghij"), Acl.DEFAULT);

      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessage(
              "oss://domain-docs/raw/a changed while it was read: run the same command again");
    }
  }

  @Test
  void aFlippedByteInTheBucketIsNamed() {
    store.put("a", Content.of("0123456789"), Acl.DEFAULT);
    oss.object("raw/a")[3] ^= 1;

    assertThatThrownBy(
            () -> {
              try (InputStream in = store.read("a")) {
                in.readAllBytes();
              }
            })
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("oss://domain-docs/raw/a is damaged");
  }

  @Test
  void aListingIsFetchedPageByPageAsItIsRead() {
    for (int i = 0; i < 9; i++) {
      store.put("d/" + i, Content.of("x"), Acl.DEFAULT);
    }
    oss.requests.clear();

    assertThat(store.list("d/").limit(4)).extracting(ObjectInfo::key).hasSize(4);

    assertThat(oss.requests).hasSizeLessThanOrEqualTo(2); // three keys a page
  }

  @Test
  void theRegionComesFromTheEndpointOrTheOtherWayRoundAndItsLackIsSaid() {
    var keys = Map.of("OSS_ACCESS_KEY_ID", "id", "OSS_ACCESS_KEY_SECRET", "secret");
    assertThatThrownBy(() -> ObjectStores.open("oss://b/x", keys, folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("Set OSS_REGION, for example to cn-hangzhou");
    assertThatThrownBy(
            () -> ObjectStores.open("oss://b/x", Map.of("OSS_REGION", "cn-hangzhou"), folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage(
            "no credentials for oss://b: set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET in the"
                + " environment");
  }

  @Test
  void anAccessListThatOssDoesNotKnowIsRefused() {
    assertThatThrownBy(() -> store.put("a", Content.of("x"), Acl.BUCKET_OWNER_READ))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("OSS has no access list 'bucket-owner-read'");
  }

  private Path large(int bytes) throws IOException {
    var content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    return Files.write(folder.resolve("large-" + bytes), content);
  }

  private List<Path> journal() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
      return files.toList();
    }
  }
}
