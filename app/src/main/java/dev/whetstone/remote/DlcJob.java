package dev.whetstone.remote;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A job to be made: one node, one image, one command, folders of OSS mounted into it.
///
/// @param run ours, unique: tells a job that was made from one that was not when no answer came
/// @param machine what it runs on
/// @param workspaceId of PAI; null for the account's default workspace
/// @param network null for the service's own
/// @param longest that it may run before the service ends it
public record DlcJob(
    String name,
    String run,
    Program program,
    Machine machine,
    @Nullable String workspaceId,
    @Nullable Network network,
    Duration longest) {
  /// The variable that carries [#run].
  public static final String RUN = "WHETSTONE_RUN";

  /// What runs in the container.
  ///
  /// @param mounts by the path in the container
  /// @param environment contains no secret: the service shows it to all users who can see the job
  public record Program(
      String image, String command, Map<String, Mount> mounts, Map<String, String> environment) {
    public Program {
      mounts = Map.copyOf(mounts);
      environment = Map.copyOf(environment);
    }
  }

  /// @param uri with the endpoint, see [OssPlace#mountable]
  public record Mount(String uri, boolean writable) {}

  /// @param type of a public instance, as `ecs.g7.2xlarge`; null on a quota
  /// @param quota its resource id; null on public instances
  /// @param resources of a quota that the node gets: `CPU`, `GPU`, `Memory`
  public record Machine(
      @Nullable String type, @Nullable String quota, Map<String, String> resources) {
    public Machine {
      resources = Map.copyOf(resources);
    }
  }

  public record Network(String vpc, String vSwitch, String securityGroup) {}

  /// The body of CreateJob. Source:
  /// <https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-createjob>
  public Map<String, Object> body() {
    var node = new TreeMap<String, Object>();
    node.put("Type", "Worker");
    node.put("PodCount", 1);
    node.put("Image", program.image());
    if (machine.type() != null) {
      node.put("EcsSpec", machine.type());
    }
    if (!machine.resources().isEmpty()) {
      node.put("ResourceConfig", new TreeMap<>(machine.resources()));
    }
    var variables = new TreeMap<>(program.environment());
    variables.put(RUN, run);
    var body = new TreeMap<String, Object>();
    body.put("DisplayName", name);
    body.put("JobType", "PyTorchJob");
    body.put("JobSpecs", List.of(node));
    body.put("UserCommand", program.command());
    body.put("DataSources", sources());
    body.put("Envs", variables);
    body.put("JobMaxRunningTimeMinutes", Math.max(1, longest.toMinutes()));
    if (workspaceId != null) {
      body.put("WorkspaceId", workspaceId);
    }
    if (machine.quota() != null) {
      body.put("ResourceId", machine.quota());
    }
    if (network != null) {
      var vpc = new TreeMap<String, Object>();
      vpc.put("VpcId", network.vpc());
      vpc.put("SwitchId", network.vSwitch());
      vpc.put("SecurityGroupId", network.securityGroup());
      body.put("UserVpc", vpc);
    }
    return body;
  }

  private List<Map<String, Object>> sources() {
    return new TreeMap<>(program.mounts())
        .entrySet().stream()
            .map(
                mount -> {
                  var source = new TreeMap<String, Object>();
                  source.put("MountPath", mount.getKey());
                  source.put("Uri", mount.getValue().uri());
                  source.put("MountAccess", mount.getValue().writable() ? "RW" : "RO");
                  return (Map<String, Object>) source;
                })
            .toList();
  }
}
