package dev.whetstone.train;

/// The schedule of a training that turned out too slow for its budget: from step `at` on, counted
/// from 0, its rate falls in a straight line from where it stands, to end after `end` steps.
///
/// @param end above `at`, unless nothing is left
record ShortenedSchedule(int at, int end) {
  /// For a training that is in time.
  static final ShortenedSchedule NONE = new ShortenedSchedule(Integer.MAX_VALUE, Integer.MAX_VALUE);

  boolean none() {
    return end == Integer.MAX_VALUE;
  }

  /// The learning rate of a step: above 0 throughout.
  double rate(Hyperparameters plan, int step) {
    return step < at
        ? plan.schedule().rate(step)
        : plan.schedule().rate(at) * (end - step) / (end - at);
  }
}
