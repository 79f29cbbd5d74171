package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.index.lucene.LuceneIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// BM25 against the reference figures that lie beside collections in BEIR layout. nDCG@10 is
/// computed here by trec_eval's definition (linear gain), so that the oracle shares no code with
/// the product.
class ReferenceBm25Test {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({"medquad,test,en", "scifact,test,en", "stard,dev,zh"})
  void wordsRankAsWellAsTheReference(String name, String split, String language)
      throws IOException {
    String data = System.getenv("WHETSTONE_DATA");
    assumeTrue(data != null, "WHETSTONE_DATA does not name a folder of collections");
    Path collection = Path.of(data, name);
    assumeTrue(Files.isDirectory(collection), "no collection " + collection);
    double reference =
        JSON.readTree(collection.resolve("bm25.json").toFile())
            .path(split)
            .path("nDCG@10")
            .asDouble();
    Map<String, Map<String, Integer>> judgements =
        judgements(collection.resolve("qrels/" + split + ".tsv"));

    double sum = 0;
    int questions = 0;
    try (var index = LuceneIndex.inMemory(passages(collection, language), null)) {
      for (String line : Files.readAllLines(collection.resolve("queries.jsonl"))) {
        JsonNode question = JSON.readTree(line);
        Map<String, Integer> gains = judgements.get(question.path("_id").asText());
        if (gains != null) {
          sum += ndcg(index.words(question.path("text").asText(), 10, Filter.ALL).ids(), gains);
          questions++;
        }
      }
    }

    double ndcg = sum / questions;
    System.out.printf("%s %s: nDCG@10 %.4f, reference %.4f%n", name, split, ndcg, reference);
    assertThat(ndcg).isGreaterThan(reference - 0.002);
  }

  private static double ndcg(List<String> found, Map<String, Integer> gains) {
    double sum = 0;
    for (int i = 0; i < Math.min(10, found.size()); i++) {
      sum += gains.getOrDefault(found.get(i), 0) / log2(i + 2);
    }
    List<Integer> ideal = gains.values().stream().sorted(Comparator.reverseOrder()).toList();
    double best = 0;
    for (int i = 0; i < Math.min(10, ideal.size()); i++) {
      best += ideal.get(i) / log2(i + 2);
    }
    return best == 0 ? 0 : sum / best;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private static Map<String, Map<String, Integer>> judgements(Path file) throws IOException {
    var judgements = new HashMap<String, Map<String, Integer>>();
    try (var lines = Files.lines(file)) {
      lines
          .skip(1)
          .map(line -> line.split("\t", -1))
          .forEach(
              cells ->
                  judgements
                      .computeIfAbsent(cells[0], _ -> new HashMap<>())
                      .put(cells[1], Integer.parseInt(cells[2].strip())));
    }
    return judgements;
  }

  private static List<Passage> passages(Path collection, String language) throws IOException {
    var passages = new ArrayList<Passage>();
    for (String line : Files.readAllLines(collection.resolve("corpus.jsonl"))) {
      JsonNode row = JSON.readTree(line);
      String id = row.path("_id").asText();
      String text = row.path("text").asText();
      passages.add(
          new Passage(
              id,
              id,
              List.of(row.path("title").asText()),
              text,
              0,
              text.length(),
              0,
              0,
              Map.of("language", language)));
    }
    return passages;
  }
}
