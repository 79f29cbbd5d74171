package dev.whetstone.servers;

import java.time.Duration;

/// What may happen to a request on its way to a node and back.
public sealed interface Fault {
  /// The node never sees it; the answer is 429.
  ///
  /// @param retryAfter what the header of that name says; empty leaves it out
  record Overloaded(String retryAfter) implements Fault {}

  /// The node applies it, and its answer is lost with the connection.
  record AnswerLost() implements Fault {}

  /// The node applies it, and its answer comes so much later.
  record AnswerLate(Duration by) implements Fault {}

  /// Of a bulk request the node sees only some items; of the others the answer says that they
  /// failed.
  ///
  /// @param share of the items that fail, from 0 to 1
  /// @param status of those, for example 429
  record ItemsFail(double share, int status) implements Fault {}

  /// The node never sees it.
  record Answer(int status, String json) implements Fault {}
}
