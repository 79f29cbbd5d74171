package dev.whetstone.index;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// How fast an engine loads and searches, one engine a run: `lucene`, `elasticsearch` or
/// `opensearch`, then how many passages (50,000), then `overhead` for nothing but what our layer
/// adds to a cluster's client. Made-up passages of 120 words drawn by Zipf's law, random unit
/// vectors of 384 numbers, seeds fixed. Clusters: one node, as the tests start it or as
/// `WHETSTONE_ELASTICSEARCH` or `WHETSTONE_OPENSEARCH` names one that runs.
final class EngineBenchmark {
  private static final int DIMENSION = 384;
  private static final int WORDS = 120;
  private static final int K = 100; // as much as each arm gives to fusion
  private static final int QUERIES = 512;
  private static final long SEARCH_NANOS = 6_000_000_000L;
  private static final int REPEATS = 400; // of each call whose overhead is measured

  private final String engine;
  private final int size;
  private final boolean all; // or the overhead alone
  private final List<String> questions = new ArrayList<>();
  private final List<float[]> queries = new ArrayList<>();

  private EngineBenchmark(String engine, int size, boolean all) {
    this.engine = engine;
    this.size = size;
    this.all = all;
    var random = new Random(2);
    for (int i = 0; i < QUERIES; i++) {
      questions.add(words(random, 6));
      queries.add(Corpora.direction(DIMENSION, random));
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      System.err.println(
          "usage: EngineBenchmark lucene|elasticsearch|opensearch [passages [overhead]]");
      System.exit(2);
    }
    int size = args.length > 1 ? Integer.parseInt(args[1]) : 50_000;
    boolean all = args.length < 3 || !args[2].equals("overhead");
    var benchmark = new EngineBenchmark(args[0].toLowerCase(Locale.ROOT), size, all);
    if (benchmark.engine.equals("lucene")) {
      benchmark.lucene();
    } else {
      benchmark.cluster(Node.valueOf(benchmark.engine.toUpperCase(Locale.ROOT)));
    }
    System.exit(0); // the shared node ends with it
  }

  private void lucene() throws Exception {
    Path folder = Files.createTempDirectory("whetstone-benchmark");
    try (var indexes = new LuceneIndexes(folder.resolve("index"))) {
      load(indexes);
      try (PassageIndex index = indexes.open()) {
        searches(index);
      }
    } finally {
      WholeFile.delete(folder);
    }
  }

  private void cluster(Node node) throws Exception {
    String name = "benchmark";
    node.clean(name);
    var last = new AtomicReference<Tampered.Asked>();
    var client =
        new Tampered(
            node.connect(node.settings()),
            (asked, request) -> {
              last.set(asked);
              return request.send();
            });
    try (var indexes = new ClusterIndexes(client, name);
        var raw = RawClient.of(node)) {
      load(indexes);
      try (PassageIndex index = indexes.open()) {
        if (all) {
          searches(index);
        }
        overhead(index, last, raw);
      }
    } finally {
      node.clean(name);
    }
  }

