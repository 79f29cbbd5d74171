package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.DocumentNames;
import dev.whetstone.pairs.DocumentSplit;
import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionFile;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The questions of a workspace, `questions.jsonl`, and what each is used for. Half of them (by
/// document) are the log: they train, choose the recipe's settings and set the threshold below
/// which an answer is declined. The other half is held out for the proof.
///
/// @param answered those with a place in the documents, dealt out by document; documents that were
///   found go by their ids
/// @param declinedLog questions without an answer that set the threshold
/// @param declinedHeldOut questions without an answer that only measure
record QuestionLog(
    DocumentSplit answered, List<Question> declinedLog, List<Question> declinedHeldOut) {
  private static final DocumentSplit.Shares SHARES = new DocumentSplit.Shares(.3, .2, .5);
  private static final double DECLINED_LOG = .45;

  static QuestionLog of(Workspace workspace) {
    var names =
        new DocumentNames(
            Manifest.read(workspace).documents().stream().map(Manifest.Entry::path).toList());
    return of(
        read(workspace).stream().map(names::resolve).toList(), workspace.settings().train().seed());
  }

  static QuestionLog of(List<Question> questions, long seed) {
    var answered = new ArrayList<Question>();
    var declined = new ArrayList<Question>();
    for (Question question : questions) {
      (question.places().isEmpty() ? declined : answered).add(question);
    }
    declined.sort(Comparator.comparing(q -> Sha256.id(String.valueOf(seed), q.id())));
    int log = (int) (declined.size() * DECLINED_LOG);
    return new QuestionLog(
        DocumentSplit.of(answered, SHARES, seed),
        List.copyOf(declined.subList(0, log)),
        List.copyOf(declined.subList(log, declined.size())));
  }

  List<Question> train() {
    return answered.questions(Group.TRAIN);
  }

  List<Question> dev() {
    return answered.questions(Group.DEV);
  }

  List<Question> heldOut() {
    return answered.questions(Group.TEST);
  }

  boolean empty() {
    return train().isEmpty() && dev().isEmpty() && heldOut().isEmpty();
  }

  /// All questions of the workspace; none where none were imported.
  static List<Question> read(Workspace workspace) {
    if (!Files.exists(workspace.questions())) {
      return List.of();
    }
    QuestionFile.Read read = QuestionFile.read(workspace.questions());
    if (!read.bad().isEmpty()) {
      throw new Failure.CorruptArtifact(
          workspace.questions()
              + ", line "
              + read.bad().getFirst().line()
              + ": "
              + read.bad().getFirst().reason()
              + ". Import the questions again: whet questions import FILE --replace");
    }
    return read.questions();
  }

  /// What an import did.
  ///
  /// @param changed known ones that have other words or another answer now
  /// @param same known ones that are as before
  /// @param notes of the file as a whole
  record Imported(
      int added,
      int changed,
      int same,
      List<QuestionFile.BadRow> bad,
      List<String> notes,
      int all) {}

  /// Takes the questions of `file` in; a known id takes the new words and answers.
  ///
  /// @throws Failure.BadInput if the file cannot be read, or holds no good row
  static Imported take(Workspace workspace, Path file, boolean replace) {
    QuestionFile.Read read = QuestionFile.read(file);
    if (read.questions().isEmpty()) {
      throw new Failure.BadInput(
          file
              + " holds no question that can be used"
              + (read.bad().isEmpty()
                  ? ""
                  : "; line "
                      + read.bad().getFirst().line()
                      + ": "
                      + read.bad().getFirst().reason()));
    }
    var all = new LinkedHashMap<String, Question>();
    if (!replace) {
      read(workspace).forEach(q -> all.put(q.id(), q));
    }
    var before = Map.copyOf(all);
    var made = new HashMap<String, String>();
    all.values().stream().filter(Question::unnamed).forEach(q -> made.put(q.form(), q.id()));
    for (Question question : read.questions()) {
      String known = question.unnamed() ? made.get(question.form()) : null;
      String id = known == null ? question.id() : known;
      all.put(id, new Question(id, question.text(), question.places()));
    }
    Progress.stopWhenInterrupted();
    int added = all.size() - before.size();
    int changed = 0;
    for (Question known : before.values()) {
      changed += known.equals(all.get(known.id())) ? 0 : 1;
    }
    var lines = new StringBuilder();
    all.values().forEach(q -> lines.append(Json.line(json(q))).append('\n'));
    WholeFile.write(workspace.questions(), lines.toString());
    return new Imported(
        added,
        changed,
        read.questions().size() - added - changed,
        read.bad(),
        read.notes(),
        all.size());
  }

  private static Map<String, Object> json(Question question) {
    var answers = new ArrayList<Map<String, Object>>();
    for (var place : question.places()) {
      var answer = new TreeMap<String, Object>();
      answer.put("document", place.document());
      if (place.phrase() != null) {
        answer.put("phrase", place.phrase());
      }
      if (place.page() > 0) {
        answer.put("page", place.page());
      }
      answers.add(answer);
    }
    return new TreeMap<>(
        Map.of("id", question.id(), "question", question.text(), "answers", answers));
  }
}
