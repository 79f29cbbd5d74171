package dev.whetstone.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.model.Model;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A model as OpenSearch's ml-commons takes it: a zip with one ONNX file and `tokenizer.json` at
/// its root, and beside them `whetstone.json`, the configuration it is registered with. Byte for
/// byte the same for the same model and prompts, so that its SHA-256 tells whether it is there.
///
/// @param file the zip
/// @param config the `model_config` that goes with it
public record ModelArchive(Path file, long bytes, String sha256, JsonNode config) {
  /// What ml-commons takes in one chunk.
  static final int CHUNK_BYTES = 10_000_000;

  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  /// Writes the zip.
  ///
  /// @throws Failure.BadInput if the model has a head
  /// @param prompts whether the model's prompts go along. OpenSearch then wants to be told of each
  ///   text whether it is a query or a passage
  public static ModelArchive write(Model model, boolean prompts, Path file) {
    requireNoHead(model);
    JsonNode config = config(model, prompts);
    byte[] tokenizer = bytes(tokenizer(model));
    WholeFile.write(
        file,
        out -> {
          var zip = new ZipOutputStream(out);
          zip.setMethod(ZipOutputStream.STORED);
          entry(zip, "model.onnx", model.onnx());
          entry(zip, "tokenizer.json", tokenizer);
          entry(zip, "whetstone.json", bytes(config));
          zip.finish();
        });
    try {
      return new ModelArchive(file, Files.size(file), Sha256.of(file), config);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  int chunks(int chunkBytes) {
    return Math.toIntExact((bytes + chunkBytes - 1) / chunkBytes);
  }

  byte[] chunk(int number, int chunkBytes) {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes((long) number * chunkBytes);
      return in.readNBytes(chunkBytes);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Source: `TextEmbeddingModelConfig` of ml-commons, and its Register Model API.
  private static ObjectNode config(Model model, boolean prompts) {
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.put("model_type", modelType(model));
    config.put("embedding_dimension", model.dimension());
    config.put("framework_type", "sentence_transformers");
    config.put(
        "pooling_mode",
        switch (model.network().pooling()) {
          case CLS -> "cls";
          case MEAN -> "mean";
        });
    config.put("normalize_result", true);
    if (prompts && !model.prompts().query().isEmpty()) {
      config.put("query_prefix", model.prompts().query());
    }
    if (prompts && !model.prompts().passage().isEmpty()) {
      config.put("passage_prefix", model.prompts().passage());
    }
    var all = Json.MAPPER.createObjectNode();
    all.put("name", model.name());
    all.put("whetstone_space", model.space().value());
    all.put("max_tokens", model.maxTokens());
    config.put("all_config", all.toString());
    config.putObject("additional_config").put("space_type", "cosinesimil");
    return config;
  }

  /// ml-commons gives `token_type_ids` to models of the type `bert`, and to no others; the graph
  /// must want what it gets. Source: `ONNXSentenceTransformerTextEmbeddingTranslator`.
  private static String modelType(Model model) {
    return model.graphInputs().contains("token_type_ids")
        ? "bert"
        : model.network().family().equals("bert") ? "roberta" : model.network().family();
  }

  /// ml-commons pools and normalises, and cannot map a vector on.
  private static void requireNoHead(Model model) {
    if (!model.network().head().isEmpty()) {
      throw new Failure.BadInput(
          "the model "
              + model
              + " has a Dense module behind its pooling, which OpenSearch's ml-commons does not"
              + " compute: connect the cluster to this program's server instead");
    }
  }

  /// ml-commons cuts a text only where `tokenizer.json` says so: there the model's length goes.
  private static JsonNode tokenizer(Model model) {
    try {
      var tokenizer = (ObjectNode) Json.MAPPER.readTree(Files.readAllBytes(model.tokenizer()));
      ObjectNode truncation = Json.MAPPER.createObjectNode();
      truncation.put("direction", "Right");
      truncation.put("max_length", model.maxTokens());
      truncation.put("strategy", "LongestFirst");
      truncation.put("stride", 0);
      tokenizer.set("truncation", truncation);
      tokenizer.putNull("padding");
      return tokenizer;
    } catch (IOException | ClassCastException e) {
      throw new Failure.CorruptArtifact(
          model.tokenizer() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return Json.MAPPER.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    var crc = new CRC32();
    crc.update(bytes);
    begin(zip, name, bytes.length, crc);
    zip.write(bytes);
    zip.closeEntry();
  }

  /// Read twice: a stored entry's checksum stands before its bytes.
  private static void entry(ZipOutputStream zip, String name, Path file) throws IOException {
    var crc = new CRC32();
    try (InputStream in = Files.newInputStream(file)) {
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    begin(zip, name, Files.size(file), crc);
    Files.copy(file, zip);
    zip.closeEntry();
  }

  private static void begin(ZipOutputStream zip, String name, long bytes, CRC32 crc)
      throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    entry.setSize(bytes);
    entry.setCompressedSize(bytes);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
  }
}
