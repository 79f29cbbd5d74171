package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What follows the encoder in a folder of sentence-transformers, as its `modules.json` lists it: a
/// Pooling module, Dense modules, and at most a Normalize module. Vectors are of unit length here
/// in any case, which changes no cosine.
///
/// @param head the Dense modules, in order
/// @param headFolders where each has its files, relative to the model's folder
record SentenceModules(Pooling pooling, List<DenseModule> head, List<String> headFolders) {
  /// More stand in no published model.
  private static final int MOST_DENSE = 4;

  private static final int WIDEST = 65_536;

  /// What holds the vector that the modules map.
  static final List<String> SENTENCE = List.of("sentence_embedding", "");

  private static final Map<Activation, String> ACTIVATIONS =
      Map.of(
          Activation.IDENTITY, "torch.nn.modules.linear.Identity",
          Activation.TANH, "torch.nn.modules.activation.Tanh",
          Activation.RELU, "torch.nn.modules.activation.ReLU",
          Activation.GELU, "torch.nn.modules.activation.GELU");

  SentenceModules {
    head = List.copyOf(head);
    headFolders = List.copyOf(headFolders);
  }

  /// The modules of a model that is to be written, each in a folder of its own.
  static SentenceModules of(NetworkDescription network) {
    var folders = new ArrayList<String>();
    for (int i = 0; i < network.head().size(); i++) {
      folders.add((2 + i) + "_Dense");
    }
    return new SentenceModules(network.pooling(), network.head(), folders);
  }

