package dev.whetstone.workshop.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Copies;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionSplitUnits;
import dev.whetstone.workspace.QuestionLog;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The documents (with their copies) or sections that some questions are about, and whether a
/// passage is in one of them.
final class Units {
  private final Set<String> names;
  private final Copies copies;

  /// @param questions of the log
  Units(Collection<Question> questions, QuestionLog log, List<Passage> passages) {
    this(log.answered().names(questions), passages);
  }

  /// @param names of documents, or of sections as [QuestionSplitUnits] has them
  Units(Set<String> names, List<Passage> passages) {
    this.copies = names.isEmpty() ? Copies.among(List.of()) : Copies.among(passages);
    this.names = new HashSet<>(names);
    names.forEach(name -> this.names.add(copies.original(name)));
  }

  boolean contains(Passage passage) {
    return !names.isEmpty()
        && (names.contains(copies.original(passage.document()))
            || !Collections.disjoint(names, QuestionSplitUnits.sections(passage)));
  }
}
