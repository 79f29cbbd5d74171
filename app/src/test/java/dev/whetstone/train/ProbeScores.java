package dev.whetstone.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Scores the signals of a [ProbeExperiment] as predictors of what training on documents gains, and
/// prints the table as Markdown. The truth of a share of the trained weights is the mean gain in
/// nDCG@10 of the dense ranking and of the hybrid (dense weight .6) over the base.
///
/// ```text
/// ProbeScores app/src/test/resources/dev/whetstone/train/probe.jsonl
/// ```
///
/// For each signal: the rank correlation (Spearman) of its change with the truth over all runs and
/// shares, and the same within runs of one collection (mean over collections); how often its sign
/// is right; and what the rule "the share with the highest signal, the base where none is above its
/// own" gains, with its worst loss in either ranking. The rule has no constant that was fitted, so
/// nothing is left out for a test. Beside it stand what [DocumentProbe] does with its own signal,
/// and what never training, always half and the best share of each run gain.
public final class ProbeScores {
  private static final List<String> SHARES = List.of("0.25", "0.5", "0.75", "1.0");
  private static final int CHOOSABLE = 3;
  private static final int HALF = 1;
  private static final double TIE = 1e-9;

  /// The pairs that [dev.whetstone.pairs.PairRecipes] makes of documents.
  static final String USUAL = "mix";

  private ProbeScores() {}

  /// One share of one run; changes against the base, in points.
  ///
  /// @param signals by name, turned so that more is better
  record Point(double dense, double hybrid, Map<String, Double> signals) {
    double truth() {
      return (dense + hybrid) / 2;
    }

    double signal(String name) {
      return signals.getOrDefault(name, 0.0);
    }
  }

  /// @param key collection, pairs and seed: `npl:mix:1`
  record Run(String key, List<Point> points) {
    String collection() {
      return part(0);
    }

    String pairs() {
      return part(1);
    }

    String seed() {
      return part(2);
    }

    private String part(int number) {
      return key.split(":", -1)[number];
    }
  }

  public static void main(String[] arguments) throws IOException {
    List<Run> runs = read(Files.readString(Path.of(arguments[0])));
    System.out.print(gains(runs));
    System.out.println();
    System.out.print(signals(runs));
  }

  /// @param lines of JSON, one a run
  static List<Run> read(String lines) throws IOException {
    var runs = new ArrayList<Run>();
    for (String line : lines.lines().toList()) {
      runs.add(run(Json.MAPPER.readTree(line)));
    }
    runs.sort(Comparator.comparing(Run::key));
    return runs;
  }

  private static Run run(JsonNode row) {
    JsonNode base = row.get("shares").get("0.0");
    var points = new ArrayList<Point>();
    for (String share : SHARES) {
      JsonNode figures = row.get("shares").get(share);
      var changes = new LinkedHashMap<String, Double>();
      figures
          .fieldNames()
          .forEachRemaining(
              name ->
                  changes.put(
                      name, 100 * (figures.get(name).asDouble() - base.get(name).asDouble())));
      points.add(
          new Point(
              changes.getOrDefault("true dense", 0.0),
              changes.getOrDefault("true hybrid 0.6", 0.0),
              derived(changes)));
    }
    return new Run(row.get("key").asText(), points);
  }

  /// Signals by kind, and their means over the kinds of questions but headings.
  private static Map<String, Double> derived(Map<String, Double> changes) {
    var signals = new LinkedHashMap<String, Double>();
    for (String kind : List.of("rich", "words", "hybrid", "ndcg", "loss")) {
      double sign = kind.equals("loss") ? -1 : 1;
      double mean =
          changes.entrySet().stream()
              .filter(change -> change.getKey().startsWith(kind + " "))
              .filter(change -> !change.getKey().endsWith("real"))
              .filter(change -> !change.getKey().endsWith("heading"))
              .mapToDouble(Map.Entry::getValue)
              .average()
              .orElse(0);
      signals.put(kind, sign * mean);
    }
    for (String name :
        List.of("words real", "hybrid real", "margin real", "general", "neighbours kept")) {
      signals.put(name, changes.getOrDefault(name, 0.0));
    }
    for (String name : List.of("entropy real", "drift pool", "uniformity", "mean cosine")) {
      signals.put("less " + name, -changes.getOrDefault(name, 0.0));
    }
    return signals;
  }

  private static String gains(List<Run> runs) {
    var table = new StringBuilder();
    table.append("| run | share .25 | .5 | .75 | 1 | probe at these | chosen |\n");
    table.append("|---|---|---|---|---|---|---|\n");
    for (Run run : runs) {
      table.append("| ").append(run.key().replace(':', ' ')).append(" |");
      run.points()
          .forEach(
              p -> table.append(" %s / %s |".formatted(signed(p.dense()), signed(p.hybrid()))));
      table.append(
          run.points().stream()
              .map(p -> signed(p.signal("rich")))
              .collect(Collectors.joining(", ", " ", " |")));
      int chosen = taken(run);
      table.append(" %s |%n".formatted(chosen < 0 ? "base" : SHARES.get(chosen)));
    }
    return table.toString();
  }

