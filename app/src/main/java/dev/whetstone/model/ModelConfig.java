package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkOutput.HeadModule;
import java.nio.file.Path;
import java.util.List;

/// What the JSON files of a Hugging Face or sentence-transformers folder say about a model.
///
/// @param network with its pooling and its head or what makes its scores
/// @param maxTokens longer texts are cut there: at most what the network takes
/// @param headFolders where each module of the head has its files, relative to the folder; empty
///   where `model.safetensors` holds everything
record ModelConfig(
    NetworkDescription network, Prompts prompts, int maxTokens, List<String> headFolders) {
  /// Two special tokens and some words.
  static final int LEAST_TOKENS = 8;

  private static final int MOST_PROMPT = 2000;

  ModelConfig {
    headFolders = List.copyOf(headFolders);
  }

  /// What `model.safetensors` holds: all but the modules that have files of their own.
  NetworkDescription mainNetwork() {
    return headFolders.isEmpty() ? network : network.withHead(List.of());
  }

  /// The module of a head folder.
  HeadModule module(int headFolder) {
    return network.output().modules().get(headFolder);
  }

  /// The same with other prompts.
  ModelConfig withPrompts(Prompts others) {
    return new ModelConfig(network, others, maxTokens, headFolders);
  }

  /// That of a model that is to be written.
  static ModelConfig of(Draft draft) {
    return new ModelConfig(
        draft.network(),
        draft.prompts(),
        draft.maxTokens(),
        SentenceModules.of(draft.network()).headFolders());
  }

  /// That of a reranker that is to be written.
  static ModelConfig of(CrossEncoderDraft draft) {
    return new ModelConfig(
        draft.network(),
        Prompts.NONE,
        draft.maxTokens(),
        ScoreModules.isClassifier(draft.network())
            ? List.of()
            : ScoreModules.of(draft.network()).folders());
  }

  /// @throws Failure.BadInput if it is a model that is not computed here, or a number is out of
  ///   range
  /// @throws Failure.CorruptArtifact if a file is missing, unreadable or contradicts itself
  static ModelConfig read(Path folder) {
    JsonNode config = FolderFiles.required(folder, "config.json");
    NetworkDescription encoder = Architecture.read(folder.resolve("config.json"), config);
    ScoreModules.requireNone(folder, config);
    SentenceModules modules = SentenceModules.read(folder, encoder.hidden());
    return new ModelConfig(
        encoder.withPooling(modules.pooling()).withHead(modules.head()),
        prompts(folder),
        maxTokens(folder, encoder.maxTokens()),
        modules.headFolders());
  }

  /// That of a folder that scores pairs: a class for sequence classification, or an encoder with
  /// modules behind it.
  ///
  /// @throws Failure.BadInput if it is a model that is not computed here, or makes no scores
  /// @throws Failure.CorruptArtifact if a file is missing, unreadable or contradicts itself
  static ModelConfig readScoring(Path folder) {
    Path file = folder.resolve("config.json");
    JsonNode config = FolderFiles.required(folder, "config.json");
    Architecture architecture = Architecture.of(file, config);
    var values = new ConfigValues(file, config);
    NetworkDescription network;
    List<String> folders = List.of();
    if (ScoreModules.isStack(folder)) {
      NetworkDescription encoder = architecture.read(values);
      ScoreModules modules = ScoreModules.read(folder, encoder.hidden());
      network = encoder.withScoreHead(modules.pooling(), modules.modules());
      folders = modules.folders();
    } else {
      ScoreModules.requireClassifier(values);
      network = architecture.readScoring(values);
    }
    return new ModelConfig(network, Prompts.NONE, maxTokens(folder, network.maxTokens()), folders);
  }

  private static Prompts prompts(Path folder) {
    String name = PromptSettings.FILE;
    JsonNode prompts = FolderFiles.optional(folder, name).path("prompts");
    String passage = "";
    for (String key : List.of("corpus", "passage", "document")) {
      passage = prompts.path(key).asText(passage);
    }
    String query = prompts.path("query").asText("");
    int longest = Math.max(query.length(), passage.length());
    if (longest > MOST_PROMPT) {
      throw new Failure.BadInput(
          "%s has a prompt of %,d characters; at most %,d are put before a text"
              .formatted(folder.resolve(name), longest, MOST_PROMPT));
    }
    return new Prompts(query, passage);
  }

  /// Tokenizers without a limit state one of 1e30; the network's own then holds.
  private static int maxTokens(Path folder, int most) {
    var sentence = ConfigValues.of(folder, "sentence_bert_config.json");
    if (sentence.has("max_seq_length")) {
      return Math.min(sentence.whole("max_seq_length", LEAST_TOKENS, Integer.MAX_VALUE), most);
    }
    var tokenizer = ConfigValues.of(folder, "tokenizer_config.json");
    double stated =
        tokenizer.has("model_max_length")
            ? tokenizer.atLeast("model_max_length", LEAST_TOKENS)
            : most;
    return (int) Math.min(stated, most);
  }
}
