package dev.whetstone.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.index.lucene.LuceneIndex;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    assertThat(found.fused()).isEqualTo(Fusion.convex(words, dense, .4, 10));
    assertThat(found.fused().ids()).startsWith("frog", "whale");
    assertThat(found.passages()).extracting(Passage::id).isEqualTo(found.fused().ids());
    Scores frog = scores(found, "frog");
    assertThat(frog.bm25()).isEqualTo(words.hits().getFirst().score());
    assertThat(frog.cosine())
        .isCloseTo(vectors.dot(vectors.row("frog"), encoder.query(question)), within(1e-5));
    assertThat(frog.fused()).isEqualTo(found.fused().hits().getFirst().score());
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

      assertThat(dense).doesNotContainAnyElementsOf(found.fused().ids());
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

    assertThat(found.fused().ids()).containsExactly("whale");
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

    assertThat(byWords.fused().ids()).containsExactly("owl");
    assertThat(scores(byWords, "owl").cosine()).isNotNull();
    assertThat(byVectors.fused().ids()).containsExactly("owl");
    assertThat(scores(byVectors, "owl").bm25()).isNull();
  }

  @Test
  void aRerankerThatThisProgramCannotRunIsRefused() {
    RetrievalPlan hybrid = RetrievalPlan.hybrid(.5);
    var plan =
        new RetrievalPlan(
            hybrid.arms(), hybrid.fusion(), new Reranker.Model("judge", "7"), 20, 5, null);

    assertThatThrownBy(() -> new HybridSearch(encoder, index, plan))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("judge, version 7");
  }

  private static Scores scores(SearchResult found, String id) {
    return Objects.requireNonNull(found.scores().get(id), id);
  }

  private static Passage passage(String id, String document, String text) {
    return new Passage(
        id, document, List.of(), text, 0, text.length(), 0, 0, Map.of("language", "en"));
  }
}
