package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Busy;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Vectors;
import dev.whetstone.deploy.EmbeddingResult;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.Role;
import dev.whetstone.deploy.ServedModel;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CancellationException;

/// Embeddings in OpenAI's shape.
///
/// Beyond OpenAI's fields: `input_type` (or `prompt_name`) is `query`, `passage` or `document`, the
/// latter two being the same and the default; `truncate: false` refuses texts that would be cut.
final class EmbeddingRoutes {
  /// What is behind so many characters for each token that a model reads is not even counted.
  private static final int CHARACTERS_A_TOKEN = 32;

  private final Embeddings embeddings;

  EmbeddingRoutes(Embeddings embeddings) {
    this.embeddings = embeddings;
  }

  /// @param embedding numbers, or their bytes in base64
  private record Embedding(String object, int index, Object embedding) {}

  private record Usage(int promptTokens, int totalTokens) {}

  private record EmbeddingList(String object, List<Embedding> data, String model, Usage usage) {
    static EmbeddingList of(String model, EmbeddingResult done, boolean base64) {
      Vectors vectors = done.vectors();
      var data = new ArrayList<Embedding>(vectors.size());
      for (int i = 0; i < vectors.size(); i++) {
        float[] vector = vectors.vector(i);
        data.add(new Embedding("embedding", i, base64 ? base64(vector) : vector));
      }
      return new EmbeddingList("list", data, model, new Usage(done.tokens(), done.tokens()));
    }
  }

  void add(RoutesConfig routes) {
    routes.post("/v1/embeddings", this::embed);
  }

  private ServedModel find(String id) {
    return embeddings.model(id).orElseThrow(() -> RequestException.noSuchModel(id));
  }

  private void embed(Context context) {
    JsonBody body =
        JsonBody.read(context, embeddings.limits().requestBytes())
            .only(
                "input",
                "model",
                "encoding_format",
                "dimensions",
                "user",
                "input_type",
                "prompt_name",
                "truncate");
    ServedModel model = find(body.text("model"));
    boolean base64 = base64(body);
    Role role = role(body);
    boolean cut = !body.has("truncate") || body.flag("truncate");
    int dimensions = body.whole("dimensions", model.dimension(), 1, Integer.MAX_VALUE);
    if (dimensions != model.dimension()) {
      throw RequestException.badRequest(
          "dimensions",
          "the model "
              + model.id()
              + " gives "
              + model.dimension()
              + " dimensions and was not trained to be cut to "
              + dimensions
              + ": leave \"dimensions\" out, or ask for "
              + model.dimension());
    }
    EmbeddingResult done = embedded(context, embeddings, model, role, inputs(body), cut);
    Replies.json(context, EmbeddingList.of(model.id(), done, base64));
  }

  /// Embeds for a request, with its problems.
  static EmbeddingResult embedded(
      Context context,
      Embeddings embeddings,
      ServedModel model,
      Role role,
      List<String> texts,
      boolean cut) {
    try {
      return embeddings.embed(
          model.id(), role, heads(texts, model, cut), cut, new ClientDisconnect(context));
    } catch (Busy e) {
      throw RequestException.busy(e);
    } catch (Failure.BadInput e) {
      throw RequestException.of(e).at("input");
    } catch (CancellationException _) {
      throw RequestException.disconnected();
    }
  }

  /// The texts as far as the model can read them: to cut one of megabytes into tokens would take
  /// all memory.
  private static List<String> heads(List<String> texts, ServedModel model, boolean cut) {
    int most = CHARACTERS_A_TOKEN * model.maxTokens();
    var heads = new ArrayList<String>(texts.size());
    for (String text : texts) {
      if (text.length() > most && !cut) {
        throw RequestException.badRequest(
            "input",
            "input %d has %d characters, and the model reads %d tokens: shorten it, or leave out \"truncate\": false"
                .formatted(heads.size(), text.length(), model.maxTokens()));
      }
      heads.add(text.substring(0, Math.min(text.length(), most)));
    }
    return heads;
  }

  private List<String> inputs(JsonBody body) {
    JsonNode input = body.node().get("input");
    if (input == null || input.isNull()) {
      throw RequestException.badRequest(
          "input", "\"input\" is missing: give a text or an array of texts");
    }
    if (input.isTextual()) {
      return List.of(text(input, "input"));
    }
    if (!input.isArray() || input.isEmpty()) {
      throw RequestException.badRequest("input", "\"input\" must be a text or an array of texts");
    }
    int most = embeddings.limits().textsPerRequest();
    if (input.size() > most) {
      throw new RequestException(
              413,
              "RequestTooLarge",
              "\"input\" has " + input.size() + " entries: at most " + most + " are taken")
          .at("input");
    }
    var texts = new ArrayList<String>(input.size());
    for (JsonNode each : input) {
      texts.add(text(each, "input[" + texts.size() + "]"));
    }
    return texts;
  }

  private static String text(JsonNode value, String path) {
    if (value.isNumber() || (value.isArray() && !value.isEmpty() && value.get(0).isNumber())) {
      throw RequestException.badRequest(
          "input",
          "\""
              + path
              + "\" holds token ids: they are another tokenizer's, so send the text itself");
    }
    if (!value.isTextual()) {
      throw RequestException.badRequest("input", "\"" + path + "\" must be a text");
    }
    if (value.textValue().isEmpty()) {
      throw RequestException.badRequest("input", "\"" + path + "\" is empty: give a text");
    }
    return value.textValue();
  }

  private static boolean base64(JsonBody body) {
    String format = body.textOrNull("encoding_format");
    return switch (format == null ? "float" : format) {
      case "float" -> false;
      case "base64" -> true;
      default ->
          throw RequestException.badRequest(
              "encoding_format", "\"encoding_format\" must be float or base64");
    };
  }

  private static Role role(JsonBody body) {
    String field = body.has("prompt_name") ? "prompt_name" : "input_type";
    if (body.has("prompt_name") && body.has("input_type")) {
      throw RequestException.badRequest(
          "prompt_name", "\"prompt_name\" and \"input_type\" say the same: send one of them");
    }
    String type = body.textOrNull(field);
    return switch (type == null ? "passage" : type) {
      case "query" -> Role.QUERY;
      case "passage", "document" -> Role.PASSAGE;
      default ->
          throw RequestException.badRequest(
              field, "\"" + field + "\" must be query, passage or document");
    };
  }

  /// Little-endian fp32, as OpenAI's clients read it.
  private static String base64(float[] vector) {
    var bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
