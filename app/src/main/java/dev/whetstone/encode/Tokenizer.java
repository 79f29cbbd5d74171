package dev.whetstone.encode;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.whetstone.core.Failure;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.model.Model;
import dev.whetstone.model.TokenizerFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A model's tokenizer: texts to token ids. Safe for many threads; close it to free the native
/// memory.
public final class Tokenizer implements TokenCounter, AutoCloseable {
  private static final int PIECE = 512;

  /// So many characters of a text are looked at for each token that is wanted.
  static final int CHARACTERS_A_TOKEN = 32;

  /// The library holds some hundred bytes for each character of a text in normal form: this is some
  /// 400 MB at worst, and a seventh of it for ordinary text.
  static final double CHARACTERS_AT_ONCE = 4 << 20;

  private final HuggingFaceTokenizer tokenizer;
  private final String name;
  private final int vocabulary;

  /// Characters that are given to the library at once.
  private final int most;

  private final TokenCounter counter;

  private Tokenizer(HuggingFaceTokenizer tokenizer, Model model, TokenizerFile checked) {
    this.tokenizer = tokenizer;
    this.name = model.tokenizer().toString();
    this.vocabulary = model.network().vocabulary();
    this.most = (int) (CHARACTERS_AT_ONCE / checked.growth());
    this.counter = checked.separatesWords() ? new WordCounts(this::counted) : this::counted;
  }

  /// Opens a model's tokenizer; its own padding and truncation are not applied.
  ///
  /// @throws Failure.CorruptArtifact if it cannot be read
  public static Tokenizer open(Model model) {
    TokenizerFile checked = model.checkedTokenizer();
    return new Tokenizer(
        TokenizerLibrary.open(
            checked.text(), model.tokenizer().toString(), Map.of("truncation", "false")),
        model,
        checked);
  }

  /// The ids of one text with its special tokens; a longer text is cut, and still ends with the
  /// last special token (`[SEP]`, `</s>`).
  ///
  /// @param maxTokens special tokens included, at least 3
  public int[] ids(String text, int maxTokens) {
    return ids(List.of(text), maxTokens).getFirst();
  }

  /// [#ids(String, int)] of each, by all cores. Of each text so many characters are looked at as 32
  /// for each token that is wanted, so that an endless one costs no more than its beginning.
  public List<int[]> ids(List<String> texts, int maxTokens) {
    if (maxTokens < 3) {
      throw new IllegalArgumentException("at most " + maxTokens + " tokens leave no room for text");
    }
    int longest = (int) Math.min(most, (long) CHARACTERS_A_TOKEN * maxTokens);
    var all = new ArrayList<int[]>(texts.size());
    var piece = new ArrayList<String>();
    int characters = 0;
    for (String text : texts) {
      String head = head(text, longest);
      if (!piece.isEmpty() && (piece.size() == PIECE || characters + head.length() > most)) {
        encode(piece, maxTokens, all);
        piece.clear();
        characters = 0;
      }
      piece.add(head);
      characters += head.length();
    }
    encode(piece, maxTokens, all);
    return all;
  }

  private void encode(List<String> piece, int maxTokens, List<int[]> all) {
    if (piece.isEmpty()) {
      return;
    }
    for (Encoding encoding : tokenizer.batchEncode(piece, true, false)) {
      all.add(cut(encoding, maxTokens));
    }
  }

  /// The beginning of a text. No pair of surrogates is cut in two.
  static String head(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    return text.substring(
        0, longest - (Character.isHighSurrogate(text.charAt(longest - 1)) ? 1 : 0));
  }

  private int[] cut(Encoding encoding, int maxTokens) {
    long[] all = encoding.getIds();
    var ids = new int[Math.min(all.length, maxTokens)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = row(all[i]);
    }
    if (all.length > maxTokens) {
      ids[maxTokens - 1] = row(all[all.length - 1]);
    }
    return ids;
  }

  private int row(long id) {
    return row(id, vocabulary, name);
  }

  /// The row of a token in the word table.
  ///
  /// @param name of the tokenizer, for messages
  /// @throws Failure.CorruptArtifact if there is none
  static int row(long id, int vocabulary, String name) {
    if (id < 0 || id >= vocabulary) {
      throw new Failure.CorruptArtifact(
          name + " gives the token " + id + ", and the encoder has " + vocabulary);
    }
    return (int) id;
  }

  @Override
  public int count(String text) {
    return counter.count(text);
  }

  /// A long text is counted piece by piece, cut at spaces.
  private int counted(String text) {
    int count = 0;
    int from = 0;
    while (text.length() - from > most) {
      int space = text.lastIndexOf(' ', from + most - 1);
      int to =
          space > from ? space : from + head(text.substring(from, from + most + 1), most).length();
      count += tokens(text.substring(from, to));
      from = to;
    }
    return count + tokens(from == 0 ? text : text.substring(from));
  }

  private int tokens(String text) {
    return tokenizer.encode(text, false, false).getIds().length;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
