package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.NetworkOutput.NormModule;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.ScoreHeads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The two ways in which a folder says how a pair's score is made: `config.json` names a class for
/// sequence classification, or `modules.json` lists a stack of sentence-transformers' modules
/// behind a plain encoder (Transformer, Pooling, then Dense and LayerNorm, as Ettin's rerankers
/// are), the last of which has the output `scores`.
///
/// @param modules what maps the pooled state, in order
/// @param folders where each has its files, relative to the model's folder
record ScoreModules(Pooling pooling, List<HeadModule> modules, List<String> folders) {
  static final String CLASSIFIER = "ForSequenceClassification";
  private static final String SETTINGS = "config_sentence_transformers.json";

  /// More stand in no published model.
  private static final int MOST = 8;

  /// Of PyTorch's LayerNorm; it stands in no configuration.
  private static final double EPSILON = 1e-5;

  ScoreModules {
    modules = List.copyOf(modules);
    folders = List.copyOf(folders);
  }

  /// The modules of a network that is to be written, each in a folder of its own.
  static ScoreModules of(NetworkDescription network) {
    var folders = new ArrayList<String>();
    List<? extends HeadModule> modules = network.output().modules();
    for (HeadModule module : modules) {
      folders.add((2 + folders.size()) + "_" + type(module));
    }
    return new ScoreModules(network.pooling(), List.copyOf(modules), folders);
  }

  private static String type(HeadModule module) {
    return switch (module) {
      case DenseModule _ -> "Dense";
      case NormModule _ -> "LayerNorm";
    };
  }

  /// Whether the head is that of the family's class for sequence classification.
  static boolean isClassifier(NetworkDescription network) {
    return names(network).equals(names(ScoreHeads.on(network)));
  }

  private static List<String> names(NetworkDescription network) {
    return network.output().modules().stream().map(each -> each.parameter().name()).toList();
  }

  /// Whether `modules.json` lists modules behind the encoder.
  static boolean isStack(Path folder) {
    for (JsonNode module : FolderFiles.optional(folder, "modules.json")) {
      if (!simple(module).equals("Transformer")) {
        return true;
      }
    }
    return false;
  }

  private static String simple(JsonNode module) {
    String type = module.path("type").asText();
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /// Checks that a `config.json` is of a class that makes one score.
  ///
  /// @throws Failure.BadInput naming the class, or how many labels there are
  static void requireClassifier(ConfigValues config) {
    String type = config.config().path("architectures").path(0).asText(CLASSIFIER);
    if (!type.endsWith(CLASSIFIER)) {
      throw new Failure.BadInput(
          "%s names the class %s, which has no head that scores a pair; a reranker is a %s"
              .formatted(config.file(), ConfigValues.cut(type), CLASSIFIER));
    }
    int labels = labels(config.config());
    if (labels != 1) {
      throw new Failure.BadInput(
          "%s has %,d labels; a reranker has one score".formatted(config.file(), labels));
    }
  }

  /// One where nothing is said: the weights tell.
  private static int labels(JsonNode config) {
    return config.path("id2label").isObject()
        ? config.path("id2label").size()
        : config.path("num_labels").asInt(1);
  }

  /// Checks that a folder is none of a reranker.
  ///
  /// @throws Failure.BadInput if it makes scores instead of vectors
  static void requireNone(Path folder, JsonNode config) {
    boolean classifier =
        config.path("architectures").path(0).asText("").endsWith(CLASSIFIER)
            && config.path("id2label").size() == 1;
    String type = FolderFiles.optional(folder, SETTINGS).path("model_type").asText("");
    if (classifier || type.equals("CrossEncoder")) {
      throw new Failure.BadInput(
          folder + " holds a reranker, which scores pairs and embeds no texts");
    }
  }

  /// Reads the stack and the configuration of each module.
  ///
  /// @param hidden width of the encoder's states
  /// @throws Failure.BadInput naming a module that is not computed
  static ScoreModules read(Path folder, int hidden) {
    var settings = ConfigValues.of(folder, SETTINGS);
    settings.requireOneOf("model_type", List.of("CrossEncoder"));
    if (settings.has("default_prompt_name")) {
      throw new Failure.BadInput(
          settings.file() + " puts a prompt before a pair; that is not computed");
    }
    JsonNode list = FolderFiles.required(folder, "modules.json");
    String pooling = "";
    var modules = new ArrayList<HeadModule>();
    var folders = new ArrayList<String>();
    int width = hidden;
    for (int i = 0; i < list.size(); i++) {
      JsonNode module = list.get(i);
      String path = SentenceModules.safe(folder, module.path("path").asText());
      String type = simple(module);
      if (type.equals("Transformer") && i == 0) {
        SentenceModules.requireRoot(folder, path);
      } else if (type.equals("Pooling") && i == 1) {
        pooling = path.isEmpty() ? "config.json" : path + "/config.json";
      } else if (List.of("Dense", "LayerNorm").contains(type) && i > 1 && i < MOST) {
        HeadModule read = module(folder, path, modules.size(), width, i == list.size() - 1);
        if (!type(read).equals(type)) {
          throw refused(folder, type);
        }
        modules.add(read);
        folders.add(path);
        width = read instanceof DenseModule dense ? dense.linear().out() : width;
      } else {
        throw refused(folder, type);
      }
    }
    if (modules.isEmpty() || !(modules.getLast() instanceof DenseModule)) {
      throw new Failure.BadInput(folder + " has no Dense module at its end that makes a score");
    }
    if (width != 1) {
      throw new Failure.BadInput(
          "%s makes %,d scores of a pair; a reranker makes one".formatted(folder, width));
    }
    return new ScoreModules(SentenceModules.pooling(folder, pooling, hidden), modules, folders);
  }

  private static Failure refused(Path folder, String type) {
    return new Failure.BadInput(
        "%s has a module of type %s; only Transformer, Pooling, then Dense and LayerNorm are known"
            .formatted(folder, ConfigValues.cut(type)));
  }

  private static HeadModule module(Path folder, String path, int number, int width, boolean last) {
    String name = path + "/config.json";
    var config = new ConfigValues(folder.resolve(name), FolderFiles.required(folder, name));
    if (config.has("dimension")) {
      return new NormModule(
          new LayerNorm("head." + number + ".norm", config.whole("dimension", width, width), true),
          EPSILON);
    }
    return SentenceModules.dense(
        folder, path, number, width, last ? List.of("scores") : SentenceModules.SENTENCE);
  }

  /// The content of `modules.json`.
  List<Map<String, Object>> list() {
    var types = new ArrayList<>(List.of("Transformer", "Pooling"));
    var paths = new ArrayList<>(List.of("", "1_Pooling"));
    modules.forEach(each -> types.add(type(each)));
    paths.addAll(folders);
    return SentenceModules.list(types, paths);
  }

  /// The content of the `config.json` of a module.
  Map<String, Object> config(int number) {
    return switch (modules.get(number)) {
      case NormModule(LayerNorm norm, _) -> ModelFiles.ordered("dimension", norm.width());
      case DenseModule module -> {
        Map<String, Object> config = SentenceModules.denseConfig(module);
        config.put("module_input_name", "sentence_embedding");
        config.put(
            "module_output_name", number == modules.size() - 1 ? "scores" : "sentence_embedding");
        yield config;
      }
    };
  }
}
