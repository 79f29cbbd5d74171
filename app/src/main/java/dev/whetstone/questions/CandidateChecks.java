package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.questions.CopyCheck.Copied;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All checks of a written question. Those that read its text alone come first; a question that
/// passes them is held against those before it, and searched for. Every fault of the text is noted,
/// so that a report tells which check refuses how many. For one thread.
final class CandidateChecks {
  /// A question with what was found of it.
  record Checked(Candidate candidate, QuestionChecks checks) {}

  private final Map<QuestionFault, QuestionCheck> ofText = new LinkedHashMap<>();
  private final RepeatCheck repeats = new RepeatCheck();
  private final SearchCheck search;

  /// @param finder searches the passages
  /// @param passages all of them
  /// @param examples questions of people that may not be repeated
  CandidateChecks(PassageFinder finder, Collection<Passage> passages, List<String> examples) {
    this.search = new SearchCheck(finder, passages);
    ofText.put(QuestionFault.FORM, new FormCheck());
    ofText.put(QuestionFault.LANGUAGE, new LanguageCheck());
    ofText.put(QuestionFault.POINTS_AT_TEXT, new PointingCheck());
    ofText.put(QuestionFault.COPIED, new CopyCheck());
    ofText.put(QuestionFault.NOT_ANSWERED, new AnsweredCheck());
    ofText.put(QuestionFault.GENERIC, new GenericCheck(passages));
    for (String example : examples) {
      repeats.remember(example, LanguageDetector.ofQuestion(example));
    }
    for (PromptWords words : List.of(PromptWords.ENGLISH, PromptWords.CHINESE)) {
      for (PromptWords.Example example : words.examples()) {
        repeats.rememberExample(example, words.code());
      }
    }
  }

  /// @param candidates in the order in which the first of several like ones stays
  List<Checked> check(List<Candidate> candidates) {
    List<Set<QuestionFault>> faults = new ArrayList<>();
    var searched = new ArrayList<Candidate>();
    for (Candidate candidate : candidates) {
      Set<QuestionFault> found = EnumSet.noneOf(QuestionFault.class);
      ofText.forEach(
          (fault, check) -> {
            if (check.refuses(candidate)) {
              found.add(fault);
            }
          });
      if (found.isEmpty() && repeats.refuses(candidate)) {
        found.add(QuestionFault.REPEATED);
      }
      if (found.isEmpty()) {
        searched.add(candidate);
      }
      faults.add(found);
    }
    var places = new ArrayList<>(searched.isEmpty() ? List.of() : search.places(searched));
    var checked = new ArrayList<Checked>();
    for (int i = 0; i < candidates.size(); i++) {
      boolean wasSearched = faults.get(i).isEmpty();
      var found = wasSearched ? places.removeFirst() : SearchCheck.NOWHERE;
      checked.add(checked(candidates.get(i), faults.get(i), found, wasSearched));
    }
    return checked;
  }

  private static Checked checked(
      Candidate candidate, Set<QuestionFault> faults, SearchCheck.Places places, boolean searched) {
    if (searched && !places.found()) {
      faults.add(QuestionFault.NOT_FOUND);
    }
    Copied copied =
        CopyCheck.copied(candidate.question(), candidate.passage(), candidate.language());
    return new Checked(
        candidate,
        new QuestionChecks(
            List.copyOf(faults),
            copied.share(),
            copied.run(),
            places.words(),
            places.dense(),
            places.hybrid()));
  }
}
