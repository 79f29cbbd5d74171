package dev.whetstone.answer;

import java.util.List;

/// One sentence of an answer.
///
/// @param citations numbers of [Answer#citations()]; at least one
public record Sentence(String text, List<Integer> citations) {
  public Sentence {
    citations = List.copyOf(citations);
    if (citations.isEmpty()) {
      throw new IllegalArgumentException("a sentence without a citation: " + text);
    }
  }
}
