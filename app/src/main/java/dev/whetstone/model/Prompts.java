package dev.whetstone.model;

/// What is put before a text, by its role; empty for nothing. The passage prompt shapes the space,
/// the query prompt does not.
public record Prompts(String query, String passage) {
  public static final Prompts NONE = new Prompts("", "");
}
