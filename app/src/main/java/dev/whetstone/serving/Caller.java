package dev.whetstone.serving;

/// Who calls the application. Decided by the door from what the caller showed, never from what a
/// request says about itself. Every caller may do everything today; permissions will hang on this.
///
/// @param name of the principal, for logs
public record Caller(String name) {
  /// Someone at this machine's command line.
  public static final Caller LOCAL = new Caller("local");

  /// Someone who showed nothing, at a server that asks for nothing.
  public static final Caller ANONYMOUS = new Caller("anonymous");

  /// Someone who showed the server's key.
  public static final Caller KEY_HOLDER = new Caller("key");
}
