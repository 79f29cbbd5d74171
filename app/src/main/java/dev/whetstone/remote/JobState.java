package dev.whetstone.remote;

import java.util.List;
import java.util.Map;

/// What the service says of a job.
///
/// @param word the status as the service wrote it
/// @param reason why it is in that status: code and message; empty where none is given
/// @param pods ids of its nodes, as [Dlc#logs] takes them
/// @param environment of the job
public record JobState(
    String id,
    String name,
    DlcStatus status,
    String word,
    String reason,
    List<String> pods,
    Map<String, String> environment) {
  public JobState {
    pods = List.copyOf(pods);
    environment = Map.copyOf(environment);
  }
}
