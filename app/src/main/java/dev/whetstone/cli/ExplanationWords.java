package dev.whetstone.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import dev.whetstone.core.Passage;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.search.Explanation;
import dev.whetstone.search.Explanation.Expectation;
import dev.whetstone.search.Explanation.Place;
import dev.whetstone.search.Explanation.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An explanation as people read it: how the plan searches, a table of the passages found with
/// their places in each arm, and where the expected one stands.
final class ExplanationWords {
  private static final int WIDEST = 58; // of the column of passages
  private static final int TERMS = 8;
  private static final String NONE = "-";

  private ExplanationWords() {}

  /// @param k how many were asked for
  static String text(Explanation explanation, int k) {
    var text = new StringBuilder(AnswerPrinter.wrap(plan(explanation.plan()), "")).append('\n');
    if (explanation.found().isEmpty()) {
      text.append("Nothing was found.\n");
    } else {
      text.append(table(explanation.found())).append('\n');
    }
    boolean estimated =
        explanation.found().stream().anyMatch(standing -> !standing.terms().exact());
    if (estimated) {
      text.append(
          "The engine does not tell what each term adds: these figures are estimated from the"
              + " passages' text.\n");
    }
    Expectation expected = explanation.expected();
    if (expected != null) {
      text.append('\n').append(expectation(expected, explanation.plan(), k));
    }
    return text.toString().stripTrailing();
  }

  private static String plan(RetrievalPlan plan) {
    String arms =
        plan.arms().stream()
            .map(
                arm ->
                    switch (arm) {
                      case Arm.Words words ->
                          "words (BM25) weigh %s, the best %d"
                              .formatted(weight(plan, arm), words.depth());
                      case Arm.Vectors vectors ->
                          "vectors (cosine) weigh %s, the best %d"
                              .formatted(weight(plan, arm), vectors.depth());
                    })
            .collect(Collectors.joining("; "));
    String rerank =
        switch (plan.reranker()) {
          case Reranker.None _ -> "no reranker";
          case Reranker.Model model ->
              "the reranker %s orders the best %d, with weight %s"
                  .formatted(model.id(), model.depth(), figure(model.weight(), 2));
        };
    return "Searched by: " + arms + "; " + rerank + ".";
  }

  private static String weight(RetrievalPlan plan, Arm arm) {
    return switch (plan.fusion()) {
      case FusionRule.Convex convex -> figure(convex.weight(arm), 2);
    };
  }

  private static String table(List<Standing> standings) {
    boolean reranked = standings.stream().anyMatch(standing -> standing.rerank() != null);
    var columns = new ArrayList<ColumnData<Standing>>();
    columns.add(right("rank").with(s -> s.rank() == null ? NONE : String.valueOf(s.rank())));
    columns.add(right("words").with(s -> place(s.words(), 2)));
    columns.add(right("vectors").with(s -> place(s.vectors(), 3)));
    columns.add(right("fused").with(ExplanationWords::fused));
    if (reranked) {
      columns.add(right("reranker").with(s -> s.rerank() == null ? NONE : figure(s.rerank(), 2)));
    }
    columns.add(
        new Column()
            .header("passage; the question's terms in it, with what each adds to BM25")
            .headerAlign(HorizontalAlign.LEFT)
            .dataAlign(HorizontalAlign.LEFT)
            .maxWidth(WIDEST, OverflowBehaviour.NEWLINE)
            .with(s -> name(s.passage()) + "\n" + terms(s)));
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
        .data(standings, columns)
        .asString();
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }

  /// `#3 7.31`, the rank and the score.
  private static String place(Place place, int digits) {
    String rank = place.rank() == null ? NONE : "#" + place.rank();
    return place.score() == null ? rank : rank + " " + figure(place.score(), digits);
  }

  /// `#2 .93 = .31 + .62`: the rank, the score, and the parts of words and vectors.
  private static String fused(Standing standing) {
    if (standing.fused() == null || standing.fusedRank() == null) {
      return NONE;
    }
    return "#%d %s = %s + %s"
        .formatted(
            standing.fusedRank(),
            figure(standing.fused(), 3),
            figure(standing.words().part(), 3),
            figure(standing.vectors().part(), 3));
  }

  private static String name(Passage passage) {
    String headings = String.join(" > ", passage.headings());
    return passage.document()
        + (headings.isEmpty() ? "" : ": " + headings)
        + " ("
        + passage.id()
        + ")";
  }

  private static String terms(Standing standing) {
    Explanation.MatchedTerms terms = standing.terms();
    String matched =
        terms.scores().stream()
            .limit(TERMS)
            .map(term -> term.term() + " " + figure(term.score(), 2))
            .collect(Collectors.joining(", "));
    String missing =
        terms.missing().isEmpty() ? "" : "; not in it: " + String.join(", ", terms.missing());
    return (matched.isEmpty() ? "no term of the question" : matched) + missing;
  }

  private static String expectation(Expectation expected, RetrievalPlan plan, int k) {
    return switch (expected) {
      case Expectation.NotInIndex(String asked, List<String> similar) ->
          AnswerPrinter.wrap(
              "Expected "
                  + asked
                  + ": not in the index. There is no passage and no document of this id"
                  + (similar.isEmpty() ? "." : "; similar: " + String.join(", ", similar) + "."),
              "");
      case Expectation.InIndex(String asked, List<Standing> standings, var outcome) ->
          AnswerPrinter.wrap(
                  "Expected " + asked + ": " + reason(standings.getFirst(), outcome, plan, k), "")
              + "\n"
              + table(standings);
    };
  }

  private static String reason(
      Standing best, Explanation.Outcome outcome, RetrievalPlan plan, int k) {
    return switch (outcome) {
      case RETURNED -> "returned as number %d of %d.".formatted(best.rank(), k);
      case BEHIND ->
          "found, but only number %d; %d are returned. %s"
              .formatted(best.rank(), k, weaker(best, plan));
      case RERANKED_BEHIND ->
          "number %d before reranking; the reranker put it at number %d, and %d are returned."
              .formatted(best.fusedRank(), best.rank(), k);
      case OUTSIDE_ARMS ->
          "in the index, but no arm has it within its depth: %s by words, %s by vectors."
              .formatted(far(best.words()), far(best.vectors()));
      case FILTERED_OUT -> "in the index, but the filter of the question leaves it out.";
    };
  }

  private static String far(Place place) {
    return place.rank() == null ? "behind the best 1,000" : "number " + place.rank();
  }

  /// Which arm costs it more.
  private static String weaker(Standing best, RetrievalPlan plan) {
    double lostByWords = 0;
    double lostByVectors = 0;
    for (Arm arm : plan.arms()) {
      double weight =
          switch (plan.fusion()) {
            case FusionRule.Convex convex -> convex.weight(arm);
          };
      switch (arm) {
        case Arm.Words _ -> lostByWords = weight - best.words().part();
        case Arm.Vectors _ -> lostByVectors = weight - best.vectors().part();
      }
    }
    return "It loses %s to the best by words and %s by vectors."
        .formatted(figure(lostByWords, 2), figure(lostByVectors, 2));
  }

  private static String figure(@Nullable Double value, int digits) {
    return value == null ? NONE : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
