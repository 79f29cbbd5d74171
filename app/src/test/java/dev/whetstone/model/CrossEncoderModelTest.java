package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is refused, by name, and what a written folder consists of.
class CrossEncoderModelTest {
  @TempDir private Path temporary;

  private Path copy(String name) throws IOException {
    return NetworkFolders.copy(NetworkFolders.reranker(name), temporary.resolve(name));
  }

  @ParameterizedTest(name = "{0} {1} {2} = {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          bert               | config.json           | model_type           | "deberta-v2"         | deberta-v2
          bert               | config.json           | id2label             | {"0":"no","1":"yes"} | 2 labels
          bert               | config.json           | architectures        | ["BertModel"]        | BertModel
          modernbert-cls     | config.json           | classifier_pooling   | "max"                | max
          modernbert-cls     | config.json           | classifier_activation | "silu"              | silu
          modernbert-modules | 4_Dense/config.json   | module_output_name   | "embedding"          | embedding
          modernbert-modules | 2_Dense/config.json   | activation_function  | "torch.nn.modules.activation.SiLU" | SiLU
          modernbert-modules | config_sentence_transformers.json | model_type | "SentenceTransformer" | SentenceTransformer
          bert               | config_sentence_transformers.json | activation_fn | "torch.nn.modules.activation.Softplus" | Softplus
          """)
  void whatIsNotComputedIsRefusedByName(
      String name, String file, String key, String value, String named) throws IOException {
    Path folder =
        ForeignFolder.change(copy(name), file, json -> json.putRawValue(key, new RawValue(value)));

    assertThatThrownBy(() -> CrossEncoderModel.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(named);
  }

  @Test
  void aModuleThatIsNotKnownIsRefusedByName() throws IOException {
    Path folder = copy("modernbert-modules");
    Path modules = folder.resolve("modules.json");
    Files.writeString(modules, Files.readString(modules).replace("LayerNorm\"", "LogitScore\""));

    assertThatThrownBy(() -> CrossEncoderModel.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("LogitScore");
  }

  @Test
  void anEncoderIsNoRerankerAndARerankerNoEncoder() throws IOException {
    Path encoder = NetworkFolders.copy("bert-cls", temporary.resolve("encoder"));

    assertThatThrownBy(() -> CrossEncoderModel.open(encoder)).isInstanceOf(Failure.BadInput.class);
    for (Path reranker : NetworkFolders.rerankers()) {
      assertThatThrownBy(() -> Model.open(reranker))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("reranker");
    }
  }

  @Test
  void aHeadOfMoreLabelsThanConfigurationSaysIsCorrupt() throws IOException {
    Path folder = copy("xlm-roberta");
    var weights = SafeTensors.read(folder.resolve(WeightFiles.NAME), CrossEncoderModelTest::all);
    weights.put(
        "classifier.out_proj.weight", new NamedTensors.Array(new long[] {2, 32}, new float[64]));
    SafeTensors.write(folder.resolve(WeightFiles.NAME), weights);

    assertThatThrownBy(() -> CrossEncoderModel.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("classifier.out_proj.weight");
  }

  private static Map<String, String> all(Map<String, long[]> sizes) {
    var names = new LinkedHashMap<String, String>();
    sizes.keySet().forEach(name -> names.put(name, name));
    return names;
  }

  @Test
  void aFlippedBitOfAWrittenFolderIsFound() throws IOException {
    var original = CrossEncoderModel.open(NetworkFolders.reranker("modernbert-modules"));
    Path folder = temporary.resolve("written");
    CrossEncoderModel.save(
        folder,
        CrossEncoderDraft.of(
            original,
            "copy",
            original.weights(),
            ModelCard.of("random", "apache-2.0", List.of("en"))),
        new Provenance("model", 1, Map.of(), Map.of(), 1));
    Path weights = folder.resolve("3_LayerNorm/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    assertThatThrownBy(() -> CrossEncoderModel.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("3_LayerNorm");
  }

  @Test
  void aClassifierIsWrittenUnderTheNamesOfTransformers() throws IOException {
    for (String name : List.of("bert", "distilbert", "modernbert-mean", "mpnet", "roberta")) {
      var original = CrossEncoderModel.open(NetworkFolders.reranker(name));
      Path folder = temporary.resolve(name);
      CrossEncoderModel.save(
          folder,
          CrossEncoderDraft.of(
              original, "copy", original.weights(), ModelCard.of("random", "mit", List.of("en"))),
          new Provenance("model", 1, Map.of(), Map.of(), 1));

      assertThat(names(folder)).containsAll(names(original.folder()));
      assertThat(folder.resolve("README.md")).content().contains("text-ranking");
    }
  }

  private static List<String> names(Path folder) {
    return SafeTensors.read(folder.resolve(WeightFiles.NAME), CrossEncoderModelTest::all)
        .names()
        .stream()
        .filter(name -> !name.endsWith("position_ids"))
        .toList();
  }
}
