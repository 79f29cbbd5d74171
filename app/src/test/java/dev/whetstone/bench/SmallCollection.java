package dev.whetstone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A collection in BEIR layout with a split `test`: passages that differ in a number, and a
/// question about each.
public final class SmallCollection {
  private SmallCollection() {}

  /// @param collection its folder
  public static void write(Path collection, int questions) throws IOException {
    Files.createDirectories(collection.resolve("qrels"));
    var corpus = new StringBuilder();
    var queries = new StringBuilder();
    var test = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < questions; i++) {
      corpus.append(
          "{\"_id\":\"d%d\",\"title\":\"\",\"text\":\"The salt is in the pasta %d.\"}\n"
              .formatted(i, i));
      queries.append("{\"_id\":\"q%d\",\"text\":\"where is salt %d\"}\n".formatted(i, i));
      test.append("q%d\td%d\t1\n".formatted(i, i));
    }
    Files.writeString(collection.resolve("corpus.jsonl"), corpus);
    Files.writeString(collection.resolve("queries.jsonl"), queries);
    Files.writeString(collection.resolve("qrels/test.tsv"), test);
  }
}
