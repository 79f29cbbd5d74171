package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.remote.DlcJob;
import dev.whetstone.remote.Endpoint;
import dev.whetstone.remote.OssPlace;
import dev.whetstone.workspace.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a training on Alibaba Cloud's PAI needs to know.
final class PaiOptions {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");
  private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,400}");

  @Option(
      names = "--job-name",
      paramLabel = "NAME",
      description = "Names the job; by default whetstone- and the workspace's name.")
  @Nullable String jobName;

  @Option(
      names = "--oss-input",
      paramLabel = "URI",
      description =
          "The staged documents, as oss://BUCKET/raw/: mounted into the job, which checks that they"
              + " are the ones it was sent passages of.")
  @Nullable String input;

  @Option(
      names = "--oss-output",
      paramLabel = "URI",
      description = "Where order and result go, as oss://BUCKET/models/.")
  @Nullable String output;

  @Option(
      names = "--framework",
      paramLabel = "NAME",
      description = "pytorch: the program trains with libtorch.")
  String framework = "pytorch";

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "An image that holds this program; docs/pai.md says how to build it.")
  @Nullable String image;

  @Option(
      names = {"--instance-type", "--worker-spec"},
      paramLabel = "TYPE",
      description = "A public instance type, as ecs.g8i.2xlarge.")
  @Nullable String type;

  @Option(
      names = {"--instance-count", "--worker-count"},
      paramLabel = "N",
      description = "1: a training runs on one node.")
  int count = 1;

  @Option(
      names = {"--resource-id", "--quota"},
      paramLabel = "ID",
      description = "A resource quota to run on, instead of public instances.")
  @Nullable String quota;

  @Option(names = "--cpu", paramLabel = "N", description = "Cores of the quota.")
  @Nullable String cpu;

  @Option(names = "--gpu", paramLabel = "N", hidden = true)
  @Nullable String gpu;

  @Option(names = "--memory", paramLabel = "SIZE", description = "Of the quota, as 32Gi.")
  @Nullable String memory;

  @Option(
      names = "--workspace-id",
      paramLabel = "ID",
      description = "The workspace of PAI; by default $PAI_WORKSPACE_ID, else the account's own.")
  @Nullable String workspaceId;

  @Option(
      names = "--region",
      paramLabel = "ID",
      description = "As cn-hangzhou; by default $ALIBABA_CLOUD_REGION_ID.")
  @Nullable String region;

  @Option(
      names = "--vpc",
      paramLabel = "VPC,SWITCH,GROUP",
      description = "Your network: ids of the VPC, the vSwitch and the security group.")
  @Nullable String vpc;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "The longest that the job may run; by default the budget and an hour.")
  @Nullable String timeout;

  @Option(names = "--dry-run", description = "Print the job and send nothing.")
  boolean dryRun;

  @Option(names = "--detach", description = "Send the job and do not wait for it.")
  boolean detach;

  @Option(
      names = "--attach",
      paramLabel = "JOB",
      description = "Follow a job that was sent before, and bring its model.")
  @Nullable String attach;

  @Option(names = "--stop", paramLabel = "JOB", description = "End a job.")
  @Nullable String stop;

  /// Between looks at the job.
  @Option(names = "--poll", paramLabel = "PT10S", hidden = true)
  Duration poll = Duration.ofSeconds(10);

  /// Whether an option was given that means something on PAI alone.
  boolean given() {
    return jobName != null
        || input != null
        || output != null
        || image != null
        || type != null
        || quota != null
        || workspaceId != null
        || region != null
        || vpc != null
        || timeout != null
        || dryRun
        || detach
        || attach != null
        || stop != null;
  }

  String region(Map<String, String> environment) {
    String id = region == null ? environment.getOrDefault("ALIBABA_CLOUD_REGION_ID", "") : region;
    if (id.isBlank()) {
      throw new Failure.BadInput(
          "--region is missing: give one as cn-hangzhou, or set ALIBABA_CLOUD_REGION_ID");
    }
    return id;
  }

  /// Null for the account's default workspace.
  @Nullable String workspaceId(Map<String, String> environment) {
    String id =
        workspaceId == null ? environment.getOrDefault("PAI_WORKSPACE_ID", "") : workspaceId;
    return id.isBlank() ? null : id.strip();
  }

  Endpoint endpoint(Map<String, String> environment) {
    return Endpoint.of(region(environment), environment.get("PAI_DLC_ENDPOINT"));
  }

  OssPlace output() {
    return OssPlace.parse("--oss-output", required("--oss-output", output));
  }

  /// The job; its files are those of `run`.
  DlcJob job(
      String run,
      String collection,
      Duration budget,
      Map<String, String> variables,
      Map<String, String> environment) {
    String region = region(environment);
    if (!framework.equalsIgnoreCase("pytorch")) {
      throw new Failure.BadInput("--framework: '" + framework + "' is not pytorch");
    }
    if (count != 1) {
      throw new Failure.BadInput(
          "--instance-count: a training runs on one node; each of " + count + " would do it all");
    }
    String name = jobName == null ? "whetstone-" + collection : jobName;
    check("--job-name", NAME, name, "letters, digits, dots, dashes or underscores");
    String container = required("--image", image);
    check("--image", IMAGE, container, "as REGISTRY/NAMESPACE/NAME:TAG");
    var mounts = new TreeMap<String, DlcJob.Mount>();
    mounts.put(PaiTraining.OUTPUT, new DlcJob.Mount(output().mountable(region), true));
    String command = "whet train --job " + PaiTraining.OUTPUT + "/jobs/" + run;
    if (input != null) {
      String raw = OssPlace.parse("--oss-input", input).mountable(region);
      mounts.put(PaiTraining.INPUT, new DlcJob.Mount(raw, false));
      command += " --raw " + PaiTraining.INPUT;
    }
    Duration longest =
        timeout == null ? budget.plusHours(1) : Settings.duration("--timeout", timeout);
    return new DlcJob(
        name,
        run,
        new DlcJob.Program(container, command, mounts, variables),
        machine(),
        workspaceId(environment),
        network(),
        longest);
  }

  private DlcJob.Machine machine() {
    var resources = new TreeMap<String, String>();
    put(resources, "CPU", cpu);
    put(resources, "GPU", gpu);
    put(resources, "Memory", memory);
    if ((type == null) == (quota == null)) {
      throw new Failure.BadInput(
          "give --instance-type TYPE for a public instance, or --resource-id ID with --cpu and"
              + " --memory for a quota");
    }
    if (quota != null && (cpu == null || memory == null)) {
      throw new Failure.BadInput(
          "--resource-id needs --cpu and --memory, as --cpu 8 --memory 32Gi");
    }
    if (type != null && !resources.isEmpty()) {
      throw new Failure.BadInput("--cpu and --memory belong to --resource-id");
    }
    return new DlcJob.Machine(type, quota, resources);
  }

  private DlcJob.@Nullable Network network() {
    if (vpc == null) {
      return null;
    }
    List<String> ids = List.of(vpc.split(",", -1));
    if (ids.size() != 3 || ids.stream().anyMatch(String::isBlank)) {
      throw new Failure.BadInput("--vpc: give three ids, as vpc-1,vsw-1,sg-1");
    }
    return new DlcJob.Network(ids.get(0), ids.get(1), ids.get(2));
  }

  private static void put(Map<String, String> resources, String key, @Nullable String value) {
    if (value != null) {
      resources.put(key, value);
    }
  }

  private static String required(String option, @Nullable String value) {
    if (value == null) {
      throw new Failure.BadInput(option + " is missing: `whet train --help` shows an example");
    }
    return value;
  }

  private static void check(String option, Pattern form, String value, String words) {
    if (!form.matcher(value).matches()) {
      throw new Failure.BadInput(option + ": '" + value + "' cannot be one; write it " + words);
    }
  }
}
