package dev.whetstone.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// Memory for the intermediates of a [TrainingPass]: one block that is given out and taken back in
/// the order of a stack, and stays for the next step.
///
/// The general allocator serves tensors of ever other sizes from what earlier ones left, so that a
/// training's memory grows beyond what is used at once. A pass needs no general allocator: backward
/// gives back in the reverse order of forward. Here nothing is lost between tensors, and
/// [#mostElements] is exact.
///
/// Tensors taken belong to the open [Scope], which frees the views, not their memory; a view must
/// not be used after [#release]. Used by one thread at a time; close it to free the memory.
final class Arena implements AutoCloseable {
  /// Places are multiples of 64 bytes for every type.
  private static final long ALIGNMENT = 32;

  private final ScalarType type;
  private @Nullable Tensor memory;
  private long capacity;
  private long top;
  private long most;

  /// @param type of all tensors taken
  Arena(ScalarType type) {
    this.type = type;
  }

  /// Makes room, before anything is taken.
  ///
  /// @param elements as counted by [#elements]
  void reserve(long elements) {
    if (top > 0) {
      throw new IllegalStateException("the arena is in use");
    }
    if (elements > capacity) {
      if (memory != null) {
        close();
        NativeFunctions.trimFreedMemory(); // the freed block is too small for the new one
      }
      try (var scope = new Scope()) {
        memory = scope.keep(Device.empty(type, elements));
      }
      capacity = elements;
    }
  }

  /// What a tensor takes of an arena.
  static long elements(long rows, long columns) {
    return Math.ceilDiv(rows * columns, ALIGNMENT) * ALIGNMENT;
  }

  /// A tensor of no particular content: `[rows, columns]`. Beyond what was reserved it is made by
  /// the general allocator.
  Tensor take(long rows, long columns) {
    long from = top;
    top += elements(rows, columns);
    most = Math.max(most, top);
    Tensor block = memory;
    if (block == null || top > capacity) {
      return Device.empty(type, rows, columns);
    }
    return block.narrow(0, from, rows * columns).view(rows, columns);
  }

  /// Where the next tensor is taken.
  long top() {
    return top;
  }

  /// Gives back all that was taken since [#top] was this.
  void release(long mark) {
    top = mark;
  }

  /// The most that was taken at once since the beginning.
  long mostElements() {
    return most;
  }

  @Override
  public void close() {
    if (memory != null) {
      Scope.free(memory);
      memory = null;
      capacity = 0;
    }
  }
}
