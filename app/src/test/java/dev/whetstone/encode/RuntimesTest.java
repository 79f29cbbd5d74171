package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimesTest {
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

      encoder.texts(ids(1500), texts(1500), Progress.NONE);
    }

    var trial = RuntimeTrial.kept(model, settings).orElseThrow();
    assertThat(trial.tokensPerSecond().keySet())
        .isEqualTo(trial.cosine().keySet())
        .isEqualTo(new TreeSet<>(List.of("ONNX_FP32", "TORCH_BF16", "TORCH_FP32")));
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
  void everyTextStandsInOneBatchOfLikeLength() {
    var random = new Random(9);
    List<int[]> ids =
        IntStream.range(0, 500).mapToObj(_ -> new int[1 + random.nextInt(200)]).toList();

    var batches = Batches.of(ids, 1000, 32);

    assertThat(batches.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(IntStream.range(0, 500).boxed().toList());
    for (List<Integer> batch : batches) {
      int longest = batch.stream().mapToInt(row -> ids.get(row).length).max().orElseThrow();
      assertThat(longest * batch.size()).isLessThanOrEqualTo(1000);
      assertThat(batch).hasSizeLessThanOrEqualTo(32);
    }
    assertThat(Batches.of(List.of(new int[5000]), 1000, 32)).hasSize(1);
    assertThat(Batches.of(List.of(), 1000, 32)).isEmpty();
  }
}
