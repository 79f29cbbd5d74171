package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Failure;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.index.EngineSite;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.llm.gguf.GgufModels;
import dev.whetstone.remote.AccessKey;
import dev.whetstone.remote.Dlc;
import dev.whetstone.remote.Endpoint;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workshop.questions.WriterModel;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelSources;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Asks the systems that a workspace is configured for whether they would serve it: clusters,
/// buckets, PAI, a language model. All are asked at once, and none is waited for longer than the
/// patience. Nothing is printed of a secret but the name of its variable.
final class Checkup {
  /// What was found out of one system.
  ///
  /// @param words begin with `ok`, with `MISSING` (something is not set, or not there) or with
  ///   `FAILS`, and then say what to do; or say that nothing is set up
  record Finding(String about, String words) {}

  /// @param where is asked, for messages
  private record Check(String about, String where, Callable<String> ask) {}

  private static final String OK = "ok: ";
  private static final byte[] GGUF = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, String> environment;
  private final Duration patience;

  /// A little less, so that it can still be told in what way a host did not answer.
  private final Duration answer;

  Checkup(Map<String, String> environment, Duration patience) {
    this.environment = Map.copyOf(environment);
    this.patience = patience;
    this.answer = patience.multipliedBy(4).dividedBy(5);
  }

  /// @param named the workspace: a folder, or a bucket's `s3://` or `oss://`; null for the nearest
  ///   folder upwards
  /// @param places in buckets, to be read and written beside
  List<Finding> findings(@Nullable String named, List<String> places) {
    var findings = new ArrayList<Finding>();
    var checks = new ArrayList<Check>();
    places.forEach(place -> checks.add(bucket(place, true)));
    checks.add(new Check("pai", "PAI", this::pai));
    Path glance = null;
    try {
      glance = Files.createTempDirectory("whetstone-doctor-");
      Optional<Workspace> workspace = workspace(named, glance, findings);
      workspace.ifPresent(found -> checks.addAll(checks(found)));
      findings.addAll(all(checks));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (glance != null) {
        WholeFile.delete(glance);
      }
    }
    return findings;
  }

  private Optional<Workspace> workspace(
      @Nullable String named, Path glance, List<Finding> findings) {
    var opened = new Workspace[1];
    var checks = new ArrayList<Check>();
    if (named != null && ObjectStores.isBucket(named)) {
      checks.add(bucket(named, true));
      checks.add(
          new Check(
              "workspace",
              named,
              () -> {
                try (ObjectStore store = open(named)) {
                  opened[0] = SharedWorkspace.glance(store, glance);
                }
                return OK + named + " (" + opened[0].name() + ")";
              }));
    } else {
      checks.add(
          new Check(
              "workspace",
              String.valueOf(named),
              () -> {
                opened[0] =
                    named == null
                        ? Workspace.find(Path.of(""))
                        : Workspace.open(ObjectStores.folder(named));
                return OK + opened[0].folder() + " (" + opened[0].name() + ")";
              }));
    }
    findings.addAll(all(checks));
    return Optional.ofNullable(opened[0]);
  }

  private List<Check> checks(Workspace workspace) {
    Settings settings = workspace.settings();
    var checks = new ArrayList<Check>();
    settings.engines().clusterProviders().forEach(one -> checks.addAll(cluster(workspace, one)));
    var read = new TreeSet<String>(Manifest.read(workspace).sources());
    read.addAll(settings.serve().modelPaths());
    read.stream().filter(ObjectStores::isBucket).forEach(uri -> checks.add(bucket(uri, false)));
    checks.add(new Check("llm", String.valueOf(settings.llm().url()), () -> llm(workspace)));
    if (settings.questions().writer().configured()) {
      checks.add(
          new Check(
              "writer",
              String.valueOf(settings.questions().writer().url()),
              () -> writer(workspace)));
    }
    String variable = settings.serve().apiKeyEnv();
    if (variable != null) {
      checks.add(new Check("serve", variable, () -> variable(variable)));
    }
    return checks;
  }

  private String variable(String variable) {
    ServeCommand.key(variable, environment);
    return OK + "clients must send the key in " + variable;
  }

  private List<Check> cluster(Workspace workspace, ClusterProvider engine) {
    EngineSite site = Engines.site(workspace, engine.kind(), environment::get);
    ClusterSection section = site.section();
    return section == null
        ? List.of()
        : section.hosts().stream()
            .map(
                host ->
                    new Check(
                        engine.kind().name(),
                        host,
                        () -> OK + host + " is " + engine.check(site, host, answer)))
            .toList();
  }

  private ObjectStore open(String uri) {
    return ObjectStores.open(uri, environment, MavenArtifact.defaultCache().resolve("uploads"));
  }

  private Check bucket(String uri, boolean written) {
    boolean machine = uri.startsWith("s3:") && !environment.containsKey("AWS_ACCESS_KEY_ID");
    return new Check(
        "bucket",
        uri + (machine ? ", asked without AWS_ACCESS_KEY_ID," : ""),
        () -> {
          try (ObjectStore store = open(uri)) {
            return OK + store.uri() + (written ? readAndWritten(store) : read(store));
          }
        });
  }

