package dev.whetstone.workshop.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.evaluate.Bootstrap;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Gate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How an app answers the held-out questions of the log: `reports/answers-NUMBER/report.json`.
///
/// @param app its id
/// @param made what the answers depend on, by name: the plan, the model's space, the language model
/// @param threshold of support, below which the app declines
/// @param asked one a question
/// @param comparison with the app's last run; null where there is none
public record AnswerReport(
    String app,
    SortedMap<String, String> made,
    double threshold,
    AnswerFigures figures,
    RiskCoverage curve,
    List<AskedQuestion> asked,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Comparison comparison) {
  /// The gain in questions that are well served, on those that both runs asked.
  ///
  /// @param against id of the report before
  /// @param questions that both asked
  /// @param gain of the share that is well served, this run − the one before; zeros for no question
  /// @param changed names of what the answers depend on that differ
  public record Comparison(String against, int questions, Gain gain, List<String> changed) {
    public Comparison {
      changed = List.copyOf(changed);
    }

    /// Whether the answers got worse for certain: the whole 95 % interval is below zero, on enough
    /// questions to say so.
    public boolean worse() {
      return questions >= Gate.FEWEST && gain.high95() < 0;
    }
  }

  public AnswerReport {
    made = new TreeMap<>(made);
    asked = List.copyOf(asked);
  }

  static AnswerReport of(
      String app,
      SortedMap<String, String> made,
      double threshold,
      List<AskedQuestion> asked,
      long seed) {
    return new AnswerReport(
        app,
        made,
        threshold,
        AnswerFigures.of(asked, threshold),
        RiskCoverage.of(asked, seed),
        asked,
        null);
  }

  /// This report with its comparison with an earlier one.
  ///
  /// @param id of the earlier one
  AnswerReport against(String id, AnswerReport earlier, long seed) {
    Map<String, AskedQuestion> before = new HashMap<>();
    earlier.asked.forEach(question -> before.put(question.id(), question));
    var old = new ArrayList<Double>();
    var now = new ArrayList<Double>();
    for (AskedQuestion question : asked) {
      AskedQuestion same = before.get(question.id());
      if (same != null && same.content().equals(question.content())) {
        old.add(same.wellServedAt(earlier.threshold) ? 1.0 : 0);
        now.add(question.wellServedAt(threshold) ? 1.0 : 0);
      }
    }
    Gain gain =
        old.isEmpty()
            ? Gain.NONE
            : Gain.of(Bootstrap.paired(array(old), array(now), Bootstrap.RESAMPLES, seed));
    var comparison = new Comparison(id, old.size(), gain, changed(earlier));
    return new AnswerReport(app, made, threshold, figures, curve, asked, comparison);
  }

  private List<String> changed(AnswerReport earlier) {
    var names = new TreeSet<>(made.keySet());
    names.addAll(earlier.made.keySet());
    return names.stream()
        .filter(name -> !made.getOrDefault(name, "").equals(earlier.made.getOrDefault(name, "")))
        .toList();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
