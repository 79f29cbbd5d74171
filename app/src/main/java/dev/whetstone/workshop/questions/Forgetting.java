package dev.whetstone.workshop.questions;

import dev.whetstone.pairs.Question;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// Removes questions from a workspace for good: those that a server kept, and those of the question
/// log.
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
    var known = new HashSet<String>();
    asked.read().forEach(question -> known.add(question.id()));
    QuestionLog.read(workspace).stream().map(Question::id).forEach(known::add);
    var unknown = new TreeSet<>(ids);
    unknown.removeAll(known);
    asked.forget(question -> ids.contains(question.id()));
    ids.forEach(id -> QuestionLog.remove(workspace, id));
    return new Found(ids.size() - unknown.size(), unknown);
  }
}