  private static String signals(List<Run> runs) {
    var table = new StringBuilder();
    table.append("| signal | ρ all | ρ in a collection | sign right | dense / hybrid | worst |\n");
    table.append("|---|---|---|---|---|---|\n");
    for (String name : runs.getFirst().points().getFirst().signals().keySet()) {
      ToDoubleFunction<Point> signal = p -> p.signal(name);
      table.append(
          "| %s | %.2f | %.2f | %.0f %% | %s |%n"
              .formatted(
                  name,
                  correlation(points(runs), signal),
                  within(runs, signal),
                  100 * right(points(runs), signal),
                  outcome(runs, run -> chosen(run, signal))));
    }
    table.append(
        "| rich, half where the smallest gains | | | | %s |%n"
            .formatted(outcome(runs, ProbeScores::taken)));
    List<Run> usual = runs.stream().filter(run -> run.pairs().equals(USUAL)).toList();
    List<Run> both = usual.stream().map(run -> pairsChosen(runs, run)).toList();
    table.append(
        "| the same, of the usual pairs alone | | | | %s |%n"
            .formatted(outcome(usual, ProbeScores::taken)));
    table.append(
        "| the same, which chooses the pairs, too | | | | %s |%n"
            .formatted(outcome(both, ProbeScores::taken)));
    table.append("| never | | | | %s |%n".formatted(outcome(runs, _ -> -1)));
    table.append("| always .25 | | | | %s |%n".formatted(outcome(runs, _ -> 0)));
    table.append("| always .5 | | | | %s |%n".formatted(outcome(runs, _ -> 1)));
    table.append("| always 1 | | | | %s |%n".formatted(outcome(runs, _ -> 3)));
    table.append(
        "| best of each | | | | %s |%n".formatted(outcome(runs, run -> chosen(run, Point::truth))));
    return table.toString();
  }

  static List<Point> points(List<Run> runs) {
    return runs.stream().flatMap(run -> run.points().stream()).toList();
  }

  /// What [DocumentProbe] takes: half where the smallest share gains; -1: the base.
  static int taken(Run run) {
    return run.points().getFirst().signal("rich") > TIE ? HALF : -1;
  }

  /// Of the runs that differ from this one in their pairs alone, the one whose probe rises most;
  /// the usual pairs where none rises.
  static Run pairsChosen(List<Run> runs, Run usual) {
    Run best = usual;
    for (Run run : runs) {
      boolean same = run.collection().equals(usual.collection()) && run.seed().equals(usual.seed());
      best = same && rise(run) > rise(best) + TIE ? run : best;
    }
    return best;
  }

  private static double rise(Run run) {
    int best = chosen(run, p -> p.signal("rich"));
    return best < 0 ? 0 : run.points().get(best).signal("rich");
  }

  /// The share with the highest signal; -1: the base. All of the trained weights is no choice, as
  /// it is none of [DocumentProbe#SHARES].
  static int chosen(Run run, ToDoubleFunction<Point> signal) {
    int best = -1;
    double most = TIE;
    for (int i = 0; i < CHOOSABLE; i++) {
      if (signal.applyAsDouble(run.points().get(i)) > most) {
        best = i;
        most = signal.applyAsDouble(run.points().get(i));
      }
    }
    return best;
  }

  private static String outcome(List<Run> runs, ToDoubleFunction<Run> choice) {
    double dense = 0;
    double hybrid = 0;
    double worst = 0;
    for (Run run : runs) {
      int chosen = (int) choice.applyAsDouble(run);
      if (chosen >= 0) {
        Point point = run.points().get(chosen);
        dense += point.dense() / runs.size();
        hybrid += point.hybrid() / runs.size();
        worst = Math.min(worst, Math.min(point.dense(), point.hybrid()));
      }
    }
    return "%s / %s | %s".formatted(signed(dense), signed(hybrid), signed(worst));
  }

  private static double right(List<Point> points, ToDoubleFunction<Point> signal) {
    return points.stream().filter(p -> signal.applyAsDouble(p) > 0 == p.truth() > 0).count()
        / (double) points.size();
  }

  private static double within(List<Run> runs, ToDoubleFunction<Point> signal) {
    var collections = new TreeSet<String>();
    runs.forEach(run -> collections.add(run.collection()));
    return collections.stream()
        .mapToDouble(
            name ->
                correlation(
                    points(runs.stream().filter(run -> run.collection().equals(name)).toList()),
                    signal))
        .average()
        .orElse(0);
  }

  static double correlation(List<Point> points, ToDoubleFunction<Point> signal) {
    double[] a = ranks(points.stream().mapToDouble(signal).toArray());
    double[] b = ranks(points.stream().mapToDouble(Point::truth).toArray());
    double mean = (points.size() - 1) / 2.0;
    double both = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      both += (a[i] - mean) * (b[i] - mean);
      ofA += (a[i] - mean) * (a[i] - mean);
      ofB += (b[i] - mean) * (b[i] - mean);
    }
    return both / Math.sqrt(Math.max(TIE, ofA * ofB));
  }

  /// From 0; equal ones share the mean of theirs.
  private static double[] ranks(double[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(
            i -> {
              double below = 0;
              for (double value : values) {
                below += value < values[i] - TIE ? 1 : Math.abs(value - values[i]) <= TIE ? .5 : 0;
              }
              return below - .5;
            })
        .toArray();
  }

  private static String signed(double points) {
    return String.format(Locale.ROOT, "%+.1f", points);
  }
}
