package dev.whetstone.pairs;

import java.util.List;
import java.util.Locale;

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

  /// Its words alone, lower-case: two questions with the same are one question.
  public String words() {
    return words(text);
  }

  /// As [#words()], of any text.
  public static String words(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
  }
}
