package dev.whetstone.llm.gguf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.encode.TokenizerLibrary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A language model's tokenizer: text to token ids, and back. Safe for many threads; close it to
/// free the native memory.
///
/// A GGUF file with a byte-level vocabulary (`tokenizer.ggml.model` = `gpt2`) holds the tokens and
/// merges of the model's `tokenizer.json`, and names how text is cut into words ([PreTokenizer]).
/// Such a `tokenizer.json` is put together again, and the native library of the encoders'
/// tokenizers reads it. What the library would trust is checked before: each token stands once,
/// each merge joins two tokens to a third.
///
/// Special tokens in a text are recognised, as a prompt needs them. Text of others must not reach
/// this class with them: see [ChatTemplate].
final class GgufTokenizer implements AutoCloseable {
  private static final int LONGEST_TOKEN = 1000;

  private final HuggingFaceTokenizer tokenizer;
  private final GgufVocabulary vocabulary;
  private final OptionalInt first;

  private GgufTokenizer(
      HuggingFaceTokenizer tokenizer, GgufVocabulary vocabulary, OptionalInt first) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.first = first;
  }

  /// Opens a file's tokenizer, which does not need the file later. Empty where it is of another
  /// kind, has an unknown pre-tokenizer, or tokens and merges that do not fit each other.
  ///
  /// @throws Failure.BadInput if the metadata are damaged
  /// @throws Failure.CorruptArtifact if the native library refuses the tokens and merges
  static Optional<GgufTokenizer> open(GgufFile file) {
    Optional<PreTokenizer> pre = pre(file);
    if (pre.isEmpty()) {
      return Optional.empty();
    }
    var vocabulary = GgufVocabulary.of(file);
    List<String> merges = file.texts("tokenizer.ggml.merges");
    if (!isUsable(vocabulary, merges)) {
      return Optional.empty();
    }
    return Optional.of(
        new GgufTokenizer(
            TokenizerLibrary.open(
                json(pre.get(), vocabulary, merges),
                file.path().toString(),
                Map.of("truncation", "false")),
            vocabulary,
            first(file, pre.get(), vocabulary)));
  }

  /// Whether a file says that it has a tokenizer of a known kind: a look, where opening takes
  /// seconds.
  static boolean isKnown(GgufFile file) {
    return pre(file).isPresent();
  }

  private static Optional<PreTokenizer> pre(GgufFile file) {
    boolean bytes = file.text("tokenizer.ggml.model").equals(Optional.of("gpt2"));
    return bytes ? file.text("tokenizer.ggml.pre").flatMap(PreTokenizer::of) : Optional.empty();
  }

  private static boolean isUsable(GgufVocabulary vocabulary, List<String> merges) {
    if (vocabulary.size() == 0 || vocabulary.ambiguous()) {
      return false;
    }
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      if (token.isEmpty() || token.length() > LONGEST_TOKEN) {
        return false;
      }
    }
    return merges.stream().allMatch(merge -> isMerge(vocabulary, merge));
  }

  /// Two tokens with a space between, which together are a third.
  private static boolean isMerge(GgufVocabulary vocabulary, String merge) {
    int space = merge.indexOf(' ');
    if (space < 1 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
      return false;
    }
    String left = merge.substring(0, space);
    String right = merge.substring(space + 1);
    return isWord(vocabulary, left)
        && isWord(vocabulary, right)
        && isWord(vocabulary, left + right);
  }

  private static boolean isWord(GgufVocabulary vocabulary, String token) {
    OptionalInt id = vocabulary.id(token);
    return id.isPresent() && !vocabulary.isUnused(id.getAsInt());
  }

  /// A `tokenizer.json`. Special tokens stand in the vocabulary, too: the library takes their ids
  /// from there.
  private static String json(PreTokenizer pre, GgufVocabulary vocabulary, List<String> merges) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    if (pre.composed) {
      json.putObject("normalizer").put("type", "NFC");
    } else {
      json.putNull("normalizer");
    }
    json.putObject("pre_tokenizer").put("type", "Sequence").set("pretokenizers", pre.steps());
    json.putNull("post_processor");
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
    ObjectNode model =
        json.putObject("model")
            .put("type", "BPE")
            .putNull("dropout")
            .putNull("unk_token")
            .put("fuse_unk", false)
            .put("byte_fallback", false)
            .put("ignore_merges", pre.llama3);
    ObjectNode words = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.isUnused(id)) {
        continue;
      }
      words.put(vocabulary.token(id), id);
      if (vocabulary.isControl(id) || vocabulary.isUserDefined(id)) {
        added(added.addObject(), vocabulary, id);
      }
    }
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(pairs::add);
    return json.toString();
  }

  private static void added(ObjectNode token, GgufVocabulary vocabulary, int id) {
    token
        .put("id", id)
        .put("content", vocabulary.token(id))
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", vocabulary.isControl(id));
  }

  /// The token that every prompt begins with. Files of Llama 3 leave the key out and mean it.
  private static OptionalInt first(GgufFile file, PreTokenizer pre, GgufVocabulary vocabulary) {
    long add = file.integer("tokenizer.ggml.add_bos_token").orElse(pre.llama3 ? 1 : 0);
    return add == 0
        ? OptionalInt.empty()
        : vocabulary
            .named(file, "tokenizer.ggml.bos_token_id")
            .map(vocabulary::id)
            .orElse(OptionalInt.empty());
  }

  /// The ids of a text. Special tokens in it are recognised. The model's first token (`bos`) is put
  /// before it where the file says so, unless the text begins with it; nothing else is added.
  int[] ids(String text) {
    long[] found = tokenizer.encode(text, false, false).getIds();
    boolean add = first.isPresent() && (found.length == 0 || found[0] != first.getAsInt());
    var ids = new int[found.length + (add ? 1 : 0)];
    if (add) {
      ids[0] = first.getAsInt();
    }
    for (int i = 0; i < found.length; i++) {
      ids[i + ids.length - found.length] = (int) found[i];
    }
    return ids;
  }

  /// The text of ids; special tokens, and ids that are no token, are left out. A character of which
  /// bytes are missing becomes U+FFFD, so the ids of a reply are decoded together.
  String text(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /// The id of a token by its text in the vocabulary, as `<|im_end|>`; empty where there is none.
  OptionalInt id(String token) {
    return vocabulary.id(token);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