  private static String read(ObjectStore store) throws IOException {
    Optional<ObjectInfo> first;
    try (Stream<ObjectInfo> objects = store.list("")) {
      first = objects.filter(object -> object.bytes() > 0).findFirst();
    }
    if (first.isEmpty()) {
      return " can be read; nothing is there yet";
    }
    try (InputStream in = store.read(first.get().key(), 0, 1)) {
      in.readAllBytes();
    }
    return " can be read";
  }

  /// Writes an object of its own, tries to create it again, as two writers of a workspace would,
  /// and takes it away.
  private static String readAndWritten(ObjectStore store) throws IOException {
    String read = read(store);
    String key = ".whetstone-doctor-" + UUID.randomUUID();
    try {
      boolean created = store.create(key, Content.of("1"), Acl.DEFAULT);
      if (!created || store.create(key, Content.of("2"), Acl.DEFAULT)) {
        throw new Failure.Refused(
            store.uri()
                + " does not keep what stands there from being overwritten: no workspace can"
                + " stand there, since two writers would lose each other's work");
      }
    } finally {
      store.delete(List.of(key));
    }
    return read.replace("be read", "be read and written");
  }

  private String pai() {
    boolean configured =
        environment.keySet().stream()
            .anyMatch(name -> name.startsWith("ALIBABA_CLOUD_") || name.startsWith("PAI_"));
    if (!configured) {
      return "not set up: `whet train --on pai` needs ALIBABA_CLOUD_ACCESS_KEY_ID,"
          + " ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_REGION_ID";
    }
    AccessKey key = AccessKey.of(environment);
    var options = new PaiOptions();
    Endpoint endpoint = options.endpoint(environment);
    String id = options.workspaceId(environment);
    // ListJobs: it reads, and costs nothing.
    new Dlc(endpoint, options.region(environment), key).find("whetstone-doctor", "none", id);
    return OK
        + endpoint.host()
        + " takes the key; jobs go to "
        + (id == null
            ? "the account's default workspace (PAI_WORKSPACE_ID names another)"
            : "the workspace " + id);
  }

  private String llm(Workspace workspace) {
    Settings.Llm llm = workspace.settings().llm();
    return switch (llm.kind()) {
      case "openai" -> {
        LlmSettings.OpenAi server = Chat.server(llm);
        yield OK + LlmServerCheck.ask("llm", server, environment, answer);
      }
      case "gguf" ->
          OK + gguf("llm.file", new ModelSources(workspace).file(String.valueOf(llm.file())));
      default ->
          "none: answers are sentences of the passages; `llm:` in whetstone.yaml names a model";
    };
  }

  /// The language model that writes questions.
  private String writer(Workspace workspace) {
    WriterModel writer = WriterModel.of(workspace);
    new ModelSources(workspace).requireWriter();
    return OK
        + switch (writer.model()) {
          case LlmSettings.Gguf file ->
              gguf("questions.writer.file", file.file()) + ", " + computed(file.file());
          case LlmSettings.OpenAi server ->
              LlmServerCheck.ask("questions.writer", server, environment, answer);
        };
  }

  private static String computed(Path file) {
    return GgufModels.obstacle(file)
        .map(
            obstacle ->
                "run by llama.cpp, which is slower: "
                    + switch (obstacle) {
                      case FILE -> "the file holds what Whetstone does not read";
                      case NETWORK -> "its network is of no family that Whetstone computes";
                      case TEMPLATE -> "Whetstone does not know its form of chat prompts";
                      case TOKENIZER -> "Whetstone does not know its kind of tokenizer";
                      case MEMORY -> "its weights would take a third of the memory or more";
                    })
        .orElse("computed by Whetstone, many replies at once");
  }

  private static String gguf(String setting, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!java.util.Arrays.equals(in.readNBytes(GGUF.length), GGUF)) {
        throw new Failure.BadInput(setting + ": " + file + " is no GGUF file");
      }
      return "%s, %,d MB".formatted(file, Files.size(file) / 1_000_000);
    } catch (IOException e) {
      throw new Failure.BadInput(setting + ": cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Runs all checks at once, in daemon threads: one that hangs does not delay the others or the
  /// end of the program.
  private List<Finding> all(List<Check> checks) {
    var tasks = new ArrayList<FutureTask<String>>();
    for (Check check : checks) {
      var task = new FutureTask<>(check.ask());
      Thread.ofPlatform().daemon().name("doctor-" + check.about()).start(task);
      tasks.add(task);
    }
    long deadline = System.nanoTime() + patience.toNanos();
    var findings = new ArrayList<Finding>();
    for (int i = 0; i < checks.size(); i++) {
      findings.add(
          new Finding(checks.get(i).about(), words(checks.get(i), tasks.get(i), deadline)));
    }
    return findings;
  }

  private String words(Check check, FutureTask<String> tasks, long deadline) {
    try {
      return tasks.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return "FAILS: %s gives no answer within %d s: check that it runs, its address and the network"
          .formatted(check.where(), patience.toSeconds());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String message =
          cause instanceof Failure failure ? Remedies.message(failure) : String.valueOf(cause);
      return (cause instanceof Failure.BadInput ? "MISSING: " : "FAILS: ") + message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.util.concurrent.CancellationException("interrupted");
    }
  }
}
