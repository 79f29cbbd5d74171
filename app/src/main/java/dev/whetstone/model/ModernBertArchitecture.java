package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.NetworkFamilies.ModernBertOptions;
import dev.whetstone.core.NetworkFamilies.Sizes;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Rotary;
import dev.whetstone.core.ScoreHeads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// `model_type` `modernbert`. Transformers 5 says of each layer whether it is local (`layer_types`)
/// and puts the rotary bases into `rope_parameters`; transformers 4 has every n-th layer global
/// (`global_attn_every_n_layers`) and the bases in `global_rope_theta` and `local_rope_theta`. Both
/// forms are read, and both are written.
final class ModernBertArchitecture implements Architecture {
  private static final String LOCAL = "sliding_attention";
  private static final String GLOBAL = "full_attention";
  private static final double GLOBAL_BASE = 160_000;
  private static final double LOCAL_BASE = 10_000;
  private static final double LARGEST_BASE = 1e12;

  /// Of the table of angles, which no tensor of the file bounds: 65,536 positions of heads of 64.
  private static final long LARGEST_TABLE = 1 << 22;

  @Override
  public NetworkDescription read(ConfigValues config) {
    config.requireOneOf("hidden_activation", List.of("gelu", ""));
    if (config.has("rope_scaling")) {
      throw new Failure.BadInput(config.file() + " has rope_scaling; that is not computed");
    }
    Sizes sizes = Architecture.sizes(config, USUAL_KEYS, 0, config.fraction("norm_eps", 1e-5, .1));
    if (sizes.hidden() / sizes.heads() % 2 != 0) {
      throw new Failure.BadInput(
          "%s: heads of %d numbers cannot be rotated in pairs"
              .formatted(config.file(), sizes.hidden() / sizes.heads()));
    }
    long table = (long) sizes.positions() * (sizes.hidden() / sizes.heads());
    if (table > LARGEST_TABLE) {
      throw new Failure.BadInput(
          "%s: max_position_embeddings is %,d; with heads of %,d numbers at most %,d are computed"
              .formatted(
                  config.file(),
                  sizes.positions(),
                  sizes.hidden() / sizes.heads(),
                  LARGEST_TABLE / (sizes.hidden() / sizes.heads())));
    }
    double global = base(config, GLOBAL, "global_rope_theta", GLOBAL_BASE);
    double local =
        config.config().path("local_rope_theta").isNull()
            ? global
            : base(config, LOCAL, "local_rope_theta", LOCAL_BASE);
    return NetworkFamilies.modernBert(
        sizes,
        new ModernBertOptions(
            windowed(config, sizes.layers()),
            config.whole("local_attention", 128, 2, 1 << 20) / 2,
            global,
            local,
            config.flag("attention_bias", false),
            config.flag("mlp_bias", false),
            config.flag("norm_bias", false)));
  }

  @Override
  public NetworkDescription readScoring(ConfigValues config) {
    config.requireOneOf("classifier_activation", List.of("gelu", ""));
    config.requireOneOf("classifier_pooling", List.of("cls", "mean", ""));
    return ScoreHeads.modernBert(
        read(config),
        config.config().path("classifier_pooling").asText("cls").equals("mean")
            ? Pooling.MEAN
            : Pooling.CLS,
        config.flag("classifier_bias", false),
        config.flag("norm_bias", false));
  }

  private static List<Boolean> windowed(ConfigValues config, int layers) {
    var windowed = new ArrayList<Boolean>();
    if (!config.has("layer_types")) {
      int every = config.whole("global_attn_every_n_layers", 3, 1, 1000);
      for (int i = 0; i < layers; i++) {
        windowed.add(i % every != 0);
      }
      return windowed;
    }
    for (JsonNode type : config.config().path("layer_types")) {
      if (!List.of(LOCAL, GLOBAL).contains(type.asText())) {
        throw new Failure.BadInput(
            "%s has a layer of the type \"%s\"; known are %s and %s"
                .formatted(config.file(), ConfigValues.cut(type.asText()), GLOBAL, LOCAL));
      }
      windowed.add(type.asText().equals(LOCAL));
    }
    if (windowed.size() != layers) {
      throw new Failure.BadInput(
          "%s: layer_types names %,d layers, num_hidden_layers %,d"
              .formatted(config.file(), windowed.size(), layers));
    }
    return windowed;
  }

