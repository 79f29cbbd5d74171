package dev.whetstone.encode;

import dev.whetstone.store.MavenArtifact;
import java.nio.file.Path;

/// How an encoder works.
///
/// @param threads that compute one batch together
/// @param batchTokens in one batch at most, padding counted (a single text may have more)
/// @param batchTexts in one batch at most
/// @param cache where the outcome of trials is kept
/// @param use what for
public record EncoderSettings(
    RuntimeChoice runtime, int threads, int batchTokens, int batchTexts, Path cache, Use use) {
  /// What for.
  public enum Use {
    /// A job of a command: a trial may hold it up.
    JOB,
    /// Single texts and small batches of a server's callers, whom nothing is to hold up.
    SERVING
  }

  public EncoderSettings {
    if (threads < 1 || batchTokens < 1 || batchTexts < 1) {
      throw new IllegalArgumentException(
          "threads, batch tokens and batch texts must be at least 1: "
              + threads
              + ", "
              + batchTokens
              + ", "
              + batchTexts);
    }
  }

  /// The default: what is fastest here, all cores, the user's cache.
  public static EncoderSettings auto() {
    return of(RuntimeChoice.AUTO, MavenArtifact.defaultCache());
  }

  public static EncoderSettings of(RuntimeChoice runtime, Path cache) {
    return new EncoderSettings(
        runtime, Runtime.getRuntime().availableProcessors(), 2048, 64, cache, Use.JOB);
  }

  /// The same for a server.
  public EncoderSettings serving() {
    return new EncoderSettings(runtime, threads, batchTokens, batchTexts, cache, Use.SERVING);
  }
}
