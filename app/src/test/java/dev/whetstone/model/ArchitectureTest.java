package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Folders of the known architectures, and what is wrong with them.
class ArchitectureTest {
  @TempDir private Path temporary;

  static List<Path> folders() throws IOException {
    return NetworkFolders.all();
  }

  private Path copy(String name) throws IOException {
    return NetworkFolders.copy(name, temporary.resolve(name));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyTensorThatIsMissingIsNamed(Path folder) throws IOException {
    Path copy = copy(String.valueOf(folder.getFileName()));
    NamedTensors weights = Model.open(copy).weights();
    for (String missing : encoder(weights)) {
      var others = new NamedTensors();
      encoder(weights).stream()
          .filter(name -> !name.equals(missing))
          .forEach(name -> others.put(name, weights.get(name)));
      SafeTensors.write(copy.resolve("model.safetensors"), others);

      assertThatThrownBy(() -> Model.open(copy))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining("model.safetensors lacks the tensor " + missing);
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyTensorOfAnotherSizeIsNamed(Path folder) throws IOException {
    Path copy = copy(String.valueOf(folder.getFileName()));
    NamedTensors weights = Model.open(copy).weights();
    for (String changed : encoder(weights)) {
      var others = new NamedTensors();
      encoder(weights).forEach(name -> others.put(name, weights.get(name)));
      others.put(changed, new NamedTensors.Array(new long[] {1, 40, 25}, new float[1000]));
      SafeTensors.write(copy.resolve("model.safetensors"), others);

      assertThatThrownBy(() -> Model.open(copy))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining("the tensor " + changed + " is [1, 40, 25], but config.json asks");
    }
  }

  private static List<String> encoder(NamedTensors weights) {
    return weights.names().stream().filter(name -> !name.startsWith("head.")).toList();
  }

  @Test
  void aTensorOfTheHeadThatIsMissingOrOfAnotherSizeIsNamed() throws IOException {
    Path folder = copy("distilbert-mean-dense");
    NamedTensors weights = Model.open(folder).weights();
    Path file = folder.resolve("2_Dense/model.safetensors");
    var broken = new NamedTensors();
    broken.put("linear.weight", weights.get("head.0.linear.weight"));

    SafeTensors.write(file, broken);
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("2_Dense/model.safetensors lacks the tensor linear.bias");

    broken.put("linear.bias", new NamedTensors.Array(new long[] {25}, new float[25]));
    SafeTensors.write(file, broken);
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("the tensor linear.bias is [25], but config.json asks for [24]");

    Files.delete(file);
    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("2_Dense has no model.safetensors");
  }

  @ParameterizedTest(name = "{0} {1} {2} = {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          bert-cls              | config.json         | is_decoder                     | true
          roberta-mean          | config.json         | position_embedding_type        | "relative_key"
          roberta-mean          | config.json         | hidden_act                     | "gelu_new"
          roberta-mean          | config.json         | pad_token_id                   | -1
          roberta-mean          | config.json         | max_position_embeddings        | 9
          xlm-roberta-cls       | config.json         | model_type                     | "xlm-roberta-xl"
          distilbert-mean-dense | config.json         | activation                     | "relu"
          distilbert-mean-dense | config.json         | n_heads                        | 5
          distilbert-mean-dense | 2_Dense/config.json | activation_function            | "torch.nn.modules.activation.Softmax"
          distilbert-mean-dense | 2_Dense/config.json | activation_function            | "mine.Tanh"
          distilbert-mean-dense | 2_Dense/config.json | in_features                    | 31
          distilbert-mean-dense | 2_Dense/config.json | out_features                   | 1000000
          distilbert-mean-dense | 2_Dense/config.json | bias                           | "yes"
          distilbert-mean-dense | 2_Dense/config.json | use_residual                   | true
          distilbert-mean-dense | 2_Dense/config.json | module_input_name              | "token_embeddings"
          mpnet-mean            | config.json         | relative_attention_num_buckets | 16
          mpnet-mean            | config.json         | hidden_act                     | "relu"
          modernbert-mean       | config.json         | hidden_activation              | "silu"
          modernbert-mean       | config.json         | num_attention_heads            | 32
          modernbert-mean       | config.json         | layer_types                    | ["full_attention"]
          modernbert-mean       | config.json         | layer_types                    | ["a","b","c","d"]
          modernbert-mean       | config.json         | rope_parameters                | {"full_attention":{"rope_type":"yarn"}}
          modernbert-mean       | config.json         | rope_parameters                | {"full_attention":{"rope_theta":0.5}}
          modernbert-mean       | config.json         | rope_scaling                   | {"type":"linear","factor":2}
          modernbert-mean       | config.json         | local_attention                | 0
          modernbert-mean       | config.json         | max_position_embeddings        | 1048576
          """)
  void whatIsNotComputedIsRefusedWithItsFile(String name, String file, String key, String value)
      throws IOException {
    Path folder = copy(name);
    ForeignFolder.change(folder, file, json -> json.putRawValue(key, new RawValue(value)));

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(file);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 3"})
  void aDenseModuleBeforePoolingOrBehindNormalizeIsRefused(int one, int other) throws IOException {
    Path folder = copy("distilbert-mean-dense");
    Path file = folder.resolve("modules.json");
    var modules =
        new ArrayList<>(Json.MAPPER.readTree(Files.readAllBytes(file)).valueStream().toList());
    Collections.swap(modules, one, other);
    Files.writeString(file, Json.pretty(modules));

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("Dense module at 2_Dense");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors"})
  void noLinkThatLeadsOutOfAModulesFolderIsFollowed(String name) throws IOException {
    Path folder = copy("distilbert-mean-dense");
    Path file = folder.resolve("2_Dense").resolve(name);
    Path outside = temporary.resolve("outside-" + name);
    Files.move(file, outside);
    Files.createSymbolicLink(file, outside);

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("leads out of the model's folder");
  }

  @Test
  void theLongestSequenceIsShorterThanTheTableOfPositionsByItsOffset() throws IOException {
    Path folder = copy("roberta-mean"); // 66 positions, the first token has row 2
    ForeignFolder.change(
        folder, "tokenizer_config.json", json -> json.put("model_max_length", 512));

    assertThat(Model.open(folder).maxTokens()).isEqualTo(64);
  }

  @Test
  void modernBertReadsTheConfigurationOfTransformers4Too() throws IOException {
    Path folder = copy("modernbert-mean");
    var network = Model.open(folder).network();
    ForeignFolder.change(
        folder,
        "config.json",
        json -> {
          json.remove(List.of("layer_types", "rope_parameters"));
          json.put("global_attn_every_n_layers", 3);
          json.put("global_rope_theta", 160_000.0);
          json.put("local_rope_theta", 10_000.0);
        });

    assertThat(Model.open(folder).network()).isEqualTo(network);
  }

  @Test
  void modernBertWithoutALocalBaseUsesTheGlobalOneEverywhere() throws IOException {
    Path folder = copy("modernbert-mean");
    ForeignFolder.change(
        folder,
        "config.json",
        json -> {
          json.remove("rope_parameters");
          json.put("global_rope_theta", 5000.0);
          json.putNull("local_rope_theta");
        });

    assertThat(Model.open(folder).network().stack().layers())
        .extracting(layer -> layer.attention().rotary().orElseThrow().base())
        .containsOnly(5000.0);
  }

  @Test
  void spacesAndGraphsOfBertKeepTheirNames() throws IOException {
    var model =
        TinyBert.write(temporary.resolve("tiny"), 7, Pooling.CLS, new Prompts("q: ", "p: "), 30);

    assertThat(model.space().value()).isEqualTo("d7b4b1857651d45f");
    assertThat(Sha256.of(model.onnx()))
        .isEqualTo("560222deb941237bae6af92c2577a1699e6861b66e76aea2d598a1a4b2723e86");
    assertThat(Model.open(copy("bert-cls")).space().value()).isEqualTo("a708c996660e2fd0");
  }
}
