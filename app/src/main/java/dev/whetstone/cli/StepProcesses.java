package dev.whetstone.cli;

import dev.whetstone.index.ClusterSection;
import dev.whetstone.jobs.Job;
import dev.whetstone.jobs.JobLauncher;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs the steps that callers of the server ask for: this program's own commands, each in a
/// process of its own with a limit of memory, at a lower priority, and with the variables that it
/// needs and no others.
final class StepProcesses implements JobLauncher {
  /// Brings the index to the documents, and trains and proves nothing.
  static final String UPDATE = "update";

  private static final Map<String, List<String>> COMMANDS = commands();

  /// What the program, its libraries and Maven read.
  private static final Pattern NEEDED =
      Pattern.compile(
          "PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\\w+|TZ|TMPDIR|JAVA_HOME|M2_HOME|MAVEN_\\w+|XDG_CACHE_HOME"
              + "|LD_LIBRARY_PATH|WHETSTONE_\\w+|OMP_\\w+|GOMP_\\w+|MALLOC_\\w+|GLIBC_TUNABLES|ONEDNN_\\w+"
              + "|(?i:https?_proxy|no_proxy|all_proxy)");

  /// What opens buckets.
  private static final Pattern BUCKETS = Pattern.compile("AWS_\\w+|OSS_\\w+|ALIBABA_CLOUD_\\w+");

  private final Workspace workspace;
  private final String place;
  private final Map<String, String> environment;

  /// @param place how a command names the workspace: its folder or bucket
  /// @param environment of this process
  StepProcesses(Workspace workspace, String place, Map<String, String> environment) {
    this.workspace = workspace;
    this.place = place;
    this.environment = Map.copyOf(environment);
  }

  private static Map<String, List<String>> commands() {
    var commands = new LinkedHashMap<String, List<String>>();
    commands.put("run", List.of("run"));
    commands.put(UPDATE, List.of("watch", "--once"));
    for (String step : List.of("prepare", "generate", "train", "prove", "embed", "index", "app")) {
      commands.put(step, step.equals("generate") ? List.of("questions", step) : List.of(step));
    }
    return commands;
  }

  @Override
  public List<String> steps() {
    return List.copyOf(COMMANDS.keySet());
  }

  @Override
  public ProcessHandle start(Job.Request request, Path out, Path err) throws IOException {
    var builder = new ProcessBuilder(command(request));
    builder.environment().clear();
    builder.environment().putAll(variables());
    return builder
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start()
        .toHandle();
  }

  private List<String> command(Job.Request request) {
    var command = new ArrayList<String>();
    if (Files.isExecutable(Path.of("/usr/bin/nice"))) {
      command.addAll(List.of("/usr/bin/nice", "-n", "10"));
    }
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseParallelGC",
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    Integer heap = workspace.settings().serve().work().jobHeapMegabytes();
    command.add(heap == null ? "-XX:MaxRAMPercentage=25" : "-Xmx" + heap + "m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), "dev.whetstone.Main"));
    command.addAll(COMMANDS.getOrDefault(request.step(), List.of()));
    command.addAll(List.of("--json", Terminal.PROGRESS, "json", "--workspace", place));
    if (request.budget() != null) {
      command.addAll(List.of("--budget", request.budget()));
    }
    if (request.again()) {
      command.add("--again");
    }
    return command;
  }

  /// The variables that a step needs: not the key of this server's callers, nor that of the
  /// language model that answers.
  Map<String, String> variables() {
    Settings settings = workspace.settings();
    Set<String> named = new HashSet<>();
    for (ClusterSection cluster : settings.engines().clusters().values()) {
      add(named, cluster.apiKeyEnv());
      add(named, cluster.passwordEnv());
    }
    add(named, settings.questions().writer().apiKeyEnv());
    boolean buckets =
        ObjectStores.isBucket(place)
            || Manifest.read(workspace).sources().stream().anyMatch(ObjectStores::isBucket);
    var needed = new LinkedHashMap<String, String>();
    environment.forEach(
        (name, value) -> {
          boolean secretOfTheServer =
              name.equals(settings.serve().apiKeyEnv()) && !named.contains(name);
          if (!secretOfTheServer
              && (named.contains(name)
                  || NEEDED.matcher(name).matches()
                  || (buckets && BUCKETS.matcher(name).matches()))) {
            needed.put(name, value);
          }
        });
    return needed;
  }

  private static void add(Set<String> names, @Nullable String name) {
    if (name != null) {
      names.add(name);
    }
  }
}
