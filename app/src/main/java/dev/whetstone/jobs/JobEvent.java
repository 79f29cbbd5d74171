package dev.whetstone.jobs;

/// A line that the process of a job wrote.
///
/// @param id grows from line to line of one job
/// @param json the line
public record JobEvent(long id, Kind kind, String json) {
  /// What it tells.
  public enum Kind {
    /// `{"progress":{"task","done","total","unit","rate","secondsLeft"}}`.
    PROGRESS,
    /// `{"plan":[…]}`: the steps that are to be done.
    PLAN,
    /// `{"step",…}`: the result of one.
    STEP,
    /// `{"watch":{…}}`: what an update did.
    WATCH,
    /// `{"end":{"exit"}}`.
    END,
    OTHER
  }
}
