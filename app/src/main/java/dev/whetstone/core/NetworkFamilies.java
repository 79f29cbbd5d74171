package dev.whetstone.core;

import dev.whetstone.core.NetworkDescription.CheckpointNames;
import dev.whetstone.core.NetworkDescription.EmbeddingTable;
import dev.whetstone.core.NetworkDescription.FeedForward;
import dev.whetstone.core.NetworkDescription.InputEmbeddings;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.LayerStack;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkDescription.NormPlacement;
import dev.whetstone.core.NetworkDescription.PositionEmbedding;
import dev.whetstone.core.NetworkDescription.Projections;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/// The architectures in use, each as a [NetworkDescription] made from its sizes. Mean pooling and
/// no head, until set otherwise. Source: the modelling code of Hugging Face's transformers.
public final class NetworkFamilies {
  private NetworkFamilies() {}

  /// What a `config.json` says of any of them.
  ///
  /// @param intermediate width inside the feed-forward part
  /// @param positions `max_position_embeddings`: rows of the table of places, or without one the
  ///   longest sequence
  /// @param epsilon of the LayerNorms
  public record Sizes(
      int layers,
      int heads,
      int hidden,
      int intermediate,
      int vocabulary,
      int positions,
      double epsilon) {
    public Sizes {
      if (layers < 1 || heads < 1 || hidden < 1 || hidden % heads != 0 || positions < 2) {
        throw new IllegalArgumentException(
            "impossible encoder: %d layers, %d heads, hidden %d, %d positions"
                .formatted(layers, heads, hidden, positions));
      }
    }
  }

  /// Checkpoints of TensorFlow descent call a LayerNorm's weight gamma and its bias beta.
  private static final Map<String, String> GAMMA_AND_BETA =
      Map.of("LayerNorm.weight", "LayerNorm.gamma", "LayerNorm.bias", "LayerNorm.beta");

  private static final List<String> SENTENCE_TRANSFORMERS = List.of("0.auto_model.", "auto_model.");

  /// Devlin et al., 2019.
  public static NetworkDescription bert(Sizes sizes, int tokenTypes) {
    return bertLike("bert", sizes, 0, tokenTypes, List.of("bert.", "model."));
  }

  /// Liu et al., 2019; XLM-R (Conneau et al., 2020) is the same with another vocabulary.
  ///
  /// @param family `roberta`, `xlm-roberta` or `camembert`
  /// @param padding id of the padding token: places are rows from `padding + 1`
  public static NetworkDescription roberta(
      String family, Sizes sizes, int tokenTypes, int padding) {
    return bertLike(family, sizes, padding + 1, tokenTypes, List.of("roberta.", "model."));
  }

  private static NetworkDescription bertLike(
      String family, Sizes sizes, int offset, int tokenTypes, List<String> prefixes) {
    return postNorm(
        family,
        sizes,
        embeddings(
            sizes,
            offset,
            Optional.of(
                new EmbeddingTable(
                    "embeddings.token_type_embeddings", tokenTypes, sizes.hidden()))),
        number -> {
          String layer = "encoder.layer." + number;
          String self = layer + ".attention.self";
          return new LayerNames(
              List.of(self + ".query", self + ".key", self + ".value"),
              layer + ".attention.output.dense",
              layer + ".attention.output.LayerNorm",
              layer + ".intermediate.dense",
              layer + ".output.dense",
              layer + ".output.LayerNorm");
        },
        Optional.empty(),
        names(prefixes));
  }

  /// Sanh et al., 2019.
  public static NetworkDescription distilBert(Sizes sizes) {
    return postNorm(
        "distilbert",
        sizes,
        embeddings(sizes, 0, Optional.empty()),
        number -> {
          String layer = "transformer.layer." + number;
          String self = layer + ".attention";
          return new LayerNames(
              List.of(self + ".q_lin", self + ".k_lin", self + ".v_lin"),
              self + ".out_lin",
              layer + ".sa_layer_norm",
              layer + ".ffn.lin1",
              layer + ".ffn.lin2",
              layer + ".output_layer_norm");
        },
        Optional.empty(),
        names(List.of("distilbert.", "model.")));
  }

  /// Song et al., 2020. Its padding id is 1 in every checkpoint, and its buckets reach 128 tokens.
  ///
  /// @param buckets of the relative bias: 32 in every checkpoint
  public static NetworkDescription mpnet(Sizes sizes, int buckets) {
    var bias = new EmbeddingTable("encoder.relative_attention_bias", buckets, sizes.heads());
    return postNorm(
        "mpnet",
        sizes,
        embeddings(sizes, 2, Optional.empty()),
        number -> {
          String layer = "encoder.layer." + number;
          String self = layer + ".attention.attn";
          return new LayerNames(
              List.of(self + ".q", self + ".k", self + ".v"),
              self + ".o",
              layer + ".attention.LayerNorm",
              layer + ".intermediate.dense",
              layer + ".output.dense",
              layer + ".output.LayerNorm");
        },
        Optional.of(new RelativeBias(bias, 128)),
        names(List.of("mpnet.", "model.")));
  }