  /// Reads `modules.json` and the configuration of each module. Without the file: mean pooling.
  ///
  /// @param hidden width of the encoder's states
  /// @throws Failure.BadInput naming a module that is not computed
  static SentenceModules read(Path folder, int hidden) {
    String pooling = null;
    var head = new ArrayList<DenseModule>();
    var folders = new ArrayList<String>();
    boolean normalized = false;
    int width = hidden;
    for (JsonNode module : FolderFiles.optional(folder, "modules.json")) {
      String type = module.path("type").asText();
      String path = safe(folder, module.path("path").asText());
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> requireRoot(folder, path);
        case "Pooling" -> pooling = path.isEmpty() ? "config.json" : path + "/config.json";
        case "Dense" -> {
          if (pooling == null || normalized || path.isEmpty() || head.size() == MOST_DENSE) {
            throw new Failure.BadInput(
                folder
                    + " has a Dense module at "
                    + ConfigValues.cut(path)
                    + "; only up to four between Pooling and Normalize are computed");
          }
          head.add(dense(folder, path, head.size(), width, SENTENCE));
          folders.add(path);
          width = head.getLast().linear().out();
        }
        case "Normalize" -> normalized = true;
        default ->
            throw new Failure.BadInput(
                folder
                    + " has a module of type "
                    + ConfigValues.cut(type)
                    + "; only Transformer, Pooling, Dense and Normalize are known");
      }
    }
    return new SentenceModules(
        pooling == null ? Pooling.MEAN : pooling(folder, pooling, hidden), head, folders);
  }

  static void requireRoot(Path folder, String path) {
    Path transformer = folder.resolve(path);
    if (!transformer.normalize().equals(folder.normalize())) {
      throw new Failure.BadInput(
          folder + " keeps its encoder in " + transformer + "; only the folder itself is read");
    }
  }

  static String safe(Path folder, String path) {
    if (path.contains("..")
        || path.startsWith("/")
        || path.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':')) {
      throw new Failure.CorruptArtifact(
          folder.resolve("modules.json")
              + " names a path outside its folder: "
              + ConfigValues.cut(path));
    }
    return path;
  }

  /// Source: `sentence_transformers.base.modules.dense`.
  ///
  /// @param outputs what its output may be called; empty for the same as its input
  static DenseModule dense(Path folder, String path, int number, int width, List<String> outputs) {
    String name = path + "/config.json";
    var config = new ConfigValues(folder.resolve(name), FolderFiles.required(folder, name));
    config.requireOneOf("module_input_name", SENTENCE);
    config.requireOneOf("module_output_name", outputs);
    if (config.flag("use_residual", false)) {
      throw new Failure.BadInput(config.file() + " has use_residual; that is not computed");
    }
    int in = config.whole("in_features", width, width);
    int out = config.whole("out_features", 1, WIDEST);
    boolean bias = config.flag("bias", true);
    return new DenseModule(
        new Linear("head." + number + ".linear", in, out, bias), activation(config));
  }

  private static Activation activation(ConfigValues config) {
    String key = "activation_function";
    String text = config.has(key) ? config.config().path(key).asText() : "Tanh";
    boolean torch = text.equals("Tanh") || text.startsWith("torch.nn.");
    return switch (torch ? text.substring(text.lastIndexOf('.') + 1) : text) {
      case "Tanh" -> Activation.TANH;
      case "Identity" -> Activation.IDENTITY;
      case "ReLU" -> Activation.RELU;
      case "GELU" -> Activation.GELU;
      default ->
          throw new Failure.BadInput(
              "%s has %s \"%s\"; known are Tanh, Identity, ReLU and GELU"
                  .formatted(config.file(), key, ConfigValues.cut(text)));
    };
  }

  static Pooling pooling(Path folder, String name, int hidden) {
    Path file = folder.resolve(name);
    JsonNode config = FolderFiles.required(folder, name);
    var values = new ConfigValues(file, config);
    for (String key : List.of("word_embedding_dimension", "embedding_dimension")) {
      var _ = values.whole(key, hidden, hidden, hidden);
    }
    boolean cls = config.path("pooling_mode_cls_token").asBoolean();
    boolean mean = config.path("pooling_mode_mean_tokens").asBoolean();
    String mode = config.path("pooling_mode").asText(cls ? "cls" : mean ? "mean" : "");
    boolean other =
        config.properties().stream()
            .anyMatch(
                field ->
                    field.getKey().matches("pooling_mode_(max|mean_sqrt|weighted|last).*")
                        && field.getValue().asBoolean());
    boolean wholeText = config.path("include_prompt").asBoolean(true);
    if (!other && !(cls && mean) && wholeText) {
      if (mode.equals("cls")) {
        return Pooling.CLS;
      }
      if (mode.equals("mean")) {
        return Pooling.MEAN;
      }
    }
    throw new Failure.BadInput(file + " asks for another pooling than cls or mean over all tokens");
  }

  /// The content of `modules.json`.
  List<Map<String, Object>> list() {
    var types = new ArrayList<>(List.of("Transformer", "Pooling"));
    var paths = new ArrayList<>(List.of("", "1_Pooling"));
    for (String each : headFolders) {
      types.add("Dense");
      paths.add(each);
    }
    types.add("Normalize");
    paths.add(normalizeFolder());
    return list(types, paths);
  }

  /// The content of `modules.json`.
  static List<Map<String, Object>> list(List<String> types, List<String> paths) {
    var modules = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < types.size(); i++) {
      modules.add(
          ModelFiles.ordered(
              "idx",
              i,
              "name",
              String.valueOf(i),
              "path",
              paths.get(i),
              "type",
              "sentence_transformers.models." + types.get(i)));
    }
    return modules;
  }

  String normalizeFolder() {
    return (2 + head.size()) + "_Normalize";
  }

  /// The content of `1_Pooling/config.json`.
  static Map<String, Object> poolingConfig(Pooling pooling, int hidden) {
    return ModelFiles.ordered(
        "word_embedding_dimension", hidden,
        "pooling_mode_cls_token", pooling == Pooling.CLS,
        "pooling_mode_mean_tokens", pooling == Pooling.MEAN,
        "pooling_mode_max_tokens", false,
        "pooling_mode_mean_sqrt_len_tokens", false,
        "pooling_mode_weightedmean_tokens", false,
        "pooling_mode_lasttoken", false,
        "include_prompt", true);
  }

  /// The content of the `config.json` of a Dense module.
  static Map<String, Object> denseConfig(DenseModule module) {
    return ModelFiles.ordered(
        "in_features", module.linear().in(),
        "out_features", module.linear().out(),
        "bias", module.linear().bias(),
        "activation_function", ACTIVATIONS.get(module.activation()));
  }
}
