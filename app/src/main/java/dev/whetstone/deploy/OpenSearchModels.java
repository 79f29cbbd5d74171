package dev.whetstone.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.index.EngineSite;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import dev.whetstone.model.Model;
import dev.whetstone.store.Json;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Brings a model to OpenSearch: into the cluster itself, or as a connector by which the cluster
/// calls our server. Each step is found again when it was done before, so that the same call goes
/// on where it stopped, and does nothing but check when all is there. Nothing counts as deployed
/// before the cluster's vectors are those of the model.
public final class OpenSearchModels implements AutoCloseable {
  /// The engine whose section of the settings names the cluster.
  public static final EngineKind ENGINE = OpenSearchProvider.KIND;

  /// Vectors are the same while their cosine is at least this.
  static final double SAME = .999;

  private static final List<String> TEXTS =
      List.of(
          "How long are the records kept?",
          "Records are kept for ten years after the contract ends; then they are deleted.");

  private static final int KEY_DIGITS = 8;

  private final MlCommons ml;
  private final ClusterConnection cluster;
  private final int chunkBytes;

  /// How a model is to be registered.
  ///
  /// @param group model group; made if there is none
  /// @param prompts whether the model's prompts go along; see [ModelArchive]
  /// @param url from which the cluster fetches the zip; null to upload it
  public record Wish(
      String name, String version, String group, boolean prompts, @Nullable URI url) {}

  /// What was done.
  ///
  /// @param model its id in the cluster
  /// @param found whether the very same model was there before
  /// @param sent chunks that were uploaded
  /// @param cosine the lowest between the cluster's vectors and the model's own
  public record Result(
      String model, String sha256, long bytes, boolean found, int sent, double cosine) {}

  /// Connects to the cluster at `url`, or to the first host of the section. Credentials go to the
  /// hosts of the section alone.
  ///
  /// @param site of [#ENGINE]
  /// @throws Failure.BadInput if neither names a cluster, or a secret is not in the environment
  public static OpenSearchModels at(EngineSite site, @Nullable URI url) {
    ClusterSection section = site.section();
    if (section == null && url == null) {
      throw new Failure.BadInput(
          "no cluster: name it with --url, or in the section opensearch of whetstone.yaml");
    }
    String host =
        section == null
            ? null
            : url == null ? section.hosts().getFirst() : section.host(url.toString());
    return new OpenSearchModels(
        host == null
            ? OpenSearchProvider.plugins(Objects.requireNonNull(url))
            : new OpenSearchProvider().plugins(site, host));
  }

  /// @param cluster closed with this
  OpenSearchModels(ClusterConnection cluster) {
    this(cluster, Duration.ofMillis(500), Duration.ofMinutes(15), ModelArchive.CHUNK_BYTES);
  }

  OpenSearchModels(ClusterConnection cluster, Duration poll, Duration patience, int chunkBytes) {
    this.chunkBytes = chunkBytes;
    this.cluster = cluster;
    this.ml = new MlCommons(cluster, poll, patience);
  }

  /// The cluster as messages name it.
  public String where() {
    return cluster.where();
  }

  /// Registers, uploads, deploys and checks a model.
  ///
  /// @param own the model's own encoder
  /// @param scratch a folder for the zip; it is left there, and the same for the same model
  /// @throws Failure.Refused if a setting of the cluster forbids it, saying which, or if its
  ///   vectors are not the model's
  public Result deploy(Model model, Encoder own, Wish wish, Path scratch, Progress progress) {
    Path file = scratch.resolve(model.space() + (wish.prompts() ? "" : "-bare") + ".zip");
    ModelArchive archive = ModelArchive.write(model, wish.prompts(), file);
    Optional<MlCommons.RegisteredModel> before = ml.find(archive.sha256());
    int sent = 0;
    String id;
    boolean deployed = false;
    if (before.isPresent() && !before.get().incomplete()) {
      id = before.get().id();
      deployed = before.get().deployed();
    } else if (wish.url() != null) {
      ObjectNode about = about(model, wish, archive);
      about.put("url", wish.url().toString());
      id = ml.register(about);
    } else {
      id = before.map(MlCommons.RegisteredModel::id).orElseGet(() -> begin(model, wish, archive));
      sent = upload(id, archive, before.isPresent(), progress);
    }
    if (!deployed) {
      ml.deploy(id);
    }
    double cosine = check(model, own, id, archive);
    return new Result(
        id, archive.sha256(), archive.bytes(), before.isPresent() && sent == 0, sent, cosine);
  }

  private String begin(Model model, Wish wish, ModelArchive archive) {
    ObjectNode about = about(model, wish, archive);
    about.put("total_chunks", archive.chunks(chunkBytes));
    about.put("model_content_size_in_bytes", archive.bytes());
    return ml.registerMeta(about);
  }

  private ObjectNode about(Model model, Wish wish, ModelArchive archive) {
    ObjectNode about = Json.MAPPER.createObjectNode();
    about.put("name", wish.name());
    about.put("version", wish.version());
    about.put("description", "Whetstone model " + model.name() + ", space " + model.space());
    about.put("model_format", "ONNX");
    about.put("function_name", "TEXT_EMBEDDING");
    about.put("model_group_id", ml.group(wish.group()));
    about.put("model_content_hash_value", archive.sha256());
    about.set("model_config", archive.config());
    return about;
  }

