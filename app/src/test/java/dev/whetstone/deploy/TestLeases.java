package dev.whetstone.deploy;

import dev.whetstone.core.Lease;
import dev.whetstone.core.Leases;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.Model;
import java.time.Duration;
import java.util.function.Function;

/// Encoders that are shared, for tests.
public final class TestLeases {
  private TestLeases() {}

  /// Opens each model once while it is used.
  public static Function<Model, Lease<Encoder>> of(Function<Model, Encoder> open) {
    var leases = new Leases<String, Encoder>(0, Duration.ofSeconds(30), Encoder::close);
    return model -> leases.take(model.content(), () -> open.apply(model));
  }
}
