package dev.whetstone.search;

import dev.whetstone.core.EditDistance;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.index.TermScore;
import dev.whetstone.search.Explanation.Expectation;
import dev.whetstone.search.Explanation.MatchedTerms;
import dev.whetstone.search.Explanation.Outcome;
import dev.whetstone.search.Explanation.Place;
import dev.whetstone.search.Explanation.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Explains a search: the same search as [HybridSearch#retrieve], with each passage's place at each
/// stage.
///
/// **Method.** The plan is run once, and what is served is taken from that run. Ranks, fused scores
/// and the arms' parts are read off the rankings of the run, so they are those that decided. An
/// expected passage that no arm returned is looked for in the best [#DEEPEST] of each arm; its
/// cosine is asked of the index and its BM25 score is the sum of its terms', so both are known
/// however far behind it stands. Of an expected document the best passages are shown, by what the
/// arms find in that document alone.
///
/// **Cost.** A search, and for an expected passage at most four searches more, and one lookup of
/// terms for each passage shown. For people who look into a question, not for every request.
public final class Explaining {
  /// How far each arm looks for an expected passage.
  public static final int DEEPEST = 1000;

  /// Most names of documents that resemble an expected one.
  public static final int SIMILAR = 3;

  /// Passages that are shown of an expected document.
  private static final int SHOWN = 3;

  /// Passages whose documents' names are looked at when an expected one is not there.
  private static final int NAMES = 20_000;

  private final PassageIndex index;
  private final RetrievalPlan plan;
  private final HybridSearch search;
  private final PassageTerms terms;

  /// @param search by `plan` on `index`
  public Explaining(
      PassageIndex index, RetrievalPlan plan, HybridSearch search, PassageTerms terms) {
    this.index = index;
    this.plan = plan;
    this.search = search;
    this.terms = terms;
  }

  /// @param k from 1 to 1000, as in [HybridSearch#retrieve]
  /// @param expected the id of a passage, or of a document; null for none
  /// @throws dev.whetstone.core.Failure.Unavailable if the index does not answer
  public Explanation explain(String question, int k, Filter filter, @Nullable String expected) {
    SearchTrace trace = search.trace(question, k, filter);
    var run = new Run(question, filter, trace);
    List<Standing> found =
        trace.result().passages().stream().map(passage -> run.standing(passage, false)).toList();
    return new Explanation(
        plan, trace.result(), found, expected == null ? null : expectation(run, expected, k));
  }

  private Expectation expectation(Run run, String asked, int k) {
    List<Passage> passages = index.passages(List.of(asked));
    if (passages.isEmpty()) {
      passages = run.ofDocument(asked);
    }
    if (passages.isEmpty()) {
      return new Expectation.NotInIndex(asked, similar(asked));
    }
    List<Standing> standings =
        passages.stream()
            .map(passage -> run.standing(passage, true))
            .sorted(BEST_FIRST)
            .limit(SHOWN)
            .toList();
    return new Expectation.InIndex(asked, standings, run.outcome(standings.getFirst(), k));
  }

  private static final Comparator<Standing> BEST_FIRST =
      Comparator.comparingInt((Standing s) -> orLast(s.rank()))
          .thenComparingInt(s -> Math.min(orLast(s.words().rank()), orLast(s.vectors().rank())))
          .thenComparing(
              Comparator.comparingDouble(
                      (Standing s) -> s.vectors().score() == null ? -1 : s.vectors().score())
                  .reversed());

  private static int orLast(@Nullable Integer rank) {
    return rank == null ? Integer.MAX_VALUE : rank;
  }

  private List<String> similar(String asked) {
    String wanted = asked.toLowerCase(Locale.ROOT);
    String name = wanted.substring(wanted.lastIndexOf('/') + 1);
    var similar = new TreeSet<String>();
    index.forEach(
        NAMES,
        passage -> {
          String document = passage.document().toLowerCase(Locale.ROOT);
          if (!name.isEmpty()
              && (document.contains(name)
                  || wanted.endsWith("/" + document)
                  || mistyped(name, document.substring(document.lastIndexOf('/') + 1)))) {
            similar.add(passage.document());
          }
        });
    return similar.stream().limit(SIMILAR).toList();
  }

  /// Whether a name may be meant by another: by one mistake, or by two in a long one.
  private static boolean mistyped(String name, String document) {
    int most = document.length() < 8 ? 1 : 2;
    return Math.abs(name.length() - document.length()) <= most
        && EditDistance.of(name, document) <= most;
  }

  /// One search, with what is looked up about its passages.
  private final class Run {
    private final String question;
    private final Filter filter;
    private final SearchTrace trace;
    private final float[] vector;
    private final Map<Arm, Ranking> found;
    private final Map<Arm, Map<String, Double>> parts;
    private final Ranking fused;
    private @Nullable Ranking deepWords; // looked up when first needed
    private @Nullable Ranking deepVectors;

    Run(String question, Filter filter, SearchTrace trace) {
      this.question = question;
      this.filter = filter;
      this.trace = trace;
      this.vector = trace.result().question().vector(0);
      this.found = new HashMap<>(trace.found());
      int candidates = 1;
      for (Arm arm : plan.arms()) {
        if (arm instanceof Arm.Vectors && !found.containsKey(arm)) { // the engine fused
          int depth = Math.max(arm.depth(), trace.fused().hits().size());
          found.put(arm, index.nearest(vector, depth, filter));
        }
        candidates += found.getOrDefault(arm, Ranking.EMPTY).hits().size();
      }
      this.parts = Fusion.parts(plan, found);
      this.fused = Fusion.fuse(plan, found, candidates);
    }

    /// @param deep whether to look beyond the arms' depth
    Standing standing(Passage passage, boolean deep) {
      String id = passage.id();
      MatchedTerms matched = terms(passage);
      Integer fusedRank = rank(trace.fused(), id);
      Double fusedScore = score(trace.fused(), id);
      if (fusedRank == null) {
        fusedRank = rank(fused, id);
        fusedScore = score(fused, id);
      }
      Integer rank = rank(trace.ordered(), id);
      return new Standing(
          passage,
          rank == null ? fusedRank : rank,
          words(id, matched, deep),
          vectors(id, deep),
          fusedRank,
          fusedScore,
          trace.reranked().get(id),
          matched);
    }

    private MatchedTerms terms(Passage passage) {
      Optional<List<TermScore>> told = index.termScores(question, passage.id());
      return new MatchedTerms(
          told.orElseGet(() -> terms.estimate(question, passage)),
          told.isPresent(),
          terms.missing(question, passage));
    }

    private Place words(String id, MatchedTerms matched, boolean deep) {
      Ranking ranking = ranking(Arm.Words.class);
      Integer rank = rank(ranking, id);
      Double score = score(ranking, id);
      if (rank == null && deep) {
        Ranking further = deepWords == null ? index.words(question, DEEPEST, filter) : deepWords;
        deepWords = further;
        rank = rank(further, id);
        score = score(further, id);
      }
      if (score == null && matched.exact()) {
        score = matched.scores().stream().mapToDouble(TermScore::score).sum();
      }
      return new Place(rank, score, part(Arm.Words.class, id));
    }

    private Place vectors(String id, boolean deep) {
      Ranking ranking = ranking(Arm.Vectors.class);
      Integer rank = rank(ranking, id);
      if (rank == null && deep) {
        Ranking further =
            deepVectors == null ? index.nearest(vector, DEEPEST, filter) : deepVectors;
        deepVectors = further;
        rank = rank(further, id);
      }
      Double score = score(ranking, id);
      if (score == null) {
        score = index.cosines(vector, List.of(id)).get(id);
      }
      return new Place(rank, score, part(Arm.Vectors.class, id));
    }

    private Ranking ranking(Class<? extends Arm> kind) {
      return found.entrySet().stream()
          .filter(arm -> kind.isInstance(arm.getKey()))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(Ranking.EMPTY);
    }

    private double part(Class<? extends Arm> kind, String id) {
      return parts.entrySet().stream()
          .filter(arm -> kind.isInstance(arm.getKey()))
          .mapToDouble(arm -> arm.getValue().getOrDefault(id, 0.0))
          .sum();
    }

    /// The passages of a document that stand best: those that the arms returned, and those that
    /// they return of the document alone.
    List<Passage> ofDocument(String document) {
      var alone = new Filter(Map.of("document", Set.of(document)));
      var ids = new LinkedHashSet<String>();
      trace.result().passages().stream()
          .filter(passage -> passage.document().equals(document))
          .forEach(passage -> ids.add(passage.id()));
      ids.addAll(index.nearest(vector, SHOWN, alone).ids());
      ids.addAll(index.words(question, SHOWN, alone).ids());
      return index.passages(new ArrayList<>(ids));
    }

    Outcome outcome(Standing standing, int k) {
      if (!filter.matches(standing.passage())) {
        return Outcome.FILTERED_OUT;
      }
      Integer rank = standing.rank();
      Integer before = standing.fusedRank();
      if (rank == null || before == null) {
        return Outcome.OUTSIDE_ARMS;
      }
      if (rank <= k) {
        return Outcome.RETURNED;
      }
      return before <= k ? Outcome.RERANKED_BEHIND : Outcome.BEHIND;
    }
  }

  private static @Nullable Integer rank(Ranking ranking, String id) {
    int at = ranking.ids().indexOf(id);
    return at < 0 ? null : at + 1;
  }

  private static @Nullable Double score(Ranking ranking, String id) {
    for (Hit hit : ranking.hits()) {
      if (hit.passageId().equals(id)) {
        return hit.score();
      }
    }
    return null;
  }
}
