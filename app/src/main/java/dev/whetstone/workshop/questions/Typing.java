package dev.whetstone.workshop.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.pairs.QuestionResolver;
import dev.whetstone.questions.PassageChoice;
import dev.whetstone.questions.WriterInputs;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Passages for people to write questions about: worth asking about, spread over the documents, and
/// first those of documents whose questions train nothing, since a question about another document
/// proves only models that are trained later.
public final class Typing {
  private final Workspace workspace;
  private final List<Passage> passages;
  private final Iterator<Passage> choice;

  /// @param passages of all documents
  public Typing(Workspace workspace, List<Passage> passages) {
    this.workspace = workspace;
    this.passages = passages;
    long seed = workspace.settings().train().seed();
    QuestionLog log = QuestionLog.of(workspace, passages);
    var learning = new ArrayList<>(log.train());
    learning.addAll(log.dev());
    var names = new TreeSet<>(log.answered().names(learning));
    names.addAll(WrittenSplit.of(workspace, passages).units());
    var units = new Units(names, passages);
    Set<String> asked = asked(log);
    List<Passage> open =
        passages.stream().filter(passage -> !asked.contains(EqualPassages.key(passage))).toList();
    var order = new ArrayList<Passage>();
    for (boolean inLearning : new boolean[] {false, true}) {
      PassageChoice.of(
              new WriterInputs(
                  passages,
                  passage ->
                      units.contains(passage) == inLearning
                          && !asked.contains(EqualPassages.key(passage)),
                  null,
                  List.of()),
              seed)
          .forEachRemaining(order::add);
    }
    if (order.isEmpty()) {
      order.addAll(open); // none looks worth it, as in a folder of tables
    }
    this.choice = order.iterator();
  }

  /// The texts that held-out questions are answered by.
  private Set<String> asked(QuestionLog log) {
    var ids = new HashSet<String>();
    new QuestionResolver(passages)
        .resolve(log.heldOut())
        .gains()
        .values()
        .forEach(gains -> ids.addAll(gains.keySet()));
    var keys = new HashSet<String>();
    passages.stream()
        .filter(passage -> ids.contains(passage.id()))
        .forEach(passage -> keys.add(EqualPassages.key(passage)));
    return keys;
  }

  /// The passages, best first.
  public Iterator<Passage> passages() {
    return choice;
  }

  /// A question as the log takes it.
  static String words(String text) {
    String words = Question.typed(text);
    if (words.isBlank()) {
      throw new Failure.BadInput("a question needs words");
    }
    return words;
  }

  /// Puts a person's question about a passage into the log, to prove.
  ///
  /// @throws Failure.BadInput if it has no words
  public void type(Passage passage, String text) {
    String words = words(text);
    QuestionLog.put(
        workspace,
        new Question(
            Question.id(passage.id() + " " + words),
            words,
            List.of(AnswerPhrase.of(passage, passages)),
            Origin.TYPED));
  }
}
