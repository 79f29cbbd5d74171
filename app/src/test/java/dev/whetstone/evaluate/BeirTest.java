package dev.whetstone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeirTest {
  @TempDir Path folder;

  @BeforeEach
  void aSmallCollection() throws IOException {
    Files.createDirectory(folder.resolve("qrels"));
    write("corpus.jsonl", "{\"_id\":\"d1\",\"title\":\"Salt\",\"text\":\"Salt  is\\na mineral.\"}");
    write("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"what is salt?\"}");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td7\t0\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void titleAndTextBecomeThePassageThatIsEmbedded() {
    var passages = Beir.open(folder).passages();

    assertThat(passages).hasSize(1);
    assertThat(passages.getFirst().embedded()).isEqualTo("Salt. Salt is a mineral.");
    assertThat(passages.getFirst().metadata()).containsEntry("language", "en");
    assertThat(Beir.open(folder).queries()).isEqualTo(Map.of("q1", "what is salt?"));
  }

  @Test
  void aChineseCorpusIsChinese() throws IOException {
    write("corpus.jsonl", "{\"_id\":\"d1\",\"text\":\"因产品缺陷危及他人人身、财产安全的\"}");

    assertThat(Beir.open(folder).passages().getFirst().metadata()).containsEntry("language", "zh");
  }

  @Test
  void gradedJudgementsAreReadWithTheirGains() {
    var qrels = Beir.open(folder).qrels("test");

    assertThat(qrels.of("q1")).isEqualTo(Map.of("d1", 2, "d7", 0));
    assertThat(qrels.relevant("q1")).containsExactly("d1");
  }

  @Test
  void aFileWithoutItsHeaderIsRefusedAndDoesNotLoseItsFirstJudgement() throws IOException {
    write("qrels/test.tsv", "q1\td1\t2\nq1\td7\t0\n");

    assertThatThrownBy(() -> Beir.open(folder).qrels("test"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("test.tsv, line 1 is a judgement")
        .hasMessageContaining("query-id corpus-id score");
  }

  @Test
  void errorsNameFileAndLineAndWhatIsExpected() throws IOException {
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1 d2 1\n");
    assertThatThrownBy(() -> Beir.open(folder).qrels("test"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("test.tsv, line 3: expected query-id, corpus-id and score");

    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\thigh\n");
    assertThatThrownBy(() -> Beir.open(folder).qrels("test"))
        .hasMessageContaining("line 2: the score \"high\" is no whole number");

    write("corpus.jsonl", "{\"_id\":\"d1\",\"text\":\"a\"}\n{\"_id\":\"d1\",\"text\":\"b\"}");
    assertThatThrownBy(() -> Beir.open(folder).passages())
        .hasMessageContaining("corpus.jsonl, line 2: the id \"d1\" stands here twice");

    write("corpus.jsonl", "{\"_id\":\"d1\",\"title\":\"a\"}");
    assertThatThrownBy(() -> Beir.open(folder).passages())
        .hasMessageContaining("line 1: \"text\" is missing");

    write("queries.jsonl", "{\"_id\":\"q1\",");
    assertThatThrownBy(() -> Beir.open(folder).queries())
        .hasMessageContaining("queries.jsonl, line 1: no JSON");

    assertThatThrownBy(() -> Beir.open(folder).qrels("dev"))
        .hasMessageContaining("there is no judgement file")
        .hasMessageContaining("dev.tsv");

    assertThatThrownBy(() -> Beir.open(folder.resolve("qrels")))
        .hasMessageContaining("lacks corpus.jsonl");
  }

  @Test
  void theLimitTakesQueriesByTheSha1OfTheirIds() {
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (String id : List.of("a", "b", "c", "d")) {
      gains.put(id, Map.of("p", 1));
    }
    gains.put("e", Map.of("p", 0));

    var limited = new Qrels(gains).limit(2);

    // SHA-1: a 86f7…, b e9d7…, c 84a5…, d 3c36…; e (58e6…) has no relevant passage
    assertThat(limited.queries()).containsExactlyInAnyOrder("d", "c");
  }
}
