package dev.whetstone.workshop.questions;

import dev.whetstone.pairs.Question;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// Removes questions from a workspace for good: those that a server kept, those that a language
/// model wrote, and those of the question log. Cached replies hold the written ones still, so their
/// ids are kept in `reviews.jsonl`, and [Writing] leaves them out.
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

  /// Forgets the questions of these ids, wherever they stand. The caller holds the workspace's
  /// lock.
  public Found questions(Set<String> ids) {
    var written = new TreeSet<String>(); // by a model, whether it was accepted or not
    WrittenQuestions.read(workspace).questions().forEach(question -> written.add(question.id()));
    var known = new HashSet<String>(written);
    asked.read().forEach(question -> known.add(question.id()));
    for (Question question : QuestionLog.read(workspace)) {
      known.add(question.id());
      if (question.origin() == Question.Origin.REVIEWED) {
        written.add(question.id());
      }
    }
    var unknown = new TreeSet<>(ids);
    unknown.removeAll(known);
    written.retainAll(ids);
    if (!written.isEmpty()) {
      Reviewing.refuse(workspace, written, Reviewing.Refusal.FORGOTTEN);
      WrittenQuestions.remove(workspace, written);
    }
    asked.forget(question -> ids.contains(question.id()));
    ids.forEach(id -> QuestionLog.remove(workspace, id));
    return new Found(ids.size() - unknown.size(), unknown);
  }
}
