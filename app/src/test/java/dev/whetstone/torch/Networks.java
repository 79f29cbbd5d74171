package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.NetworkFamilies.ModernBertOptions;
import dev.whetstone.core.NetworkFamilies.Sizes;
import dev.whetstone.core.NetworkOutput.NormModule;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.ScoreHeads;
import java.util.List;
import java.util.stream.Stream;

/// Tiny networks of all families for tests: 32 dimensions, 4 heads, a vocabulary of 50, sequences
/// of at least 40 tokens.
final class Networks {
  private static final Sizes SIZES = new Sizes(2, 4, 32, 64, 50, 42, 1e-5);

  private Networks() {}

  static NetworkDescription bert() {
    return NetworkFamilies.bert(SIZES, 2);
  }

  static NetworkDescription roberta() {
    return NetworkFamilies.roberta("xlm-roberta", SIZES, 1, 1);
  }

  static NetworkDescription distilBert() {
    return NetworkFamilies.distilBert(SIZES);
  }

  static NetworkDescription mpnet() {
    return NetworkFamilies.mpnet(SIZES, 32);
  }

  /// Four layers, two with windows of 5 tokens either side.
  static NetworkDescription modernBert() {
    var options =
        new ModernBertOptions(
            List.of(false, true, true, false), 5, 160_000, 10_000, false, false, false);
    return NetworkFamilies.modernBert(new Sizes(4, 4, 32, 64, 50, 42, 1e-5), options);
  }

  /// Those that [TrainingPass] computes, with each pooling.
  static Stream<NetworkDescription> ofBertsForm() {
    return Stream.of(bert(), roberta(), distilBert(), mpnet()).flatMap(Networks::pooled);
  }

  /// All families with the head that scores pairs; ModernBERT also from the mean, and with the
  /// modules of Ettin's rerankers.
  static Stream<NetworkDescription> scoring() {
    var modernBert = modernBert();
    return Stream.concat(
        Stream.of(bert(), roberta(), distilBert(), mpnet(), modernBert).map(ScoreHeads::on),
        Stream.of(
            ScoreHeads.modernBert(modernBert, Pooling.MEAN, true, true),
            modernBert.withScoreHead(
                Pooling.CLS,
                List.of(
                    new DenseModule(new Linear("head.0.linear", 32, 32, false), Activation.GELU),
                    new NormModule(new LayerNorm("head.1.norm", 32, true), 1e-5),
                    new DenseModule(
                        new Linear("head.2.linear", 32, 1, true), Activation.IDENTITY)))));
  }

  /// Those that [TrainingPass] computes: of BERT's form, embedding or scoring.
  static Stream<NetworkDescription> fast() {
    return Stream.concat(ofBertsForm(), scoring().filter(TrainingPass::computes));
  }

  /// All that embed or score.
  static Stream<NetworkDescription> everything() {
    return Stream.concat(all(), scoring());
  }

  /// All families with each pooling, and heads.
  static Stream<NetworkDescription> all() {
    var tanh = new DenseModule(new Linear("head.0.linear", 32, 24, true), Activation.TANH);
    var identity = new DenseModule(new Linear("head.1.linear", 24, 16, false), Activation.IDENTITY);
    var pooled =
        Stream.of(bert(), roberta(), distilBert(), mpnet(), modernBert()).flatMap(Networks::pooled);
    return Stream.concat(
        pooled,
        Stream.of(bert().withHead(List.of(tanh, identity)), modernBert().withHead(List.of(tanh))));
  }

  private static Stream<NetworkDescription> pooled(NetworkDescription network) {
    return Stream.of(network.withPooling(Pooling.CLS), network.withPooling(Pooling.MEAN));
  }

  /// For messages: `bert CLS`.
  static String name(NetworkDescription network) {
    return "%s %s %s %d"
        .formatted(
            network.family(),
            network.pooling(),
            network.scores() ? "score" : "head",
            network.output().modules().size());
  }
}
