package dev.whetstone.http;

/// Whether callers may change documents and apps, and start jobs. Not where the settings switch it
/// off, and not where anyone reaches the server and no key is asked for: what a stranger sends
/// would be read out to all who ask.
final class WriteAccess {
  private final boolean wanted;
  private final boolean openToAll;

  WriteAccess(boolean wanted, ServerSettings settings) {
    this.wanted = wanted;
    this.openToAll = settings.openToAll();
  }

  /// @throws RequestException if they may not
  void require() {
    if (!wanted) {
      throw new RequestException(
          403, "AccessDenied", "Changes over HTTP are switched off on this server (serve.write).");
    }
    if (openToAll) {
      throw new RequestException(
          403,
          "AccessDenied",
          "This server is reached from other machines without a key, so it takes no changes: set"
              + " serve.api_key_env.");
    }
  }
}
