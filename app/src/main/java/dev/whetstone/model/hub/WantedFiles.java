package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which files of a repository are fetched: configurations, the tokenizer, weights in safetensors
/// and the card; of modules of sentence-transformers their configuration and weights. Never a
/// pickle, code, or weights in another format.
///
/// @param small read first, so that a model that is not computed here is refused before its weights
///   are fetched
/// @param weights the rest
record WantedFiles(List<HubFile> small, List<HubFile> weights) {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String MODULE = "[0-9]_[A-Za-z]{1,32}/";

  private static final Set<String> SMALL =
      Set.of(
          CONFIG,
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "modules.json",
          "sentence_bert_config.json",
          "config_sentence_transformers.json",
          "README.md");

  private static final Pattern MODULE_CONFIG = Pattern.compile(MODULE + "config\\.json");
  private static final Pattern MODULE_WEIGHTS = Pattern.compile(MODULE + "model\\.safetensors");

  /// @throws Failure.BadInput if what every model needs is not among them
  static WantedFiles of(String id, List<HubFile> files) {
    var names = files.stream().map(HubFile::path).toList();
    for (String name : List.of(CONFIG, TOKENIZER, WEIGHTS)) {
      if (!names.contains(name)) {
        throw new Failure.BadInput(id + " has no " + name + reason(name, names));
      }
    }
    return new WantedFiles(
        files.stream()
            .filter(f -> SMALL.contains(f.path()) || MODULE_CONFIG.matcher(f.path()).matches())
            .toList(),
        files.stream()
            .filter(f -> f.path().equals(WEIGHTS) || MODULE_WEIGHTS.matcher(f.path()).matches())
            .toList());
  }

  private static String reason(String name, List<String> names) {
    boolean pickle = names.stream().anyMatch(n -> n.endsWith(".bin") || n.endsWith(".pt"));
    boolean shards = names.contains("model.safetensors.index.json");
    boolean gguf = names.stream().anyMatch(n -> n.endsWith(".gguf"));
    if (name.equals(WEIGHTS) && shards) {
      return ": its weights stand in several files, which are not read";
    }
    if (name.equals(WEIGHTS) && pickle) {
      return ": its weights stand in a pickle, which is never read; look for a revision with"
          + " safetensors, or convert it";
    }
    return gguf
        ? ": a GGUF file is a language model's, not an encoder's"
        : ": it is no model that is read here";
  }

  /// Both, the small ones first.
  List<HubFile> all() {
    return Stream.concat(small.stream(), weights.stream()).toList();
  }

  long bytes() {
    return all().stream().mapToLong(HubFile::size).sum();
  }
}
