package dev.whetstone.core;

import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Parameter;
import java.util.List;

/// What a network makes of the pooled state: the vector of a text, or the score of a pair of texts.
public sealed interface NetworkOutput {
  /// The modules that map the pooled state, in order.
  List<? extends HeadModule> modules();

  /// A vector of unit length.
  ///
  /// @param modules empty for most models
  record UnitVector(List<DenseModule> modules) implements NetworkOutput {
    public UnitVector {
      modules = List.copyOf(modules);
    }
  }

  /// One number, a raw logit: how well the second text of a pair answers the first. The last module
  /// has a width of 1.
  record Score(List<HeadModule> modules) implements NetworkOutput {
    public Score {
      modules = List.copyOf(modules);
      if (modules.isEmpty()
          || !(modules.getLast() instanceof DenseModule last)
          || last.linear().out() != 1) {
        throw new IllegalArgumentException("a score head ends with a product of width 1");
      }
    }
  }

  /// A part of a head: pooled vector to pooled vector.
  sealed interface HeadModule permits DenseModule, NormModule {
    /// What has its tensors.
    Parameter parameter();
  }

  /// A LayerNorm within a head.
  ///
  /// @param epsilon added to the variance; that of the layers may be another
  record NormModule(LayerNorm norm, double epsilon) implements HeadModule {
    public NormModule {
      if (!(epsilon > 0)) {
        throw new IllegalArgumentException("epsilon " + epsilon);
      }
    }

    @Override
    public LayerNorm parameter() {
      return norm;
    }
  }
}
