package dev.whetstone.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.store.Json;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// A [RetrievalPlan] as JSON, the form in which the catalog stores it:
///
/// ```json
/// {"version": 2,
///  "arms": [{"kind": "words", "depth": 100}, {"kind": "vectors", "depth": 100}],
///  "fusion": {"kind": "convex", "dense_weight": 0.62},
///  "reranker": {"kind": "model", "name": "manual", "version": "3", "depth": 20, "weight": 0.8,
///               "limit_ms": 2000},
///  "pool": 20, "top_k": 5,
///  "abstention": {"names": ["passageCosine"], "means": [0.6], "scales": [0.1], "weights": [2.4],
///                 "bias": 0.1, "threshold": 0.25, "origin": "fitted on 50 answerable …"}}
/// ```
///
/// `reranker` is null where the fused order stays, `abstention` where none was fitted. A kind that
/// this program does not know came with a newer version. The version is raised when the meaning of
/// a field changes or a field is added; what earlier ones wrote is read, and written anew in the
/// present form when the app changes:
///
/// | version | differs in |
/// |---|---|
/// | 1 | a reranker has a name and a version alone: it orders the whole `pool`, by its scores alone |
final class PlanJson {
  static final int VERSION = 2;

  private static final ObjectReader READER =
      Json.MAPPER
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private PlanJson() {}

  static String write(RetrievalPlan plan) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("version", VERSION);
    var arms = json.putArray("arms");
    for (Arm arm : plan.arms()) {
      arms.addObject()
          .put(
              "kind",
              switch (arm) {
                case Arm.Words _ -> "words";
                case Arm.Vectors _ -> "vectors";
              })
          .put("depth", arm.depth());
    }
    switch (plan.fusion()) {
      case FusionRule.Convex convex ->
          json.putObject("fusion").put("kind", "convex").put("dense_weight", convex.denseWeight());
    }
    switch (plan.reranker()) {
      case Reranker.None _ -> json.putNull("reranker");
      case Reranker.Model model ->
          json.putObject("reranker")
              .put("kind", "model")
              .put("name", model.name())
              .put("version", model.version())
              .put("depth", model.depth())
              .put("weight", model.weight())
              .put("limit_ms", model.limit().toMillis());
    }
    json.put("pool", plan.pool()).put("top_k", plan.topK());
    json.set("abstention", Json.MAPPER.valueToTree(plan.abstention()));
    return json.toString();
  }

  /// @throws IllegalArgumentException if the text is not what [#write] writes
  /// @throws Failure.Refused if a newer version of the program wrote it
  static RetrievalPlan read(String text) {
    try {
      JsonNode json = READER.readTree(text);
      int version = whole(json, "version");
      if (version > VERSION) {
        throw new Failure.Refused(
            "an app's retrieval plan was written by a newer version (format "
                + version
                + ", this program knows "
                + VERSION
                + "): use the newer program, or make the app again");
      }
      int pool = whole(json, "pool");
      var arms = new ArrayList<Arm>();
      for (JsonNode arm : field(json, "arms")) {
        arms.add(arm(arm));
      }
      return new RetrievalPlan(
          arms,
          fusion(field(json, "fusion")),
          reranker(field(json, "reranker"), version, pool),
          pool,
          whole(json, "top_k"),
          abstention(field(json, "abstention")));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the retrieval plan is no JSON of a plan", e);
    }
  }

  private static Arm arm(JsonNode json) {
    int depth = whole(json, "depth");
    return switch (text(json, "kind")) {
      case "words" -> new Arm.Words(depth);
      case "vectors" -> new Arm.Vectors(depth);
      default -> throw unknown("arm", json);
    };
  }

  private static FusionRule fusion(JsonNode json) {
    return switch (text(json, "kind")) {
      case "convex" -> new FusionRule.Convex(number(json, "dense_weight"));
      default -> throw unknown("fusion", json);
    };
  }

  private static Reranker reranker(JsonNode json, int version, int pool) {
    if (json.isNull()) {
      return new Reranker.None();
    }
    return switch (text(json, "kind")) {
      case "model" ->
          version == 1
              ? new Reranker.Model(text(json, "name"), text(json, "version"), pool, 1)
              : new Reranker.Model(
                  text(json, "name"),
                  text(json, "version"),
                  whole(json, "depth"),
                  number(json, "weight"),
                  Duration.ofMillis(whole(json, "limit_ms")));
      default -> throw unknown("reranker", json);
    };
  }

  private static @Nullable Abstention abstention(JsonNode json) throws JsonProcessingException {
    return json.isNull() ? null : READER.treeToValue(json, Abstention.class);
  }

  private static Failure unknown(String part, JsonNode json) {
    return new Failure.Refused(
        "an app's retrieval plan has the "
            + part
            + " \""
            + text(json, "kind")
            + "\", which this program does not know: use the program that made the plan, or make"
            + " the app again");
  }

  private static JsonNode field(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the retrieval plan has no \"" + name + "\"");
    }
    return value;
  }

  private static int whole(JsonNode json, String name) {
    JsonNode value = field(json, name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" of the retrieval plan is no whole number: " + value);
    }
    return value.intValue();
  }

  private static double number(JsonNode json, String name) {
    JsonNode value = field(json, name);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" of the retrieval plan is no number: " + value);
    }
    return value.doubleValue();
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = field(json, name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" of the retrieval plan is no text: " + value);
    }
    return value.textValue();
  }
}
