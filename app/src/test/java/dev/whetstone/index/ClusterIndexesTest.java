package dev.whetstone.index;

import static dev.whetstone.index.Corpora.DIMENSION;
import static dev.whetstone.index.Corpora.OTHER_SPACE;
import static dev.whetstone.index.Corpora.SPACE;
import static dev.whetstone.index.Corpora.passage;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Generations and their alias in a cluster, on real nodes.
@ParameterizedClass
@EnumSource(Node.class)
class ClusterIndexesTest {
  private static final List<Passage> OWLS = List.of(passage("owl", "red owls"));
  private static final List<Passage> FROGS = List.of(passage("frog", "green frogs"));

  private final Node node;
  private final String name = "g" + UUID.randomUUID().toString().substring(0, 8);
  private final ClusterIndexes indexes;

  ClusterIndexesTest(Node node) {
    this.node = node;
    this.indexes = anotherMachine();
  }

  @AfterEach
  void clean() {
    indexes.close();
    node.clean(name);
  }

  @Test
  void beforeTheFirstGenerationServesThereIsNothingToOpen() {
    assertThat(indexes.current()).isEmpty();
    assertThat(indexes.generations()).isEmpty();
    assertThatThrownBy(() -> indexes.open())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("no index " + name + " serves at ")
        .hasMessageContaining(node.host())
        .hasMessageContaining("run `whet index`");
  }

  @Test
  void aGenerationIsNotSeenBeforeItIsPromoted() {
    indexes.promote(built(OWLS));
    String next = built(FROGS);

    assertThat(serving()).containsExactly("owl");
    indexes.promote(next);
    assertThat(serving()).containsExactly("frog");
    assertThat(indexes.current()).contains(next);
    assertThat(indexes.generations()).containsExactly("000001", "000002");
  }

  @Test
  void anyMachineRollsBack() {
    String first = built(OWLS);
    indexes.promote(first);
    indexes.promote(built(FROGS));

    try (var other = anotherMachine()) {
      assertThat(other.rollback()).isEqualTo(first);
    }

    assertThat(serving()).containsExactly("owl");
    assertThatThrownBy(() -> indexes.rollback())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("no generation of " + name + " served before");
  }

  @Test
  void aNumberIsNotGivenTwice() {
    indexes.promote(built(OWLS));
    indexes.promote(built(FROGS));
    indexes.rollback();
    indexes.keep(1);

    assertThat(indexes.generations()).containsExactly("000001");
    assertThat(built(FROGS)).isEqualTo("000003");
  }

  @Test
  void keepingTwoLeavesTheServingOneAndTheOneBefore() {
    for (int i = 0; i < 4; i++) {
      indexes.promote(built(OWLS));
    }
    built(FROGS); // never promoted

    indexes.keep(2);

    assertThat(indexes.generations()).containsExactly("000003", "000004");
    assertThat(indexes.rollback()).isEqualTo("000003");
    assertThat(serving()).containsExactly("owl");
  }

  @Test
  void anUpdateIsSeenByWhoOpensAfterItsCommit() {
    indexes.promote(built(OWLS));
    try (PassageIndex before = indexes.open()) {
      try (GenerationWriter writer = indexes.update(SPACE)) {
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.deleteDocument("d");
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.commit(Map.of("passages", "abc"));
      }

      assertThat(indexes.isCurrent(before)).isFalse();
    }
    try (PassageIndex after = indexes.open()) {
      assertThat(after.passages()).isEqualTo(FROGS);
      assertThat(after.provenance()).isEqualTo(Map.of("passages", "abc"));
      assertThat(indexes.isCurrent(after)).isTrue();
    }
  }

