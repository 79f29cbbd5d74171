package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.SpaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  @TempDir Path folder;

  @Test
  void aSavedModelOpensAsItWas() {
    var prompts = new Prompts("ask: ", "text: ");
    var saved = TinyBert.write(folder.resolve("m"), 7, Pooling.CLS, prompts, 20);

    var opened = Model.open(folder.resolve("m"));

    assertThat(opened.name()).isEqualTo("tiny-bert");
    assertThat(opened.network()).isEqualTo(TinyBert.network().withPooling(Pooling.CLS));
    assertThat(opened.prompts()).isEqualTo(prompts);
    assertThat(opened.maxTokens()).isEqualTo(20);
    assertThat(opened.space()).isEqualTo(saved.space());
    var weights = TinyBert.weights(7);
    assertThat(opened.weights().names()).containsExactlyElementsOf(weights.names());
    for (String name : weights.names()) {
      assertThat(opened.weights().get(name).data()).isEqualTo(weights.get(name).data());
      assertThat(opened.weights().get(name).shape()).isEqualTo(weights.get(name).shape());
    }
  }

  @Test
  void theSameDraftGivesTheSameBytes() throws IOException {
    var one = TinyBert.write(folder.resolve("one"), 7).folder();
    var two = TinyBert.write(folder.resolve("two"), 7).folder();

    for (String file : files(one)) {
      assertThat(two.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
    }
  }

  @Test
  void theSpaceIsTheSameWithoutOurOwnFiles() throws IOException {
    var model = TinyBert.write(folder.resolve("m"), 7);
    for (String ours : List.of("manifest.json", "whetstone.json", "README.md", "onnx/model.onnx")) {
      Files.delete(model.folder().resolve(ours));
    }

    var foreign = Model.open(model.folder());

    assertThat(foreign.space()).isEqualTo(model.space());
    assertThat(foreign.name()).isEqualTo("m");
    assertThat(foreign.card()).isEmpty();
  }

  @Test
  void theGraphBuiltForAFolderOfOthersIsBuiltAnewWhenItIsDamagedInTheCache() throws IOException {
    var model = TinyBert.write(folder.resolve("m"), 71);
    byte[] written = Files.readAllBytes(model.onnx());
    for (String ours : List.of("manifest.json", "whetstone.json")) {
      Files.delete(model.folder().resolve(ours));
    }
    Path built = Model.open(model.folder()).onnx();
    assertThat(Files.readAllBytes(built)).isEqualTo(written);

    byte[] flipped = written.clone();
    flipped[flipped.length / 2] ^= 1; // within the weights
    Files.write(built, flipped);

    assertThat(Files.readAllBytes(Model.open(model.folder()).onnx())).isEqualTo(written);
  }

  @Test
  void theSpaceChangesWithEachIngredientAndNotWithTheQueryPrompt() throws IOException {
    var none = Prompts.NONE;
    var space = TinyBert.write(folder.resolve("0"), 7, Pooling.MEAN, none, 32).space();
    var asked = new Prompts("ask: ", "");

    assertThat(TinyBert.write(folder.resolve("1"), 7, Pooling.MEAN, asked, 32).space())
        .isEqualTo(space);

    var others = new ArrayList<SpaceId>();
    others.add(TinyBert.write(folder.resolve("2"), 8, Pooling.MEAN, none, 32).space());
    others.add(TinyBert.write(folder.resolve("3"), 7, Pooling.CLS, none, 32).space());
    others.add(
        TinyBert.write(folder.resolve("4"), 7, Pooling.MEAN, new Prompts("", "p: "), 32).space());
    others.add(TinyBert.write(folder.resolve("5"), 7, Pooling.MEAN, none, 31).space());
    others.add(withOtherTokenizer());
    assertThat(others).doesNotContain(space);
    assertThat(new HashSet<>(others)).hasSameSizeAs(others);
  }

  private SpaceId withOtherTokenizer() throws IOException {
    var model = TinyBert.write(folder.resolve("t"), 7);
    Path other = folder.resolve("other.json");
    Files.writeString(
        other, TinyBert.tokenizer().replace("\"lowercase\" : true", "\"lowercase\" : false"));
    var draft = Draft.of(model, "t", model.weights(), model.card().orElseThrow());
    return Model.save(
            folder.resolve("6"),
            new Draft(
                "t",
                draft.network(),
                draft.weights(),
                draft.prompts(),
                draft.maxTokens(),
                other,
                draft.card()),
            model.provenance().orElseThrow())
        .space();
  }

  @Test
  void aFlippedBitInAnyFileIsNamed() throws IOException {
    var model = TinyBert.write(folder.resolve("m"), 7);

    for (String file : files(model.folder())) {
      if (file.equals("manifest.json") || file.endsWith(".keep")) {
        continue;
      }
      Path path = model.folder().resolve(file);
      byte[] bytes = Files.readAllBytes(path);
      bytes[bytes.length / 2] ^= 1;
      Files.write(path, bytes);
      assertThatThrownBy(() -> Model.open(model.folder()))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(path, bytes);
    }
  }

  @Test
  void aTruncatedOrMissingFileIsNamed() throws IOException {
    var model = TinyBert.write(folder.resolve("m"), 7);
    Path weights = model.folder().resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);

    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Model.open(model.folder()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("model.safetensors is damaged");

    Files.delete(weights);
    assertThatThrownBy(() -> Model.open(model.folder()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("model.safetensors is missing");
  }

  @Test
  void weightsThatAreNotFiniteAreNotSaved() {
    var model = TinyBert.write(folder.resolve("m"), 7);
    var weights = TinyBert.weights(7);
    weights.get("encoder.layer.1.output.dense.bias").data()[3] = Float.NaN;

    assertThatThrownBy(
            () ->
                Model.save(
                    folder.resolve("broken"),
                    Draft.of(model, "broken", weights, model.card().orElseThrow()),
                    model.provenance().orElseThrow()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("encoder.layer.1.output.dense.bias holds NaN at 3");
    assertThat(folder.resolve("broken")).doesNotExist();
  }

  @Test
  void aModelOfAnotherFamilyIsRefusedByName() throws IOException {
    var model = TinyBert.write(folder.resolve("m"), 7);
    Files.delete(model.folder().resolve("manifest.json"));
    Files.delete(model.folder().resolve("whetstone.json"));
    Path config = model.folder().resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"deberta-v2\""));

    assertThatThrownBy(() -> Model.open(model.folder()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("model_type \"deberta-v2\"")
        .hasMessageContaining(
            "known are bert, camembert, distilbert, modernbert, mpnet, roberta, xlm-roberta");
  }

  @Test
  void aConfigThatContradictsTheWeightsIsCorrupt() throws IOException {
    var model = TinyBert.write(folder.resolve("m"), 7);
    Files.delete(model.folder().resolve("manifest.json"));
    Files.delete(model.folder().resolve("whetstone.json"));
    Path config = model.folder().resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"intermediate_size\" : 32", "\"intermediate_size\" : 33"));

    assertThatThrownBy(() -> Model.open(model.folder()))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("[32, 16], but config.json asks for [33, 16]");
  }

  @Test
  void anUnknownBaseModelListsTheKnown() {
    assertThatThrownBy(() -> BaseModels.open("bge-smal", folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("\"bge-smal\"")
        .hasMessageContaining(
            "bge-small-en-v1.5, bge-small-zh-v1.5, all-minilm-l6-v2, e5-small-v2");
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