  /// How ModernBERT's layers differ from each other, and which biases it has.
  ///
  /// @param windowed for each layer, whether it sees a window only
  /// @param window how far such a layer sees either side: half of `local_attention`
  /// @param globalBase of the rotary positions in other layers; `localBase` in windowed ones
  public record ModernBertOptions(
      List<Boolean> windowed,
      int window,
      double globalBase,
      double localBase,
      boolean attentionBias,
      boolean feedForwardBias,
      boolean normBias) {
    public ModernBertOptions {
      windowed = List.copyOf(windowed);
    }

    /// As published: every third layer sees everything, windows of 128, no biases.
    public static ModernBertOptions usual(int layers) {
      var windowed = new ArrayList<Boolean>();
      for (int i = 0; i < layers; i++) {
        windowed.add(i % 3 != 0);
      }
      return new ModernBertOptions(windowed, 64, 160_000, 10_000, false, false, false);
    }
  }

  /// Warner et al., 2024.
  public static NetworkDescription modernBert(Sizes sizes, ModernBertOptions options) {
    int hidden = sizes.hidden();
    if (options.windowed().size() != sizes.layers()) {
      throw new IllegalArgumentException(
          options.windowed().size() + " kinds of layers for " + sizes.layers() + " layers");
    }
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < sizes.layers(); i++) {
      String name = "layers." + i;
      boolean windowed = options.windowed().get(i);
      boolean bias = options.feedForwardBias();
      layers.add(
          new Layer(
              new SelfAttention(
                  sizes.heads(),
                  hidden / sizes.heads(),
                  new Projections.Fused(
                      new Linear(name + ".attn.Wqkv", hidden, 3 * hidden, options.attentionBias())),
                  new Linear(name + ".attn.Wo", hidden, hidden, options.attentionBias()),
                  Optional.of(new Rotary(windowed ? options.localBase() : options.globalBase())),
                  windowed ? OptionalInt.of(options.window()) : OptionalInt.empty()),
              i == 0
                  ? Optional.empty()
                  : Optional.of(new LayerNorm(name + ".attn_norm", hidden, options.normBias())),
              new FeedForward.Gated(
                  new Linear(name + ".mlp.Wi", hidden, 2 * sizes.intermediate(), bias),
                  new Linear(name + ".mlp.Wo", sizes.intermediate(), hidden, bias)),
              new LayerNorm(name + ".mlp_norm", hidden, options.normBias())));
    }
    return new NetworkDescription(
        "modernbert",
        sizes.positions(),
        new InputEmbeddings(
            new EmbeddingTable("embeddings.tok_embeddings", sizes.vocabulary(), hidden),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new LayerNorm("embeddings.norm", hidden, options.normBias()))),
        new LayerStack(
            NormPlacement.PRE,
            sizes.epsilon(),
            layers,
            Optional.empty(),
            Optional.of(new LayerNorm("final_norm", hidden, options.normBias()))),
        Pooling.MEAN,
        new NetworkOutput.UnitVector(List.of()),
        names(List.of("model.")));
  }

  private static CheckpointNames names(List<String> prefixes) {
    var all = new ArrayList<>(SENTENCE_TRANSFORMERS);
    all.addAll(prefixes);
    return new CheckpointNames(all, GAMMA_AND_BETA);
  }

  private static InputEmbeddings embeddings(
      Sizes sizes, int offset, Optional<EmbeddingTable> tokenTypes) {
    int hidden = sizes.hidden();
    return new InputEmbeddings(
        new EmbeddingTable("embeddings.word_embeddings", sizes.vocabulary(), hidden),
        Optional.of(
            new PositionEmbedding(
                new EmbeddingTable("embeddings.position_embeddings", sizes.positions(), hidden),
                offset)),
        tokenTypes,
        Optional.of(new LayerNorm("embeddings.LayerNorm", hidden, true)));
  }

  /// @param projections of query, key and value
  private record LayerNames(
      List<String> projections,
      String attentionOut,
      String attentionNorm,
      String up,
      String down,
      String norm) {}

  /// BERT's way: biases everywhere, norms after the sums, plain feed-forward.
  private static NetworkDescription postNorm(
      String family,
      Sizes sizes,
      InputEmbeddings embeddings,
      IntFunction<LayerNames> names,
      Optional<RelativeBias> relativeBias,
      CheckpointNames checkpoint) {
    int hidden = sizes.hidden();
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < sizes.layers(); i++) {
      LayerNames each = names.apply(i);
      List<Linear> projections =
          each.projections().stream().map(name -> new Linear(name, hidden, hidden, true)).toList();
      layers.add(
          new Layer(
              new SelfAttention(
                  sizes.heads(),
                  hidden / sizes.heads(),
                  new Projections.Separate(
                      projections.get(0), projections.get(1), projections.get(2)),
                  new Linear(each.attentionOut(), hidden, hidden, true),
                  Optional.empty(),
                  OptionalInt.empty()),
              Optional.of(new LayerNorm(each.attentionNorm(), hidden, true)),
              new FeedForward.Plain(
                  new Linear(each.up(), hidden, sizes.intermediate(), true),
                  new Linear(each.down(), sizes.intermediate(), hidden, true)),
              new LayerNorm(each.norm(), hidden, true)));
    }
    int offset = embeddings.positions().map(PositionEmbedding::offset).orElse(0);
    return new NetworkDescription(
        family,
        sizes.positions() - offset,
        embeddings,
        new LayerStack(NormPlacement.POST, sizes.epsilon(), layers, relativeBias, Optional.empty()),
        Pooling.MEAN,
        new NetworkOutput.UnitVector(List.of()),
        checkpoint);
  }
}
