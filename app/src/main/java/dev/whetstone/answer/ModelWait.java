package dev.whetstone.answer;

import java.util.function.Supplier;

/// Waits for the language model of an answer. A caller that bounds how many answers are computed at
/// once waits outside that bound: a model may take seconds in which nothing is computed here.
public interface ModelWait {
  /// Waits where it is.
  ModelWait INSIDE =
      new ModelWait() {
        @Override
        public <T> T during(Supplier<T> wait) {
          return wait.get();
        }
      };

  /// Returns what `wait` returns, and throws what it throws.
  <T> T during(Supplier<T> wait);
}
