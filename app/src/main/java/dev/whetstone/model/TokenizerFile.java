package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A `tokenizer.json` of the fast tokenizers, checked before the native library sees it.
///
/// The library trusts its file: an id outside a table ends the process, a regular expression can
/// take exponential time, and a chain of replacements can fill memory from one letter of text.
/// Therefore only components that are known to take linear time and space pass, every id is held
/// against the encoder's vocabulary, and the library gets the checked tree written anew, so that
/// nothing is read there that was not read here (a key that stands twice, a key of an older form).
/// Format: <https://huggingface.co/docs/tokenizers/api/tokenizer>.
public final class TokenizerFile {
  private static final int MOST_BYTES = 64 << 20;

  /// A piece of a merge, a score and their brackets, with room to spare.
  private static final long JSON_TOKENS_A_ROW = 24;

  private static final long OTHER_JSON_TOKENS = 20_000;
  private static final int LONGEST_TOKEN = 1000;

  /// WordPiece takes time in the square of it for each word; BERT's is 100.
  private static final int LONGEST_WORD = 256;

  private final Path file;
  private final int vocabulary;
  private final ObjectNode json;
  private final double growth;

  private TokenizerFile(Path file, int vocabulary, ObjectNode json) {
    this.file = file;
    this.vocabulary = vocabulary;
    this.json = json;
    Set<String> words = model(json.path("model"));
    added(json.path("added_tokens"), words);
    var components = new TokenizerComponents(file, vocabulary);
    this.growth = components.normalizer(json.path("normalizer"));
    components.preTokenizer(json.path("pre_tokenizer"));
    components.postProcessor(json.path("post_processor"));
    components.decoder(json.path("decoder"));
  }

  /// @param vocabulary rows of the encoder's word embeddings
  /// @throws Failure.CorruptArtifact if it is no tokenizer, or names tokens that the encoder has no
  ///   row for
  /// @throws Failure.BadInput naming a component that is not known to be harmless
  static TokenizerFile read(Path file, int vocabulary) {
    JsonNode json =
        FolderFiles.json(file, MOST_BYTES, OTHER_JSON_TOKENS + JSON_TOKENS_A_ROW * vocabulary);
    if (!(json instanceof ObjectNode object)) {
      throw new Failure.CorruptArtifact(file + " is no tokenizer: it holds no JSON object");
    }
    return new TokenizerFile(file, vocabulary, object);
  }

