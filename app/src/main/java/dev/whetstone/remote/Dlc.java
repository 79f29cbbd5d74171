package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Jobs of PAI-DLC. All methods throw [Failure.Unavailable] where the service does not answer,
/// [Failure.Refused] where the key may not, and [Failure.BadInput] where it says that the request
/// is wrong. Safe for use by many threads. Source:
/// <https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-overview>
public final class Dlc {
  private static final String JOBS = "/api/v1/jobs";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{2,99}");

  private final Calls calls;

  public Dlc(Endpoint endpoint, String region, AccessKey key) {
    this(endpoint, region, key, Time.SYSTEM);
  }

  Dlc(Endpoint endpoint, String region, AccessKey key, Time time) {
    this.calls = new Calls(endpoint, region, key, time);
  }

  /// Makes a job, once: where no answer comes, it is looked for by its run before it is sent again.
  ///
  /// @return the job's id
  public String create(DlcJob job) {
    Retry.Attempts attempts = calls.begin();
    while (true) {
      try {
        Map<String, ?> answer = calls.post("CreateJob", JOBS, job.body());
        return text(answer, "JobId");
      } catch (Calls.Unanswered e) {
        calls.pause(attempts, e);
        Optional<String> made = find(job.name(), job.run(), job.workspaceId());
        if (made.isPresent()) {
          return made.get();
        }
      }
    }
  }

  /// The job of a run, among the newest of that name.
  public Optional<String> find(String name, String run, @Nullable String workspaceId) {
    var query = new HashMap<String, String>();
    query.put("DisplayName", name);
    query.put("SortBy", "GmtCreateTime");
    query.put("Order", "desc");
    query.put("PageSize", "50");
    if (workspaceId != null) {
      query.put("WorkspaceId", workspaceId);
    }
    for (Object job : list(calls.get("ListJobs", JOBS, query), "Jobs")) {
      if (job instanceof Map<?, ?> found && run.equals(strings(found, "Envs").get(DlcJob.RUN))) {
        return Optional.of(text(found, "JobId"));
      }
    }
    return Optional.empty();
  }

  /// @throws Failure.BadInput if there is no such job
  public JobState get(String id) {
    Map<String, ?> job = calls.get("GetJob", path(id), Map.of());
    String word = text(job, "Status");
    String code = text(job, "ReasonCode");
    String message = text(job, "ReasonMessage");
    var pods = new ArrayList<String>();
    for (Object pod : list(job, "Pods")) {
      if (pod instanceof Map<?, ?> map) {
        pods.add(text(map, "PodId"));
      }
    }
    return new JobState(
        id,
        text(job, "DisplayName"),
        DlcStatus.of(word),
        word,
        message.isEmpty() ? code : code.isEmpty() ? message : code + ": " + message,
        pods,
        strings(job, "Envs"));
  }

  /// Lines that a node wrote since then, oldest first.
  public List<String> logs(String id, String pod, Instant since, int most) {
    Map<String, ?> answer =
        calls.get(
            "GetPodLogs",
            path(id) + "/pods/" + encoded(pod) + "/logs",
            since(since, "MaxLines", most));
    return list(answer, "Logs").stream().map(String::valueOf).toList();
  }

  /// What the service did for the job since then, oldest first.
  public List<String> events(String id, Instant since, int most) {
    Map<String, ?> answer =
        calls.get("GetJobEvents", path(id) + "/events", since(since, "MaxEventsNum", most));
    return list(answer, "Events").stream().map(String::valueOf).toList();
  }

  /// Ends a job. One that has ended stays as it is.
  public void stop(String id) {
    Retry.Attempts attempts = calls.begin();
    while (true) {
      try {
        calls.post("StopJob", path(id) + "/stop", null);
        return;
      } catch (Calls.Unanswered e) {
        calls.pause(attempts, e);
      }
    }
  }

  private static Map<String, String> since(Instant since, String limit, int most) {
    var query = new TreeMap<String, String>();
    query.put("StartTime", since.truncatedTo(ChronoUnit.SECONDS).toString());
    query.put(limit, String.valueOf(most));
    return query;
  }

  private static String path(String id) {
    if (!ID.matcher(id).matches()) {
      throw new Failure.BadInput("'" + id + "' is no job's id; they look like dlc1a2b3c4d5e6f7");
    }
    return JOBS + "/" + id;
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? "" : value.toString();
  }

  private static List<?> list(Map<?, ?> map, String key) {
    return map.get(key) instanceof List<?> list ? list : List.of();
  }

  private static Map<String, String> strings(Map<?, ?> map, String key) {
    var strings = new TreeMap<String, String>();
    if (map.get(key) instanceof Map<?, ?> values) {
      values.forEach((name, value) -> strings.put(String.valueOf(name), String.valueOf(value)));
    }
    return strings;
  }
}
