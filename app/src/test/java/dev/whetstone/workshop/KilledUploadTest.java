package dev.whetstone.workshop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.servers.TappedLine;
import dev.whetstone.store.Json;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// `whet stage` as a process of its own that sends documents, one of them in several parts, to a
/// real S3 server, is killed at a moment of the line between them, and is run again.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class KilledUploadTest {
  private static final long SEED = 20_261_123;
  private static final int KILLS = 8;
  private static final int PART = 8 << 20;

  /// Where the documents go.
  enum Place {
    /// A prefix for others to read.
    PREFIX,
    /// A workspace that stands in the bucket, under a manifest.
    WORKSPACE
  }

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private final Map<String, String> documents = new TreeMap<>(); // name → SHA-256
  private int prefixes;

  @SuppressWarnings("NullAway.Init") // made anew for each test
  private RealBucket bucket;

  @SuppressWarnings("NullAway.Init")
  private TappedLine line;

  @SuppressWarnings("NullAway.Init")
  private S3Client client;

  @BeforeEach
  void aDocumentOfFourPartsAndTwoSmallOnes() throws IOException {
    bucket = RealBucket.make();
    client = bucket.client();
    line = new TappedLine(URI.create(bucket.environment().getOrDefault("AWS_ENDPOINT_URL_S3", "")));
    var large = new byte[3 * PART + 12_345];
    random.nextBytes(large);
    Files.createDirectories(docs());
    for (var each :
        Map.of("a.md", "# A".getBytes(UTF_8), "h.txt", large, "z.md", "# Z".getBytes(UTF_8))
            .entrySet()) {
      Files.write(docs().resolve(each.getKey()), each.getValue());
      documents.put(each.getKey(), Sha256.of(each.getValue()));
    }
  }

  @AfterEach
  void hangUp() throws IOException {
    client.close();
    line.close();
  }

  private Path docs() {
    return folder.resolve("docs");
  }

  @ParameterizedTest
  @EnumSource
  void anUploadKilledBetweenItsPartsGoesOnWhereItWas(Place place) throws Exception {
    String prefix = fresh(place);

    boolean killed = kill(place, prefix, moment -> moment.answer() && parts(line.done()) == 2);

    assertThat(killed).isTrue();
    goesOn(place, prefix);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("crash")
  void anUploadKilledAnywhereEndsAsUndisturbed(Place place) throws Exception {
    String undisturbed = fresh(place);
    assertThat(kill(place, undisturbed, _ -> false)).isFalse();
    mustBeWhole(place, undisturbed, true);
    int turns = line.turns();
    int moments = line.moments();
    for (int killed = 0; killed < KILLS; ) {
      boolean byTurn = killed % 2 == 0; // most moments are in the midst of parts
      int at = 1 + (int) ((killed + random.nextDouble()) / KILLS * (byTurn ? turns : moments));
      String prefix = fresh(place);
      boolean inTime =
          kill(place, prefix, m -> byTurn ? m.begins() && m.turn() == at : m.number() == at);
      System.out.printf(
          "%s, seed %d: %s at %s %d of %d, %d parts were done%n",
          place,
          SEED,
          inTime ? "killed" : "over",
          byTurn ? "turn" : "moment",
          at,
          byTurn ? turns : moments,
          parts(line.done()));
      goesOn(place, prefix);
      killed += inTime ? 1 : 0;
    }
  }

  /// A prefix where nothing is yet, but for the workspace.
  private String fresh(Place place) {
    String prefix = "place-" + prefixes++;
    if (place == Place.WORKSPACE) {
      var store =
          ObjectStores.open(bucket.uri(prefix), bucket.environment(), folder.resolve("journal"));
      try (var made =
          new SharedWorkspace(
              new SharedFolder(store, folder.resolve("made-" + prefix), SharedWorkspace.LAYOUT))) {
        made.create(copy -> Workspace.create(copy, "manual"), Progress.NONE);
      }
    }
    return prefix;
  }

  /// Runs `whet stage` and kills it at a moment of its line.
  ///
  /// @return whether it was killed; else it has done all
  private boolean kill(Place place, String prefix, Predicate<TappedLine.Moment> when)
      throws Exception {
    CompletableFuture<Process> victim = line.kill(when);
    victim.complete(stage(place, prefix));
    int code = victim.join().waitFor();
    assertThat(code).as(this::log).isIn(0, 137);
    return code == 137;
  }

  private Process stage(Place place, String prefix) throws IOException {
    var variables = new HashMap<>(bucket.environment());
    variables.put("AWS_ENDPOINT_URL_S3", line.uri().toString());
    variables.put("WHETSTONE_CACHE", folder.resolve("cache").toString());
    var wrapper = new ArrayList<>(List.of("env"));
    variables.forEach((name, value) -> wrapper.add(name + "=" + value));
    var words = new ArrayList<>(List.of("stage", docs().toString()));
    if (place == Place.WORKSPACE) {
      words.add("--workspace");
    }
    words.addAll(List.of(bucket.uri(prefix), "--quiet"));
    return SmallManual.whet(folder.resolve("logs"), wrapper, words);
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("logs/err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// What can be seen is whole; the next run sends no part again and leaves nothing open.
  private void goesOn(Place place, String prefix) throws Exception {
    List<String> before = line.done();
    mustBeWhole(place, prefix, false);

    assertThat(kill(place, prefix, _ -> false)).isFalse();

    assertThat(line.done().stream().filter(KilledUploadTest::isPart))
        .as("parts sent again")
        .noneMatch(before::contains);
    assertThat(parts(before) + parts(line.done())).as("parts answered").isLessThanOrEqualTo(4);
    mustBeWhole(place, prefix, true);
    // One that was begun in the moment of the kill is unknown to the journal, and costs nothing.
    for (var upload : client.listMultipartUploads(r -> r.bucket(bucket.name())).uploads()) {
      var parts =
          client.listParts(
              r -> r.bucket(bucket.name()).key(upload.key()).uploadId(upload.uploadId()));
      assertThat(parts.parts()).as("parts left of %s", upload.key()).isEmpty();
    }
  }

  private static long parts(List<String> requests) {
    return requests.stream().filter(KilledUploadTest::isPart).count();
  }

  private static boolean isPart(String request) {
    return request.startsWith("PUT ") && request.contains("partNumber=");
  }

  /// Every object has the bytes that its name promises; all documents are there, or none is missed.
  private void mustBeWhole(Place place, String prefix, boolean all) throws IOException {
    var found = new TreeMap<String, String>();
    String raw = place == Place.WORKSPACE ? prefix + "/.whetstone/raw/" : prefix + "/";
    for (S3Object object :
        client
            .listObjectsV2Paginator(r -> r.bucket(bucket.name()).prefix(prefix + "/"))
            .contents()) {
      try (InputStream in = client.getObject(r -> r.bucket(bucket.name()).key(object.key()))) {
        found.put(object.key(), Sha256.of(in));
      }
    }
    documents.forEach(
        (name, sha256) -> {
          if (all || found.containsKey(raw + name)) {
            assertThat(found).containsEntry(raw + name, sha256);
          }
        });
    if (place == Place.PREFIX) {
      assertThat(found).hasSizeLessThanOrEqualTo(documents.size());
      return;
    }
    List<String> manifests =
        found.keySet().stream().filter(k -> k.contains("/manifests/")).toList();
    assertThat(manifests).hasSize(all ? 2 : manifests.size()).isNotEmpty();
    var named = new TreeMap<String, String>();
    for (String key : manifests) {
      named.putAll(named(prefix, key));
    }
    assertThat(found).containsAllEntriesOf(named);
    if (all) {
      found.keySet().removeAll(manifests);
      assertThat(found).as("objects that no manifest names").isEqualTo(named);
    }
  }

  /// Key → SHA-256 of what a manifest names.
  private Map<String, String> named(String prefix, String manifest) throws IOException {
    var named = new TreeMap<String, String>();
    try (InputStream in = client.getObject(r -> r.bucket(bucket.name()).key(manifest))) {
      for (JsonNode entry : Json.MAPPER.readTree(in).path("files")) {
        named.put(prefix + "/" + entry.path("key").asText(), entry.path("sha256").asText());
      }
    }
    return named;
  }
}
