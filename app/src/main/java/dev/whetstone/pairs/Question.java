package dev.whetstone.pairs;

import java.util.List;

/// A question as a user asks it, and where it is answered.
///
/// @param id unique in its file
/// @param places each of them answers it; empty when the documents hold no answer
public record Question(String id, String text, List<Place> places) {
  public Question {
    places = List.copyOf(places);
    if (id.isBlank() || text.isBlank()) {
      throw new IllegalArgumentException("a question has an id and a text");
    }
  }
}
