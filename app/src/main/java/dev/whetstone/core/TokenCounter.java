package dev.whetstone.core;

/// Counts a text in a model's tokens, special tokens not counted. Safe for many threads.
@FunctionalInterface
public interface TokenCounter {
  int count(String text);
}
