package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.DocumentSplit.Shares;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The units by which questions are split, so that no text that trains a model also proves it: the
/// document with all its copies ([Copies]), or the section where the questions are about too few
/// documents to fill each group.
///
/// Passages of equal text ([EqualPassages]) belong together in each case, also in documents that
/// are no copies. So a passage that answers a question of one group never has the text of a passage
/// that answers one of another.
public final class QuestionSplitUnits {
  /// Sections are taken at the highest level where the questions are about at least so many.
  private static final int ENOUGH_SECTIONS = 8;

  private static final String IN = " § ";
  private static final String BELOW = " > ";

  /// Sorts after all names, so that a unit goes by the name of a document or section.
  private static final String TEXT = "\uFFFF";

  private final DocumentSplit split;
  private final Map<String, Set<String>> names; // of the units by question id
  private final boolean bySection;

  private QuestionSplitUnits(
      DocumentSplit split, Map<String, Set<String>> names, boolean bySection) {
    this.split = split;
    this.names = names;
    this.bySection = bySection;
  }

  /// Splits questions by document, or by section where that leaves fewer groups empty.
  ///
  /// @param questions with documents called by their ids, each with at least one place
  /// @param passages of all documents
  public static QuestionSplitUnits of(
      List<Question> questions, Collection<Passage> passages, Shares shares, long seed) {
    return of(questions, DocumentSplit::fixed, passages, shares, seed);
  }

  /// The same, with other questions whose group is settled.
  ///
  /// @param fixed the group that a question belongs to in any case, with its units; null for those
  ///   that are dealt out
  public static QuestionSplitUnits of(
      List<Question> questions,
      Function<Question, @Nullable Group> fixed,
      Collection<Passage> passages,
      Shares shares,
      long seed) {
    var candidates = new Candidates(questions, fixed, passages);
    QuestionSplitUnits byDocument = candidates.split(candidates.documents(), shares, seed, false);
    if (questions.size() < Group.values().length || byDocument.empty(shares) == 0) {
      return byDocument;
    }
    QuestionSplitUnits bySection = candidates.split(candidates.sections(), shares, seed, true);
    return bySection.empty(shares) < byDocument.empty(shares) ? bySection : byDocument;
  }

  /// The questions by group.
  public DocumentSplit split() {
    return split;
  }

  /// Whether the units are sections.
  public boolean bySection() {
    return bySection;
  }

  /// The units that these questions are about: ids of documents, or sections as [#sections] names
  /// them.
  public Set<String> names(Collection<Question> questions) {
    var all = new TreeSet<String>();
    questions.forEach(question -> all.addAll(names.getOrDefault(question.id(), Set.of())));
    return all;
  }

  /// The names under which the sections around a passage can stand among [#names].
  public static Set<String> sections(Passage passage) {
    var all = new LinkedHashSet<String>();
    for (int level = 1; level <= passage.headings().size(); level++) {
      all.add(section(passage.document(), passage.headings(), level));
    }
    all.add(section(passage.document(), passage.headings(), passage.headings().size() + 1));
    return all;
  }

  /// @param level how many headings name it; what stands above the first heading of that level is a
  ///   section of its own
  private static String section(String document, List<String> headings, int level) {
    return document
        + IN
        + (headings.size() < level
            ? String.join(BELOW, headings) + BELOW.stripTrailing()
            : String.join(BELOW, headings.subList(0, level)));
  }

  /// How many groups that are to have questions have none.
  private int empty(Shares shares) {
    int empty = 0;
    for (Group group : Group.values()) {
      empty += shares.of(group) > 0 && split.questions(group).isEmpty() ? 1 : 0;
    }
    return empty;
  }

  /// Questions with the passages that answer them.
  private static final class Candidates {
    private final List<Question> questions;
    private final Function<Question, @Nullable Group> fixed;
    private final Map<String, List<Passage>> answers = new HashMap<>(); // by question id
    private final EqualPassages equal;
    private final Copies copies;

    Candidates(
        List<Question> questions,
        Function<Question, @Nullable Group> fixed,
        Collection<Passage> passages) {
      this.questions = questions;
      this.fixed = fixed;
      var named =
          questions.stream()
              .flatMap(question -> question.places().stream())
              .map(Place::document)
              .collect(Collectors.toSet());
      List<Passage> ofThem =
          passages.stream().filter(passage -> named.contains(passage.document())).toList();
      this.equal = new EqualPassages(ofThem);
      this.copies = Copies.among(ofThem);
      var byId = ofThem.stream().collect(Collectors.toMap(Passage::id, p -> p, (a, _) -> a));
      new QuestionResolver(ofThem)
          .resolve(questions)
          .gains()
          .forEach(
              (question, gains) ->
                  gains
                      .keySet()
                      .forEach(
                          id ->
                              answers
                                  .computeIfAbsent(question, _ -> new ArrayList<>())
                                  .add(byId.get(id))));
    }

    private List<Passage> answers(Question question) {
      return answers.getOrDefault(question.id(), List.of());
    }

    Map<String, Set<String>> documents() {
      var names = new HashMap<String, Set<String>>();
      for (Question question : questions) {
        var documents = new LinkedHashSet<String>();
        question.places().forEach(place -> documents.add(place.document()));
        names.put(question.id(), documents);
      }
      return names;
    }

    /// Questions whose words are not found have no section, and are for the last group.
    Map<String, Set<String>> sections() {
      int deepest =
          answers.values().stream()
              .flatMap(List::stream)
              .mapToInt(passage -> passage.headings().size())
              .max()
              .orElse(0);
      Map<String, Set<String>> best = sections(1);
      for (int level = 2; level <= deepest && units(best) < ENOUGH_SECTIONS; level++) {
        Map<String, Set<String>> finer = sections(level);
        best = units(finer) > units(best) ? finer : best;
      }
      return best;
    }

    private Map<String, Set<String>> sections(int level) {
      var names = new HashMap<String, Set<String>>();
      for (Question question : questions) {
        var sections = new LinkedHashSet<String>();
        for (Passage passage : answers(question)) {
          sections.add(section(passage.document(), passage.headings(), level));
          String original = copies.original(passage.document());
          sections.add(section(original, passage.headings(), level));
        }
        names.put(question.id(), sections);
      }
      return names;
    }

    private static long units(Map<String, Set<String>> names) {
      return names.values().stream().flatMap(Set::stream).distinct().count();
    }

    /// @param names of each question's units
    QuestionSplitUnits split(
        Map<String, Set<String>> names, Shares shares, long seed, boolean bySection) {
      var split =
          DocumentSplit.of(
              questions,
              question -> {
                var units = new ArrayList<>(names.getOrDefault(question.id(), Set.of()));
                if (!units.isEmpty()) {
                  if (!bySection) {
                    question.places().forEach(p -> units.add(copies.original(p.document())));
                  }
                  answers(question).forEach(p -> units.add(TEXT + equal.first(p.id())));
                }
                return units;
              },
              fixed,
              shares,
              seed);
      return new QuestionSplitUnits(split, names, bySection);
    }
  }
}
