package dev.whetstone.deploy;

import java.time.Duration;

/// How much the embedding service takes on.
///
/// @param textsPerRequest in one request at most; OpenAI's own limit is the default
/// @param textsInWork of all requests together, waiting or computed; beyond that callers are sent
///   away
/// @param textsPerBatch computed together
/// @param requestBytes longest request body
/// @param patience after which a request that is not done is given up
public record EmbeddingLimits(
    int textsPerRequest, int textsInWork, int textsPerBatch, int requestBytes, Duration patience) {
  public static final EmbeddingLimits DEFAULT =
      new EmbeddingLimits(2048, 4096, 64, 16 << 20, Duration.ofMinutes(5));

  public EmbeddingLimits {
    if (textsPerRequest < 1
        || textsInWork < textsPerRequest
        || textsPerBatch < 1
        || requestBytes < 1024
        || !patience.isPositive()) {
      throw new IllegalArgumentException(
          "%d texts a request, %d in work, %d a batch, %d bytes, %s"
              .formatted(textsPerRequest, textsInWork, textsPerBatch, requestBytes, patience));
    }
  }
}