  /// What the native library is to read. It cuts and pads nothing, and never decodes.
  public String text() {
    ObjectNode copy = json.deepCopy();
    copy.putNull("truncation").putNull("padding").putNull("decoder");
    return new String(bytes(copy), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ObjectNode tree) {
    return Json.line(tree).getBytes(StandardCharsets.UTF_8);
  }

  /// How many times longer than a text its normal form can become.
  public double growth() {
    return growth;
  }

  /// Whether what stands between spaces is tokenized by itself, as BERT does: a text has then as
  /// many tokens as its words have together.
  public boolean separatesWords() {
    String normalizer = json.path("normalizer").path("type").asText();
    return json.path("pre_tokenizer").path("type").asText().equals("BertPreTokenizer")
        && (normalizer.isEmpty() || normalizer.equals("BertNormalizer"))
        && !spaceInAddedToken();
  }

  private boolean spaceInAddedToken() {
    for (JsonNode token : json.path("added_tokens")) {
      if (token.path("content").asText().chars().anyMatch(TokenizerFile::isSpace)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == 0x85; // the next line
  }

  /// Checks the model.
  ///
  /// @return its tokens
  private Set<String> model(JsonNode node) {
    if (!(node instanceof ObjectNode model)) {
      throw corrupt("has no vocabulary of words and their numbers");
    }
    JsonNode vocab = model.path("vocab");
    if (vocab.isEmpty()) {
      throw corrupt("has no vocabulary of words and their numbers");
    }
    String type = model.path("type").asText(implied(model));
    model.put("type", type);
    switch (type) {
      case "WordPiece" -> {
        requireWord(model, "unk_token", true);
        JsonNode longest = model.path("max_input_chars_per_word");
        if (!longest.isMissingNode()) {
          new ConfigValues(file, model).whole("max_input_chars_per_word", 1, LONGEST_WORD);
        }
      }
      case "BPE" -> {
        requireWord(model, "unk_token", false);
        if (model.path("dropout").asDouble(0) != 0) {
          throw refused("model with dropout, which gives one text other tokens each time");
        }
      }
      case "Unigram" -> {
        if (model.path("unk_id").asInt(-1) < 0 || model.path("unk_id").asInt() >= vocab.size()) {
          throw corrupt("has no unk_id among its vocabulary");
        }
      }
      default ->
          throw refused(
              "model \"" + ConfigValues.cut(type) + "\"; WordPiece, BPE and Unigram are read");
    }
    return type.equals("Unigram") ? pieces(vocab) : words(vocab);
  }

  /// Older files leave the model's type out.
  private static String implied(JsonNode model) {
    return model.path("vocab").isArray() ? "Unigram" : model.has("merges") ? "BPE" : "WordPiece";
  }

  private Set<String> words(JsonNode vocab) {
    if (!vocab.isObject()) {
      throw corrupt("has no vocabulary of words and their numbers");
    }
    long tooHigh =
        vocab.properties().stream().filter(entry -> !isRow(entry.getValue(), vocabulary)).count();
    requireRows(tooHigh);
    var words = new HashSet<String>();
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      words.add(requireShort(entry.getKey()));
    }
    return words;
  }

  private Set<String> pieces(JsonNode vocab) {
    if (!vocab.isArray()) {
      throw corrupt("has no vocabulary of pieces and their scores");
    }
    requireRows(Math.max(0, vocab.size() - vocabulary));
    var words = new HashSet<String>();
    for (JsonNode piece : vocab) {
      if (piece.size() != 2 || !piece.path(0).isTextual() || !piece.path(1).isNumber()) {
        throw corrupt("has no vocabulary of pieces and their scores");
      }
      words.add(requireShort(piece.get(0).textValue()));
    }
    return words;
  }

  private void requireRows(long outside) {
    if (outside > 0) {
      throw corrupt(
          "names %,d tokens outside the encoder's vocabulary of %,d"
              .formatted(outside, vocabulary));
    }
  }

  private String requireShort(String token) {
    if (token.length() > LONGEST_TOKEN) {
      throw refused("token of %,d characters".formatted(token.length()));
    }
    return token;
  }

  /// What stands for unknown words must be a word.
  private void requireWord(JsonNode model, String key, boolean always) {
    JsonNode word = model.path(key);
    if ((always || model.hasNonNull(key))
        && !(word.isTextual() && model.path("vocab").has(word.textValue()))) {
      throw corrupt("has no " + key + " among its vocabulary");
    }
  }

  /// The library gives a token that is not in the vocabulary the next free number.
  private void added(JsonNode tokens, Set<String> words) {
    int known = words.size();
    for (JsonNode token : tokens) {
      JsonNode content = token.path("content");
      if (!content.isTextual() || content.textValue().isEmpty()) {
        throw corrupt("has an added token without text");
      }
      words.add(requireShort(content.textValue()));
      requireRows(isRow(token.path("id"), vocabulary) ? 0 : 1);
    }
    requireRows(words.size() == known ? 0 : Math.max(0, words.size() - vocabulary));
  }

  /// Whether it is the number of one of so many rows.
  static boolean isRow(JsonNode id, int rows) {
    return id.isIntegralNumber()
        && id.canConvertToInt()
        && id.intValue() >= 0
        && id.intValue() < rows;
  }

  private Failure corrupt(String what) {
    return new Failure.CorruptArtifact(file + " " + what);
  }

  private Failure refused(String what) {
    return new Failure.BadInput(file + " asks for a " + what);
  }
}
