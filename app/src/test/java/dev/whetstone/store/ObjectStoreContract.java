package dev.whetstone.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every object store does, whatever is behind it.
public abstract class ObjectStoreContract {
  private static final long SEED = 42;

  /// Above the length from which content goes up in parts.
  private static final int LARGE = (20 << 20) + 12_345;

  @TempDir protected Path folder;
  protected ObjectStore store;

  /// An empty store.
  protected abstract ObjectStore open() throws Exception;

  @BeforeEach
  void openIt() throws Exception {
    store = open();
  }

  @AfterEach
  void closeIt() {
    if (store != null) {
      store.close();
    }
  }

  private String text(String key) throws IOException {
    try (InputStream in = store.read(key)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatIsPutIsReadAgainAndItsLengthKnown() throws IOException {
    store.put("raw/über uns+a&b %41.md", Content.of("# Grüße"), Acl.DEFAULT);

    assertThat(text("raw/über uns+a&b %41.md")).isEqualTo("# Grüße");
    assertThat(store.stat("raw/über uns+a&b %41.md").orElseThrow().bytes()).isEqualTo(9);
    assertThat(store.list("raw/"))
        .extracting(ObjectInfo::key)
        .containsExactly("raw/über uns+a&b %41.md");
  }

  @Test
  void whatIsNotThereIsEmptyAndReadingItNamesIt() {
    assertThat(store.stat("no/such.md")).isEmpty();
    assertThat(store.list("no/")).isEmpty();
    assertThatThrownBy(() -> text("no/such.md"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(store.uri() + "no/such.md");
  }

  @Test
  void anEmptyObjectIsOne() throws IOException {
    store.put("empty", Content.of(""), Acl.DEFAULT);

    assertThat(text("empty")).isEmpty();
    assertThat(store.stat("empty").orElseThrow().bytes()).isZero();
  }

  @Test
  void aPutReplacesWhatStoodThere() throws IOException {
    store.put("a", Content.of("before"), Acl.DEFAULT);

    store.put("a", Content.of("after"), Acl.DEFAULT);

    assertThat(text("a")).isEqualTo("after");
  }

  @Test
  void aRangeIsReadAloneAndEndsWithTheObject() throws IOException {
    store.put("digits", Content.of("0123456789"), Acl.DEFAULT);

    try (InputStream middle = store.read("digits", 3, 4);
        InputStream last = store.read("digits", 8, 100)) {
      assertThat(new String(middle.readAllBytes(), UTF_8)).isEqualTo("3456");
      assertThat(new String(last.readAllBytes(), UTF_8)).isEqualTo("89");
    }
  }

  @Test
  void createWritesOnceAndLeavesWhatStandsThere() throws IOException {
    assertThat(store.create("manifests/1.json", Content.of("first"), Acl.DEFAULT)).isTrue();

    assertThat(store.create("manifests/1.json", Content.of("second"), Acl.DEFAULT)).isFalse();

    assertThat(text("manifests/1.json")).isEqualTo("first");
  }

  @Test
  void aRepeatedCreateOfTheSameBytesCountsAsTheFirst() {
    assertThat(store.create("a", Content.of("mine"), Acl.DEFAULT)).isTrue();
    assertThat(store.create("a", Content.of("mine"), Acl.DEFAULT)).isTrue();
  }

  @Test
  void ofManyWhoCreateAtOnceOneSucceeds() throws Exception {
    for (int round = 0; round < 5; round++) {
      String key = "race/" + round;
      List<Callable<Boolean>> writers =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(
                  i -> () -> store.create(key, Content.of("writer " + i), Acl.DEFAULT))
              .toList();

      var won = new ArrayList<Integer>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Boolean>> all = threads.invokeAll(writers);
        for (int i = 0; i < all.size(); i++) {
          if (all.get(i).get()) {
            won.add(i);
          }
        }
      }

      assertThat(won).hasSize(1);
      assertThat(text(key)).isEqualTo("writer " + won.getFirst());
    }
  }

  @Test
  void aListingHoldsWhatIsBelowItsPrefixByKey() {
    for (String key : List.of("a/2", "a/1", "a/sub/3", "ab", "b/1", "a/.hidden")) {
      store.put(key, Content.of(key), Acl.DEFAULT);
    }

    assertThat(store.list("a/"))
        .extracting(ObjectInfo::key)
        .containsExactly("a/.hidden", "a/1", "a/2", "a/sub/3");
    assertThat(store.list("a"))
        .extracting(ObjectInfo::key)
        .containsExactly("a/.hidden", "a/1", "a/2", "a/sub/3", "ab");
    assertThat(store.list("")).hasSize(6);
  }

  @Test
  void deletedObjectsAreGoneAndMissingOnesAreFine() {
    for (String key : List.of("a", "b/c", "b/d")) {
      store.put(key, Content.of(key), Acl.DEFAULT);
    }

    store.delete(List.of("a", "b/c", "never/there"));

    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("b/d");
  }

  @Test
  void aLargeFileGoesUpAndComesBackWhole() throws IOException {
    byte[] bytes = random(LARGE);
    Path file = Files.write(folder.resolve("large"), bytes);
    var sent = new LongAdder();

    store.put("models/large", Content.of(file).telling(sent::add), Acl.DEFAULT);

    Path back = folder.resolve("back");
    String hash =
        Transfers.download(
            store, new Transfers.Download("models/large", back, LARGE, Sha256.of(bytes)));
    assertThat(hash).isEqualTo(Sha256.of(bytes));
    assertThat(Files.mismatch(file, back)).isEqualTo(-1);
    assertThat(sent.sum()).isEqualTo(LARGE);
    try (InputStream tail = store.read("models/large", LARGE - 3, 3)) {
      assertThat(tail.readAllBytes())
          .containsExactly(bytes[LARGE - 3], bytes[LARGE - 2], bytes[LARGE - 1]);
    }
  }

  @Test
  void aDownloadOfOtherBytesThanPromisedIsRefusedAndLeavesNoFile() {
    store.put("a", Content.of("these"), Acl.DEFAULT);
    Path file = folder.resolve("a");

    assertThatThrownBy(
            () ->
                Transfers.download(
                    store,
                    new Transfers.Download("a", file, 5, Sha256.of("those".getBytes(UTF_8)))))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(store.uri() + "a is damaged");

    assertThat(file).doesNotExist();
  }

  @Test
  void aFolderGoesUpAndComesBackWithItsProgressInKilobytes() throws IOException {
    var files = new TreeMap<String, Content>();
    var random = new Random(SEED);
    for (int i = 0; i < 40; i++) {
      var bytes = new byte[random.nextInt(60_000)];
      random.nextBytes(bytes);
      files.put("docs/" + i % 3 + "/" + i + ".bin", Content.of(bytes));
    }
    long kilobytes = files.values().stream().mapToLong(Content::length).sum() / 1000;
    var shown = new LongAdder();
    Progress progress =
        (_, total, unit) -> {
          assertThat(total).isEqualTo(kilobytes);
          assertThat(unit).isEqualTo("kB");
          return new Progress.Task() {
            @Override
            public void advance(long units) {
              shown.add(units);
            }

            @Override
            public void note(String text) {}

            @Override
            public void close() {}
          };
        };

    Transfers.upload(store, files, Acl.DEFAULT, "stage", progress);

    assertThat(shown.sumThenReset()).isEqualTo(kilobytes);
    var wanted =
        store
            .list("docs/")
            .map(o -> new Transfers.Download(o.key(), folder.resolve(o.key()), o.bytes(), null))
            .toList();
    Transfers.download(store, wanted, "fetch", progress);
    assertThat(shown.sum()).isEqualTo(kilobytes);
    assertThat(wanted).hasSize(40);
    for (var each : files.entrySet()) {
      try (InputStream expected = each.getValue().open(0, each.getValue().length())) {
        assertThat(Files.readAllBytes(folder.resolve(each.getKey())))
            .isEqualTo(expected.readAllBytes());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../out", "a/../../out", "/etc/passwd", "a//b", "", "a/", "a\\b", "a\nb", "./a"})
  void aKeyThatLeadsElsewhereIsRefused(String key) {
    assertThatThrownBy(() -> store.put(key, Content.of("x"), Acl.DEFAULT))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("cannot be a file's name");
    assertThatThrownBy(() -> store.stat(key)).isInstanceOf(Failure.BadInput.class);
    assertThatThrownBy(() -> store.delete(List.of(key))).isInstanceOf(Failure.BadInput.class);
  }
}
