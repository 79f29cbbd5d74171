package dev.whetstone.llm;

import java.util.List;

/// How a reply is made.
///
/// @param maxTokens longest reply, from 1
/// @param temperature from 0 (always the likeliest word) to 2
/// @param stop the reply ends before the first of these; at most 4, none empty
/// @param seed of the choice of words, where the model runs in this process; servers choose their
///   own
public record ChatOptions(int maxTokens, double temperature, List<String> stop, int seed) {
  public static final ChatOptions DEFAULT = new ChatOptions(512, 0, List.of());

  /// With the seed 1.
  public ChatOptions(int maxTokens, double temperature, List<String> stop) {
    this(maxTokens, temperature, stop, 1);
  }

  public ChatOptions {
    stop = List.copyOf(stop);
    if (maxTokens < 1 || !(temperature >= 0 && temperature <= 2)) {
      throw new IllegalArgumentException("maxTokens " + maxTokens + ", temperature " + temperature);
    }
    if (stop.size() > 4 || stop.contains("")) {
      throw new IllegalArgumentException("at most 4 stop sequences, none empty: " + stop);
    }
  }
}
