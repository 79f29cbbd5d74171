package dev.whetstone.train;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.torch.Network;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/// Trains a network by a plan, whatever its [Objective]: checkpoints, and the same bits whether it
/// was interrupted or not. One training at a time.
public final class Trainer {
  private final NetworkDescription description;
  private final Hyperparameters plan;
  private final LongSupplier nanos;

  /// The outcome of a training.
  ///
  /// @param weights under Hugging Face's names
  /// @param shortened whether it was too slow, and took fewer steps than planned, or will
  public record Result(NamedTensors weights, TrainingStats stats, boolean shortened) {}

  /// Decides after a step how far to go.
  @FunctionalInterface
  public interface StepLimit {
    /// @param done steps
    /// @param seconds they took, those before an interruption counted
    /// @return how many steps to end after, from `done` to those of the plan
    int end(int done, double seconds);
  }

  /// The part of a training to do.
  ///
  /// @param until steps to take in all; a training that ended at one goes on to a later one
  /// @param snapshots steps after which the weights are stored, to be read with [#snapshot]
  /// @param limit asked after each step, until it has once named fewer than the plan's; that is
  ///   stored in the checkpoint
  public record Segment(int until, List<Integer> snapshots, StepLimit limit) {
    public Segment {
      snapshots = List.copyOf(snapshots);
    }

    public Segment(int until, List<Integer> snapshots) {
      this(until, snapshots, (_, _) -> Integer.MAX_VALUE);
    }
  }

  public Trainer(NetworkDescription description, Hyperparameters plan) {
    this(description, plan, System::nanoTime);
  }

  /// @param nanos the clock
  Trainer(NetworkDescription description, Hyperparameters plan, LongSupplier nanos) {
    this.description = description;
    this.plan = plan;
    this.nanos = nanos;
  }

  /// Trains, from the folder's checkpoint where there is one of this very training.
  ///
  /// @param start weights to start from, under Hugging Face's names
  /// @param checkpoints a folder of this training's own; it may be deleted when the outcome is
  ///   saved
  /// @throws CancellationException when interrupted, with a checkpoint after the step it was in;
  ///   the next call goes on from there
  /// @throws Failure.CorruptArtifact if the checkpoint is damaged
  /// @throws NoCandidateException if the training diverges
  public Result train(
      List<TokenisedExample> examples, NamedTensors start, Path checkpoints, Progress progress) {
    var whole = new Segment(plan.steps(), List.of());
    return train(examples, start, checkpoints, whole, "train", progress);
  }

  /// The same, up to a step. What the plan says of rates and order holds for all of its steps, so
  /// that going on later gives the bits of going there at once.
  ///
  /// @param name of the progress
  public Result train(
      List<TokenisedExample> examples,
      NamedTensors start,
      Path checkpoints,
      Segment segment,
      String name,
      Progress progress) {
    return train(
        new ContrastiveObjective(examples, plan), start, checkpoints, segment, name, progress);
  }

  /// The same with any objective.
  Result train(
      Objective objective,
      NamedTensors start,
      Path checkpoints,
      Segment segment,
      String name,
      Progress progress) {
    int until = segment.until();
    String fingerprint = fingerprint(objective, start);
    Optional<Checkpoint> resumed =
        Checkpoint.read(checkpoints)
            .filter(c -> c.fingerprint().equals(fingerprint))
            .filter(c -> c.losses().values().length <= until);
    NamedTensors weights = resumed.map(Checkpoint::weights).orElse(start);
    try (var network = Network.of(description, weights);
        var training = objective.open(network);
        var task = progress.start(name, until, "steps")) {
      var losses = new ArrayList<Float>();
      resumed.ifPresent(
          checkpoint -> {
            training.restore(checkpoint.optimiser());
            for (float loss : checkpoint.losses().values()) {
              losses.add(loss);
            }
          });
      task.advance(losses.size());
      double before = resumed.map(Checkpoint::seconds).orElse(0.0);
      ShortenedSchedule shortened =
          resumed.map(Checkpoint::shortened).orElse(ShortenedSchedule.NONE);
      long started = nanos.getAsLong();
      long examples = 0;
      int begun = losses.size();
      objective.changes().stream()
          .filter(change -> change < begun)
          .max(Integer::compare)
          .ifPresent(
              last -> objective.change(last, checkpoints, () -> snapshot(checkpoints, last)));
      for (int step = losses.size(); step < Math.min(until, shortened.end()); step++) {
        if (Thread.interrupted()) { // taken back: it would close the file written
          checkpoint(
              checkpoints,
              fingerprint,
              before + since(started),
              shortened,
              losses,
              network,
              training);
          throw new CancellationException(
              "training stopped after " + step + " of " + until + " steps; run it again to go on");
        }
        if (objective.changes().contains(step)) {
          if (!Files.exists(folder(checkpoints, step))) {
            writeSnapshot(
                checkpoints, fingerprint, before + since(started), shortened, losses, network);
          }
          objective.change(step, checkpoints, network::weights);
        }
        losses.add(step(training, step, shortened.rate(plan, step)));
        examples += objective.examples(step);
        if (segment.snapshots().contains(step + 1)) {
          writeSnapshot(
              checkpoints, fingerprint, before + since(started), shortened, losses, network);
        }
        if (Thread.currentThread().isInterrupted()) {
          continue; // a watched progress ends what is interrupted: the checkpoint comes first
        }
        task.advance(1);
        task.note(note(losses, examples / since(started), objective.unit()));
        boolean ends = step + 1 == Math.min(until, shortened.end()); // what is finished stays so
        boolean due = ends || (step + 1) % plan.checkpointEvery() == 0;
        double seconds = before + since(started);
        if (shortened.none() && segment.limit().end(step + 1, seconds) < plan.steps()) {
          shortened = new ShortenedSchedule(step + 1, segment.limit().end(step + 1, seconds));
          due = true;
        }
        if (due) {
          checkpoint(checkpoints, fingerprint, seconds, shortened, losses, network, training);
        }
      }
      return new Result(
          network.weights(),
          stats(objective, losses.size(), before + since(started), losses),
          !shortened.none());
    }
  }

