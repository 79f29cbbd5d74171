package dev.whetstone.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.encode.WordScorer;
import dev.whetstone.index.lucene.LuceneIndex;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HybridSearchTest {
  private static final List<Passage> PASSAGES =
      List.of(
          passage("owl", "birds", "red owls hunt at night"),
          passage("frog", "ponds", "green frogs sing at night"),
          passage("whale", "seas", "blue whales sing in deep seas"));

  private static final TimedScorer NEVER =
      (_, _, _, _) -> {
        throw new AssertionError("no scorer is needed");
      };

  private final WordEncoder encoder = new WordEncoder();
  private Vectors vectors;
  private LuceneIndex index;

  @BeforeEach
  void open() {
    vectors = encoder.passages(PASSAGES, Progress.NONE);
    index = LuceneIndex.inMemory(PASSAGES, vectors);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void bothArmsAreFusedAndEachPassageShowsWhatItWasFoundBy() {
    String question = "frogs sing";

    SearchResult found =
        new HybridSearch(encoder, index, RetrievalPlan.hybrid(.4))
            .retrieve(question, 10, Filter.ALL);

    var words = index.words(question, 100, Filter.ALL);
    var dense = index.nearest(encoder.query(question), 100, Filter.ALL);
    assertThat(found.ranking()).isEqualTo(Fusion.convex(words, dense, .4, 10));
    assertThat(found.ranking().ids()).startsWith("frog", "whale");
    assertThat(found.passages()).extracting(Passage::id).isEqualTo(found.ranking().ids());
    Scores frog = scores(found, "frog");
    assertThat(frog.bm25()).isEqualTo(words.hits().getFirst().score());
    assertThat(frog.cosine())
        .isCloseTo(vectors.dot(vectors.row("frog"), encoder.query(question)), within(1e-5));
    assertThat(frog.fused()).isEqualTo(found.ranking().hits().getFirst().score());
    assertThat(scores(found, "owl").bm25()).isNull(); // shares no word
  }

  @Test
  void aPassageFoundByWordsAloneShowsItsCosineToo() {
    List<Passage> many =
        IntStream.range(0, 140)
            .mapToObj(
                i -> passage("p" + i, "d", i < 120 ? "sing" : "rare u%1$d v%1$d".formatted(i)))
            .toList();
    String question = "sing sing sing rare";
    try (var large = LuceneIndex.inMemory(many, encoder.passages(many, Progress.NONE))) {
      List<String> dense = large.nearest(encoder.query(question), 100, Filter.ALL).ids();

      SearchResult found =
          new HybridSearch(encoder, large, RetrievalPlan.hybrid(.1))
              .retrieve(question, 10, Filter.ALL);

      assertThat(dense).doesNotContainAnyElementsOf(found.ranking().ids());
      assertThat(found.scores().values())
          .hasSize(10)
          .allSatisfy(scores -> assertThat(scores.cosine()).isBetween(0.0, 0.9));
    }
  }

  @Test
  void theFilterHoldsForBothArms() {
    var seas = new Filter(Map.of("document", Set.of("seas")));

    SearchResult found =
        new HybridSearch(encoder, index, RetrievalPlan.hybrid(.5)).retrieve("frogs sing", 10, seas);

    assertThat(found.ranking().ids()).containsExactly("whale");
  }

  @Test
  void atMostKAreReturned() {
    SearchResult found =
        new HybridSearch(encoder, index, RetrievalPlan.hybrid(.5)).retrieve("night", 1, Filter.ALL);

    assertThat(found.passages()).hasSize(1);
    assertThat(found.scores()).hasSize(1);
  }

  @Test
  void anIndexOfAnotherSpaceIsRefusedWithTheCommandThatMends() {
    var other = new SpaceId("fedcba9876543210");
    var elsewhere = new Vectors(other, vectors.ids(), vectors.dimension(), vectors.data());
    try (var stranger = LuceneIndex.inMemory(PASSAGES, elsewhere)) {
      assertThatThrownBy(() -> new HybridSearch(encoder, stranger, RetrievalPlan.hybrid(.5)))
          .isInstanceOf(Failure.Refused.class)
          .hasMessage(
              "the model embeds into space "
                  + encoder.space()
                  + ", generation memory of the index holds space "
                  + other)
          .extracting(e -> ((Failure) e).remedies())
          .isEqualTo(List.of(new Remedy.RunSteps(List.of("embed", "index"))));
    }
  }

  @Test
  void aPlanOfOneArmNeedsNoOther() {
    var words =
        new RetrievalPlan(
            List.of(new Arm.Words(100)),
            new FusionRule.Convex(0),
            new Reranker.None(),
            20,
            5,
            null);
    var vectorsAlone =
        new RetrievalPlan(
            List.of(new Arm.Vectors(2)),
            new FusionRule.Convex(1),
            new Reranker.None(),
            20,
            5,
            null);

    SearchResult byWords = new HybridSearch(encoder, index, words).retrieve("owls", 10, Filter.ALL);
    SearchResult byVectors =
        new HybridSearch(encoder, index, vectorsAlone).retrieve("owls", 1, Filter.ALL);

    assertThat(byWords.ranking().ids()).containsExactly("owl");
    assertThat(scores(byWords, "owl").cosine()).isNotNull();
    assertThat(byVectors.ranking().ids()).containsExactly("owl");
    assertThat(scores(byVectors, "owl").bm25()).isNull();
  }

  private static RetrievalPlan reranked(int depth, double weight) {
    return RetrievalPlan.hybrid(.5).withReranker(new Reranker.Model("judge", "7", depth, weight));
  }

  private SearchResult search(RetrievalPlan plan, TimedScorer scorer, int k, Filter filter) {
    return new HybridSearch(encoder, index, plan, scorer).retrieve("sing night", k, filter);
  }

  /// One that gives these scores to passages of these documents.
  private static TimedScorer scoring(Map<String, Float> byText) {
    return (_, _, passages, _) ->
        new Scoring.Scored(
            passages.stream()
                .map(
                    text ->
                        byText.entrySet().stream()
                            .filter(each -> text.contains(each.getKey()))
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElseThrow())
                .toList());
  }

  @Test
  void theBestOfTheFusedRankingStandInTheOrderOfTheRerankersScores() {
    SearchResult fused = search(RetrievalPlan.hybrid(.5), NEVER, 10, Filter.ALL);
    List<String> before = fused.ranking().ids();
    var scorer = scoring(Map.of("owls", -1f, "frogs", 4.5f, "whales", 9f));

    SearchResult found = search(reranked(3, 1), scorer, 10, Filter.ALL);

    assertThat(before).containsExactly("frog", "owl", "whale");
    assertThat(found.ranking().ids()).containsExactly("whale", "frog", "owl");
    assertThat(found.ranking().hits()).isSortedAccordingTo(Ranking.BEST_FIRST);
    assertThat(found.passages()).extracting(Passage::id).isEqualTo(found.ranking().ids());
    assertThat(found.rerank())
        .isEqualTo(new RerankOutcome.Reranked(new Reranker.Model("judge", "7", 3, 1), 3));
    for (String id : before) {
      Scores was = scores(fused, id);
      Scores is = scores(found, id);
      assertThat(was.rerank()).isNull();
      assertThat(is).isEqualTo(new Scores(was.bm25(), was.cosine(), was.fused(), is.rerank()));
    }
    assertThat(scores(found, "frog").rerank()).isEqualTo(4.5);
  }

  @Test
  void whatLiesBehindTheDepthFollowsInFusedOrder() {
    var scorer = scoring(Map.of("owls", -1f, "frogs", -2f));

    SearchResult found = search(reranked(2, 1), scorer, 10, Filter.ALL);

    assertThat(found.ranking().ids()).containsExactly("owl", "frog", "whale");
    assertThat(scores(found, "whale").rerank()).isNull();
    assertThat(found.ranking().hits()).isSortedAccordingTo(Ranking.BEST_FIRST);
  }

  @Test
  void aPassageBehindTheFirstKMayBeRerankedIntoThem() {
    var scorer = scoring(Map.of("owls", 0f, "frogs", 0f, "whales", 1f));

    SearchResult found = search(reranked(3, 1), scorer, 1, Filter.ALL);

    assertThat(found.ranking().ids()).containsExactly("whale");
    assertThat(found.scores()).containsOnlyKeys("whale");
    assertThat(found.passages()).hasSize(1);
  }

  @Test
  void theScorerIsAskedOnceAndOnlyForWhatTheFilterLeaves() {
    var scorer = new WordScorer();
    var ponds = new Filter(Map.of("document", Set.of("ponds", "seas")));

    SearchResult found = search(reranked(20, .5), TimedScorer.untimed(scorer), 10, ponds);

    assertThat(found.ranking().ids()).containsExactlyInAnyOrder("frog", "whale");
    assertThat(scorer.calls).hasValue(1);
    assertThat(scorer.passages).hasValue(2);
  }

  @Test
  void aQuestionThatFindsNothingAsksNoScorer() {
    var nowhere = new Filter(Map.of("document", Set.of("attic")));

    SearchResult found = search(reranked(20, 1), NEVER, 10, nowhere);

    assertThat(found.ranking().hits()).isEmpty();
    assertThat(found.rerank()).isInstanceOf(RerankOutcome.Reranked.class);
  }

  @Test
  void withoutScoresTheFusedOrderIsServedAndTheResultSaysWhy() {
    SearchResult fused = search(RetrievalPlan.hybrid(.5), NEVER, 10, Filter.ALL);
    var noTime = new Scoring.None(RerankOutcome.Reason.NO_TIME);
    var tooFew = new Scoring.Scored(List.of(1f));
    var notANumber = new Scoring.Scored(List.of(1f, Float.NaN, 2f));

    SearchResult late = search(reranked(3, 1), (_, _, _, _) -> noTime, 10, Filter.ALL);
    SearchResult few = search(reranked(3, 1), (_, _, _, _) -> tooFew, 10, Filter.ALL);
    SearchResult broken = search(reranked(3, 1), (_, _, _, _) -> notANumber, 10, Filter.ALL);

    assertThat(List.of(late, few, broken))
        .allSatisfy(
            found -> {
              assertThat(found.ranking()).isEqualTo(fused.ranking());
              assertThat(found.scores()).isEqualTo(fused.scores());
            });
    var model = new Reranker.Model("judge", "7", 3, 1);
    assertThat(late.rerank())
        .isEqualTo(new RerankOutcome.Skipped(model, RerankOutcome.Reason.NO_TIME));
    assertThat(few.rerank())
        .isEqualTo(new RerankOutcome.Skipped(model, RerankOutcome.Reason.FAILED));
    assertThat(broken.rerank()).isEqualTo(few.rerank());
  }

  @Test
  void aSearchThatUsedUpItsTimeAsksNoScorer() {
    var model = new Reranker.Model("judge", "7", 3, 1, Duration.ofMillis(1));
    Encoder slow =
        new WordEncoder() {
          @Override
          public List<float[]> queries(List<String> questions) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            return super.queries(questions);
          }
        };

    SearchResult found =
        new HybridSearch(slow, index, RetrievalPlan.hybrid(.5).withReranker(model), NEVER)
            .retrieve("sing night", 10, Filter.ALL);

    assertThat(found.rerank())
        .isEqualTo(new RerankOutcome.Skipped(model, RerankOutcome.Reason.NO_TIME));
    assertThat(found.passages()).hasSize(3);
  }

  @Test
  void theScorerHearsHowMuchTimeIsLeft() {
    var left = new AtomicReference<>(Duration.ZERO);
    TimedScorer scorer =
        (model, _, passages, time) -> {
          left.set(time);
          return new Scoring.Scored(Collections.nCopies(passages.size(), 1f));
        };

    search(reranked(3, 1), scorer, 10, Filter.ALL);

    assertThat(left.get()).isBetween(Duration.ofNanos(1), Reranker.Model.LIMIT);
  }

  private static Scores scores(SearchResult found, String id) {
    return Objects.requireNonNull(found.scores().get(id), id);
  }

  private static Passage passage(String id, String document, String text) {
    return new Passage(
        id, document, List.of(), text, 0, text.length(), 0, 0, Map.of("language", "en"));
  }
}
