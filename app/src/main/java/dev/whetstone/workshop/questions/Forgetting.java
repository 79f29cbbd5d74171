package dev.whetstone.workshop.questions;

import dev.whetstone.pairs.Question;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.KeptPairs;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Removes questions from a workspace for good: those that a server kept, those that a language
/// model wrote, those of the question log, and their copies among the pairs that are kept of
/// trainings. Cached replies hold the written ones still, so their ids are kept in `reviews.jsonl`,
/// and [Writing] leaves them out.
public final class Forgetting {
  private final Workspace workspace;
  private final AskedQuestions asked;

  public Forgetting(Workspace workspace) {
    this.workspace = workspace;
    this.asked = new AskedQuestions(workspace, InstantSource.system());
  }

  /// @param unknown ids that name nothing
  public record Found(int forgotten, Set<String> unknown) {
    public Found {
      unknown = Set.copyOf(unknown);
    }
  }

  /// Forgets all that a server kept; what was accepted stays in the log.
  ///
  /// @return how many
  public int asked() {
    return asked.forget(_ -> true);
  }

  /// Forgets the questions of these ids, or of a review sheet's, wherever they stand. The caller
  /// holds the workspace's lock.
  public Found questions(Set<String> ids) {
    var written = new TreeSet<String>(); // by a model, whether it was accepted or not
    var texts = new HashMap<String, String>(); // of all that are known
    for (WrittenQuestion question : WrittenQuestions.read(workspace).questions()) {
      written.add(question.id());
      texts.put(question.id(), question.question());
    }
    var askedIds = new HashSet<String>();
    for (AskedQuestion question : asked.read()) {
      askedIds.add(question.id());
      texts.put(question.id(), question.question());
    }
    for (Question question : QuestionLog.read(workspace)) {
      texts.put(question.id(), question.text());
      if (question.origin() == Question.Origin.REVIEWED) {
        written.add(question.id());
      }
    }
    var meant = new TreeSet<String>();
    var unknown = new TreeSet<String>();
    for (String id : ids) {
      String ofSheet = ReviewSheet.id(id);
      boolean reviewed = written.contains(ofSheet) || askedIds.contains(ofSheet);
      if (texts.containsKey(id)) {
        meant.add(id);
      } else if (reviewed) {
        meant.add(ofSheet);
      } else {
        unknown.add(id);
      }
    }
    // first, as the texts are known from the rest: where this fails it can be done again
    KeptPairs.forget(workspace, meant.stream().map(texts::get).collect(Collectors.toSet()));
    written.retainAll(meant);
    if (!written.isEmpty()) {
      Reviewing.refuse(workspace, written, Reviewing.Refusal.FORGOTTEN);
      WrittenQuestions.remove(workspace, written);
    }
    asked.forget(question -> meant.contains(question.id()));
    meant.forEach(id -> QuestionLog.remove(workspace, id));
    return new Found(meant.size(), unknown);
  }
}
