package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.nio.file.Path;

/// What turns a reranker's raw logit into the score that its authors show. It keeps the order, so
/// rankings need it not.
public enum ScoreActivation {
  /// The logit itself.
  IDENTITY("torch.nn.modules.linear.Identity"),
  /// 1 / (1 + e^-x), from 0 to 1.
  SIGMOID("torch.nn.modules.activation.Sigmoid");

  /// The class of PyTorch.
  private final String type;

  ScoreActivation(String type) {
    this.type = type;
  }

  String type() {
    return type;
  }

  public float apply(float logit) {
    return switch (this) {
      case IDENTITY -> logit;
      case SIGMOID -> (float) (1 / (1 + Math.exp(-logit)));
    };
  }

  /// As sentence-transformers finds it: in `config_sentence_transformers.json`, in `config.json`,
  /// there under the key that was used before version 4, else Sigmoid.
  ///
  /// @throws Failure.BadInput if it is another one
  static ScoreActivation read(Path folder) {
    JsonNode settings = FolderFiles.optional(folder, "config_sentence_transformers.json");
    JsonNode config = FolderFiles.required(folder, "config.json");
    for (JsonNode stated :
        new JsonNode[] {
          settings.path("activation_fn"),
          config.path("sentence_transformers").path("activation_fn"),
          config.path("sbert_ce_default_activation_function")
        }) {
      if (stated.isTextual()) {
        return named(folder, stated.asText());
      }
    }
    return SIGMOID;
  }

  private static ScoreActivation named(Path folder, String type) {
    return switch (type.substring(type.lastIndexOf('.') + 1)) {
      case "Identity" -> IDENTITY;
      case "Sigmoid" -> SIGMOID;
      default ->
          throw new Failure.BadInput(
              "%s has the activation %s; known are Identity and Sigmoid"
                  .formatted(folder, ConfigValues.cut(type)));
    };
  }
}
