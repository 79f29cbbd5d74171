package dev.whetstone.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.workshop.prove.ProofRankings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Tables as people read them.
final class Tables {
  /// What people call the rankings of a proof; another one is shown by its name.
  private static final Map<String, String> TITLES =
      Map.of(
          ProofRankings.BM25, "BM25",
          ProofRankings.BASE, "base dense",
          ProofRankings.TUNED, "sharpened dense",
          ProofRankings.HYBRID_BASE, "base hybrid",
          ProofRankings.HYBRID_TUNED, "sharpened hybrid");

  private Tables() {}

  /// The rankings of a proof, and the gains with their 95 % intervals, in points (hundredths).
  static String proof(Map<String, Metrics> metrics, Gain dense, Gain hybrid) {
    var rows = new ArrayList<List<String>>();
    var gains =
        Map.of(
            ProofRankings.DENSE.candidate(),
            gain(dense),
            ProofRankings.HYBRID.candidate(),
            gain(hybrid));
    metrics.forEach(
        (name, mean) ->
            rows.add(
                List.of(
                    TITLES.getOrDefault(name, name),
                    figure(mean.ndcg10()),
                    figure(mean.mrr10()),
                    figure(mean.recall10()),
                    figure(mean.recall100()),
                    gains.getOrDefault(name, ""))));
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
        .data(
            rows,
            List.of(
                column("ranking", 0, HorizontalAlign.LEFT),
                column("nDCG@10", 1, HorizontalAlign.RIGHT),
                column("MRR@10", 2, HorizontalAlign.RIGHT),
                column("Recall@10", 3, HorizontalAlign.RIGHT),
                column("Recall@100", 4, HorizontalAlign.RIGHT),
                column("gain in nDCG@10, points [95 %]", 5, HorizontalAlign.LEFT)))
        .asString();
  }

  private static com.github.freva.asciitable.ColumnData<List<String>> column(
      String header, int at, HorizontalAlign align) {
    return new Column().header(header).dataAlign(align).with(row -> row.get(at));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static String gain(Gain gain) {
    return String.format(
        Locale.ROOT,
        "%+.1f [%+.1f, %+.1f]",
        100 * gain.mean(),
        100 * gain.low95(),
        100 * gain.high95());
  }
}
