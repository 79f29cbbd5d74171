package dev.whetstone.workshop;

import dev.whetstone.core.Lease;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.Model;
import dev.whetstone.workspace.ModelView;
import java.util.Optional;

/// Where a step gets the encoder of the model that serves. A step of its own process opens one; in
/// a process that holds the model open already, as a server does, that one is shared.
@FunctionalInterface
public interface StepEncoders {
  /// @return to be closed by the step
  Lease<Encoder> take(Model model);

  /// One that is opened for each step, in the runtime of the settings.
  static StepEncoders opening(ModelView models) {
    return model -> new Own(models.encoder(model));
  }

  /// @param value closed with the lease
  record Own(Encoder value) implements Lease<Encoder> {
    @Override
    public Optional<Lease<Encoder>> share() {
      return Optional.empty();
    }

    @Override
    public void close() {
      value.close();
    }
  }
}
