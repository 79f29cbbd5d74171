package dev.whetstone.torch;

import dev.whetstone.core.DecoderDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// A language model's weights in native memory, laid out for inference in one precision. Safe for
/// many threads, each with a [DecoderSession] of its own; close it when they are done.
///
/// The word table stays where it comes from: only the rows of words that occur are read.
public final class Decoder implements AutoCloseable {
  /// Numbers of a weight that are read at once.
  private static final int AT_ONCE = 1 << 20;

  /// The rows for which oneDNN chooses a layout; other numbers of rows are as well. Laid out, 24
  /// words of a model of half a billion weights took .39 s of a core in fp32, else .58 s.
  private static final long ROWS = 64;

  /// Where weights come from. Names are those of GGUF files (`blk.0.attn_q.weight`).
  public interface Source {
    /// Reads rows of a matrix, or a whole vector (`from` 0, `count` 1). Safe for many threads.
    ///
    /// @param out is written from its first place
    /// @return how many numbers were written
    /// @throws IllegalArgumentException if there are no such rows, or `out` is too short
    int rows(String name, long from, int count, float[] out);

    /// Whether there is a tensor of this name.
    boolean has(String name);
  }

  /// A linear map.
  ///
  /// @param packed whether the weight is in oneDNN's layout
  record Linear(Tensor weight, @Nullable Tensor bias, boolean packed) {
    /// @param in `[rows, in]`
    /// @return `[rows, out]`, in the type of the weight
    Tensor apply(Tensor in) {
      if (packed) {
        return Kernels.packedLinear(in, weight, Optional.ofNullable(bias), "none");
      }
      return bias == null ? in.matmul(weight.t()) : LinearMaps.Plain.dense(in, weight, bias);
    }
  }

  /// One layer's tensors.
  ///
  /// @param queryNorm null where queries are not normalised; likewise `keyNorm`
  record Layer(
      Tensor attentionNorm,
      Linear queryKeyValue,
      @Nullable Tensor queryNorm,
      @Nullable Tensor keyNorm,
      Linear out,
      Tensor feedForwardNorm,
      Linear gateUp,
      Linear down) {}

  private final DecoderDescription description;
  private final Source source;
  private final List<Layer> layers;
  private final Tensor lastNorm;
  private final Linear head;
  private final @Nullable Tensor frequencyFactors;
  private final List<Pointer> owned;

  private Decoder(DecoderDescription description, Source source, Loader loader) {
    this.description = description;
    this.source = source;
    this.head = loader.head(); // first: what packing this largest one takes, layers take later
    this.layers = IntStream.range(0, description.layers()).mapToObj(loader::layer).toList();
    this.lastNorm = loader.vector("output_norm.weight", description.width());
    this.frequencyFactors =
        source.has("rope_freqs.weight")
            ? loader.vector("rope_freqs.weight", description.headWidth() / 2)
            : null;
    this.owned = loader.owned;
  }

  /// Reads all weights.
  ///
  /// @param precision [Precision#FP32] or [Precision#BF16]
  /// @throws IllegalArgumentException if a tensor has another size than the description says
  public static Decoder load(DecoderDescription description, Source source, Precision precision) {
    try (var _ = new NoGradGuard()) {
      var loader = new Loader(description, source, precision);
      boolean whole = false;
      try {
        var decoder = new Decoder(description, source, loader);
        whole = true;
        return decoder;
      } finally {
        if (!whole) {
          loader.owned.forEach(Scope::free);
        }
      }
    }
  }

  /// A linear map's name without `.weight`, and its shape.
  private record Part(String name, int out, int in) {}

  /// Reads tensors, and keeps them.
  private static final class Loader {
    private final DecoderDescription description;
    private final Source source;
    private final ScalarType type;
    private final boolean packs;
    private final List<Pointer> owned = new ArrayList<>();

    /// For one piece after another: the pieces of a model are many times what the heap needs else.
    private float[] buffer = {};

    Loader(DecoderDescription description, Source source, Precision precision) {
      this.description = description;
      this.source = source;
      this.type = precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float;
      this.packs = precision == Precision.BF16 ? Kernels.packsLinears() : Kernels.packsFloats();
    }

    Layer layer(int number) {
      DecoderDescription d = description;
      String at = "blk." + number + ".";
      int queries = d.heads() * d.headWidth();
      int keys = d.keyHeads() * d.headWidth();
      boolean norms = d.headNorms();
      return new Layer(
          vector(at + "attn_norm.weight", d.width()),
          linear(
              List.of(
                  new Part(at + "attn_q", queries, d.width()),
                  new Part(at + "attn_k", keys, d.width()),
                  new Part(at + "attn_v", keys, d.width())),
              d.biases()),
          norms ? vector(at + "attn_q_norm.weight", d.headWidth()) : null,
          norms ? vector(at + "attn_k_norm.weight", d.headWidth()) : null,
          linear(List.of(new Part(at + "attn_output", d.width(), queries)), false),
          vector(at + "ffn_norm.weight", d.width()),
          linear(
              List.of(
                  new Part(at + "ffn_gate", d.feedForward(), d.width()),
                  new Part(at + "ffn_up", d.feedForward(), d.width())),
              false),
          linear(List.of(new Part(at + "ffn_down", d.width(), d.feedForward())), false));
    }