  /// The last chunk goes last, also when it went before: it is what makes the model whole.
  private int upload(String id, ModelArchive archive, boolean begun, Progress progress) {
    Set<Integer> there = begun ? ml.chunks(id) : Set.of();
    int last = archive.chunks(chunkBytes) - 1;
    int sent = 0;
    try (var task = progress.start("upload", archive.chunks(chunkBytes), "chunks")) {
      for (int number = 0; number <= last; number++) {
        if (number == last || !there.contains(number)) {
          ml.upload(id, number, archive.chunk(number, chunkBytes));
          sent++;
        }
        task.advance(1);
      }
    }
    return sent;
  }

  /// With prompts each text is checked as a query and as a passage; without, as the passage that
  /// OpenSearch then takes every text for.
  private double check(Model model, Encoder own, String id, ModelArchive archive) {
    boolean declared =
        archive.config().has("query_prefix") || archive.config().has("passage_prefix");
    double lowest = 1;
    for (String text : TEXTS) {
      if (declared) {
        for (Role role : Role.values()) {
          lowest = Math.min(lowest, cosine(ml.predict(id, text, role), vector(own, role, text)));
        }
      } else if (model.prompts().passage().isEmpty()) {
        lowest =
            Math.min(lowest, cosine(ml.predict(id, text, null), vector(own, Role.PASSAGE, text)));
      } else {
        throw new Failure.BadInput(
            "the model "
                + model.name()
                + " puts \""
                + model.prompts().passage()
                + "\" before passages: without its prompts OpenSearch would make vectors of another"
                + " space. Leave out --no-prompts");
      }
    }
    return same(lowest, id);
  }

  private static double same(double cosine, String id) {
    if (!(cosine >= SAME)) {
      throw new Failure.Refused(
          "OpenSearch's vectors by the model "
              + id
              + " have a cosine of only "
              + "%.4f".formatted(cosine)
              + " to the model's own: do not index with it. Delete it there and deploy again");
    }
    return cosine;
  }

  private static float[] vector(Encoder own, Role role, String text) {
    return switch (role) {
      case QUERY -> own.query(text);
      case PASSAGE -> own.texts(List.of("0"), List.of(text), Progress.NONE).vector(0);
    };
  }

  static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      return -1;
    }
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  /// Makes the cluster call our server's `/v1/embeddings` for a model, and checks it.
  ///
  /// @param server our server as the cluster reaches it
  /// @param served the model's name there
  /// @param key our server's API key; null where it asks for none
  public Result connect(
      Encoder own, URI server, String served, String name, String group, @Nullable String key) {
    ObjectNode connector = connector(server, served, name, key);
    Optional<String> before = ml.findConnector(connector);
    String connectorId = before.orElseGet(() -> ml.createConnector(connector));
    Optional<MlCommons.RegisteredModel> known = ml.findRemote(connectorId);
    String id;
    if (known.isPresent()) {
      id = known.get().id();
    } else {
      ObjectNode about = Json.MAPPER.createObjectNode();
      about.put("name", name);
      about.put("function_name", "remote");
      about.put("description", "Embeddings of " + served + " by Whetstone at " + server);
      about.put("model_group_id", ml.group(group));
      about.put("connector_id", connectorId);
      id = ml.register(about);
    }
    if (known.isEmpty() || !known.get().deployed()) {
      ml.deploy(id);
    }
    double lowest = 1;
    for (String text : TEXTS) {
      for (Role role : Role.values()) {
        lowest =
            Math.min(lowest, cosine(ml.predictRemote(id, text, role), vector(own, role, text)));
      }
    }
    return new Result(id, "", 0, before.isPresent() && known.isPresent(), 0, same(lowest, id));
  }

  /// Source: ml-commons' blueprint openai_connector_embedding_blueprint.md. `input_type` is ours, a
  /// parameter with a default that a prediction may replace; so is `key_id`, some digits of the
  /// key's hash, which nothing reads but [MlCommons#findConnector]: the cluster shows no
  /// credentials, and a connector with an old key must not be taken for one with the new.
  static ObjectNode connector(URI server, String served, String name, @Nullable String key) {
    ObjectNode connector = Json.MAPPER.createObjectNode();
    connector.put("name", name);
    connector.put("description", "Whetstone's /v1/embeddings at " + server);
    connector.put("version", "1");
    connector.put("protocol", "http");
    ObjectNode parameters = connector.putObject("parameters");
    parameters.put("model", served).put("input_type", "passage");
    if (key != null) {
      parameters.put("key_id", Sha256.id("connector", key).substring(0, KEY_DIGITS));
      connector.putObject("credential").put("whetstone_key", key);
    }
    ObjectNode action = connector.putArray("actions").addObject();
    action.put("action_type", "predict");
    action.put("method", "POST");
    action.put("url", server.toString().replaceAll("/+$", "") + "/v1/embeddings");
    ObjectNode headers = action.putObject("headers");
    headers.put("Content-Type", "application/json");
    if (key != null) {
      headers.put("Authorization", "Bearer ${credential.whetstone_key}");
    }
    action.put(
        "request_body",
        "{ \"input\": ${parameters.input}, \"model\": \"${parameters.model}\","
            + " \"input_type\": \"${parameters.input_type}\" }");
    action.put("pre_process_function", "connector.pre_process.openai.embedding");
    action.put("post_process_function", "connector.post_process.openai.embedding");
    return connector;
  }

  @Override
  public void close() {
    ml.close();
  }
}
