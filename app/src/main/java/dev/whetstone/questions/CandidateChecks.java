package dev.whetstone.questions;

import dev.whetstone.questions.CopyCheck.Copied;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
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

  private static final Map<QuestionFault, QuestionCheck> OF_TEXT = ofText();

  private final RepeatCheck repeats = new RepeatCheck();
  private final SearchCheck search;

  /// @param examples questions of people that may not be repeated
  CandidateChecks(SearchCheck search, List<String> examples) {
    this.search = search;
    for (String example : examples) {
      repeats.remember(example, LanguageDetector.ofQuestion(example));
    }
    for (PromptWords words : List.of(PromptWords.ENGLISH, PromptWords.CHINESE)) {
      words.example().questions().values().forEach(q -> repeats.rememberExample(q, words.code()));
    }
  }

  private static Map<QuestionFault, QuestionCheck> ofText() {
    var checks = new LinkedHashMap<QuestionFault, QuestionCheck>();
    checks.put(QuestionFault.FORM, new FormCheck());
    checks.put(QuestionFault.LANGUAGE, new LanguageCheck());
    checks.put(QuestionFault.POINTS_AT_TEXT, new PointingCheck());
    checks.put(QuestionFault.COPIED, new CopyCheck());
    checks.put(QuestionFault.NOT_ANSWERED, new AnsweredCheck());
    return checks;
  }

  /// @param candidates in the order in which the first of several like ones stays
  List<Checked> check(List<Candidate> candidates) {
    List<Set<QuestionFault>> faults = new ArrayList<>();
    var searched = new ArrayList<Candidate>();
    for (Candidate candidate : candidates) {
      Set<QuestionFault> found = EnumSet.noneOf(QuestionFault.class);
      OF_TEXT.forEach(
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
      var found = wasSearched ? places.removeFirst() : new SearchCheck.Places(0, 0, 0, 0);
      checked.add(checked(candidates.get(i), faults.get(i), found, wasSearched));
    }
    return checked;
  }

  private static Checked checked(
      Candidate candidate, Set<QuestionFault> faults, SearchCheck.Places places, boolean searched) {
    if (searched && places.generic()) {
      faults.add(QuestionFault.GENERIC);
    }
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
