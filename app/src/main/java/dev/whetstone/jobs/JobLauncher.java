package dev.whetstone.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Starts the process that carries out a job. The steps stand above this room, so a door supplies
/// this.
///
/// The process writes one JSON object a line to its output: `{"progress":{…}}` while it works, the
/// results of steps, and at last `{"end":{"exit":0}}`, with a `message` where it failed. Told to
/// terminate, it comes to a place where it can stop, and what it has finished is kept.
public interface JobLauncher {
  /// The steps that it knows.
  List<String> steps();

  /// @param out where its output goes
  /// @param err where its words for people go
  /// @throws IOException if it cannot be started
  ProcessHandle start(Job.Request request, Path out, Path err) throws IOException;
}