  private static double base(ConfigValues config, String layer, String key, double standard) {
    var rope = new ConfigValues(config.file(), config.config().path("rope_parameters").path(layer));
    rope.requireOneOf("rope_type", List.of("default", ""));
    double base =
        rope.has("rope_theta")
            ? rope.fraction("rope_theta", standard, LARGEST_BASE)
            : config.fraction(key, standard, LARGEST_BASE);
    if (base <= 1) {
      throw new Failure.BadInput(
          "%s has a rotary base of %s; it must be above 1".formatted(config.file(), base));
    }
    return base;
  }

  @Override
  public String prefix() {
    return "model.";
  }

  @Override
  public Map<String, Object> write(NetworkDescription network) {
    Layer first = network.stack().layers().getFirst();
    double global = base(network, each -> each.window().isEmpty(), GLOBAL_BASE);
    double local = base(network, each -> each.window().isPresent(), LOCAL_BASE);
    var fields = new TreeMap<String, Object>();
    fields.put("architectures", List.of("ModernBertModel"));
    fields.put("attention_bias", first.attention().output().bias());
    fields.put("attention_dropout", 0.0);
    if (network.scores()) {
      fields.put("classifier_activation", "gelu");
      fields.put("classifier_bias", network.output().modules().getFirst().parameter().bias());
      fields.put("classifier_dropout", 0.0);
      fields.put("classifier_pooling", network.pooling() == Pooling.CLS ? "cls" : "mean");
    }
    fields.put("embedding_dropout", 0.0);
    fields.put("global_attn_every_n_layers", every(network));
    fields.put("global_rope_theta", global);
    fields.put("hidden_activation", "gelu");
    fields.put("hidden_size", network.hidden());
    fields.put("initializer_range", 0.02);
    fields.put("intermediate_size", Architecture.intermediate(network));
    fields.put("layer_types", attentions(network).map(ModernBertArchitecture::type).toList());
    fields.put(
        "local_attention",
        2
            * attentions(network)
                .flatMapToInt(each -> each.window().stream())
                .findFirst()
                .orElse(64));
    fields.put("local_rope_theta", local);
    fields.put("max_position_embeddings", network.maxTokens());
    fields.put("mlp_bias", first.feedForward().down().bias());
    fields.put("mlp_dropout", 0.0);
    fields.put("model_type", network.family());
    fields.put("norm_bias", first.feedForwardNorm().bias());
    fields.put("norm_eps", network.stack().epsilon());
    fields.put("num_attention_heads", Architecture.heads(network));
    fields.put("num_hidden_layers", network.stack().layers().size());
    fields.put("rope_parameters", new TreeMap<>(Map.of(GLOBAL, rope(global), LOCAL, rope(local))));
    fields.put("vocab_size", network.vocabulary());
    return fields;
  }

  private static Stream<SelfAttention> attentions(NetworkDescription network) {
    return network.stack().layers().stream().map(Layer::attention);
  }

  private static String type(SelfAttention attention) {
    return attention.window().isPresent() ? LOCAL : GLOBAL;
  }

  private static Map<String, Object> rope(double base) {
    return new TreeMap<>(Map.of("rope_theta", base, "rope_type", "default"));
  }

  private static double base(
      NetworkDescription network, Predicate<SelfAttention> which, double standard) {
    return attentions(network)
        .filter(which)
        .flatMap(each -> each.rotary().stream())
        .mapToDouble(Rotary::base)
        .findFirst()
        .orElse(standard);
  }

  /// For transformers 4: how far apart the first two global layers are.
  private static int every(NetworkDescription network) {
    List<SelfAttention> all = attentions(network).toList();
    for (int i = 1; i < all.size(); i++) {
      if (all.get(i).window().isEmpty()) {
        return i;
      }
    }
    return all.size();
  }
}
