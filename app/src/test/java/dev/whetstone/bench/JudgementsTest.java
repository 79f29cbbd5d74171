package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgementsTest {
  @TempDir Path folder;
  private final Map<String, String> queries = new HashMap<>();

  @BeforeEach
  void aCollection() throws IOException {
    Files.createDirectory(folder.resolve("qrels"));
    Files.writeString(folder.resolve("corpus.jsonl"), "{\"_id\":\"d\",\"text\":\"t\"}");
    Files.writeString(folder.resolve("queries.jsonl"), "");
    judge("train", 0, 200);
    judge("test", 200, 220);
  }

  /// Query `i` is answered by document `i / 2`.
  private void judge(String split, int from, int to) throws IOException {
    var lines = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = from; i < to; i++) {
      queries.put("q" + i, "what is thing " + i + "?");
      lines.append("q%d\td%d\t1\n".formatted(i, i / 2));
    }
    Files.writeString(folder.resolve("qrels/" + split + ".tsv"), lines);
  }

  private Judgements judgements(String split) {
    var beir = Beir.open(folder);
    return Judgements.of(beir, queries, Map.of(split, beir.qrels(split)), 1);
  }

  private static Set<String> documents(Qrels qrels) {
    var documents = new HashSet<String>();
    qrels.gains().values().forEach(judged -> documents.addAll(judged.keySet()));
    return documents;
  }

  @Test
  void withoutADevSplitAPartOfTrainIsCutOffByDocument() {
    var judgements = judgements("test");

    assertThat(judgements.dev().queries()).hasSizeBetween(28, 32);
    assertThat(judgements.train().queries()).hasSize(200 - judgements.dev().queries().size());
    assertThat(documents(judgements.train()))
        .doesNotContainAnyElementsOf(documents(judgements.dev()));
  }

  @Test
  void theDevSplitIsForChoosingUnlessItIsScored() throws IOException {
    judge("dev", 300, 310);

    assertThat(judgements("test").dev().queries()).hasSize(10).contains("q300");
    assertThat(judgements("test").train().queries()).hasSize(200);
    assertThat(judgements("dev").dev().queries()).hasSizeBetween(28, 32).doesNotContain("q300");
  }

  @Test
  void aQuestionOfTheSameWordsAsAScoredOneIsNotLearntFrom() {
    queries.put("q7", "What is thing 205");

    var judgements = judgements("test");

    assertThat(judgements.train().queries()).doesNotContain("q7");
    assertThat(judgements.dev().queries()).doesNotContain("q7");
  }

  @Test
  void whereOneDocumentAnswersEverythingQueriesAreCutOffAlone() throws IOException {
    var lines = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (int i = 0; i < 200; i++) {
      lines.append("q%d\td0\t1\n".formatted(i));
    }
    Files.writeString(folder.resolve("qrels/train.tsv"), lines);

    assertThat(judgements("test").dev().queries()).hasSizeBetween(28, 32);
  }

  @Test
  void aQueryWithoutWordsIsOneByItself() {
    queries.put("q7", "");

    var judgements = judgements("test");

    assertThat(judgements.train().queries().size() + judgements.dev().queries().size())
        .isEqualTo(200);
  }
}
