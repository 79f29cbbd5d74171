package dev.whetstone.torch;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/// Owns every tensor made in it by its thread: closing it frees them. Scopes nest; a tensor belongs
/// to the innermost one that is open. Use it in try-with-resources, on one thread.
public final class Scope implements AutoCloseable {
  private static final AtomicLong LIVE = new AtomicLong();

  private final @Nullable PointerScope outer = PointerScope.getInnerScope();
  private final CountingScope pointers = new CountingScope();

  @MustBeClosed
  public Scope() {
    Threads.useAllCores();
  }

  /// Tensors (and their like: scalars, lists) that scopes own now or have given away, in the whole
  /// process. A step that leaks none leaves this number as it found it.
  public static long liveTensors() {
    return LIVE.get();
  }

  /// Takes a tensor out of this scope: who keeps it must [#free] it.
  <T extends Pointer> T keep(T tensor) {
    tensor.retainReference(); // the scope gives up its own
    pointers.detach(tensor);
    LIVE.incrementAndGet();
    return tensor;
  }

  /// Gives a tensor to the scope around this one.
  <T extends Pointer> T hand(T tensor) {
    if (outer == null) {
      throw new IllegalStateException("no scope is open around this one");
    }
    outer.attach(tensor);
    pointers.detach(tensor);
    return tensor;
  }

  /// Frees a tensor that was kept.
  static void free(Pointer tensor) {
    tensor.close();
    LIVE.decrementAndGet();
  }

  @Override
  public void close() {
    pointers.close();
    LIVE.addAndGet(-pointers.owned);
  }

  private static final class CountingScope extends PointerScope {
    private long owned;

    @Override
    public PointerScope attach(Pointer pointer) {
      owned++;
      LIVE.incrementAndGet();
      return super.attach(pointer);
    }

    @Override
    public PointerScope detach(Pointer pointer) {
      owned--;
      LIVE.decrementAndGet();
      return super.detach(pointer);
    }
  }
}
