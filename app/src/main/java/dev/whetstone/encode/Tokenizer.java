package dev.whetstone.encode;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.whetstone.core.Failure;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A model's tokenizer: texts to token ids. Safe for many threads; close it to free the native
/// memory.
public final class Tokenizer implements TokenCounter, AutoCloseable {
  private static final int PIECE = 512;

  static {
    // The native library is in the jar: nothing is to be fetched, and nobody called.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    if (System.getProperty("ENGINE_CACHE_DIR") == null) {
      System.setProperty(
          "ENGINE_CACHE_DIR", MavenArtifact.defaultCache().resolve("native").toString());
    }
  }

  private final HuggingFaceTokenizer tokenizer;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  public static Tokenizer open(Model model) {
    return open(model.tokenizer());
  }

  /// @param file a `tokenizer.json`; its own padding and truncation are not applied
  /// @throws Failure.CorruptArtifact if it cannot be read
  public static Tokenizer open(Path file) {
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optPadding(false)
              .optTruncation(false)
              .build());
    } catch (IOException | RuntimeException e) {
      throw new Failure.CorruptArtifact(
          file + " cannot be read as a tokenizer: " + e.getMessage(), e);
    }
  }

  /// The ids of one text with its special tokens; a longer text is cut, and still ends with the
  /// last special token (`[SEP]`).
  ///
  /// @param maxTokens special tokens included, at least 3
  public int[] ids(String text, int maxTokens) {
    return cut(tokenizer.encode(text, true, false), maxTokens);
  }

  /// [#ids(String, int)] of each, by all cores.
  public List<int[]> ids(List<String> texts, int maxTokens) {
    var all = new ArrayList<int[]>(texts.size());
    for (int from = 0; from < texts.size(); from += PIECE) {
      List<String> piece = texts.subList(from, Math.min(from + PIECE, texts.size()));
      for (Encoding encoding : tokenizer.batchEncode(piece, true, false)) {
        all.add(cut(encoding, maxTokens));
      }
    }
    return all;
  }

  private static int[] cut(Encoding encoding, int maxTokens) {
    if (maxTokens < 3) {
      throw new IllegalArgumentException("at most " + maxTokens + " tokens leave no room for text");
    }
    long[] all = encoding.getIds();
    var ids = new int[Math.min(all.length, maxTokens)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) all[i];
    }
    if (all.length > maxTokens) {
      ids[maxTokens - 1] = (int) all[all.length - 1];
    }
    return ids;
  }

  @Override
  public int count(String text) {
    return tokenizer.encode(text, false, false).getIds().length;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
