package dev.whetstone.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.workshop.prove.ProofRankings;
import dev.whetstone.workshop.prove.RerankProof;
import dev.whetstone.workshop.prove.RerankReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Tables as people read them.
final class Tables {
  /// What people call the rankings of a proof, in the order in which they are shown; another one is
  /// shown by its name, after these.
  private static final SequencedMap<String, String> TITLES = titles();

  private static SequencedMap<String, String> titles() {
    var titles = new LinkedHashMap<String, String>();
    titles.put(ProofRankings.BM25, "BM25");
    titles.put(ProofRankings.BASE, "base dense");
    titles.put(ProofRankings.TUNED, "sharpened dense");
    titles.put(ProofRankings.HYBRID_BASE, "base hybrid");
    titles.put(ProofRankings.HYBRID_TUNED, "sharpened hybrid");
    titles.put(RerankProof.RERANKED_BASE, "base hybrid, reranked");
    titles.put(RerankProof.RERANKED_UNTRAINED, "sharpened hybrid, reranked untrained");
    titles.put(RerankProof.RERANKED_TUNED, "sharpened hybrid, reranked");
    return titles;
  }

  private Tables() {}

  /// The rankings of a proof, and the gains with their 95 % intervals, in points (hundredths).
  ///
  /// @param reranker null where there is none; its gains are over the hybrids that it reorders
  static String proof(
      Map<String, Metrics> metrics, Gain dense, Gain hybrid, @Nullable RerankReport reranker) {
    var all = new LinkedHashMap<>(metrics);
    var gains = new HashMap<String, Gain>();
    gains.put(ProofRankings.DENSE.candidate(), dense);
    gains.put(ProofRankings.HYBRID.candidate(), hybrid);
    if (reranker != null) {
      all.putAll(reranker.metrics());
      gains.putAll(reranker.gains());
    }
    var rows = new ArrayList<List<String>>();
    for (String name : ordered(all.keySet())) {
      Metrics mean = all.getOrDefault(name, Metrics.ZERO);
      Gain gain = gains.get(name);
      rows.add(
          List.of(
              TITLES.getOrDefault(name, name),
              figure(mean.ndcg10()),
              figure(mean.mrr10()),
              figure(mean.recall10()),
              figure(mean.recall100()),
              gain == null ? "" : RerankerWords.gain(gain)));
    }
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

  /// A column of a table whose rows are lists of cells.
  static com.github.freva.asciitable.ColumnData<List<String>> column(
      String header, int at, HorizontalAlign align) {
    return new Column().header(header).dataAlign(align).with(row -> row.get(at));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /// The known ones in their order, then the others.
  private static List<String> ordered(Collection<String> names) {
    var ordered = new ArrayList<>(TITLES.sequencedKeySet());
    ordered.retainAll(names);
    names.stream().filter(name -> !TITLES.containsKey(name)).forEach(ordered::add);
    return ordered;
  }
}
