package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.workshop.prove.RerankReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProofReportTest {
  @Test
  void theReportHasTheShapeThatIsDocumented() {
    var metrics = new LinkedHashMap<String, Metrics>();
    for (String name : List.of("bm25", "base", "tuned", "hybrid_base", "hybrid_tuned")) {
      metrics.put(name, new Metrics(.12344, .2, .3, .4));
    }
    var gains = new LinkedHashMap<String, Gain>();
    gains.put("dense", new Gain(.03, .01, .05));
    gains.put("hybrid", new Gain(.02, .001, .04));
    var report =
        new ProofReport(
            "salt",
            "bge-small-en-v1.5",
            "train",
            "test",
            new Comparison(300, metrics, gains, new Verdict.Promoted("+2 points")),
            new Verdict.Promoted("+2 points"),
            new GuardReport(
                GuardReport.Outcome.KEPT,
                List.of(
                    new GuardReport.Part(
                        "en", 110, 2400, .61, .605, new Gain(-.005, -.02, .01), "a dictionary")),
                ""),
            new ProofReport.Weights(.5, .6, .7),
            new ProofReport.Training(1200, 38, 61.26, 19.6, "bf16", List.of()),
            new ProofReport.Embedding(5183, 100, 51.83),
            301.5,
            null);

    String figures = "{\"ndcg@10\":0.1234,\"mrr@10\":0.2,\"recall@10\":0.3,\"recall@100\":0.4}";
    assertThat(report.json())
        .isEqualTo(
            "{\"collection\":\"salt\",\"base\":\"bge-small-en-v1.5\",\"labels\":\"train\","
                + "\"split\":\"test\",\"queries\":300,\"metrics\":{\"bm25\":F,\"base\":F,"
                    .replace("F", figures)
                + "\"tuned\":F,\"hybrid_base\":F,\"hybrid_tuned\":F},".replace("F", figures)
                + "\"gain\":{\"dense\":{\"ndcg@10\":0.03,\"ci95\":[0.01,0.05]},"
                + "\"hybrid\":{\"ndcg@10\":0.02,\"ci95\":[0.001,0.04]}},\"promoted\":true,\"verdict\":\"+2"
                + " points\",\"guard\":{\"outcome\":\"kept\",\"reason\":\"\","
                + "\"parts\":[{\"language\":\"en\",\"questions\":110,\"passages\":2400,"
                + "\"base\":0.61,\"tuned\":0.605,\"change\":{\"ndcg@10\":-0.005,\"ci95\":[-0.02,0.01]},\"source\":\"a"
                + " dictionary\"}]},\"weights\":{\"hybrid_base\":0.5,"
                + "\"hybrid_tuned\":0.6,\"interpolation\":0.7},\"train\":{\"pairs\":1200,"
                + "\"steps\":38,\"seconds\":61.3,\"pairs_per_second\":19.6,"
                + "\"precision\":\"bf16\"},\"embed\":{\"passages\":5183,\"seconds\":100.0,"
                + "\"passages_per_second\":51.8},\"seconds\":301.5}");
  }

  @Test
  void aRerankerStandsBesideTheRankingsWithWhatItCosts() {
    var reranker =
        new RerankReport(
            "salt-reranker",
            "hybrid_tuned",
            new RerankReport.Use(150, 12, .6, 143.21, 11.934),
            Map.of("reranked_tuned", new Metrics(.5, .2, .3, .4)),
            Map.of("reranked_tuned", new Gain(.03, .01, .05)),
            List.of(new RerankReport.AtBudget(50, 4, .5, new Gain(.01, -.01, .03))),
            new RerankReport.Verdict(true, "+3 points"));
    var report =
        new ProofReport(
            "salt",
            "bge-small-en-v1.5",
            "train",
            "test",
            new Comparison(300, Map.of(), Map.of(), new Verdict.Promoted("+2 points")),
            new Verdict.Promoted("+2 points"),
            new GuardReport(GuardReport.Outcome.KEPT, List.of(), ""),
            new ProofReport.Weights(.5, .6, .7),
            new ProofReport.Training(1200, 38, 61.26, 19.6, "bf16", List.of()),
            new ProofReport.Embedding(5183, 100, 51.83),
            301.5,
            reranker);

    assertThat(report.json())
        .contains(
            "\"metrics\":{\"reranked_tuned\":{\"ndcg@10\":0.5,\"mrr@10\":0.2,\"recall@10\":0.3,"
                + "\"recall@100\":0.4,\"depth\":12,\"ms\":143.2}}",
            "\"gain\":{\"reranked_tuned\":{\"ndcg@10\":0.03,\"ci95\":[0.01,0.05]}}",
            "\"rerank\":{\"over\":\"hybrid_tuned\",\"budget_ms\":150.0,\"depth\":12,"
                + "\"weight\":0.6,\"ms\":143.2,\"passage_ms\":11.93,\"budgets\":[{\"ms\":50.0,"
                + "\"depth\":4,\"weight\":0.5,\"ndcg@10\":0.01,\"ci95\":[-0.01,0.03]}],"
                + "\"taken\":true,\"verdict\":\"+3 points\"}");
  }
}