  @Test
  void vectorsOfAnotherSpaceAreRefusedWithTheCommandThatMends() {
    indexes.promote(built(OWLS));

    assertThatThrownBy(() -> indexes.update(OTHER_SPACE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(name + "-000001 at ")
        .hasMessageContaining("holds space " + SPACE + ", not " + OTHER_SPACE)
        .hasMessageContaining("whet embed && whet index");
    try (GenerationWriter writer = indexes.update(SPACE)) {
      assertThatThrownBy(() -> writer.upsert(FROGS, vectors(OTHER_SPACE, FROGS, 1)))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("whet embed && whet index");
    }
  }

  @Test
  void oneWritesAtATime() {
    try (GenerationWriter _ = indexes.begin(SPACE, DIMENSION);
        var other = anotherMachine()) {
      assertThatThrownBy(() -> other.begin(SPACE, DIMENSION))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining(name + "-000001 at ")
          .hasMessageContaining("is being written by process " + ProcessHandle.current().pid());
    }
    indexes.promote(built(OWLS));
    try (GenerationWriter _ = indexes.update(SPACE)) {
      assertThatThrownBy(() -> indexes.update(SPACE)).isInstanceOf(Failure.Refused.class);
    }
    indexes.update(SPACE).close();
  }

  @Test
  void whatAWriterLeftUnfinishedIsGoneOnWith() {
    var left = List.of(passage("a", "red owls"), passage("b", "blue whales"), passage("c", "ants"));
    interrupted(SPACE, left);
    assertThat(indexes.generations()).isEmpty();

    String generation;
    var now = List.of(left.get(0), passage("b", "green whales"), passage("d", "bees"));
    try (ClusterWriter writer = indexes.begin(SPACE, DIMENSION)) {
      assertThat(writer.resumed()).isEqualTo(3);
      writer.upsert(now, vectors(now, 1));
      writer.commit(Map.of());
      generation = writer.generation();
    }
    indexes.promote(generation);

    try (PassageIndex index = indexes.open()) {
      assertThat(index.passages()).containsExactlyInAnyOrderElementsOf(now);
    }
    String index = name + "-" + generation;
    assertThat(node.call("GET", "/" + index + "/_doc/a", "").path("_version").asInt()).isEqualTo(1);
    assertThat(node.call("GET", "/" + index + "/_doc/b", "").path("_version").asInt()).isEqualTo(2);
  }

  @Test
  void whatAWriterOfAnotherSpaceLeftUnfinishedIsRemoved() {
    interrupted(OTHER_SPACE, OWLS);

    indexes.promote(built(FROGS));

    assertThat(node.indices(name)).containsExactly(name + "-000001");
    assertThat(serving()).containsExactly("frog");
  }

  @Test
  void theLeaseOfAProcessThatIsGoneHoldsNobodyBack() {
    interrupted(SPACE, OWLS);
    lease(host(), 999_999_999);

    indexes.begin(SPACE, DIMENSION).close();

    lease("a-machine-elsewhere", 1);
    assertThatThrownBy(() -> indexes.begin(SPACE, DIMENSION))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("a-machine-elsewhere");
  }

  @Test
  void anUnfinishedGenerationIsNotPromoted() {
    interrupted(SPACE, OWLS);

    assertThatThrownBy(() -> indexes.promote("000001"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(name + "-000001 was not finished");
  }

  @Test
  void aGenerationThatLostPassagesIsNotPromoted() {
    String generation = built(List.of(passage("a", "red owls"), passage("b", "blue whales")));
    node.call("DELETE", "/" + name + "-" + generation + "/_doc/a", "");

    assertThatThrownBy(() -> indexes.promote(generation))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("is damaged: 1 passages, not 2");
    assertThat(indexes.current()).isEmpty();
  }

  @Test
  void whoeverMovesTheAliasSecondIsRefused() {
    indexes.promote(built(OWLS));
    String second = built(FROGS);
    String third = built(FROGS);
    var happened = new AtomicBoolean();
    var late =
        new ClusterIndexes(
            new Tampered(
                node.connect(node.settings()),
                (asked, request) -> {
                  if (asked.path().equals("/_aliases") && happened.compareAndSet(false, true)) {
                    indexes.promote(second);
                  }
                  return request.send();
                }),
            name);

    try (late) {
      assertThatThrownBy(() -> late.promote(third))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("was moved by another machine");
    }

    assertThat(indexes.current()).contains(second);
  }

  @Test
  void aPromotionWhoseAnswerIsLostHasHappened() {
    indexes.promote(built(OWLS));
    String second = built(FROGS);
    var lossy =
        new ClusterIndexes(
            new Tampered(
                node.connect(node.settings()),
                (asked, request) -> {
                  var reply = request.send();
                  if (asked.path().equals("/_aliases")) {
                    throw new IOException("the connection broke");
                  }
                  return reply;
                }),
            name);

    try (lossy) {
      lossy.promote(second);
    }

    assertThat(indexes.current()).contains(second);
    assertThat(indexes.rollback()).isEqualTo("000001");
  }

  @Test
  void anIndexThatStandsInTheAliasesPlaceIsNamed() {
    node.call("PUT", "/" + name, "{}");

    assertThatThrownBy(() -> indexes.begin(SPACE, DIMENSION))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("has an index called " + name)
        .hasMessageContaining("whet index adopt");
  }

  @Test
  void indicesWithSimilarNamesAreLeftAlone() {
    try (var longer = new ClusterIndexes(node.connect(node.settings()), name + "-more")) {
      longer.promote(built(longer, OWLS));
      indexes.promote(built(FROGS));

      indexes.keep(1);

      assertThat(indexes.generations()).containsExactly("000001");
      assertThat(longer.generations()).containsExactly("000001");
    }
  }

  @Test
  void aNameThatNoIndexCanHaveIsRefused() {
    for (String bad : List.of("", "Rag", "a/b", "_a", "-a", "a*", "a,b", "a b", "x".repeat(300))) {
      assertThatThrownBy(() -> new ClusterIndexes(indexes.client(), bad))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("an index cannot be called");
    }
  }

  private ClusterIndexes anotherMachine() {
    return new ClusterIndexes(node.connect(node.settings()), name);
  }

  private String built(List<Passage> passages) {
    return built(indexes, passages);
  }

  private static String built(ClusterIndexes indexes, List<Passage> passages) {
    try (GenerationWriter writer = indexes.begin(SPACE, DIMENSION)) {
      writer.upsert(passages, vectors(passages, 1));
      writer.commit(Map.of());
      return writer.generation();
    }
  }

  /// Writes without a commit.
  private void interrupted(SpaceId space, List<Passage> passages) {
    try (GenerationWriter writer = indexes.begin(space, DIMENSION)) {
      writer.upsert(passages, vectors(space, passages, 1));
      writer.deleteDocument("absent"); // waits for the writes
    }
  }

  /// Leaves a lease in the first generation, as a writer that was killed does.
  private void lease(String host, long process) {
    String index = name + "-000001";
    JsonNode meta =
        node.call("GET", "/" + index + "/_mapping", "").path(index).path("mappings").path("_meta");
    ((ObjectNode) meta.path("whetstone"))
        .putObject("writer")
        .put("name", "x")
        .put("host", host)
        .put("process", process)
        .put("until", System.currentTimeMillis() + 60_000);
    node.call("PUT", "/" + index + "/_mapping", "{\"_meta\": " + meta + "}");
  }

  private static String host() {
    String name = System.getenv("HOSTNAME");
    try {
      return name != null ? name : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private List<String> serving() {
    try (PassageIndex index = indexes.open()) {
      return index.words("owl frog", 10, Filter.ALL).ids();
    }
  }
}
