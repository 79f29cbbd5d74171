package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How the `config.json` of one family of encoders says what a [NetworkDescription] says. To add a
/// family is to write one of these and to name it in [#BY_MODEL_TYPE].
interface Architecture {
  /// Every known family by its `model_type`.
  Map<String, Architecture> BY_MODEL_TYPE =
      new TreeMap<>(
          Map.of(
              "bert", new BertArchitecture(),
              "roberta", new RobertaArchitecture("roberta", "RobertaModel"),
              "xlm-roberta", new RobertaArchitecture("xlm-roberta", "XLMRobertaModel"),
              "camembert", new RobertaArchitecture("camembert", "CamembertModel"),
              "distilbert", new DistilBertArchitecture(),
              "mpnet", new MpnetArchitecture(),
              "modernbert", new ModernBertArchitecture()));

  /// Reads a configuration.
  ///
  /// @return the encoder alone: mean pooling and no head
  /// @throws Failure.BadInput if a value is out of range, or asks for what is not computed
  NetworkDescription read(ConfigValues config);

  /// The fields of `config.json` that say the same as the description, and what transformers needs
  /// beside them.
  Map<String, Object> write(NetworkDescription network);

  /// What transformers puts before the encoder's tensors in a checkpoint of a class with a head:
  /// `bert.`
  String prefix();

  /// The encoder with the head of the class for sequence classification.
  ///
  /// @throws Failure.BadInput if the head asks for what is not computed
  NetworkDescription readScoring(ConfigValues config);

  /// The encoder that a `config.json` describes.
  ///
  /// @throws Failure.BadInput if it is of another family, or a value is out of range
  static NetworkDescription read(Path file, JsonNode config) {
    return of(file, config).read(new ConfigValues(file, config));
  }

  /// The architecture that a `config.json` names.
  ///
  /// @throws Failure.BadInput if it is not known
  static Architecture of(Path file, JsonNode config) {
    String type = config.path("model_type").asText("");
    Architecture architecture = BY_MODEL_TYPE.get(type);
    if (architecture == null) {
      throw new Failure.BadInput(
          "%s has model_type \"%s\"; the architectures known are %s"
              .formatted(file, ConfigValues.cut(type), String.join(", ", BY_MODEL_TYPE.keySet())));
    }
    return architecture;
  }

  /// That of a network.
  static Architecture of(NetworkDescription network) {
    Architecture architecture = BY_MODEL_TYPE.get(network.family());
    if (architecture == null) {
      throw new IllegalArgumentException("no configuration is known for " + network.family());
    }
    return architecture;
  }

  /// The fields of the `config.json` of an encoder.
  static Map<String, Object> config(NetworkDescription network) {
    return of(network).write(network);
  }

  /// What most families call the number of layers, that of heads, the width of the states and that
  /// within the feed-forward part.
  List<String> USUAL_KEYS =
      List.of("num_hidden_layers", "num_attention_heads", "hidden_size", "intermediate_size");

  /// Reads the sizes, each within a range in which all products of two are whole numbers.
  ///
  /// @param keys in the order of [#USUAL_KEYS]
  /// @param offset positions before that of the first token
  static NetworkFamilies.Sizes sizes(
      ConfigValues config, List<String> keys, int offset, double epsilon) {
    int hidden = config.whole(keys.get(2), 1, 65_536);
    int heads = config.whole(keys.get(1), 1, 1024);
    if (hidden % heads != 0) {
      throw new Failure.BadInput(
          "%s: %s is %d, which %s, %d, does not divide"
              .formatted(config.file(), keys.get(2), hidden, keys.get(1), heads));
    }
    return new NetworkFamilies.Sizes(
        config.whole(keys.getFirst(), 1, 1000),
        heads,
        hidden,
        config.whole(keys.get(3), 1, 1 << 20),
        config.whole("vocab_size", 1, 10_000_000),
        config.whole("max_position_embeddings", ModelConfig.LEAST_TOKENS + offset, 1 << 20),
        epsilon);
  }

  /// Width inside the feed-forward part.
  static int intermediate(NetworkDescription network) {
    return network.stack().layers().getFirst().feedForward().down().in();
  }

  static int heads(NetworkDescription network) {
    return network.stack().layers().getFirst().attention().heads();
  }

  /// Rows of the table of positions.
  static int positions(NetworkDescription network) {
    return network
        .embeddings()
        .positions()
        .map(each -> each.table().rows())
        .orElse(network.maxTokens());
  }
}
