package dev.whetstone.questions;

import dev.whetstone.text.ContentTerms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Refuses questions that were asked before, or nearly ([SimilarQuestions]). Remembers what it has
/// let through. For one thread; questions come in a fixed order, the first of several stays.
///
/// Small models also put pieces of the prompt's examples into their questions ("… and hurt the
/// neighbours, do I have to pay?"). A question that has a longer run of words in common with an
/// example than with its own passage is refused, from [#PIECE] words on. So is one about an
/// example's subject: of its content terms at least two, and a quarter, stand in one example with
/// its questions and not in its own passage ("black residue in the flue of an aircraft"). Counted
/// with a plain stemmer, that refuses none of 861 questions of people from five collections, each
/// held against a passage that answers it, and about 28 of 217 that a 0.5B model wrote about
/// aerodynamics after a single example. It is not done where words are not written apart, as it is
/// not measured there.
final class RepeatCheck implements QuestionCheck {
  /// Words, or characters where words are not written apart.
  private static final int PIECE = 5;

  private static final int PIECE_OF_CHARACTERS = 7;

  /// Terms of an example's subject, and what share of a question's, that are too many.
  private static final int SUBJECT_TERMS = 2;

  private static final double SUBJECT_SHARE = .25;

  private record Example(String language, List<String> units) {}

  private record Subject(String language, Set<String> terms) {}

  private final List<Example> examples = new ArrayList<>();
  private final List<Subject> subjects = new ArrayList<>();

  private final SimilarQuestions asked = new SimilarQuestions();

  /// Makes it remember an example's question, no large piece of which may be repeated either.
  void rememberExample(String question, String language) {
    remember(question, language);
    examples.add(new Example(language, CopyCheck.units(question, language)));
  }

  /// Makes it remember an example, no large piece of which may be repeated, nor its subject asked
  /// about.
  void rememberExample(PromptWords.Example example, String language) {
    example.questions().values().forEach(question -> rememberExample(question, language));
    if (!Languages.withoutSpaces(language)) {
      String all = example.passage() + " " + String.join(" ", example.questions().values());
      subjects.add(new Subject(language, ContentTerms.set(all, language)));
    }
  }

  /// Makes it remember a question that others may not repeat, such as one of a person.
  void remember(String question, String language) {
    asked.add(question, language);
  }

  @Override
  public boolean refuses(Candidate candidate) {
    String question = candidate.question();
    if (asked.find(question, candidate.language()).isPresent()
        || holdsPieceOfExample(candidate)
        || asksAboutExample(candidate)) {
      return true;
    }
    remember(question, candidate.language());
    return false;
  }

  private boolean holdsPieceOfExample(Candidate candidate) {
    String language = candidate.language();
    int piece = Languages.withoutSpaces(language) ? PIECE_OF_CHARACTERS : PIECE;
    List<String> units = CopyCheck.units(candidate.question(), language);
    int longest =
        examples.stream()
            .filter(example -> example.language().equals(language))
            .mapToInt(example -> CopyCheck.run(units, example.units()))
            .max()
            .orElse(0);
    return longest >= piece
        && longest
            > CopyCheck.run(units, CopyCheck.units(candidate.passage().embedded(), language));
  }

  private boolean asksAboutExample(Candidate candidate) {
    String language = candidate.language();
    Set<String> terms = ContentTerms.set(candidate.question(), language);
    Set<String> foreign = new HashSet<>(terms);
    foreign.removeAll(ContentTerms.set(candidate.passage().embedded(), language));
    return subjects.stream()
        .filter(subject -> subject.language().equals(language))
        .mapToLong(subject -> foreign.stream().filter(subject.terms()::contains).count())
        .anyMatch(found -> found >= SUBJECT_TERMS && found >= SUBJECT_SHARE * terms.size());
  }
}
