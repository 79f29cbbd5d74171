package dev.whetstone.train;

import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Seconds spent on each training of a plan, by the training's name, and the limits that follow
/// from them. Stored in the work folder, as a training's checkpoint may be gone.
final class SpentTime {
  /// Why less was done than was planned.
  static final String BEHIND = "the machine became slower than it was when the plan was made";

  private final Path file;
  private final String plan;
  private final TrainingBudget budget;
  private final Map<String, Double> seconds;

  /// @param plan its hash: what was spent on another does not count
  SpentTime(Path work, String plan, TrainingBudget budget) {
    this.file = work.resolve("spent.json");
    this.plan = plan;
    this.budget = budget;
    this.seconds =
        new TreeMap<>(
            Json.kept(file, Stored.class)
                .filter(stored -> stored.plan().equals(plan))
                .map(Stored::seconds)
                .orElse(Map.of()));
  }

  /// @param plan hash of the plan
  /// @param seconds by the training's name
  private record Stored(String plan, Map<String, Double> seconds) {}

  /// Shortens a training so that it fits into the budget beside the others.
  ///
  /// @param toCome steps of trainings that come after it
  Trainer.StepLimit limit(String training, int toCome) {
    double earlier =
        seconds.entrySet().stream()
            .filter(one -> !one.getKey().equals(training))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    return (done, spent) -> budget.end(done, spent, earlier, toCome);
  }

  /// Ends a training that is not needed as soon as it turns out too slow.
  ///
  /// @param steps of the whole training
  static Trainer.StepLimit givenUp(Trainer.StepLimit fitting, int steps) {
    return (done, spent) -> fitting.end(done, spent) < steps ? done : steps;
  }

  /// Stores what a training has taken.
  void put(String training, double spent) {
    seconds.put(training, spent);
    WholeFile.write(file, Json.sealed(Json.pretty(new Stored(plan, seconds))));
  }
}
