package dev.whetstone.llm.gguf;

import dev.whetstone.core.DecoderDescription;
import dev.whetstone.core.Failure;
import dev.whetstone.torch.Decoder;
import dev.whetstone.torch.Precision;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The network of a GGUF file, where it is of a family that [DecoderDescription] describes.
final class GgufNetwork {
  private static final Set<String> FAMILIES = Set.of("llama", "qwen2", "qwen3");
  private static final int WORD_TABLE_SIDES = 2;

  /// What a file of these families says only where its scores are computed otherwise.
  private static final List<String> SCALES =
      List.of(".attention.scale", ".logit_scale", ".embedding_scale", ".residual_scale");

  /// What the rotation's frequencies are divided by.
  private static final String FACTORS = "rope_freqs.weight";

  private GgufNetwork() {}

  /// Empty where the family is another one, or the file holds what a decoder of its family does not
  /// have: experts, a scaled or partial rotation, a window, scales, other tensors.
  ///
  /// @throws Failure.BadInput if a tensor is missing or has another shape than the file says
  static Optional<DecoderDescription> of(GgufFile file) {
    String family = file.text("general.architecture").orElse("");
    if (!FAMILIES.contains(family)
        || file.integer(family + ".expert_count").orElse(0) > 0
        || file.integer(family + ".attention.sliding_window").orElse(0) > 0
        || SCALES.stream().anyMatch(key -> file.number(family + key).orElse(0) != 0)
        || file.text(family + ".rope.scaling.type").filter(type -> !type.equals("none")).isPresent()
        || !file.has("token_embd.weight")) {
      return Optional.empty();
    }
    Optional<DecoderDescription> network = described(file, family);
    return network.filter(found -> holdsOnly(file, found));
  }

  /// Without what its tensors say.
  private static Optional<DecoderDescription> described(GgufFile file, String family) {
    long[] table = file.shape("token_embd.weight");
    if (table.length != WORD_TABLE_SIDES) {
      return Optional.empty();
    }
    int width = number(file, family + ".embedding_length");
    int heads = number(file, family + ".attention.head_count");
    int headWidth = optional(file, family + ".attention.key_length", width / Math.max(1, heads));
    if (optional(file, family + ".attention.value_length", headWidth) != headWidth
        || optional(file, family + ".rope.dimension_count", headWidth) != headWidth) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new DecoderDescription(
              number(file, family + ".block_count"),
              width,
              heads,
              optional(file, family + ".attention.head_count_kv", heads),
              headWidth,
              number(file, family + ".feed_forward_length"),
              Math.toIntExact(table[0]),
              file.number(family + ".rope.freq_base").orElse(10_000),
              file.number(family + ".attention.layer_norm_rms_epsilon").orElse(1e-5),
              file.has("blk.0.attn_q.bias"),
              family.equals("qwen3"),
              family.equals("llama"),
              !file.has("output.weight")));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Failure.BadInput(file.path() + " describes no network: " + e.getMessage(), e);
    }
  }

  /// Whether the file has no tensors that the network does not.
  ///
  /// @throws Failure.BadInput if it lacks one, or one has another shape
  private static boolean holdsOnly(GgufFile file, DecoderDescription network) {
    if (network.layers() > file.tensors().size()) {
      throw new Failure.BadInput(
          "%s says that it has %,d layers, and has %,d tensors: it is damaged"
              .formatted(file.path(), network.layers(), file.tensors().size()));
    }
    Map<String, List<Long>> shapes = shapes(network);
    if (!shapes.keySet().containsAll(file.tensors())) {
      return false;
    }
    int words = file.texts("tokenizer.ggml.tokens").size();
    if (words > network.words()) {
      throw new Failure.BadInput(
          "%s has %,d tokens, and weights for %,d of them: it is damaged"
              .formatted(file.path(), words, network.words()));
    }
    shapes.forEach(
        (name, shape) -> {
          if (file.has(name)) {
            List<Long> found = Arrays.stream(file.shape(name)).boxed().toList();
            if (!found.equals(shape)) {
              throw new Failure.BadInput(
                  "the tensor %s of %s has the shape %s, and should have %s: the file is damaged"
                      .formatted(name, file.path(), found, shape));
            }
          } else if (!name.equals(FACTORS)) {
            throw new Failure.BadInput(
                "%s lacks the tensor %s: it is damaged".formatted(file.path(), name));
          }
        });
    return true;
  }

  /// All tensors of a network, with their shapes; [#FACTORS] may be missing.
  private static Map<String, List<Long>> shapes(DecoderDescription d) {
    var shapes = new HashMap<String, List<Long>>();
    long width = d.width();
    long queries = (long) d.heads() * d.headWidth();
    long keys = (long) d.keyHeads() * d.headWidth();
    long inner = d.feedForward();
    shapes.put("token_embd.weight", List.of((long) d.words(), width));
    shapes.put("output_norm.weight", List.of(width));
    shapes.put(FACTORS, List.of(d.headWidth() / 2L));
    if (!d.tied()) {
      shapes.put("output.weight", List.of((long) d.words(), width));
    }
    for (int i = 0; i < d.layers(); i++) {
      String at = "blk." + i + ".";
      shapes.put(at + "attn_norm.weight", List.of(width));
      shapes.put(at + "ffn_norm.weight", List.of(width));
      shapes.put(at + "attn_q.weight", List.of(queries, width));
      shapes.put(at + "attn_k.weight", List.of(keys, width));
      shapes.put(at + "attn_v.weight", List.of(keys, width));
      shapes.put(at + "attn_output.weight", List.of(width, queries));
      shapes.put(at + "ffn_gate.weight", List.of(inner, width));
      shapes.put(at + "ffn_up.weight", List.of(inner, width));
      shapes.put(at + "ffn_down.weight", List.of(width, inner));
      if (d.biases()) {
        shapes.put(at + "attn_q.bias", List.of(queries));
        shapes.put(at + "attn_k.bias", List.of(keys));
        shapes.put(at + "attn_v.bias", List.of(keys));
      }
      if (d.headNorms()) {
        shapes.put(at + "attn_q_norm.weight", List.of((long) d.headWidth()));
        shapes.put(at + "attn_k_norm.weight", List.of((long) d.headWidth()));
      }
    }
    return shapes;
  }

  private static int number(GgufFile file, String key) {
    long value =
        file.integer(key)
            .orElseThrow(() -> new Failure.BadInput(file.path() + " does not say its " + key));
    return checked(file, key, value);
  }

  private static int optional(GgufFile file, String key, int otherwise) {
    return checked(file, key, file.integer(key).orElse(otherwise));
  }

  private static int checked(GgufFile file, String key, long value) {
    if (value < 1 || value > 1 << 24) {
      throw new Failure.BadInput(
          "the %s of %s is %d: the file is damaged".formatted(key, file.path(), value));
    }
    return (int) value;
  }

  /// Reads the weights of a file that [#of] described.
  static Decoder load(GgufFile file, DecoderDescription network, Precision precision) {
    var source =
        new Decoder.Source() {
          @Override
          public int rows(String name, long from, int count, float[] out) {
            return file.rows(name, from, count, out);
          }

          @Override
          public boolean has(String name) {
            return file.has(name);
          }
        };
    return Decoder.load(network, source, precision);
  }
}
