package dev.whetstone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.evaluate.Bootstrap;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.search.Fusion;
import dev.whetstone.serving.Answering;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// Measures how follow-up questions should be searched for where no language model rewrites them,
/// on the demo's workspace: `java dev.whetstone.bench.FollowUpTable WORKSPACE [develop|report]`.
///
/// `follow-ups.jsonl` beside it holds 120 follow-ups, written by hand for questions of the demo's
/// log: the question before, the follow-up, and the document and words that answer it. The two sets
/// share no document. What a way costs where the topic has changed is measured on the log's
/// held-out questions, each after a question about another document.
public final class FollowUpTable {
  private static final int CHANGES = 60;

  private record Turn(String id, String previous, String question) {}

  private final BiFunction<String, Filter, List<Retrieved>> search;

  private FollowUpTable(BiFunction<String, Filter, List<Retrieved>> search) {
    this.search = search;
  }

  /// @param args the workspace, and the set; by default `report`
  public static void main(String[] args) throws IOException {
    Workspace workspace = Workspace.open(Path.of(args[0]));
    String set = args.length > 1 ? args[1] : "report";
    List<Passage> passages = new Workshop(workspace, new ServedAnswers(), Progress.NONE).passages();
    QuestionLog log = QuestionLog.of(workspace, passages);
    var turns = new ArrayList<Turn>();
    var questions = new ArrayList<Question>();
    read(set, turns, questions);
    try (var catalog = Catalog.open(workspace.catalog());
        var answering = Answering.open(workspace, null)) {
      App app = WorkspaceApp.own(workspace, catalog).orElseThrow();
      int _ =
          answering.with(
              app,
              (_, retrieval) -> {
                var table = new FollowUpTable(retrieval::retrieve);
                System.out.printf("%d follow-ups (%s)%n", turns.size(), set);
                table.print(turns, JudgedQuestions.of(questions, passages));
                JudgedQuestions heldOut = JudgedQuestions.of(log.heldOut(), passages);
                List<Turn> changed =
                    changes(log.heldOut(), heldOut).stream().limit(CHANGES).toList();
                System.out.printf(
                    "%d questions after one about another document%n", changed.size());
                table.print(changed, heldOut);
                return 0;
              });
    }
  }

  private static void read(String set, List<Turn> turns, List<Question> questions)
      throws IOException {
    try (InputStream in = FollowUpTable.class.getResourceAsStream("follow-ups.jsonl")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        JsonNode row = Json.MAPPER.readTree(line);
        if (row.path("set").asText().equals(set)) {
          String id = row.path("id").asText();
          String question = row.path("question").asText();
          turns.add(new Turn(id, row.path("previous").asText(), question));
          questions.add(
              new Question(
                  id,
                  question,
                  List.of(
                      new Place(row.path("document").asText(), row.path("phrase").asText(), 0))));
        }
      }
    }
  }

  /// Each question after the one before it in the log that is about another document.
  private static List<Turn> changes(List<Question> log, JudgedQuestions judged) {
    var changes = new ArrayList<Turn>();
    for (int i = 0; i < log.size(); i++) {
      Question question = log.get(i);
      if (!judged.texts().containsKey(question.id())) {
        continue;
      }
      for (int back = 1; back < log.size(); back++) {
        Question other = log.get((i - back + log.size()) % log.size());
        if (!other.places().getFirst().document().equals(question.places().getFirst().document())) {
          changes.add(new Turn(question.id(), other.text(), question.text()));
          break;
        }
      }
    }
    return changes;
  }

  private void print(List<Turn> turns, JudgedQuestions judged) {
    Map<String, List<Metrics>> figures = new LinkedHashMap<>();
    Map<String, List<Double>> recalls = new LinkedHashMap<>();
    int unresolved = 0;
    for (Turn turn : turns) {
      Map<String, Integer> gains = judged.qrels().gains().get(turn.id());
      if (gains == null) {
        unresolved++;
        System.out.println("not in the documents: " + turn);
        continue;
      }
      ways(turn)
          .forEach(
              (name, ranking) -> {
                figures
                    .computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(Metrics.of(ranking, gains));
                long found = ranking.ids().stream().limit(5).filter(gains::containsKey).count();
                recalls
                    .computeIfAbsent(name, _ -> new ArrayList<>())
                    .add((double) found / gains.size());
              });
    }
    System.out.printf("%-32s %-24s %-24s %s%n", "", "nDCG@10", "recall@5", "nDCG@10 - last alone");
    double[] last = ndcg(figures.getOrDefault("last", List.of()));
    figures.forEach(
        (name, each) -> {
          double[] ndcg = ndcg(each);
          double[] recall =
              recalls.getOrDefault(name, List.of()).stream().mapToDouble(r -> r).toArray();
          double[] none = new double[ndcg.length];
          System.out.printf(
              "%-32s %-24s %-24s %s%n",
              name, interval(none, ndcg), interval(none, recall), interval(last, ndcg));
        });
    System.out.printf("(%d not found in the documents)%n%n", unresolved);
  }

  private static double[] ndcg(List<Metrics> each) {
    return each.stream().mapToDouble(Metrics::ndcg10).toArray();
  }

  private static String interval(double[] a, double[] b) {
    Gain gain = Gain.of(Bootstrap.paired(a, b, Bootstrap.RESAMPLES, 1));
    return String.format(
        Locale.ROOT, "%.3f [%.3f, %.3f]", gain.mean(), gain.low95(), gain.high95());
  }

  private Map<String, Ranking> ways(Turn turn) {
    Ranking last = search(turn.question());
    Ranking both = search(turn.previous() + " " + turn.question());
    Ranking previous = search(turn.previous());
    var ways = new LinkedHashMap<String, Ranking>();
    ways.put("last", last);
    ways.put("previous + last", both);
    ways.put("fused by rank", Fusion.reciprocalRank(List.of(last, both), 60, 20));
    ways.put("fused by rank, c 10", Fusion.reciprocalRank(List.of(last, both), 10, 20));
    ways.put("fused by score, .3 of last", sum(last, both, .3));
    ways.put("fused by score, .5 of last", sum(last, both, .5));
    ways.put("fused by score, .7 of last", sum(last, both, .7));
    ways.put("all three by rank", Fusion.reciprocalRank(List.of(last, both, previous), 60, 20));
    boolean follows = follows(turn.question());
    ways.put("both where it looks so", follows ? both : last);
    ways.put("fused .5 where it looks so", follows ? sum(last, both, .5) : last);
    ways.put("fused .3 where it looks so", follows ? sum(last, both, .3) : last);
    return ways;
  }

  private static final Pattern BEGINS =
      Pattern.compile("(?i)^(and|or|but|what about|how about|what if|also|then)\\b.*");
  private static final Pattern REFERS =
      Pattern.compile("(?i).*\\b(it|its|that|this|they|them|those|these|there|one|ones|same)\\b.*");

  static boolean follows(String question) {
    return BEGINS.matcher(question).matches()
        || REFERS.matcher(question).matches()
        || question.split("\\s+").length <= 4;
  }

  private Ranking search(String question) {
    List<Hit> hits =
        search.apply(question, Filter.ALL).stream()
            .map(hit -> new Hit(hit.passage().id(), hit.score()))
            .toList();
    return new Ranking(hits);
  }

  /// Both rankings' scores brought to [0, 1] and weighed.
  private static Ranking sum(Ranking last, Ranking both, double weight) {
    return Fusion.convex(both, last, weight, 20);
  }
}