    Linear head() {
      String name = description.tied() ? "token_embd" : "output";
      return linear(List.of(new Part(name, description.words(), description.width())), false);
    }

    Tensor vector(String name, int length) {
      try (var own = new Scope()) {
        return keep(own, Device.floats(vectorOf(name, length), length));
      }
    }

    /// @param from the scope that it belongs to
    private Tensor keep(Scope from, Tensor tensor) {
      Tensor kept = from.keep(tensor);
      owned.add(kept);
      return kept;
    }

    /// Linear maps of one input, one below the other.
    private Linear linear(List<Part> parts, boolean biased) {
      int in = parts.getFirst().in();
      int out = parts.stream().mapToInt(Part::out).sum();
      // of its own: views of the weight keep it in memory as long as they live
      try (var own = new Scope()) {
        Tensor weight = Device.empty(type, out, in);
        int at = 0;
        for (Part part : parts) {
          read(part, weight.narrow(0, at, part.out()));
          at += part.out();
        }
        Tensor kept = keep(own, packs ? Kernels.packLinear(weight, ROWS) : weight);
        return new Linear(kept, biased ? keep(own, biases(parts, out)) : null, packs);
      }
    }

    private float[] vectorOf(String name, int length) {
      var values = new float[length];
      check(name, source.rows(name, 0, 1, values), length);
      return values;
    }

    private Tensor biases(List<Part> parts, int out) {
      Tensor all = Device.empty(type, out);
      int at = 0;
      for (Part part : parts) {
        String name = part.name() + ".bias";
        Tensor turned = turned(part, Device.floats(vectorOf(name, part.out()), part.out(), 1));
        all.narrow(0, at, part.out()).copy_(turned.view(-1));
        at += part.out();
      }
      return all;
    }

    private void read(Part part, Tensor into) {
      String name = part.name() + ".weight";
      int width = description.headWidth();
      // whole heads, so that those of queries and keys can be turned
      int rows = Math.max(1, AT_ONCE / part.in() / width) * width;
      for (int from = 0; from < part.out(); from += rows) {
        int count = Math.min(rows, part.out() - from);
        try (var _ = new Scope()) {
          int numbers = count * part.in();
          if (buffer.length < numbers) {
            buffer = new float[numbers];
          }
          check(name, source.rows(name, from, count, buffer), numbers);
          Tensor piece = Device.empty(ScalarType.Float, count, part.in());
          Device.memory(piece).put(buffer, 0, numbers);
          into.narrow(0, from, count).copy_(turned(part, piece));
        }
      }
    }

    /// Rows of queries or keys in the order of half a head apart, as [DecoderSession] turns them:
    /// the scores do not change when both are ordered alike.
    ///
    /// @param rows of whole heads
    private Tensor turned(Part part, Tensor rows) {
      boolean turns = part.name().endsWith("attn_q") || part.name().endsWith("attn_k");
      if (!turns || !description.neighbours()) {
        return rows;
      }
      long half = description.headWidth() / 2;
      return rows.view(-1, half, 2, rows.size(1))
          .transpose(1, 2)
          .reshape(rows.size(0), rows.size(1));
    }
  }

  private static void check(String name, int found, int wanted) {
    if (found != wanted) {
      throw new IllegalArgumentException(
          "%s has %d numbers where %d are wanted".formatted(name, found, wanted));
    }
  }

  DecoderDescription description() {
    return description;
  }

  /// What the linear maps are computed in.
  ScalarType type() {
    return head.weight().scalar_type();
  }

  Layer layer(int number) {
    return layers.get(number);
  }

  Tensor lastNorm() {
    return lastNorm;
  }

  Linear head() {
    return head;
  }

  /// What the rotation's frequencies are divided by, `[headWidth / 2]`; null where by nothing.
  @Nullable Tensor frequencyFactors() {
    return frequencyFactors;
  }

  /// The words' vectors, fp32: `[words.length, width]`.
  Tensor states(int[] words) {
    int width = description.width();
    float[] all = new float[Math.multiplyExact(words.length, width)];
    float[] row = new float[width];
    for (int i = 0; i < words.length; i++) {
      check("token_embd.weight", source.rows("token_embd.weight", words[i], 1, row), width);
      System.arraycopy(row, 0, all, i * width, width);
    }
    return Device.floats(all, words.length, width);
  }

  /// Opens a session; use and close it on one thread, before this.
  public DecoderSession session() {
    return new DecoderSession(this);
  }

  @Override
  public void close() {
    owned.forEach(Scope::free);
    owned.clear();
  }
}
