package dev.whetstone.llm.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A chat model of random weights that writes letters, spaces and line breaks.
final class TinyChat {
  private static final int WIDTH = 16;
  private static final int HEAD = 4;
  private static final int UP = 24;
  private static final int LAYERS = 2;
  private static final List<String> MARKS = List.of("<|im_start|>", "<|im_end|>");

  private final Random random;
  private final GgufBytes bytes = new GgufBytes();

  private TinyChat(long seed) {
    this.random = new Random(seed);
  }

  /// The words of its vocabulary: the marks, then letters.
  static List<String> tokens() {
    var tokens = new ArrayList<>(MARKS);
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    tokens.addAll(List.of("Ġ", "Ċ")); // as byte-level vocabularies write a space and a line break
    return tokens;
  }

  /// @param end the number of the token that ends a reply
  static Path write(Path folder, String family, long seed, int end) {
    return bytes(family, seed, end).in(folder);
  }

  /// The same file, to which more can be added.
  static GgufBytes bytes(String family, long seed, int end) {
    return new TinyChat(seed).model(family, end);
  }

  private GgufBytes model(String family, int end) {
    List<String> tokens = tokens();
    List<Integer> kinds = tokens.stream().map(token -> MARKS.contains(token) ? 3 : 1).toList();
    bytes
        .text("general.architecture", family)
        .integer(family + ".block_count", LAYERS)
        .integer(family + ".embedding_length", WIDTH)
        .integer(family + ".attention.head_count", WIDTH / HEAD)
        .integer(family + ".attention.head_count_kv", 2)
        .integer(family + ".feed_forward_length", UP)
        .number(family + ".attention.layer_norm_rms_epsilon", 1e-5f)
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "gpt-2")
        .texts("tokenizer.ggml.tokens", tokens)
        .integers("tokenizer.ggml.token_type", kinds)
        .texts("tokenizer.ggml.merges", List.of())
        .integer("tokenizer.ggml.eos_token_id", end)
        .text("tokenizer.chat_template", "{{ '<|im_start|>' + role + '<|im_end|>' }}");
    matrix("token_embd.weight", tokens.size(), WIDTH);
    vector("output_norm.weight", WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      String at = "blk." + i + ".";
      vector(at + "attn_norm.weight", WIDTH);
      vector(at + "ffn_norm.weight", WIDTH);
      matrix(at + "attn_q.weight", WIDTH, WIDTH);
      matrix(at + "attn_k.weight", 2 * HEAD, WIDTH);
      matrix(at + "attn_v.weight", 2 * HEAD, WIDTH);
      matrix(at + "attn_output.weight", WIDTH, WIDTH);
      matrix(at + "ffn_gate.weight", UP, WIDTH);
      matrix(at + "ffn_up.weight", UP, WIDTH);
      matrix(at + "ffn_down.weight", WIDTH, UP);
    }
    return bytes;
  }

  private void vector(String name, int length) {
    var values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = 1 + (float) random.nextGaussian() / 4;
    }
    bytes.floats(name, values, length);
  }

  private void matrix(String name, int rows, int columns) {
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    bytes.floats(name, values, columns, rows);
  }
}