  private void load(Indexes indexes) {
    var random = new Random(1);
    var passages = new ArrayList<Passage>();
    var data = new float[size * DIMENSION];
    long bytes = 0;
    for (int i = 0; i < size; i++) {
      String text = words(random, WORDS);
      passages.add(
          Corpora.passage("p" + i, "d" + i / 20, text, Map.of("language", "en", "format", "pdf")));
      System.arraycopy(Corpora.direction(DIMENSION, random), 0, data, i * DIMENSION, DIMENSION);
      bytes += text.getBytes(StandardCharsets.UTF_8).length + (long) DIMENSION * Float.BYTES;
    }
    var vectors =
        new Vectors(Corpora.SPACE, passages.stream().map(Passage::id).toList(), DIMENSION, data);
    long begin = System.nanoTime();
    String generation;
    long sent;
    try (GenerationWriter writer = indexes.begin(Corpora.SPACE, DIMENSION)) {
      for (int from = 0; from < size; from += 1000) {
        writer.upsert(passages.subList(from, Math.min(size, from + 1000)), vectors);
      }
      sent = System.nanoTime();
      writer.commit(Map.of());
      generation = writer.generation();
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    indexes.promote(generation);
    System.out.printf(
        Locale.ROOT,
        "%s: %,d passages of %d dimensions in %.1f s (%.1f s of it the commit): %,.0f passages/s,"
            + " %.1f MB/s of text and floats%n",
        engine,
        size,
        DIMENSION,
        seconds,
        seconds - (sent - begin) / 1e9,
        size / seconds,
        bytes / 1e6 / seconds);
  }

  private void searches(PassageIndex index) throws Exception {
    IntConsumer words = i -> index.words(questions.get(i % QUERIES), K, Filter.ALL);
    IntConsumer nearest = i -> index.nearest(queries.get(i % QUERIES), K, Filter.ALL);
    IntStream.range(0, 200).forEach(words); // warm
    IntStream.range(0, 200).forEach(nearest);
    for (int clients : new int[] {1, 8, 32}) {
      report("words", clients, words);
      report("nearest", clients, nearest);
    }
  }

  /// Every client asks again as soon as it has its answer.
  private void report(String what, int clients, IntConsumer search) throws Exception {
    long begin = System.nanoTime();
    var all = new ArrayList<Future<List<Long>>>();
    try (var threads = Executors.newFixedThreadPool(clients)) {
      for (int client = 0; client < clients; client++) {
        int first = client * 37;
        all.add(
            threads.submit(
                () -> {
                  var took = new ArrayList<Long>();
                  for (int i = first; System.nanoTime() - begin < SEARCH_NANOS; i++) {
                    long start = System.nanoTime();
                    search.accept(i);
                    took.add(System.nanoTime() - start);
                  }
                  return took;
                }));
      }
    }
    var took = new ArrayList<Long>();
    for (Future<List<Long>> each : all) {
      took.addAll(each.get());
    }
    long[] sorted = took.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%s %-7s %2d clients: p50 %6.2f ms, p99 %6.2f ms, %,7.0f a second%n",
        engine,
        what,
        clients,
        at(sorted, .5),
        at(sorted, .99),
        sorted.length / (SEARCH_NANOS / 1e9));
  }

  /// The same requests through us and through the official client alone, in turns.
  private void overhead(PassageIndex index, AtomicReference<Tampered.Asked> last, RawClient raw)
      throws IOException {
    List<String> ids = IntStream.range(0, K).mapToObj(i -> "p" + i * 7 % size).toList();
    Map<String, IntConsumer> calls =
        Map.of(
            "words",
            i -> index.words(questions.get(i % QUERIES), K, Filter.ALL),
            "nearest",
            i -> index.nearest(queries.get(i % QUERIES), K, Filter.ALL),
            "cosines",
            i -> index.cosines(queries.get(i % QUERIES), ids),
            "passages",
            _ -> index.passages(ids.subList(0, 10)));
    for (Map.Entry<String, IntConsumer> call : calls.entrySet()) {
      var ours = new long[REPEATS];
      var theirs = new long[REPEATS];
      for (int i = 0; i < REPEATS; i++) {
        call.getValue().accept(i); // so that both find it warm
        Tampered.Asked asked = last.get();
        if (i % 2 == 1) {
          theirs[i] = raw(asked, raw);
        }
        long start = System.nanoTime();
        call.getValue().accept(i);
        ours[i] = System.nanoTime() - start;
        if (i % 2 == 0) {
          theirs[i] = raw(asked, raw);
        }
      }
      Arrays.sort(ours);
      Arrays.sort(theirs);
      double with = at(ours, .5);
      double without = at(theirs, .5);
      System.out.printf(
          Locale.ROOT,
          "%s %-8s overhead: p50 %.2f ms with us, %.2f ms with the client alone: %+.1f %%%n",
          engine,
          call.getKey(),
          with,
          without,
          100 * (with / without - 1));
    }
  }

  private static long raw(Tampered.Asked sent, RawClient raw) throws IOException {
    long start = System.nanoTime();
    raw.send(sent);
    return System.nanoTime() - start;
  }

  private static double at(long[] sorted, double quantile) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
  }

  private static String words(Random random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ");
      text.append("word").append((int) Math.pow(60_000, random.nextDouble()));
    }
    return text.toString();
  }
}
