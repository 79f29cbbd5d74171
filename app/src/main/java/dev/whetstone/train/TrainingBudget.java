package dev.whetstone.train;

/// Decides how many steps a training takes on a machine that may have become slower than it was
/// when the plan was made. A budget that is overrun by less than a quarter is close enough: then
/// nothing is changed, so that the clock decides nothing. Otherwise the training ends after as many
/// steps as still fit.
///
/// @param planned seconds that the whole training takes at the speed of the plan
/// @param steps of the whole training
/// @param seconds the budget for training and choosing
record TrainingBudget(double planned, int steps, double seconds) {
  private static final double OVERRUN = 1.25;

  /// The first steps warm up.
  private static final int FEWEST_TIMED = 5;

  /// Weights that are not led to a rate of 0 are worse than those of a shorter training.
  private static final int FEWEST_LEFT = 3;

  static TrainingBudget of(FineTuningPlan plan, int steps, double seconds) {
    return new TrainingBudget(Planner.cost(plan) / plan.speed().pairsPerSecond(), steps, seconds);
  }

  /// @param done steps
  /// @param spent seconds on them
  /// @param earlier seconds spent on other trainings of this plan
  /// @param toCome steps of other trainings that are still to be tried
  /// @return how many steps to end after; those of the whole training where it is in time
  int end(int done, double spent, double earlier, int toCome) {
    double each = spent / done;
    double projected = earlier + spent + each * (steps - done + toCome);
    if (done < FEWEST_TIMED || projected + Planner.CHOOSING_SHARE * seconds <= OVERRUN * seconds) {
      return steps;
    }
    double left = seconds - earlier - spent;
    double slower = each * steps / planned;
    double room = Math.max(left / 2, left - slower * Planner.CHOOSING_SHARE * seconds);
    return (int) Math.min(steps, done + Math.max(FEWEST_LEFT, room / each));
  }
}
