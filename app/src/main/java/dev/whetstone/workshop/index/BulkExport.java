package dev.whetstone.workshop.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Shell;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.vectors.VectorFile;
import dev.whetstone.workspace.EngineSections;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedSettings;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes the workspace's vectors as files for a cluster's `_bulk`, with the mapping they need, for
/// loading with nothing but `curl`. `content` is the text exactly as it was embedded, so that the
/// index can be adopted once it is loaded.
///
/// @param folder made, or replaced where it holds an export
/// @param index that the files are loaded into
/// @param engine at whose cluster, for the mapping
/// @param fileBytes of the largest file; a cluster takes 100 MB in one request
public record BulkExport(Path folder, String index, ClusterProvider engine, long fileBytes) {
  /// Some room below 100 MB.
  public static final long FILE_BYTES = 95_000_000;

  public static final String KIND = "bulk-export";
  static final String MAPPING = "mapping.json";
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> OURS =
      Set.of("embedding", "content", "id", "document", "headings", "from", "to", "page", "tokens");

  /// @throws Failure.BadInput if index or size cannot be
  public BulkExport {
    if (!index.matches("[a-z0-9][a-z0-9._-]{0,199}")) {
      throw new Failure.BadInput(
          "--index '" + index + "' must be lower-case letters, digits, dots, dashes, underscores");
    }
    if (fileBytes < 1_000_000 || fileBytes > FILE_BYTES) {
      throw new Failure.BadInput("a file of " + fileBytes + " bytes: from 1 MB to 95 MB");
    }
  }

  /// An export for an engine by its name.
  ///
  /// @throws Failure.BadInput if it is not known, or its indexes stand at no cluster
  public static BulkExport of(
      Settings settings, Path folder, String index, String engine, long fileBytes) {
    EngineSections engines = settings.engines();
    ClusterProvider provider =
        engines.clusterProviders().stream()
            .filter(one -> one.kind().name().equals(engine))
            .findFirst()
            .orElseThrow(
                () ->
                    new Failure.BadInput(
                        "--engine " + engine + ": bulk files are for " + engines.clusterNames()));
    return new BulkExport(folder, index, provider, fileBytes);
  }

  /// @param files names in the folder, in order
  /// @param commands that load them, to be run in the folder
  public record Written(
      Path folder, int passages, long bytes, List<String> files, List<String> commands) {
    public Written {
      files = List.copyOf(files);
      commands = List.copyOf(commands);
    }
  }

  public Written write(Workspace workspace, SpaceId space, Progress progress) {
    SharedSettings.requireForCommands(workspace);
    requireReplaceable();
    var store = new VectorStore(workspace);
    var content = VectorFile.read(Artifact.open(store.folder(space)).file(VectorStore.FILE));
    List<Passage> passages = content.passages();
    int dimension = content.vectors().dimension();
    var files = new ArrayList<String>();
    long[] bytes = new long[1];
    Artifact.create(
        folder,
        new Provenance(
            KIND,
            1,
            Map.of("space", space.value()),
            Map.of("engine", engine.kind().name(), "index", index),
            0),
        into -> {
          Files.writeString(into.resolve(MAPPING), Json.pretty(mapping(passages, dimension)));
          try (var task = progress.start("export", passages.size(), "passages")) {
            int at = 0;
            while (at < passages.size()) {
              String name = "bulk-%05d.ndjson".formatted(files.size() + 1);
              files.add(name);
              long written = 0;
              try (OutputStream out =
                  new BufferedOutputStream(Files.newOutputStream(into.resolve(name)))) {
                while (at < passages.size()) {
                  byte[] lines = lines(passages.get(at), content.vectors().vector(at));
                  if (written > 0 && written + lines.length > fileBytes) {
                    break;
                  }
                  out.write(lines);
                  written += lines.length;
                  at++;
                  task.advance(1);
                }
              }
              bytes[0] += written;
            }
          }
          Files.writeString(
              into.resolve("load.sh"),
              "set -e\ncd \"$(dirname \"$0\")\"\n"
                  + String.join("\n", commands(workspace.settings(), files))
                  + "\n");
        });
    return new Written(
        folder, passages.size(), bytes[0], files, commands(workspace.settings(), files));
  }

