package dev.whetstone.workshop.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Words of a passage by which the log names it. A question of the log names words and no passage,
/// so that it survives another splitter: as few words as tell the passage from all others of its
/// document, for a long phrase is cut in two by the next splitter.
final class AnswerPhrase {
  private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?])\\s+|(?<=[。！？；])|\\R+");
  private static final int SHORTEST = 20;
  private static final int LONGEST = 200;

  private AnswerPhrase() {}

  /// The place of a question that the passage answers.
  ///
  /// @param passages of all documents
  static Place of(Passage passage, List<Passage> passages) {
    List<Passage> document =
        passages.stream().filter(p -> p.document().equals(passage.document())).toList();
    var resolver = new QuestionResolver(document);
    for (String phrase : candidates(passage.text())) {
      var place = new Place(passage.document(), phrase, passage.page());
      var found = resolver.resolve(List.of(new Question("q", "q", List.of(place)))).gains();
      if (found.getOrDefault("q", java.util.Map.of()).keySet().equals(Set.of(passage.id()))) {
        return place;
      }
    }
    return new Place(passage.document(), passage.text(), passage.page());
  }

  /// Sentences of a fitting length, the first of the passage first; then its beginning.
  private static List<String> candidates(String text) {
    var candidates = new ArrayList<String>();
    for (String sentence : SENTENCE.split(text, -1)) {
      String phrase = sentence.strip();
      if (phrase.length() >= SHORTEST && phrase.length() <= LONGEST) {
        candidates.add(phrase);
      }
    }
    String start = text.strip();
    candidates.add(start.length() <= LONGEST ? start : start.substring(0, LONGEST));
    return candidates;
  }
}