  private static float step(Objective.Training training, int step, double rate) {
    try {
      return training.step(step, rate);
    } catch (Failure.Refused e) {
      throw new NoCandidateException(String.valueOf(e.getMessage()), e);
    }
  }

  private double since(long started) {
    return (nanos.getAsLong() - started) / 1e9;
  }

  /// The mean loss of the last steps, as single ones jump.
  private static String note(List<Float> losses, double perSecond, String unit) {
    List<Float> last = losses.subList(Math.max(0, losses.size() - 20), losses.size());
    double mean = last.stream().mapToDouble(Float::doubleValue).average().orElse(Double.NaN);
    return String.format(Locale.ROOT, "loss %.3f, %.1f %s/s", mean, perSecond, unit);
  }

  private void checkpoint(
      Path folder,
      String fingerprint,
      double seconds,
      ShortenedSchedule shortened,
      List<Float> losses,
      Network network,
      Objective.Training training) {
    write(
        folder,
        new Checkpoint(
            fingerprint, seconds, shortened, losses(losses), network.weights(), training.state()));
  }

  /// Written before any checkpoint of a later step, so that a training resumed from there has it.
  private static void writeSnapshot(
      Path folder,
      String fingerprint,
      double seconds,
      ShortenedSchedule shortened,
      List<Float> losses,
      Network network) {
    write(
        folder(folder, losses.size()),
        new Checkpoint(
            fingerprint,
            seconds,
            shortened,
            losses(losses),
            network.weights(),
            new NamedTensors()));
  }

  private static Path folder(Path checkpoints, int step) {
    return checkpoints.resolve("after-" + step);
  }

  /// The weights stored after a step of [Segment#snapshots].
  ///
  /// @throws Failure.CorruptArtifact if they are not there
  static NamedTensors snapshot(Path checkpoints, int step) {
    return Checkpoint.read(folder(checkpoints, step))
        .map(Checkpoint::weights)
        .orElseThrow(
            () ->
                new Failure.CorruptArtifact(
                    "the weights after step "
                        + step
                        + " are missing in "
                        + checkpoints
                        + ": delete that folder to train from the start"));
  }

  private static Checkpoint.Losses losses(List<Float> losses) {
    float[] values = new float[losses.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = losses.get(i);
    }
    return new Checkpoint.Losses(values);
  }

  private static void write(Path folder, Checkpoint checkpoint) {
    try {
      checkpoint.write(folder);
    } catch (Failure.Unavailable e) {
      if (!Thread.interrupted()) {
        throw e;
      }
      // An interrupt closes the file that its thread is writing.
      checkpoint.write(folder);
      Thread.currentThread().interrupt();
    }
  }

  private TrainingStats stats(Objective objective, int steps, double seconds, List<Float> losses) {
    long pairs = 0;
    for (int step = 0; step < steps; step++) {
      pairs += objective.examples(step);
    }
    return new TrainingStats(steps, pairs, seconds, plan.precision(), losses);
  }

  /// How fast this plan trains here: a few of its steps are done on a copy of the weights. Steps
  /// differ in length, so the others are reckoned by their tokens, padding included.
  ///
  /// @return pairs a second
  public double measure(List<TokenisedExample> examples, NamedTensors start, Progress progress) {
    return measure(new ContrastiveObjective(examples, plan), start, progress);
  }

  /// The same with any objective.
  ///
  /// @return examples a second
  double measure(Objective objective, NamedTensors start, Progress progress) {
    try (var network = Network.of(description, start);
        var training = objective.open(network);
        var task = progress.start("measure the speed", -1, "steps")) {
      training.step(0, plan.schedule().rate(0));
      task.advance(1);
      long started = nanos.getAsLong();
      long tokens = 0;
      int step = 0;
      while (step == 0 || (step < 12 && since(started) < 5)) {
        int next = (step + 1) % plan.steps();
        training.step(next, plan.schedule().rate(0));
        tokens += objective.tokens(next);
        step++;
        task.advance(1);
      }
      double tokensPerSecond = tokens / since(started);
      long examples = 0;
      long whole = 0;
      for (int other = 0; other < plan.steps(); other++) {
        examples += objective.examples(other);
        whole += objective.tokens(other);
      }
      return examples * tokensPerSecond / whole;
    }
  }

  private String fingerprint(Objective objective, NamedTensors start) {
    var hash = new Sha256().add(String.join("\n", plan.fields()));
    hash.add(String.join("\n", description.fields()));
    objective.addTo(hash);
    for (String name : start.names()) {
      hash.add(name);
      float[] data = start.get(name).data();
      var bytes = ByteBuffer.allocate(4 * data.length);
      bytes.asFloatBuffer().put(data);
      hash.add(bytes.array());
    }
    return hash.hex();
  }
}
