package dev.whetstone.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.whetstone.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The check of tokenizers, for fuzzing: what passes it neither ends nor stalls the native library,
/// which may still refuse it in words.
public final class TokenizerFuzzing {
  private static final int VOCABULARY = 16;

  private static final List<String> TEXTS =
      List.of(
          "the messages 1234",
          "",
          " \t\n ",
          "A".repeat(300) + "!",
          "水\u0000é\ufdfa\ud83d\ude00 e\u0301",
          "[CLS] <s> 'll ".repeat(20));

  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  private TokenizerFuzzing() {}

  public static void check(byte[] content) throws IOException {
    Path file = Files.createTempFile("fuzz", "-tokenizer.json");
    try {
      Files.write(file, content);
      tokenize(TokenizerFile.read(file, VOCABULARY).text());
    } catch (Failure _) {
      // refused in words
    } finally {
      Files.delete(file);
    }
  }

  private static void tokenize(String json) throws IOException {
    var in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    var options = Map.of("padding", "false", "truncation", "false");
    try (var tokenizer = HuggingFaceTokenizer.newInstance(in, options)) {
      for (String text : TEXTS) {
        var _ = tokenizer.encode(text, true, false).getIds();
      }
    } catch (RuntimeException _) {
      // refused by the library
    }
  }
}
