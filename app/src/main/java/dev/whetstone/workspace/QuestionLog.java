package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.DocumentNames;
import dev.whetstone.pairs.DocumentSplit;
import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionFile;
import dev.whetstone.pairs.SplitUnits;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The questions of a workspace, `questions.jsonl`, and what each is used for. Half of them (by
/// document, see [SplitUnits]) are the log: they train, choose the recipe's settings and set the
/// threshold below which an answer is declined. The other half is held out for the proof.
///
/// @param answered those with a place in the documents, dealt out by document or section; documents
///   that were found go by their ids
/// @param declinedLog questions without an answer that set the threshold
/// @param declinedHeldOut questions without an answer that only measure
public record QuestionLog(
    SplitUnits answered, List<Question> declinedLog, List<Question> declinedHeldOut) {
  private static final DocumentSplit.Shares SHARES = new DocumentSplit.Shares(.3, .2, .5);
  private static final double DECLINED_LOG = .45;

  /// @param passages of all documents
  public static QuestionLog of(Workspace workspace, List<Passage> passages) {
    var names =
        new DocumentNames(
            Manifest.read(workspace).documents().stream().map(Manifest.Entry::path).toList());
    return of(
        read(workspace).stream().map(names::resolve).toList(),
        passages,
        workspace.settings().train().seed());
  }

  public static QuestionLog of(List<Question> questions, List<Passage> passages, long seed) {
    var answered = new ArrayList<Question>();
    var declined = new ArrayList<Question>();
    for (Question question : questions) {
      (question.places().isEmpty() ? declined : answered).add(question);
    }
    declined.sort(Comparator.comparing(q -> Sha256.id(String.valueOf(seed), q.id())));
    int log = (int) (declined.size() * DECLINED_LOG);
    return new QuestionLog(
        SplitUnits.of(answered, passages, SHARES, seed),
        List.copyOf(declined.subList(0, log)),
        List.copyOf(declined.subList(log, declined.size())));
  }

  public List<Question> train() {
    return answered.split().questions(Group.TRAIN);
  }

  public List<Question> dev() {
    return answered.split().questions(Group.DEV);
  }

  public List<Question> heldOut() {
    return answered.split().questions(Group.TEST);
  }

  /// A note on how the questions were split; empty where they were split by document as usual.
  public Optional<String> note() {
    int all = train().size() + dev().size() + heldOut().size();
    if (train().isEmpty() && heldOut().size() > 1) {
      return Optional.of(
          ("all %,d answered questions are about %s, and cannot be divided without a leak, so they"
                  + " only prove, and no model is trained on questions: import questions about"
                  + " other documents, or about several sections with the phrases that answer them")
              .formatted(all, documents(heldOut())));
    }
    if (heldOut().isEmpty() && all > 1) {
      return Optional.of(
          "all %,d answered questions are needed for training, so none can prove: import more"
              .formatted(all));
    }
    return answered.bySection()
        ? Optional.of(
            ("the %,d answered questions are about %s, so they are split by section: %,d train,"
                    + " %,d choose, %,d prove")
                .formatted(
                    all,
                    documents(Stream.of(train(), dev(), heldOut()).flatMap(List::stream).toList()),
                    train().size(),
                    dev().size(),
                    heldOut().size()))
        : Optional.empty();
  }

  private static String documents(List<Question> questions) {
    List<String> names =
        questions.stream()
            .flatMap(question -> question.places().stream())
            .map(Place::document)
            .distinct()
            .toList();
    return names.size() == 1 ? "one document, " + names.getFirst() : names.size() + " documents";
  }

  boolean empty() {
    return train().isEmpty() && dev().isEmpty() && heldOut().isEmpty();
  }

  /// All questions of the workspace; none where none were imported.
  public static List<Question> read(Workspace workspace) {
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
              + ". Import the questions again",
          new Remedy.ReplaceQuestions());
    }
    return read.questions();
  }

  /// What an import did.
  ///
  /// @param changed known ones that have other words or another answer now
  /// @param same known ones that are as before
  /// @param notes of the file as a whole
  public record Imported(
      int added,
      int changed,
      int same,
      List<QuestionFile.BadRow> bad,
      List<String> notes,
      int all) {}

  /// Takes the questions of `file` in; a known id takes the new words and answers.
  ///
  /// @throws Failure.BadInput if the file cannot be read, or holds no good row
  public static Imported take(Workspace workspace, Path file, boolean replace) {
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
