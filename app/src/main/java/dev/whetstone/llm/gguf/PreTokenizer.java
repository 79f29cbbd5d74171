package dev.whetstone.llm.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;

/// How a byte-level vocabulary's text is cut into words before tokens are sought in each, by the
/// name under `tokenizer.ggml.pre`.
///
/// The patterns are those of the models' `tokenizer.json`; llama.cpp (`src/llama-vocab.cpp`) has
/// the same in other words.
enum PreTokenizer {
  /// Qwen 2, 2.5 and 3: each digit is a word. Text is brought to the composed form (NFC) first, as
  /// their `tokenizer.json` says; llama.cpp leaves that out.
  QWEN2(false, true),

  /// Llama 3: up to three digits are a word. A word that is a token is taken as it is, and a prompt
  /// begins with a token of its own unless the file says otherwise.
  LLAMA3(true, false),

  /// The same words, and nothing else of Llama 3.
  SMAUG(false, false),

  GPT2(false, false),

  /// SmolLM: each digit is a word, then as GPT-2.
  SMOLLM(false, false),

  /// llama.cpp's own, for files that name none.
  DEFAULT(false, false);

  private static final String GPT2_WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// Whether a word that is a token is taken without looking at the merges. Also whether `bos` is
  /// put first where the file does not say: both hold for Llama 3 alone.
  final boolean llama3;

  /// Whether text is brought to the composed form first.
  final boolean composed;

  PreTokenizer(boolean llama3, boolean composed) {
    this.llama3 = llama3;
    this.composed = composed;
  }

  /// By the name in a file; empty where it is not known.
  static Optional<PreTokenizer> of(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "qwen2", "deepseek-r1-qwen" -> QWEN2;
          case "llama-bpe", "llama3", "llama-v3" -> LLAMA3;
          case "smaug-bpe" -> SMAUG;
          case "gpt-2" -> GPT2;
          case "smollm" -> SMOLLM;
          case "default" -> DEFAULT;
          default -> null;
        });
  }

  /// Applied one after another, each to the pieces of the one before; what a pattern does not match
  /// is a piece, too.
  private List<String> patterns() {
    return switch (this) {
      case QWEN2 -> List.of(words(""));
      case LLAMA3, SMAUG -> List.of(words("{1,3}"));
      case GPT2 -> List.of(GPT2_WORDS);
      case SMOLLM -> List.of("\\p{N}", GPT2_WORDS);
      case DEFAULT ->
          List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2_WORDS, "\\p{N}+", "[0-9][0-9][0-9]");
    };
  }

  /// @param digits how many digits are a word, as a quantifier
  private static String words(String digits) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
        + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /// The steps of a `Sequence` in a `tokenizer.json`; the last writes the bytes as letters.
  ArrayNode steps() {
    ArrayNode steps = NODES.arrayNode();
    for (String pattern : patterns()) {
      steps
          .addObject()
          .put("type", "Split")
          .put("behavior", "Isolated")
          .put("invert", false)
          .putObject("pattern")
          .put("Regex", pattern);
    }
    steps
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
    return steps;
  }
}
