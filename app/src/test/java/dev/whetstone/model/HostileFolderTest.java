package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Model folders that are made to harm.
@Timeout(60)
class HostileFolderTest {
  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    folder = ForeignFolder.write(temporary.resolve("model"));
  }

  @ParameterizedTest(name = "{0} {1} = {2}")
  @CsvSource(
      textBlock =
          """
          config.json, num_hidden_layers, 10000000
          config.json, num_hidden_layers, 1001
          config.json, num_hidden_layers, 0
          config.json, num_attention_heads, 0
          config.json, num_attention_heads, 7
          config.json, hidden_size, 10000000
          config.json, hidden_size, 1e300
          config.json, hidden_size, "16"
          config.json, intermediate_size, -1
          config.json, vocab_size, 10000001
          config.json, max_position_embeddings, 1.5
          config.json, type_vocab_size, 100000
          config.json, layer_norm_eps, -1
          config.json, layer_norm_eps, 0
          config.json, layer_norm_eps, "x"
          sentence_bert_config.json, max_seq_length, 3
          sentence_bert_config.json, max_seq_length, -5
          sentence_bert_config.json, max_seq_length, 1e9
          sentence_bert_config.json, max_seq_length, "20"
          tokenizer_config.json, model_max_length, 0
          tokenizer_config.json, model_max_length, "many"
          1_Pooling/config.json, word_embedding_dimension, 17
          1_Pooling/config.json, word_embedding_dimension, 1e9
          """)
  void aNumberOutOfRangeIsNamedWithItsFile(String file, String key, String value)
      throws IOException {
    if (file.equals("tokenizer_config.json")) {
      Files.delete(folder.resolve("sentence_bert_config.json"));
    }
    ForeignFolder.change(
        folder,
        file,
        json -> json.putRawValue(key, new com.fasterxml.jackson.databind.util.RawValue(value)));

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(file)
        .hasMessageContaining(key)
        .hasMessageContaining(value.startsWith("\"") ? "no number" : value.replaceAll("e.*", ""));
  }

  @Test
  void aTokenizerWithoutALimitIsReadToTheLastPosition() throws IOException {
    Files.delete(folder.resolve("sentence_bert_config.json"));
    ForeignFolder.change(
        folder,
        "tokenizer_config.json",
        json ->
            json.put(
                "model_max_length", new java.math.BigInteger("1000000000000000019884624838656")));

    assertThat(Model.open(folder).maxTokens()).isEqualTo(64);
  }

  @ParameterizedTest
  @CsvSource({"num_hidden_layers, 1000", "vocab_size, 10000000", "intermediate_size, 1000000"})
  void sizesThatTheFileOfTheWeightsCannotHoldAreRefusedBeforeAnythingIsMade(String key, int value)
      throws IOException {
    ForeignFolder.change(folder, "config.json", json -> json.put(key, value));

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("model.safetensors has")
        .hasMessageContaining("config.json asks for");
  }

  /// A long file with nothing in it takes no room on the disk.
  private void sparse(String name, String shape, long bytes) throws IOException {
    String json =
        "{\"%s\":{\"dtype\":\"F16\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
            .formatted(name, shape, bytes);
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    var start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length).put(header);
    Path file = Files.write(folder.resolve("model.safetensors"), start.array());
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(start.capacity() + bytes);
    }
  }

  @Test
  void aLongFileOfHolesIsRefusedByItsLength() throws IOException {
    sparse("x", "[2147483548]", 2L * 2147483548L);

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("model.safetensors has 4,294,967,");
  }

  @Test
  void aTensorThatIsNotAskedForIsNotRead() throws IOException {
    sparse("x", "[5000000]", 10_000_000);

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("lacks the tensor embeddings.word_embeddings.weight");
  }

  @Test
  void weightsThatDoNotFitIntoMemoryAreRefusedBeforeTheyAreRead() throws IOException {
    ForeignFolder.change(
        folder, "config.json", json -> json.put("vocab_size", 9_000_000).put("hidden_size", 1024));
    Files.delete(folder.resolve("1_Pooling/config.json"));
    Files.delete(folder.resolve("modules.json"));
    sparse("embeddings.word_embeddings.weight", "[9000000,1024]", 2L * 9_020_000 * 1024);

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("-Xmx");
  }

  @Test
  void noLinkThatLeadsOutOfTheFolderIsFollowedAndNothingBehindItIsTold() throws IOException {
    Path secret = Files.writeString(temporary.resolve("passwd"), "root:x:0:0:secretword");
    for (String name :
        new String[] {
          "modules.json",
          "config.json",
          "tokenizer.json",
          "model.safetensors",
          "sentence_bert_config.json",
          "tokenizer_config.json",
          "config_sentence_transformers.json",
          "1_Pooling/config.json",
          "manifest.json",
          "whetstone.json"
        }) {
      Path own = ForeignFolder.write(temporary.resolve("links/" + name.replace('/', '-')));
      Files.deleteIfExists(own.resolve(name));
      Files.createSymbolicLink(own.resolve(name), secret);
      if (name.equals("tokenizer_config.json")) {
        Files.delete(own.resolve("sentence_bert_config.json"));
      }

      assertThatThrownBy(() -> Model.open(own))
          .as(name)
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("leads out of the model's folder")
          .message()
          .doesNotContain("root", "secretword");
    }
  }

  @Test
  void aFolderOfHuggingFacesCacheConsistsOfLinksAndOpens() throws IOException {
    Path blobs = Files.createDirectories(temporary.resolve("hub/blobs"));
    Path snapshot = temporary.resolve("hub/snapshots/0123abcd");
    Files.createDirectories(snapshot.resolve("1_Pooling"));
    for (String name :
        new String[] {
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "modules.json",
          "1_Pooling/config.json",
          "sentence_bert_config.json",
          "config_sentence_transformers.json"
        }) {
      Path blob = blobs.resolve(name.replace('/', '-'));
      Files.move(folder.resolve(name), blob);
      Files.createSymbolicLink(snapshot.resolve(name), blob);
    }

    assertThat(Model.open(snapshot).space())
        .isEqualTo(Model.open(ForeignFolder.write(temporary.resolve("same"))).space());
  }

  @ParameterizedTest
  @CsvSource({"config.json", "modules.json", "tokenizer.json", "sentence_bert_config.json"})
  void anErrorInAFileDoesNotQuoteIt(String name) throws IOException {
    Files.writeString(folder.resolve(name), "{\"a\": secretword}");

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(name)
        .hasMessageContaining("line 1, column")
        .message()
        .doesNotContain("secretword");
  }

  @ParameterizedTest
  @CsvSource({"config.json", "modules.json", "whetstone.json", "manifest.json"})
  void aConfigurationThatIsEndlessIsNotRead(String name) throws IOException {
    try (var open = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      open.setLength(1L << 40);
    }

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(name + " has more than the 1,048,576 bytes allowed");
  }

  @Test
  void aFileNestedTooDeeplyIsRefused() throws IOException {
    Files.writeString(folder.resolve("config.json"), "[".repeat(100_000));

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("config.json is nested too deeply");
  }

  @Test
  void aPromptThatFillsTheModelIsRefused() throws IOException {
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"prompts\":{\"query\":\"" + "q".repeat(200_000) + "\"}}");

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("a prompt of 200,000 characters");
  }

  @Test
  void aGraphOfOthersIsNotUsedThoughTheManifestFits() throws IOException {
    Model model = TinyBert.write(temporary.resolve("ours"), 7);
    byte[] ours = Files.readAllBytes(model.onnx());
    Path graph = model.folder().resolve("onnx/model.onnx");
    Files.write(graph, Files.readAllBytes(TinyBert.write(temporary.resolve("other"), 8).onnx()));
    ForeignFolder.fit(model.folder(), "onnx/model.onnx");

    Model opened = Model.open(model.folder());

    assertThat(opened.space()).isEqualTo(model.space());
    assertThat(opened.onnx()).isNotEqualTo(graph).hasBinaryContent(ours);
  }

  @Test
  void aGraphWithItsDataInOtherFilesIsNotUsed() throws IOException {
    Model model = TinyBert.write(temporary.resolve("ours"), 7);
    byte[] ours = Files.readAllBytes(model.onnx());
    Path graph = model.folder().resolve("onnx/model.onnx");
    var outside = ai.onnx.proto.OnnxMl.ModelProto.parseFrom(ours).toBuilder();
    outside
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(ai.onnx.proto.OnnxMl.TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            ai.onnx.proto.OnnxMl.StringStringEntryProto.newBuilder()
                .setKey("location")
                .setValue("../../../secret.bin"));
    Files.write(graph, outside.build().toByteArray());
    ForeignFolder.fit(model.folder(), "onnx/model.onnx");

    assertThat(Model.open(model.folder()).onnx()).hasBinaryContent(ours);
  }

  @Test
  void aSpaceThatTheWeightsDoNotMakeIsRefused() throws IOException {
    Model model = TinyBert.write(temporary.resolve("ours"), 7);
    Model other = TinyBert.write(temporary.resolve("other"), 8);
    Path about = model.folder().resolve("whetstone.json");
    Files.writeString(
        about, Files.readString(about).replace(model.space().value(), other.space().value()));
    ForeignFolder.fit(model.folder(), "whetstone.json");

    assertThatThrownBy(() -> Model.open(model.folder()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("says that its space is " + other.space());
  }

  @Test
  void aManifestThatNamesAFileOutsideIsRefused() throws IOException {
    Model model = TinyBert.write(temporary.resolve("ours"), 7);
    Files.writeString(temporary.resolve("outside"), "secret");
    ForeignFolder.change(
        model.folder(),
        "manifest.json",
        json -> {
          json.remove("sha256");
          ((ObjectNode) json.get("files"))
              .putObject("../outside")
              .put("bytes", 6)
              .put(
                  "sha256",
                  dev.whetstone.core.Sha256.of("secret".getBytes(StandardCharsets.UTF_8)));
        });

    assertThatThrownBy(() -> Model.open(model.folder())).isInstanceOf(Failure.class);
  }

  @Test
  void aPickleIsNotRead() throws IOException {
    Files.move(folder.resolve("model.safetensors"), folder.resolve("pytorch_model.bin"));

    assertThatThrownBy(() -> Model.open(folder))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("is a pickle, which is never read");
  }
}
