package dev.whetstone.torch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Keys and values of each layer: `[texts, keyHeads, tokens, headWidth]`.
record DecoderCache(List<Tensor> keys, List<Tensor> values) {
  /// Those that a pass reads.
  ///
  /// @param ofBeginning of what all texts begin with; null where they begin with nothing
  /// @param block of the texts; null while what they begin with is read
  record Both(@Nullable DecoderCache ofBeginning, @Nullable DecoderCache block) {}

  void keep(Scope scope) {
    keys.forEach(scope::keep);
    values.forEach(scope::keep);
  }

  void free() {
    keys.forEach(Scope::free);
    values.forEach(Scope::free);
  }

  long texts() {
    return keys.getFirst().size(0);
  }

  long tokens() {
    return keys.getFirst().size(2);
  }
}
