package dev.whetstone.index;

import static dev.whetstone.index.Corpora.DIMENSION;
import static dev.whetstone.index.Corpora.OTHER_SPACE;
import static dev.whetstone.index.Corpora.SPACE;
import static dev.whetstone.index.Corpora.passage;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What only a cluster's generations and their alias do, on real nodes.
@ParameterizedClass
@EnumSource(Node.class)
class ClusterIndexesTest extends IndexesContract {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Node node;
  private final String name = "g" + UUID.randomUUID().toString().substring(0, 8);
  private final ClusterIndexes indexes;

  ClusterIndexesTest(Node node) {
    this.node = node;
    this.indexes = others();
  }

  @Override
  protected ClusterIndexes indexes() {
    return indexes;
  }

  @Override
  protected ClusterIndexes others() {
    return new ClusterIndexes(node.connect(node.settings()), name);
  }

  @Override
  protected void analysed(String generation, int version) throws IOException {
    URI mapping = URI.create(node.host() + "/" + name + "-" + generation + "/_mapping");
    try (var http = HttpClient.newHttpClient()) {
      var read = HttpRequest.newBuilder(mapping).build();
      JsonNode answer = JSON.readTree(http.send(read, BodyHandlers.ofString()).body());
      JsonNode meta = answer.path(name + "-" + generation).path("mappings").path("_meta");
      ((ObjectNode) meta.path("whetstone")).put("analyzers", version);
      var body = BodyPublishers.ofString(JSON.createObjectNode().set("_meta", meta).toString());
      var written =
          http.send(
              HttpRequest.newBuilder(mapping)
                  .header("Content-Type", "application/json")
                  .PUT(body)
                  .build(),
              BodyHandlers.ofString());
      assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  protected String where() {
    return node.host();
  }

  @AfterEach
  void clean() {
    indexes.close();
    node.clean(name);
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
  void aWriterThatAnotherHasTakenOverFromCommitsNothingAndTakesNothingAway() {
    // given a writer that slept for so long that another took its lease
    GenerationWriter slept = indexes.begin(SPACE, DIMENSION);
    slept.upsert(OWLS, vectors(SPACE, OWLS, 1));
    lease("a-machine-elsewhere", 1);

    // when it wakes
    assertThatThrownBy(() -> slept.commit(Map.of()))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("another writer took over");
    slept.close();

    // then there is nothing to promote, and the other is still the writer
    assertThat(indexes.generations()).isEmpty();
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
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.AdoptIndex(name, null)));
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
}
