package dev.whetstone.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import dev.whetstone.bench.BaseReport;
import dev.whetstone.bench.BaseReport.Base;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Power;
import dev.whetstone.workshop.questions.Proving;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A comparison of base models, as people read it.
final class BaseTable {
  /// A difference between bases that should be seen: with questions for a smaller one, more are not
  /// asked for.
  private static final double ENOUGH = .05;

  private BaseTable() {}

  static List<String> lines(BaseReport report) {
    List<String> lines = figures(report);
    lines.add(seen(report));
    return lines;
  }

  /// The same of a workspace's questions, with what can be done about too few of them.
  static List<String> linesOfWorkspace(BaseReport report) {
    List<String> lines = figures(report);
    for (Base base : report.bases()) {
      if (base.cut() > 0) {
        lines.add(
            "%s reads %,d tokens at most, so only the beginning of %,d of %,d passages, which were split by the tokens of the workspace's base; as model.base it would have shorter ones"
                .formatted(base.name(), base.maxTokens(), base.cut(), report.passages()));
      }
    }
    lines.add(
        report.questions() < Power.STANDARD.questions(ENOUGH, Power.DEFAULT_DEVIATION)
            ? QuestionWords.provable(Proving.with(report.questions(), null, Gate.STANDARD_LEVEL))
                + ". "
                + ProofWords.MORE_QUESTIONS
            : seen(report));
    return lines;
  }

  private static List<String> figures(BaseReport report) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s, %s: %,d questions; BM25 alone %.3f"
            .formatted(report.collection(), report.split(), report.questions(), report.bm25()));
    lines.addAll(table(report).lines().toList());
    lines.add(
        "recommended: %s, %s"
            .formatted(
                report.recommended(),
                report.recommended().equals(report.best())
                    ? "the best, and each smaller one is proven worse"
                    : "the smallest that is not proven worse than " + report.best()));
    return lines;
  }

  private static String seen(BaseReport report) {
    if (report.questions() < Gate.FEWEST) {
      return "nothing can be proven with fewer than %d questions".formatted(Gate.FEWEST);
    }
    return "differences below %.1f points are mostly not seen with so many questions"
        .formatted(100 * Power.STANDARD.provable(report.questions(), Power.DEFAULT_DEVIATION));
  }

  private static String table(BaseReport report) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
        .data(
            report.bases(),
            List.of(
                text("base", Base::name),
                number("weights", b -> "%.0f M".formatted(b.parameters() / 1e6)),
                number("numbers a vector", b -> String.valueOf(b.dimension())),
                number("ms a passage", b -> figure(b.millis(), 1)),
                number("dense", b -> figure(b.dense().ndcg10(), 3)),
                number("hybrid", b -> figure(b.hybrid().ndcg10(), 3)),
                number("R@10 hybrid", b -> figure(b.hybrid().recall10(), 3)),
                text("hybrid, points against the best [95 %]", b -> against(b, report))))
        .asString();
  }

  private static String against(Base base, BaseReport report) {
    return base.name().equals(report.best())
        ? "the best"
        : RerankerWords.gain(base.hybridGain()) + (report.provenWorse(base) ? " worse" : "");
  }

  private static ColumnData<Base> text(String header, Function<Base, String> value) {
    return column(header, HorizontalAlign.LEFT, value);
  }

  private static ColumnData<Base> number(String header, Function<Base, String> value) {
    return column(header, HorizontalAlign.RIGHT, value);
  }

  private static ColumnData<Base> column(
      String header, HorizontalAlign align, Function<Base, String> value) {
    return new Column().header(header).dataAlign(align).with(base -> value.apply(base));
  }

  private static String figure(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
