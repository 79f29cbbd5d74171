package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much of a question is copied from its passage. Matching words finds a copied question, and
/// so does the base model: there is nothing to learn from it.
///
/// The name of the thing asked about has to stand in a question, so the words of short headings do
/// not count. The limits are near those that people keep: they refuse 15 of 400 people's questions
/// of a medical collection, 20 of 300 scientific claims, none of 73 keyword queries and 11 of 127
/// about Chinese statutes, where runs of up to 12 characters are shared. They were set with these
/// in view.
final class CopyCheck implements QuestionCheck {
  /// The most words in a row; a word is one character of Chinese and Japanese.
  private static final int LONGEST_RUN = 6;

  private static final int LONGEST_RUN_OF_CHARACTERS = 9;

  /// More terms of headings are a statement, such as a paper's title.
  private static final int LONGEST_NAME = 6;

  /// From so many content terms on, not all of them may stand in the passage.
  private static final int SOME_TERMS = 5;

  /// What was counted.
  ///
  /// @param share of the question's content terms, without those of its name, that stand in the
  ///   passage
  /// @param terms how many content terms it has
  /// @param run the most words in a row that stand so in the passage
  record Copied(double share, int terms, int run) {}

  @Override
  public boolean refuses(Candidate candidate) {
    Copied copied = copied(candidate.question(), candidate.passage(), candidate.language());
    return refuses(copied, candidate.language());
  }

  static boolean refuses(Copied copied, String language) {
    int longest = Languages.withoutSpaces(language) ? LONGEST_RUN_OF_CHARACTERS : LONGEST_RUN;
    return copied.run() > longest || (copied.share() >= 1 && copied.terms() >= SOME_TERMS);
  }

  static Copied copied(String question, Passage passage, String language) {
    Set<String> name = name(passage, language);
    Set<String> own = new HashSet<>(ContentTerms.set(question, language));
    own.removeAll(name);
    Set<String> its = ContentTerms.set(passage.embedded(), language);
    long shared = own.stream().filter(its::contains).count();
    double share = own.isEmpty() ? 0 : (double) shared / own.size();
    var units = new ArrayList<>(units(question, language));
    if (!Languages.withoutSpaces(language)) {
      units.removeIf(name::contains);
    }
    return new Copied(share, own.size(), run(units, units(passage.embedded(), language)));
  }

  /// The terms of the headings, where these are a name and not a statement.
  private static Set<String> name(Passage passage, String language) {
    Set<String> terms = ContentTerms.set(String.join(" ", passage.headings()), language);
    return terms.size() <= LONGEST_NAME ? terms : Set.of();
  }

  /// The words of a text in their order; its characters where words are not written apart.
  static List<String> units(String text, String language) {
    return Languages.withoutSpaces(language)
        ? text.codePoints()
            .filter(Character::isLetterOrDigit)
            .mapToObj(Character::toString)
            .toList()
        : Word.of(text, language).stream().map(Word::term).toList();
  }

  /// The longest run of `a` that stands in `b`: dynamic programming over the places in `b`.
  static int run(List<String> a, List<String> b) {
    Map<String, Set<Integer>> places = new HashMap<>();
    for (int i = 0; i < b.size(); i++) {
      places.computeIfAbsent(b.get(i), _ -> new HashSet<>()).add(i);
    }
    int longest = 0;
    Map<Integer, Integer> ending = Map.of(); // place in b → the run that ends there
    for (String unit : a) {
      var next = new HashMap<Integer, Integer>();
      for (int place : places.getOrDefault(unit, Set.of())) {
        int run = ending.getOrDefault(place - 1, 0) + 1;
        next.put(place, run);
        longest = Math.max(longest, run);
      }
      ending = next;
    }
    return longest;
  }
}
