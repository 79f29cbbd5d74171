package dev.whetstone.jobs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The record of a job, as it is stored.
///
/// @param process that carries it out; null before and after
/// @param exit code of its process; null where it is not known
/// @param message what went wrong; null where nothing did
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Job(
    String id,
    Request request,
    State state,
    Times times,
    @Nullable ProcessId process,
    @Nullable Integer exit,
    @Nullable String message) {
  /// What is asked for.
  ///
  /// @param step one of those that [JobLauncher] knows
  /// @param budget the longest that training may take, as `10m`; null for that of the settings
  /// @param again whether it is done although it is up to date
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Request(String step, @Nullable String budget, boolean again) {}

  /// When it came so far, ISO 8601.
  ///
  /// @param created when it was asked for
  /// @param started when its process was; null before
  /// @param ended when it was over; null before
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Times(String created, @Nullable String started, @Nullable String ended) {}

  /// Which process it is: numbers are given again, so the moment of its start belongs to it.
  ///
  /// @param started in milliseconds since 1970
  public record ProcessId(long pid, long started) {
    static ProcessId of(ProcessHandle handle) {
      long started = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
      return new ProcessId(handle.pid(), started);
    }

    /// The process, where it is still there.
    Optional<ProcessHandle> find() {
      return ProcessHandle.of(pid).filter(handle -> handle.isAlive() && of(handle).equals(this));
    }
  }

  /// Where it stands.
  public enum State {
    /// It waits for the jobs before it.
    QUEUED,
    RUNNING,
    SUCCEEDED,
    /// Its process ended with an error; the message says which.
    FAILED,
    CANCELLED,
    /// The server or the machine went down with it. What was finished is kept: the same job again
    /// goes on.
    INTERRUPTED
  }

  /// Whether nothing more becomes of it.
  @JsonIgnore
  public boolean over() {
    return state != State.QUEUED && state != State.RUNNING;
  }

  static Job queued(String id, Request request, Instant now) {
    return new Job(
        id, request, State.QUEUED, new Times(now.toString(), null, null), null, null, null);
  }

  Job running(ProcessHandle handle, Instant now) {
    return new Job(
        id,
        request,
        State.RUNNING,
        new Times(times.created(), now.toString(), null),
        ProcessId.of(handle),
        null,
        null);
  }

  Job ended(State how, @Nullable Integer code, @Nullable String why, Instant now) {
    return new Job(
        id,
        request,
        how,
        new Times(times.created(), times.started(), now.toString()),
        null,
        code,
        why);
  }
}
