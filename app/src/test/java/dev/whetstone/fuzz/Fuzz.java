package dev.whetstone.fuzz;

/// The entry that Jazzer calls: `make test-fuzz` names a target as the argument.
public final class Fuzz {
  private static FuzzTarget target = FuzzTarget.TEXT;

  private Fuzz() {}

  /// @param arguments the name of a [FuzzTarget]
  public static void fuzzerInitialize(String[] arguments) {
    target = FuzzTarget.valueOf(arguments[0]);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    target.check(input);
  }
}
