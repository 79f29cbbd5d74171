package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.workshop.prove.RerankReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final Metrics SOME = new Metrics(.5, .4, .6, .7);

  private static List<String> rankings(String table) {
    return table
        .lines()
        .filter(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1)[1].strip())
        .skip(1) // the header
        .toList();
  }

  @Test
  void rankingsStandInTheOrderOfTheProofWhateverTheOrderOfTheReport() {
    var metrics = new TreeMap<String, Metrics>();
    for (String name : List.of("another", "base", "bm25", "hybrid_base", "hybrid_tuned", "tuned")) {
      metrics.put(name, SOME);
    }

    String table = Tables.proof(metrics, Gain.NONE, Gain.NONE, null);

    assertThat(rankings(table))
        .containsExactly(
            "BM25", "base dense", "sharpened dense", "base hybrid", "sharpened hybrid", "another");
  }

  @Test
  void rerankedRankingsFollowWithTheirGains() {
    var report =
        new RerankReport(
            "manual/1",
            "hybrid_tuned",
            new RerankReport.Use(150, 10, .6, 140, 14),
            Map.of("reranked_tuned", SOME, "reranked_base", SOME),
            Map.of("reranked_tuned", new Gain(.031, .012, .05)),
            List.of(),
            new RerankReport.Verdict(true, "reason"));

    String table =
        Tables.proof(Map.of("bm25", SOME, "hybrid_tuned", SOME), Gain.NONE, Gain.NONE, report);

    assertThat(rankings(table))
        .containsExactly(
            "BM25", "sharpened hybrid", "base hybrid, reranked", "sharpened hybrid, reranked");
    assertThat(table).contains("+3.1 [+1.2, +5.0]");
  }
}
