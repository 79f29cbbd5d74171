package dev.whetstone.llm.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;

/// How a byte-level vocabulary's text is cut into words before tokens are sought in each, by the
/// name under `tokenizer.ggml.pre`.
///
/// The patterns are those of the models' `tokenizer.json`; llama.cpp (`src/llama-vocab.cpp`) has the
/// same in other words.
enum PreTokenizer {
  /// Qwen 2, 2.5 and 3: each digit is a word. Text is brought to the composed form (NFC) first, as
  /// their `tokenizer.json` says; llama.cpp leaves that out.
  QWEN2(false, true, List.of(Patterns.words(""))),

  /// Llama 3: up to three digits are a word. A word that is a token is taken as it is, and a prompt
  /// begins with a token of its own unless the file says otherwise.
  LLAMA3(true, false, List.of(Patterns.words("{1,3}"))),

  /// The same words, and nothing else of Llama 3.
  SMAUG(false, false, List.of(Patterns.words("{1,3}"))),

  GPT2(false, false, List.of(Patterns.GPT2)),

  /// SmolLM: each digit is a word, then as GPT-2.
  SMOLLM(false, false, List.of("\\p{N}", Patterns.GPT2)),

  /// llama.cpp's own, for files that name none.
  DEFAULT(
      false,
      false,
      List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", Patterns.GPT2, "\\p{N}+", "[0-9][0-9][0-9]"));

  /// The enum's constants cannot name constants of the enum itself.
  private static final class Patterns {
    static final String GPT2 =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    /// @param digits how many digits are a word, as a quantifier
    static String words(String digits) {
      return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + digits
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }
  }

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// Whether a word that is a token is taken without looking at the merges. Also whether `bos` is
  /// put first where the file does not say: both hold for Llama 3 alone.
  final boolean llama3;

  /// Whether text is brought to the composed form first.
  final boolean composed;

  /// Applied one after another, each to the pieces of the one before; what a pattern does not match
  /// is a piece, too.
  private final List<String> patterns;

  PreTokenizer(boolean llama3, boolean composed, List<String> patterns) {
    this.llama3 = llama3;
    this.composed = composed;
    this.patterns = patterns;
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

  /// The steps of a `Sequence` in a `tokenizer.json`; the last writes the bytes as letters.
  ArrayNode steps() {
    ArrayNode steps = NODES.arrayNode();
    for (String pattern : patterns) {
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
