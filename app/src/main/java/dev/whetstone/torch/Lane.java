package dev.whetstone.torch;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// A part of each step of a training, on some of the cores: its own thread, gradients and memory
/// for intermediates. [#forward], [#backward] for each round, [#end]; each begins at once, and what
/// one gives may be read when its future is done. Used by one thread; close it to free the memory.
final class Lane implements AutoCloseable {
  private final Weights gradients;
  private final Arena arena;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("train-", 0).factory());

  // of the step under way, used by the thread
  private @Nullable Scope scope;
  private @Nullable GradientCache cache;

  /// @param type of the linear maps
  /// @param cores that the thread computes on
  Lane(ParameterLayout layout, ScalarType type, int cores) {
    this.gradients = Weights.zerosOf(layout, type);
    this.arena = new Arena(type);
    join(
        start(
            () -> {
              Threads.computeOn(cores);
              return true;
            }));
  }

  /// Makes the step's passes.
  @FunctionalInterface
  interface Passes {
    GradientCache of(Weights gradients, Arena arena);
  }

  /// What goes forward.
  ///
  /// @param rows in the order of `order`
  /// @param order the number of each row's sequence
  record Rows(Tensor rows, List<Integer> order) {}

  /// Begins a step.
  @SuppressWarnings("MustBeClosed") // by #end
  CompletableFuture<Rows> forward(Passes passes) {
    return start(
        () -> {
          scope = new Scope();
          arena.release(0); // also of a step that ended with an exception
          GradientCache made = passes.of(gradients, arena);
          cache = made;
          return new Rows(made.rows(), made.order());
        });
  }

  /// Goes back through a chunk, the last one first; nothing when there are no more.
  ///
  /// @param round from 0
  /// @return whether there was one: [#gradients] are those of it
  CompletableFuture<Boolean> backward(int round, Tensor ofRows) {
    return start(
        () -> {
          int chunk = cache().chunks() - 1 - round;
          if (chunk < 0) {
            return false;
          }
          cache().backward(chunk, ofRows);
          return true;
        });
  }

  Weights gradients() {
    return gradients;
  }

  /// See [GradientCache#ofWords].
  Tensor ofWords() {
    return cache().ofWords();
  }

  private GradientCache cache() {
    return Objects.requireNonNull(cache, "no step is under way");
  }

  /// Frees what the step took, also of one that failed. Waits for what was begun.
  void end() {
    join(
        start(
            () -> {
              cache = null;
              if (scope != null) {
                scope.close();
                scope = null;
              }
              return true;
            }));
  }

  private <T> CompletableFuture<T> start(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (var _ = new NoGradGuard()) {
            return work.get();
          }
        },
        thread);
  }

  /// Waits, whatever comes between: the memory that is worked on must stay.
  ///
  /// @throws RuntimeException what the work threw
  static <T> T join(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }

  static <T> List<T> joinAll(List<CompletableFuture<T>> works) {
    return works.stream().map(Lane::join).toList();
  }

  @Override
  public void close() {
    end();
    thread.shutdown();
    thread.close();
    gradients.close();
    arena.close();
  }
}
