package dev.whetstone.index;

import static dev.whetstone.index.Corpora.DIMENSION;
import static dev.whetstone.index.Corpora.SPACE;
import static dev.whetstone.index.Corpora.passage;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.index.cluster.ClusterIndexes;
import dev.whetstone.index.cluster.ClusterReply;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Faults between a writer and a real node: in the end everything is there, once, or it is said
/// what is not.
@ParameterizedClass
@EnumSource(Node.class)
class BulkTest {
  private final Node node;
  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);
  private final List<Passage> passages = Corpora.random(300, new Random(20));
  private final AtomicInteger bulks = new AtomicInteger();

  BulkTest(Node node) {
    this.node = node;
  }

  @AfterEach
  void clean() {
    node.clean(name);
  }

  @Test
  void onlyTheItemsThatWereNotTakenAreSentAgain() {
    var sent = new ArrayList<Integer>();
    written(
        (asked, request) -> {
          if (!bulk(asked)) {
            return request.send();
          }
          sent.add(ids(asked.payload()).size());
          return bulks.incrementAndGet() == 1
              ? answered(asked.payload(), id -> id.endsWith("7") ? 429 : 201)
              : request.send();
        });

    assertThat(sent).containsExactly(300, 30);
    assertThat(size()).isEqualTo(30); // the others were only said to have been taken
  }

  @Test
  void aRequestThatIsTooLargeIsHalved() {
    written(
        (asked, request) ->
            bulk(asked) && bulks.incrementAndGet() > 0 && ids(asked.payload()).size() > 100
                ? new ClusterReply("http://a-node", 413, null, json("{\"error\": \"too large\"}"))
                : request.send());

    assertThat(bulks).hasValue(7); // 300, 150, 75, 75, 150, 75, 75
    assertEverythingIsThereOnce();
  }

  @Test
  void whatIsNeverTakenIsNamed() {
    assertThatThrownBy(
            () ->
                written(
                    (asked, request) ->
                        bulk(asked)
                            ? answered(asked.payload(), id -> id.equals("p8") ? 400 : 201)
                            : request.send()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("does not take 1 passages of " + name + "-000001")
        .hasMessageContaining("p8 (made_up_exception: of this test)");
  }

  @Test
  void whenPatienceIsOverItIsSaidWhatToDo() {
    assertThatThrownBy(
            () ->
                written(
                    (asked, request) ->
                        bulk(asked)
                            ? new ClusterReply(
                                "http://a-node", 429, null, json("{\"error\": \"busy\"}"))
                            : request.send()))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("cannot write " + name + "-000001")
        .hasMessageContaining("at http://a-node answered 429 (busy)")
        .hasMessageContaining("overloaded: try again later");
  }

  @Test
  void aFullDiskStopsTheWritingAndWhenThereIsRoomItGoesOn() {
    assertThatThrownBy(
            () ->
                written(
                    (asked, request) -> {
                      if (bulk(asked)) {
                        block(true);
                      }
                      return request.send();
                    }))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("disk");
    block(false);

    written((asked, request) -> request.send());

    assertEverythingIsThereOnce();
  }

  @Test
  void noMoreThanTwoRequestsAreUnderWay() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var two = new CountDownLatch(2); // however slow the machine, the first waits for the second
    String words = "word ".repeat(20_000);
    List<Passage> large =
        IntStream.range(0, 80).mapToObj(i -> passage("p" + i, words + i)).toList();
    try (var indexes =
            indexes(
                tampered(
                    (asked, request) -> {
                      if (!bulk(asked)) {
                        return request.send();
                      }
                      bulks.incrementAndGet();
                      most.accumulateAndGet(now.incrementAndGet(), Math::max);
                      meet(two);
                      pause(300); // a third would be seen
                      now.decrementAndGet();
                      return answered(asked.payload(), _ -> 201);
                    }));
        GenerationWriter writer = indexes.begin(SPACE, DIMENSION)) {
      writer.upsert(large, vectors(large, 1));
      writer.deleteDocument("absent"); // waits
    }
    assertThat(bulks).hasValueGreaterThan(2);
    assertThat(most).hasValue(2);
  }

  @Test
  void theWritesOfOneIdKeepTheirOrder() {
    var first = List.of(passage("a", "red owls"));
    var second = List.of(passage("a", "green frogs"));
    try (var indexes =
        indexes(
            tampered(
                (asked, request) -> {
                  if (bulk(asked) && bulks.incrementAndGet() == 1) {
                    return answered(asked.payload(), _ -> 429); // it comes later
                  }
                  return request.send();
                }))) {
      try (GenerationWriter writer = indexes.begin(SPACE, DIMENSION)) {
        writer.upsert(first, vectors(first, 1));
        writer.upsert(second, vectors(second, 2));
        writer.delete(List.of("b"));
        writer.commit(Map.of());
      }
      assertThat(indexes.open("000001").passages()).isEqualTo(second);
    }
  }

  private void written(Tampered.Happening happening) {
    try (var indexes = indexes(tampered(happening));
        GenerationWriter writer = indexes.begin(SPACE, DIMENSION)) {
      writer.upsert(passages, vectors(passages, 1));
      writer.commit(Map.of());
    }
  }

  private Tampered tampered(Tampered.Happening happening) {
    ClusterSettings settings =
        node.settings()
            .withTimeouts(
                new ClusterSettings.Timeouts(
                    Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(6)));
    return new Tampered(node.connect(settings), happening);
  }

  private ClusterIndexes indexes(Tampered client) {
    return new ClusterIndexes(client, name);
  }

  private void assertEverythingIsThereOnce() {
    try (var indexes = indexes(tampered((_, request) -> request.send()))) {
      assertThat(indexes.open("000001").passages()).containsExactlyInAnyOrderElementsOf(passages);
    }
  }

  private int size() {
    try (var indexes = indexes(tampered((_, request) -> request.send()))) {
      return indexes.open("000001").size();
    }
  }

  private void block(boolean blocked) {
    node.call(
        "PUT",
        "/" + name + "-000001/_settings",
        "{\"index.blocks.read_only_allow_delete\": " + (blocked ? "true" : "null") + "}");
  }

  private static boolean bulk(Tampered.Asked asked) {
    return asked.path().endsWith("/_bulk");
  }

  private interface Status {
    int of(String id);
  }

  /// What a node might answer.
  private static ClusterReply answered(Payload sent, Status status) {
    ObjectNode answer = Json.MAPPER.createObjectNode().put("errors", true);
    var items = answer.putArray("items");
    for (String id : ids(sent)) {
      ObjectNode item = items.addObject().putObject("index").put("_id", id);
      item.put("status", status.of(id));
      if (status.of(id) >= 300) {
        item.putObject("error").put("type", "made_up_exception").put("reason", "of this test");
      }
    }
    return new ClusterReply("http://a-node", 200, null, json(answer.toString()));
  }

  private static Set<String> ids(Payload sent) {
    var ids = new LinkedHashSet<String>();
    String lines = new String(sent.bytes(), 0, sent.length(), StandardCharsets.UTF_8);
    for (String line : lines.split("\n", -1)) {
      try {
        if (line.isEmpty()) {
          continue;
        }
        JsonNode action = Json.MAPPER.readTree(line);
        if (action.path("index").has("_id")) {
          ids.add(action.path("index").path("_id").asText());
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return ids;
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void meet(CountDownLatch others) {
    others.countDown();
    try {
      assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
