package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.encode.WordScorer;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.ClusterSettings.Hybrid;
import dev.whetstone.search.HybridSearch;
import dev.whetstone.search.Scores;
import dev.whetstone.search.SearchResult;
import dev.whetstone.search.TimedScorer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Fusion by the cluster. The real nodes cannot, which is seen; what could is a [FusingProxy].
@ParameterizedClass
@EnumSource(Node.class)
class NativeHybridTest {
  private static final String GENERATION = "000001";

  private final Node node;
  private final String name = "h" + UUID.randomUUID().toString().substring(0, 8);
  private final WordEncoder encoder = new WordEncoder();
  private final String offered;

  NativeHybridTest(Node node) {
    this.node = node;
    this.offered =
        switch (node) {
          case ELASTICSEARCH -> license("enterprise", "active");
          case OPENSEARCH -> plugins("opensearch-knn", "opensearch-neural-search");
        };
  }

  @BeforeEach
  void load() {
    List<Passage> passages = Corpora.random(300, new Random(3));
    try (var indexes = new ClusterIndexes(node.connect(node.settings()), name);
        GenerationWriter writer = indexes.begin(encoder.space(), encoder.dimension())) {
      writer.upsert(passages, encoder.passages(passages, Progress.NONE));
      writer.commit(Map.of());
    }
  }

  @AfterEach
  void clean() {
    node.clean(name);
  }

  @Test
  void aNodeThatCannotFuseIsFoundOut() {
    try (ClusterClient client = node.connect(node.settings())) {
      assertThat(client.lacksForHybrid())
          .contains(node == Node.ELASTICSEARCH ? "licence" : "opensearch-neural-search");
    }
  }

  @Test
  void whereItMustAndCannotTheClusterAndWhatItLacksAreNamed() {
    try (var indexes = indexes(node.host(), Hybrid.NATIVE);
        PassageIndex index = indexes.open(GENERATION)) {
      var search = new HybridSearch(encoder, index, RetrievalPlan.hybrid(.4));

      assertThatThrownBy(() -> search.retrieve("w1 w2", 10, Filter.ALL))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining(node.host() + " cannot fuse words and vectors itself: it lacks ")
          .hasMessageContaining("Set `hybrid` to ours or auto");
      assertThat(
              new HybridSearch(encoder, index, RetrievalPlan.hybrid(1))
                  .retrieve("w1", 3, Filter.ALL)
                  .passages())
          .as("there is nothing to fuse")
          .hasSize(3);
    }
  }

  @Test
  void whereItMayAndCannotFusionIsOurs() {
    try (var ours = indexes(node.host(), Hybrid.OURS);
        var auto = indexes(node.host(), Hybrid.AUTO)) {
      SearchResult one = found(auto, .4, "w1 w30", Filter.ALL);
      SearchResult other = found(ours, .4, "w1 w30", Filter.ALL);
      assertThat(one.ranking()).isEqualTo(other.ranking());
      assertThat(one.scores()).isEqualTo(other.scores());
      assertThat(one.passages()).isEqualTo(other.passages());
      assertThat(one.question().data()).isEqualTo(other.question().data());
    }
  }

  @Test
  void onlyTheLicenceOrPluginThatItTakesLetsAClusterFuse() throws IOException {
    Stream<String> too =
        switch (node) {
          case ELASTICSEARCH ->
              Stream.of(license("basic", "active"), license("enterprise", "expired"));
          case OPENSEARCH -> Stream.of(plugins("opensearch-knn"), "{\"nodes\": {}}");
        };
    for (String offer : too.toList()) {
      assertThat(lacks(offer)).isNotEmpty();
    }
    assertThat(lacks(offered)).isEmpty();
  }

  @Test
  void aClustersRankingIsServedWithTheScoresOfBothArms() throws IOException {
    try (var proxy = new FusingProxy(node, offered);
        var ours = indexes(node.host(), Hybrid.OURS);
        var clusters = indexes(proxy.host(), Hybrid.AUTO)) {
      for (Filter filter : List.of(Filter.ALL, new Filter(Map.of("format", Set.of("pdf"))))) {
        for (String question : List.of("w1 w30", "w250", "w2 w9 w17 w80")) {
          SearchResult expected = found(ours, .35, question, filter);

          SearchResult found = found(clusters, .35, question, filter);

          assertThat(found.ranking().ids()).isEqualTo(expected.ranking().ids());
          assertThat(found.passages()).isEqualTo(expected.passages());
          for (String id : found.ranking().ids()) {
            Scores scores = Objects.requireNonNull(found.scores().get(id));
            Scores same = Objects.requireNonNull(expected.scores().get(id));
            assertThat(scores.bm25()).isEqualTo(same.bm25());
            assertThat(scores.cosine()).isCloseTo(same.cosine(), within(1e-5));
            assertThat(scores.fused()).isCloseTo(same.fused(), within(1e-4));
          }
        }
      }
      assertThat(proxy.asked()).filteredOn("fuse"::equals).hasSize(6);
      assertThat(proxy.asked())
          .as("asked once")
          .filteredOn(path -> path.equals("/_license") || path.equals("/_nodes/plugins"))
          .hasSize(1);
    }
  }

  @Test
  void theBestThatTheClusterFusedAreReranked() throws IOException {
    var plan =
        RetrievalPlan.hybrid(.35)
            .withReranker(new RetrievalPlan.Reranker.Model("judge", "1", 25, 1));
    var scorer = new WordScorer();
    try (var proxy = new FusingProxy(node, offered);
        var ours = indexes(node.host(), Hybrid.OURS);
        var clusters = indexes(proxy.host(), Hybrid.AUTO);
        PassageIndex here = ours.open(GENERATION);
        PassageIndex there = clusters.open(GENERATION)) {
      var filter = new Filter(Map.of("format", Set.of("pdf")));

      SearchResult found =
          new HybridSearch(encoder, there, plan, TimedScorer.untimed(scorer))
              .retrieve("w1 w30", 5, filter);

      SearchResult expected =
          new HybridSearch(encoder, here, plan, TimedScorer.untimed(new WordScorer()))
              .retrieve("w1 w30", 5, filter);
      assertThat(found.ranking().ids()).isEqualTo(expected.ranking().ids());
      assertThat(found.scores().values()).allMatch(scores -> scores.rerank() != null);
      assertThat(scorer.calls).hasValue(1);
      assertThat(scorer.passages).hasValue(25);
      assertThat(proxy.asked()).contains("fuse");
    }
  }

  private SearchResult found(
      ClusterIndexes indexes, double weight, String question, Filter filter) {
    try (PassageIndex index = indexes.open(GENERATION)) {
      return new HybridSearch(encoder, index, RetrievalPlan.hybrid(weight))
          .retrieve(question, 10, filter);
    }
  }

  private String lacks(String offer) throws IOException {
    try (var proxy = new FusingProxy(node, offer);
        var client = node.connect(ClusterSettings.of(proxy.host()))) {
      return client.lacksForHybrid();
    }
  }

  private ClusterIndexes indexes(String host, Hybrid hybrid) {
    return new ClusterIndexes(node.connect(ClusterSettings.of(host).withHybrid(hybrid)), name);
  }

  private static String license(String type, String status) {
    return "{\"license\": {\"status\": \"%s\", \"type\": \"%s\"}}".formatted(status, type);
  }

  private static String plugins(String... names) {
    return "{\"nodes\": {\"VC0d4RgbTM6kLDwuud2XZQ\": {\"plugins\": [%s]}}}"
        .formatted(
            String.join(
                ", ", Stream.of(names).map(each -> "{\"name\": \"" + each + "\"}").toList()));
  }
}
