package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Draft;
import dev.whetstone.model.Model;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimesTest {
  /// Texts that are worth a trial.
  private static final int MANY = 4000;

  @TempDir Path folder;

  private static List<String> texts(int count) {
    var random = new Random(3);
    return IntStream.range(0, count)
        .mapToObj(i -> "the broker ".repeat(random.nextInt(20)) + "queue " + i)
        .toList();
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "p" + i).toList();
  }

  @Test
  void libtorchAgreesWithOnnxRuntime() {
    for (Pooling pooling : Pooling.values()) {
      var model = TinyBert.write(folder.resolve(pooling.name()), 11, pooling, Prompts.NONE, 32);
      try (var onnx = Encoders.open(model, EncoderSettings.of(RuntimeChoice.ONNX_FP32, folder));
          var torch = Encoders.open(model, EncoderSettings.of(RuntimeChoice.TORCH_FP32, folder))) {
        var expected = onnx.texts(ids(40), texts(40), Progress.NONE);
        var actual = torch.texts(ids(40), texts(40), Progress.NONE);

        EncodersTest.assertClose(actual.data(), expected.data(), 1e-5);
        EncodersTest.assertClose(torch.query("salt"), onnx.query("salt"), 1e-5);
      }
    }
  }

  @Test
  void aLargeJobTriesAllRuntimesOnceAndKeepsTheOutcome() throws Exception {
    var model = TinyBert.write(folder.resolve("m"), 11);
    var settings = EncoderSettings.of(RuntimeChoice.AUTO, folder.resolve("cache"));
    try (var encoder = Encoders.open(model, settings)) {
      encoder.texts(ids(10), texts(10), Progress.NONE);
      assertThat(RuntimeTrial.kept(model, settings)).isEmpty();

      encoder.texts(ids(MANY), texts(MANY), Progress.NONE);
    }

    var trial = RuntimeTrial.kept(model, settings).orElseThrow();
    assertThat(trial.tokensPerSecond().keySet())
        .isEqualTo(trial.cosine().keySet())
        .isEqualTo(
            Network.computesInt8()
                ? Set.of("ONNX_FP32", "TORCH_BF16", "TORCH_FP32", "TORCH_INT8")
                : Set.of("ONNX_FP32", "TORCH_BF16", "TORCH_FP32"));
    assertThat(trial.cosine()).containsKey(trial.fastest().name());
    double chosen = trial.tokensPerSecond().getOrDefault(trial.fastest().name(), 0.);
    trial
        .cosine()
        .forEach(
            (name, cosine) -> {
              if (name.equals(trial.fastest().name())) {
                assertThat(cosine).isGreaterThanOrEqualTo(RuntimeTrial.SAME_SPACE);
              }
              if (cosine >= RuntimeTrial.SAME_SPACE) {
                assertThat(trial.tokensPerSecond().getOrDefault(name, 0.))
                    .isLessThanOrEqualTo(chosen);
              }
            });

    try (var files = Files.list(folder.resolve("cache/trials"))) {
      Path kept = files.filter(file -> file.toString().endsWith(".json")).findAny().orElseThrow();
      Files.writeString(kept, "{ damaged");
    }
    assertThat(RuntimeTrial.kept(model, settings)).isEmpty();
  }

  @Test
  void bf16ThatIsAskedForIsRefusedWhereItsVectorsAreOfAnotherSpace() {
    var tiny = TinyBert.write(folder.resolve("m"), 11);
    var weights = tiny.weights();
    for (String name : weights.names()) {
      if (name.contains("self.query.weight") || name.contains("self.key.weight")) {
        float[] data = weights.get(name).data();
        for (int i = 0; i < data.length; i++) {
          data[i] *= 100; // which word is looked at then hangs on the last digits of a product
        }
      }
    }
    var rough =
        Model.save(
            folder.resolve("rough"),
            Draft.of(tiny, "rough", weights, tiny.card().orElseThrow()),
            tiny.provenance().orElseThrow());
    var bf16 = EncoderSettings.of(RuntimeChoice.TORCH_BF16, folder.resolve("cache"));

    try (var encoder = Encoders.open(rough, bf16)) {
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(() -> encoder.texts(ids(40), texts(40), Progress.NONE))
            .isInstanceOf(Failure.Refused.class)
            .hasMessageMatching(".* of rough .* cosine is -?[0-9.]+, and 0.999 .* onnx_fp32.*");
      }
    }
    try (var encoder = Encoders.open(rough, bf16)) {
      assertThatThrownBy(() -> encoder.queries(texts(40))).isInstanceOf(Failure.Refused.class);
    }
  }

  @Test
  void bf16ThatIsAskedForIsUsedWhereItsVectorsAreOfTheSameSpace() {
    var model = TinyBert.write(folder.resolve("m"), 11);
    var cache = folder.resolve("cache");
    try (var bf16 = Encoders.open(model, EncoderSettings.of(RuntimeChoice.TORCH_BF16, cache));
        var fp32 = Encoders.open(model, EncoderSettings.of(RuntimeChoice.ONNX_FP32, cache))) {
      for (int again = 0; again < 3; again++) { // by the third time nothing is compared any more
        EncodersTest.assertClose(bf16.query("salt"), fp32.query("salt"), .02);
        EncodersTest.assertClose(
            bf16.texts(ids(20), texts(20), Progress.NONE).data(),
            fp32.texts(ids(20), texts(20), Progress.NONE).data(),
            .02);
      }
    }
  }

  @Test
  void aKeptTrialSpeaksForTheRuntimeThatIsAskedFor() throws Exception {
    var model = TinyBert.write(folder.resolve("m"), 11);
    var auto = EncoderSettings.of(RuntimeChoice.AUTO, folder.resolve("cache"));
    try (var encoder = Encoders.open(model, auto)) {
      encoder.texts(ids(MANY), texts(MANY), Progress.NONE);
    }
    Path file;
    try (var files = Files.list(folder.resolve("cache/trials"))) {
      file = files.filter(f -> f.toString().endsWith(".json")).findAny().orElseThrow();
    }
    var trial = RuntimeTrial.kept(model, auto).orElseThrow();
    var cosines = new TreeMap<>(trial.cosine());
    cosines.put("TORCH_BF16", .99712);
    var worse =
        new RuntimeTrial(
            trial.processor(),
            trial.threads(),
            trial.tokensPerSecond(),
            cosines,
            RuntimeChoice.ONNX_FP32);
    WholeFile.write(file, Json.sealed(Json.pretty(worse)));

    var bf16 = EncoderSettings.of(RuntimeChoice.TORCH_BF16, folder.resolve("cache"));
    try (var encoder = Encoders.open(model, bf16)) {
      assertThatThrownBy(() -> encoder.query("salt"))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("0.9971");
    }
  }
}
