package dev.whetstone.encode;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.PairList;
import dev.whetstone.core.Failure;
import dev.whetstone.core.PairTokens;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.Model;
import dev.whetstone.model.TokenizerFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A reranker's tokenizer: a question and a passage to one sequence, put together as the
/// tokenizer's own template for pairs says. Safe for many threads; close it to free the native
/// memory.
///
/// What is longer than the network takes is cut as sentence-transformers does it: tokens are taken
/// off the end of the longer of the two texts. So the passage alone is cut as long as the question
/// fills less than half, and a question never displaces the whole passage.
public final class PairTokenizer implements AutoCloseable {
  private static final int PIECE = 512;

  private final HuggingFaceTokenizer tokenizer;
  private final String name;
  private final int vocabulary;

  /// Characters of each text that are looked at.
  private final int longest;

  /// Characters that are given to the library at once.
  private final int most;

  private PairTokenizer(TokenizerFile checked, Path file, int vocabulary, int maxTokens) {
    this.tokenizer =
        TokenizerLibrary.open(
            checked.text(),
            file.toString(),
            Map.of(
                "truncation",
                "longest_first",
                "maxLength",
                String.valueOf(maxTokens),
                "modelMaxLength",
                String.valueOf(maxTokens)));
    this.name = file.toString();
    this.vocabulary = vocabulary;
    this.most = (int) (Tokenizer.CHARACTERS_AT_ONCE / checked.growth());
    this.longest = (int) Math.min(most / 2, (long) Tokenizer.CHARACTERS_A_TOKEN * maxTokens);
  }

  /// That of a reranker, with its length.
  ///
  /// @throws Failure.CorruptArtifact if it cannot be read
  public static PairTokenizer open(CrossEncoderModel model) {
    return new PairTokenizer(
        model.checkedTokenizer(),
        model.tokenizer(),
        model.network().vocabulary(),
        model.maxTokens());
  }

  /// That of an encoder which is to become a reranker.
  ///
  /// @param maxTokens of a pair, special tokens included: at most the encoder's
  /// @throws Failure.CorruptArtifact if it cannot be read
  public static PairTokenizer open(Model model, int maxTokens) {
    return new PairTokenizer(
        model.checkedTokenizer(), model.tokenizer(), model.network().vocabulary(), maxTokens);
  }

  /// One sequence for each passage, in order.
  public List<PairTokens> pairs(String question, List<String> passages) {
    String head = Tokenizer.head(question, longest);
    var all = new ArrayList<PairTokens>(passages.size());
    var piece = new PairList<String, String>();
    long characters = 0;
    for (String passage : passages) {
      String text = Tokenizer.head(passage, longest);
      long added = (long) head.length() + text.length();
      if (!piece.isEmpty() && (piece.size() == PIECE || characters + added > most)) {
        encode(piece, all);
        piece = new PairList<>();
        characters = 0;
      }
      piece.add(head, text);
      characters += added;
    }
    encode(piece, all);
    return all;
  }

  private void encode(PairList<String, String> piece, List<PairTokens> all) {
    if (!piece.isEmpty()) {
      for (Encoding encoding : tokenizer.batchEncode(piece, true, false)) {
        all.add(tokens(encoding));
      }
    }
  }

  private PairTokens tokens(Encoding encoding) {
    long[] all = encoding.getIds();
    long[] types = encoding.getTypeIds();
    var ids = new int[all.length];
    int second = all.length;
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Tokenizer.row(all[i], vocabulary, name);
      if (types[i] == 1) {
        second = Math.min(second, i);
      } else if (second < i) {
        throw new Failure.BadInput(
            name + " mixes the token types of question and passage; that is not computed");
      }
    }
    if (ids.length == 0) {
      throw new Failure.BadInput(name + " puts no special tokens around a pair of empty texts");
    }
    return new PairTokens(ids, second);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
