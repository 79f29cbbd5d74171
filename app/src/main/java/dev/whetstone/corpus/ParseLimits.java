package dev.whetstone.corpus;

import java.time.Duration;

/// The limits on parsing one file.
///
/// @param perFile wall-clock time for one file
/// @param heapMegabytes Java heap of a parsing process, at least 32
/// @param maxFileBytes larger files are not opened
/// @param options which content is read, and the limits of the document
public record ParseLimits(
    Duration perFile, int heapMegabytes, long maxFileBytes, ParseOptions options) {
  /// A minute, 512 MB of heap, files up to 256 MB.
  public static final ParseLimits DEFAULT =
      new ParseLimits(Duration.ofSeconds(60), 512, 256L << 20, ParseOptions.DEFAULT);

  public ParseLimits {
    if (perFile.isNegative() || perFile.isZero()) {
      throw new IllegalArgumentException("time per file must be positive: " + perFile);
    }
    if (heapMegabytes < 32 || maxFileBytes < 1) {
      throw new IllegalArgumentException("limits too small");
    }
  }
}
