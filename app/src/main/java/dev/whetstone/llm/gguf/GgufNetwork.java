package dev.whetstone.llm.gguf;

import dev.whetstone.core.DecoderDescription;
import dev.whetstone.core.Failure;
import dev.whetstone.torch.Decoder;
import dev.whetstone.torch.Precision;
import java.util.Optional;
import java.util.Set;

/// The network of a GGUF file, where it is of a family that [DecoderDescription] describes.
final class GgufNetwork {
  private static final Set<String> FAMILIES = Set.of("llama", "qwen2", "qwen3");
  private static final int WORD_TABLE_SIDES = 2;

  private GgufNetwork() {}

  /// Empty where the family is another one, or the file holds what a decoder of its family does not
  /// have: experts, a scaled rotation, a window.
  static Optional<DecoderDescription> of(GgufFile file) {
    String family = file.text("general.architecture").orElse("");
    if (!FAMILIES.contains(family)
        || file.integer(family + ".expert_count").orElse(0) > 0
        || file.integer(family + ".attention.sliding_window").orElse(0) > 0
        || file.text(family + ".rope.scaling.type").filter(type -> !type.equals("none")).isPresent()
        || !file.has("token_embd.weight")) {
      return Optional.empty();
    }
    long[] table = file.shape("token_embd.weight");
    if (table.length != WORD_TABLE_SIDES) {
      return Optional.empty();
    }
    int width = number(file, family + ".embedding_length");
    int heads = number(file, family + ".attention.head_count");
    try {
      return Optional.of(
          new DecoderDescription(
              number(file, family + ".block_count"),
              width,
              heads,
              optional(file, family + ".attention.head_count_kv", heads),
              optional(file, family + ".attention.key_length", width / Math.max(1, heads)),
              number(file, family + ".feed_forward_length"),
              Math.toIntExact(table[0]),
              file.number(family + ".rope.freq_base").orElse(10_000),
              file.number(family + ".attention.layer_norm_rms_epsilon").orElse(1e-5),
              file.has("blk.0.attn_q.bias"),
              family.equals("qwen3"),
              family.equals("llama"),
              !file.has("output.weight")));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Failure.BadInput("the GGUF file describes no network: " + e.getMessage(), e);
    }
  }

  private static int number(GgufFile file, String key) {
    long value =
        file.integer(key)
            .orElseThrow(() -> new Failure.BadInput("the GGUF file does not say its " + key));
    return checked(key, value);
  }

  private static int optional(GgufFile file, String key, int otherwise) {
    return checked(key, file.integer(key).orElse(otherwise));
  }

  private static int checked(String key, long value) {
    if (value < 1 || value > 1 << 24) {
      throw new Failure.BadInput("the GGUF file's " + key + " is " + value);
    }
    return (int) value;
  }

  /// Reads the weights.
  static Decoder load(GgufFile file, DecoderDescription network, Precision precision) {
    var source =
        new Decoder.Source() {
          @Override
          public float[] rows(String name, long from, int count) {
            if (!file.has(name)) {
              throw new Failure.BadInput("the GGUF file lacks the tensor " + name);
            }
            return file.rows(name, from, count);
          }

          @Override
          public boolean has(String name) {
            return file.has(name);
          }
        };
    try {
      return Decoder.load(network, source, precision);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new Failure.BadInput(
          "the GGUF file's tensors do not fit its description: " + e.getMessage(), e);
    }
  }
}
