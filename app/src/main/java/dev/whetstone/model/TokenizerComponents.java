package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/// The components of a tokenizer that are known to take linear time and space. All others are
/// refused by name. Regular expressions are those that published tokenizers use, letter by letter.
final class TokenizerComponents {
  private static final int MOST_COMPONENTS = 64;
  private static final int MOST_PIECES = 16;
  private static final int LONGEST_LITERAL = 1000;
  private static final int LONGEST_PREFIX = 4;

  /// Above what all published tokenizers come to (ALBERT's: some 1,200).
  private static final double MOST_GROWTH = 2000;

  /// U+FDFA has eighteen characters in the forms of compatibility, no character has more.
  private static final double COMPATIBILITY = 18;

  /// U+1F82 has four characters when it is decomposed.
  private static final double DECOMPOSED = 4;

  /// A space before and behind each Chinese character, `strip_accents`, `lowercase`.
  private static final double BERT = 3 * DECOMPOSED * 2;

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

  private static final String BEHIND =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String WORD = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";

  /// Of GPT-2; cl100k, which Llama 3 uses too; Qwen 2; and o200k.
  private static final Set<String> SPLITS =
      Set.of(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          CONTRACTIONS + WORD + "|\\p{N}{1,3}" + BEHIND,
          CONTRACTIONS + WORD + "|\\p{N}" + BEHIND,
          "[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
              + CONTRACTIONS
              + "?|[^\\r"
              + "\\n"
              + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
              + CONTRACTIONS
              + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  /// By which the tokenizers made from SentencePiece join spaces.
  private static final Set<String> REPLACED = Set.of(" {2,}", " +", "\\s+");

  private final Path file;
  private final int vocabulary;
  private int components;
  private int prefixes;

  TokenizerComponents(Path file, int vocabulary) {
    this.file = file;
    this.vocabulary = vocabulary;
  }

  /// @return how many times longer it can make a text
  double normalizer(JsonNode node) {
    double growth =
        switch (type(node, "normalizer")) {
          case "" -> 1;
          case "Sequence" -> {
            double product = 1;
            for (JsonNode each : node.path("normalizers")) {
              product *= normalizer(each);
            }
            yield product;
          }
          case "BertNormalizer" -> BERT;
          case "NFC" -> 3; // U+1D160
          case "NFD" -> DECOMPOSED;
          case "NFKC", "NFKD" -> COMPATIBILITY;
          case "Lowercase" -> 2; // U+0130
          case "StripAccents", "Strip", "Nmt" -> 1;
          case "Prepend" -> prepended(node);
          case "Replace" -> replaced(node);
          case "Precompiled" -> new Charsmap(file, node.path("precompiled_charsmap")).growth();
          default -> throw unknown(node, "normalizer");
        };
    if (growth > MOST_GROWTH) {
      throw new Failure.BadInput(
          "%s asks for normalizers that can make a text more than %,.0f times longer"
              .formatted(file, MOST_GROWTH));
    }
    return growth;
  }

  private double prepended(JsonNode node) {
    if (++prefixes > 1 || node.path("prepend").asText().length() > LONGEST_PREFIX) {
      throw new Failure.BadInput(
          file + " asks for more than " + LONGEST_PREFIX + " characters before each text");
    }
    return 1;
  }

  private double replaced(JsonNode node) {
    double from = pattern(node, "normalizer Replace", REPLACED);
    return Math.max(1, bytes(node.path("content")) / from);
  }

  private static double bytes(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.UTF_8).length;
  }

  /// Checks what is searched for.
  ///
  /// @return the least number of bytes that it matches
  private double pattern(JsonNode node, String where, Set<String> expressions) {
    JsonNode literal = node.path("pattern").path("String");
    JsonNode expression = node.path("pattern").path("Regex");
    boolean one = node.path("pattern").size() == 1;
    if (one && literal.isTextual() && !literal.textValue().isEmpty()) {
      if (Math.max(literal.textValue().length(), node.path("content").asText().length())
          > LONGEST_LITERAL) {
        throw new Failure.BadInput(
            file + " has a " + where + " of more than a thousand characters");
      }
      return bytes(literal);
    }
    if (one && expression.isTextual() && expressions.contains(expression.textValue())) {
      return 1;
    }
    throw new Failure.BadInput(
        file
            + " has a "
            + where
            + " with a regular expression of its own; only those of well-known tokenizers are"
            + " evaluated");
  }

