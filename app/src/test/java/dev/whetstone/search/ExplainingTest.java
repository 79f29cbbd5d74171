package dev.whetstone.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.answer.TermWeights;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.index.TermScore;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.search.Explanation.Expectation;
import dev.whetstone.search.Explanation.Outcome;
import dev.whetstone.search.Explanation.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExplainingTest {
  private static final String QUESTION = "which frogs sing at night";

  private final WordEncoder encoder = new WordEncoder();
  private final List<Passage> passages = new ArrayList<>();
  private LuceneIndex index;
  private TermWeights terms;

  @BeforeEach
  void open() {
    passages.add(passage("owl", "birds.md", "red owls hunt at night"));
    passages.add(passage("frog", "ponds.md", "green frogs sing at night and in the morning"));
    passages.add(passage("newt", "ponds.md", "newts are silent"));
    passages.add(passage("whale", "seas.md", "blue whales sing in deep seas"));
    for (int i = 0; i < 6; i++) {
      passages.add(passage("sing" + i, "choir.md", "frogs sing night " + "la ".repeat(i + 1)));
    }
    index = LuceneIndex.inMemory(passages, encoder.passages(passages, Progress.NONE));
    terms = TermWeights.counted(passages::forEach, true);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void whatIsServedIsExplainedAndTheArmsPartsSumToTheFusedScore() {
    Explanation why = explain(RetrievalPlan.hybrid(.4), Filter.ALL, null);

    SearchResult served =
        new HybridSearch(encoder, index, RetrievalPlan.hybrid(.4))
            .retrieve(QUESTION, 5, Filter.ALL);
    assertThat(why.result().ranking()).isEqualTo(served.ranking());
    assertThat(why.found())
        .extracting(standing -> standing.passage().id())
        .isEqualTo(served.ranking().ids());
    assertThat(why.found()).extracting(Standing::rank).containsExactly(1, 2, 3, 4, 5);
    assertThat(why.found())
        .allSatisfy(
            s ->
                assertThat(s.words().part() + s.vectors().part())
                    .isCloseTo(s.fused(), within(1e-9)));
    assertThat(why.expected()).isNull();
  }

  @Test
  void theTermsOfTheEngineSumToItsScoreOfWords() {
    Standing frog = expected("frog", RetrievalPlan.hybrid(.4), Filter.ALL).standings().getFirst();

    assertThat(frog.terms().exact()).isTrue();
    assertThat(frog.terms().scores().stream().mapToDouble(TermScore::score).sum())
        .isCloseTo(frog.words().score(), within(1e-5));
    assertThat(frog.terms().scores()).extracting(TermScore::term).contains("frog", "sing");
    assertThat(
            expected("owl", RetrievalPlan.hybrid(.4), Filter.ALL)
                .standings()
                .getFirst()
                .terms()
                .missing())
        .containsExactlyInAnyOrder("frog", "sing");
  }

  @Test
  void termsAreEstimatedFromTheTextWhereAnEngineDoesNotTell() {
    Passage frog = passages.get(1);
    List<TermScore> told = index.termScores(QUESTION, "frog").orElseThrow();

    List<TermScore> estimated = terms.estimate(QUESTION, frog);

    for (TermScore one : estimated) {
      TermScore exact =
          told.stream().filter(t -> t.term().equals(one.term())).findFirst().orElseThrow();
      assertThat(one.score()).isCloseTo(exact.score(), within(.3 * exact.score()));
    }
    assertThat(estimated).extracting(TermScore::term).contains("frog", "sing", "night");
  }

  @Test
  void anExpectedPassageIsFoundHoweverFarBehindItStands() {
    var shallow =
        new RetrievalPlan(
            List.of(new Arm.Words(2), new Arm.Vectors(2)),
            new FusionRule.Convex(.5),
            new Reranker.None(),
            2,
            2,
            null);

    Explanation why = explain(shallow, Filter.ALL, "newt", 2);

    Expectation.InIndex newt = there(why);
    assertThat(newt.outcome()).isEqualTo(Outcome.OUTSIDE_ARMS);
    Standing standing = newt.standings().getFirst();
    assertThat(standing.rank()).isNull();
    assertThat(standing.fused()).isNull();
    assertThat(standing.words().rank()).isNull(); // it shares no word
    assertThat(standing.words().score()).isZero();
    assertThat(standing.vectors().rank())
        .isEqualTo(
            index.nearest(encoder.query(QUESTION), 100, Filter.ALL).ids().indexOf("newt") + 1);
    assertThat(standing.vectors().score())
        .isEqualTo(index.cosines(encoder.query(QUESTION), List.of("newt")).get("newt"));
  }

  @Test
  void anExpectedDocumentIsShownByItsBestPassage() {
    Expectation.InIndex ponds = expected("ponds.md", RetrievalPlan.hybrid(.5), Filter.ALL);

    assertThat(ponds.standings()).extracting(s -> s.passage().id()).containsExactly("frog", "newt");
  }

  @Test
  void oneThatOthersStandBeforeIsToldFromOneThatTheFilterLeavesOut() {
    var birds = new Filter(Map.of("document", Set.of("birds.md")));

    assertThat(expected("newt", RetrievalPlan.hybrid(.5), Filter.ALL).outcome())
        .isEqualTo(Outcome.BEHIND);
    assertThat(expected("frog", RetrievalPlan.hybrid(.5), birds).outcome())
        .isEqualTo(Outcome.FILTERED_OUT);
    assertThat(expected("owl", RetrievalPlan.hybrid(.5), birds).outcome())
        .isEqualTo(Outcome.RETURNED);
    assertThat(explain(RetrievalPlan.hybrid(.5), Filter.ALL, "Pond").expected())
        .isEqualTo(new Expectation.NotInIndex("Pond", List.of("ponds.md")));
    assertThat(explain(RetrievalPlan.hybrid(.5), Filter.ALL, "docs/pomds.md").expected())
        .isEqualTo(new Expectation.NotInIndex("docs/pomds.md", List.of("ponds.md")));
  }

  @Test
  void oneThatTheRerankerPutBehindSaysSo() {
    var model = new Reranker.Model("m", "1", 10, 1);
    RetrievalPlan plan = RetrievalPlan.hybrid(.5).withReranker(model);
    TimedScorer reversed =
        (_, _, texts, _) -> {
          var scores = new ArrayList<Float>();
          for (int i = 0; i < texts.size(); i++) {
            scores.add((float) i);
          }
          return new Scoring.Scored(scores);
        };
    String best =
        new HybridSearch(encoder, index, RetrievalPlan.hybrid(.5))
            .retrieve(QUESTION, 1, Filter.ALL)
            .ranking()
            .ids()
            .getFirst();

    Explanation why =
        new Explaining(index, plan, new HybridSearch(encoder, index, plan, reversed), terms)
            .explain(QUESTION, 3, Filter.ALL, best);

    Expectation.InIndex behind = there(why);
    assertThat(behind.outcome()).isEqualTo(Outcome.RERANKED_BEHIND);
    assertThat(behind.standings().getFirst().fusedRank()).isEqualTo(1);
    assertThat(behind.standings().getFirst().rank()).isEqualTo(passages.size());
    assertThat(behind.standings().getFirst().rerank()).isZero();
  }

  private Expectation.InIndex expected(String id, RetrievalPlan plan, Filter filter) {
    return there(explain(plan, filter, id));
  }

  private static Expectation.InIndex there(Explanation why) {
    assertThat(why.expected()).isInstanceOf(Expectation.InIndex.class);
    return (Expectation.InIndex) Objects.requireNonNull(why.expected());
  }

  private Explanation explain(RetrievalPlan plan, Filter filter, @Nullable String expected) {
    return explain(plan, filter, expected, 5);
  }

  private Explanation explain(RetrievalPlan plan, Filter filter, @Nullable String expected, int k) {
    return new Explaining(index, plan, new HybridSearch(encoder, index, plan), terms)
        .explain(QUESTION, k, filter, expected);
  }

  private static Passage passage(String id, String document, String text) {
    return new Passage(id, document, List.of(), text, 0, text.length(), 0, 9, Map.of());
  }
}