  /// Another folder of the user's is not replaced.
  private void requireReplaceable() {
    boolean ours =
        Artifact.exists(folder) && KIND.equals(Artifact.open(folder).provenance().kind());
    if (Files.exists(folder) && !ours && !empty(folder)) {
      throw new Failure.Refused(
          folder + " is there and holds no bulk export: name another folder with --dir");
    }
  }

  private static boolean empty(Path folder) {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] lines(Passage passage, float[] vector) throws IOException {
    var bytes = new ByteArrayOutputStream(16 * vector.length);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.setRootValueSeparator(null);
      out.writeStartObject();
      out.writeObjectFieldStart("index");
      out.writeStringField("_id", passage.id());
      out.writeEndObject();
      out.writeEndObject();
      out.writeRaw('\n');
      out.writeStartObject();
      out.writeArrayFieldStart("embedding");
      for (float number : vector) {
        out.writeNumber(number);
      }
      out.writeEndArray();
      out.writeStringField("content", passage.embedded());
      out.writeStringField("id", passage.id());
      out.writeStringField("document", passage.document());
      out.writeArrayFieldStart("headings");
      for (String heading : passage.headings()) {
        out.writeString(heading);
      }
      out.writeEndArray();
      out.writeNumberField("from", passage.from());
      out.writeNumberField("to", passage.to());
      out.writeNumberField("page", passage.page());
      out.writeNumberField("tokens", passage.tokens());
      for (var entry : new TreeMap<>(passage.metadata()).entrySet()) {
        if (!OURS.contains(entry.getKey())) {
          out.writeStringField(entry.getKey(), entry.getValue());
        }
      }
      out.writeEndObject();
      out.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  ObjectNode mapping(List<Passage> passages, int dimension) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode settings = engine.exportSettings();
    if (!settings.isEmpty()) {
      body.putObject("settings").set("index", settings);
    }
    ObjectNode mappings = body.putObject("mappings");
    mappings.put("dynamic", false);
    ObjectNode fields = mappings.putObject("properties");
    fields.set("embedding", engine.exportField(dimension));
    fields.putObject("content").put("type", "text");
    fields.putObject("id").put("type", "keyword");
    fields.putObject("document").put("type", "keyword");
    fields.putObject("headings").put("type", "text").put("index", false);
    for (String number : List.of("from", "to", "page", "tokens")) {
      fields.putObject(number).put("type", "integer");
    }
    var keys = new TreeSet<String>();
    passages.forEach(passage -> keys.addAll(passage.metadata().keySet()));
    keys.removeAll(OURS);
    keys.forEach(key -> fields.putObject(key).put("type", "keyword").put("ignore_above", 1000));
    return body;
  }

  /// One command a line; each ends with an error where the cluster took something badly.
  List<String> commands(Settings settings, List<String> files) {
    ClusterSection cluster = settings.engines().section(engine.kind());
    String host = cluster == null ? "http://127.0.0.1:9200" : cluster.hosts().getFirst();
    String at = host.strip().replaceAll("/+$", "") + "/" + index;
    String curl = "curl -sS" + access(cluster);
    var commands = new ArrayList<String>();
    commands.add(
        "%s --fail-with-body -X PUT %s -H 'Content-Type: application/json' --data-binary @%s"
            .formatted(curl, Shell.word(at), MAPPING));
    String bulk = Shell.word(at + "/_bulk?filter_path=errors,error,items.*.error");
    for (String file : files) {
      commands.add(
          "%s -X POST %s -H 'Content-Type: application/x-ndjson' --data-binary @%s | grep -o '\"errors\":false' || { echo '%s: not all of it was taken'; exit 1; }"
              .formatted(curl, bulk, file, file));
    }
    commands.add(curl + " --fail-with-body -X POST " + Shell.word(at + "/_refresh"));
    return commands;
  }

  /// Secrets stay in the environment: the script names variables, which the shell replaces.
  private static String access(@Nullable ClusterSection cluster) {
    if (cluster == null) {
      return "";
    }
    String ca = cluster.caFile() == null ? "" : " --cacert " + Shell.word(cluster.caFile());
    if (cluster.apiKeyEnv() != null) {
      return ca + " -H \"Authorization: ApiKey $" + cluster.apiKeyEnv() + "\"";
    }
    return cluster.user() == null
        ? ca
        : ca + " -u " + Shell.word(cluster.user() + ":") + "\"$" + cluster.passwordEnv() + "\"";
  }
}