  void preTokenizer(JsonNode node) {
    switch (type(node, "pre-tokenizer")) {
      case "Sequence" -> node.path("pretokenizers").forEach(this::preTokenizer);
      case "",
          "BertPreTokenizer",
          "Whitespace",
          "WhitespaceSplit",
          "Punctuation",
          "ByteLevel",
          "Metaspace",
          "Digits" -> {}
      case "Split" -> {
        var _ = pattern(node, "pre-tokenizer Split", SPLITS);
      }
      default -> throw unknown(node, "pre-tokenizer");
    }
  }

  void postProcessor(JsonNode node) {
    switch (type(node, "post-processor")) {
      case "Sequence" -> node.path("processors").forEach(this::postProcessor);
      case "", "ByteLevel" -> {}
      case "BertProcessing", "RobertaProcessing" -> {
        requireRow(node.path("cls").path(1));
        requireRow(node.path("sep").path(1));
      }
      case "TemplateProcessing" -> {
        template(node.path("single"), node.path("special_tokens"), Set.of("A"));
        template(node.path("pair"), node.path("special_tokens"), Set.of("A", "B"));
      }
      default -> throw unknown(node, "post-processor");
    }
  }

  /// Each sequence stands in it once; each special token is one that the file describes.
  private void template(JsonNode pieces, JsonNode special, Set<String> sequences) {
    int found = 0;
    for (JsonNode piece : pieces) {
      JsonNode token = piece.path("SpecialToken").path("id");
      JsonNode sequence = piece.path("Sequence").path("id");
      if (sequence.isTextual() && sequences.contains(sequence.textValue())) {
        found++;
      } else if (!token.isTextual() || !special.has(token.textValue())) {
        throw corrupt("has a TemplateProcessing that names what it does not describe");
      }
    }
    if (found != sequences.size() || pieces.size() > MOST_PIECES) {
      throw corrupt("has a TemplateProcessing that is not a text between special tokens");
    }
    for (JsonNode token : special) {
      JsonNode ids = token.path("ids");
      if (ids.isEmpty() || ids.size() > MOST_PIECES || ids.size() != token.path("tokens").size()) {
        throw corrupt("has a TemplateProcessing whose tokens and ids do not agree");
      }
      ids.forEach(this::requireRow);
    }
  }

  private void requireRow(JsonNode id) {
    if (!TokenizerFile.isRow(id, vocabulary)) {
      throw corrupt(
          "has a post-processor with a token outside the encoder's vocabulary of " + vocabulary);
    }
  }

  /// Nothing is decoded here; but the file is passed on as part of an archive.
  void decoder(JsonNode node) {
    switch (type(node, "decoder")) {
      case "Sequence" -> node.path("decoders").forEach(this::decoder);
      case "",
          "WordPiece",
          "BPEDecoder",
          "ByteLevel",
          "Metaspace",
          "ByteFallback",
          "Fuse",
          "Strip" -> {}
      case "Replace" -> {
        var _ = pattern(node, "decoder Replace", REPLACED);
      }
      default -> throw unknown(node, "decoder");
    }
  }

  /// The type; empty where there is no component.
  private String type(JsonNode node, String kind) {
    if (node.isNull() || node.isMissingNode()) {
      return "";
    }
    if (++components > MOST_COMPONENTS) {
      throw new Failure.BadInput(
          file + " has more than the " + MOST_COMPONENTS + " components allowed");
    }
    String type = node.path("type").asText("");
    if (type.isEmpty()) {
      throw corrupt("has a " + kind + " without a type");
    }
    return type;
  }

  private Failure unknown(JsonNode node, String kind) {
    return new Failure.BadInput(
        "%s asks for the %s \"%s\", which is not among those evaluated here"
            .formatted(file, kind, ConfigValues.cut(node.path("type").asText())));
  }

  private Failure corrupt(String what) {
    return new Failure.CorruptArtifact(file + " " + what);
  }
}
