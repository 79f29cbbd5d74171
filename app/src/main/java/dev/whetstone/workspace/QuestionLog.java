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
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.pairs.QuestionFile;
import dev.whetstone.pairs.QuestionSplitUnits;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The questions of a workspace, `questions.jsonl`, and what each is used for. Half of them (by
/// document, see [QuestionSplitUnits]) are the log: they train, choose the recipe's settings and
/// set the threshold below which an answer is declined. The other half is held out for the proof.
/// Questions that were reviewed or typed here ([Question.Origin]) are held out in any case, with
/// all others about their documents.
///
/// @param answered those with a place in the documents, dealt out by document or section; documents
///   that were found go by their ids
/// @param declinedLog questions without an answer that set the threshold
/// @param declinedHeldOut questions without an answer that only measure
public record QuestionLog(
    QuestionSplitUnits answered, List<Question> declinedLog, List<Question> declinedHeldOut) {
  private static final DocumentSplit.Shares SHARES = new DocumentSplit.Shares(.3, .2, .5);
  private static final double DECLINED_LOG = .45;

  /// Stands for the hash of a log without questions.
  public static final String NO_QUESTIONS = "none";

  /// @param passages of all documents
  public static QuestionLog of(Workspace workspace, List<Passage> passages) {
    return of(workspace, read(workspace), passages);
  }

  private static QuestionLog of(
      Workspace workspace, List<Question> questions, List<Passage> passages) {
    var names =
        new DocumentNames(
            Manifest.read(workspace).documents().stream().map(Manifest.Entry::path).toList());
    return of(
        questions.stream().map(names::resolve).toList(),
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
        QuestionSplitUnits.of(answered, passages, SHARES, seed),
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

  /// That the questions were not split by document as usual.
  ///
  /// @param answered questions with an answer
  /// @param documents that they are about, counted; and the name of the one where there is one
  public record SplitNote(
      Kind kind, int answered, int documents, @Nullable String document, Parts parts) {
    public enum Kind {
      /// They cannot be divided without a leak: all prove, and none trains.
      ONLY_PROVE,
      /// All are needed for training: none proves.
      NONE_PROVES,
      /// They are about too few documents, and split by section.
      BY_SECTION
    }
  }

  /// How many questions train, choose settings and prove.
  public record Parts(int train, int dev, int heldOut) {}

  /// Empty where the questions were split by document as usual.
  public Optional<SplitNote> note() {
    int all = train().size() + dev().size() + heldOut().size();
    boolean imported = heldOut().stream().anyMatch(question -> !question.origin().onlyProves());
    if (train().isEmpty() && heldOut().size() > 1) {
      if (!imported) {
        return Optional.empty(); // nothing was to be divided
      }
      return Optional.of(note(SplitNote.Kind.ONLY_PROVE, all));
    }
    if (heldOut().isEmpty() && all > 1) {
      return Optional.of(note(SplitNote.Kind.NONE_PROVES, all));
    }
    return answered.bySection()
        ? Optional.of(note(SplitNote.Kind.BY_SECTION, all))
        : Optional.empty();
  }

  private SplitNote note(SplitNote.Kind kind, int all) {
    List<String> documents =
        Stream.of(train(), dev(), heldOut())
            .flatMap(List::stream)
            .flatMap(question -> question.places().stream())
            .map(Place::document)
            .distinct()
            .toList();
    return new SplitNote(
        kind,
        all,
        documents.size(),
        documents.size() == 1 ? documents.getFirst() : null,
        new Parts(train().size(), dev().size(), heldOut().size()));
  }

  boolean empty() {
    return train().isEmpty() && dev().isEmpty() && heldOut().isEmpty();
  }

  /// The texts of all questions of the workspace.
  public static List<String> texts(Workspace workspace) {
    return read(workspace).stream().map(Question::text).toList();
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
    for (Question known : read(workspace)) {
      if (!replace || known.origin().onlyProves()) {
        all.put(known.id(), known);
      }
    }
    var before = Map.copyOf(all);
    var made = new HashMap<String, String>();
    all.values().stream().filter(Question::unnamed).forEach(q -> made.put(q.form(), q.id()));
    for (Question question : read.questions()) {
      String known = question.unnamed() ? made.get(question.form()) : null;
      String id = known == null ? question.id() : known;
      @Nullable Question there = all.get(id);
      Origin origin =
          there != null && there.origin().onlyProves() ? there.origin() : question.origin();
      all.put(id, new Question(id, question.text(), question.places(), origin));
    }
    Progress.stopWhenInterrupted();
    int added = all.size() - before.size();
    int changed = 0;
    for (Question known : before.values()) {
      changed += known.equals(all.get(known.id())) ? 0 : 1;
    }
    write(workspace, all.values());
    return new Imported(
        added,
        changed,
        read.questions().size() - added - changed,
        read.bad(),
        read.notes(),
        all.size());
  }

  /// Adds a question, or puts it in place of the one with its id.
  public static void put(Workspace workspace, Question question) {
    var all = new LinkedHashMap<String, Question>();
    read(workspace).forEach(known -> all.put(known.id(), known));
    all.put(question.id(), question);
    write(workspace, all.values());
  }

  /// Removes a question; one that is not there is fine.
  public static void remove(Workspace workspace, String id) {
    List<Question> all = read(workspace);
    List<Question> others = all.stream().filter(question -> !question.id().equals(id)).toList();
    if (others.size() < all.size()) {
      write(workspace, others);
    }
  }

  private static void write(Workspace workspace, Collection<Question> questions) {
    if (questions.isEmpty()) {
      WholeFile.delete(workspace.questions());
      return;
    }
    var lines = new StringBuilder();
    questions.forEach(question -> lines.append(line(question)));
    WholeFile.write(workspace.questions(), lines.toString());
  }

  private static String line(Question question) {
    return Json.line(json(question)) + "\n";
  }

  /// What the questions that train and choose are functions of: the log without the questions that
  /// only prove, and those of it that such questions hold out. It is the hash of the whole file
  /// where none only proves, so that reviewing calls for no other training.
  ///
  /// @param passages of all documents
  public static String learningHash(Workspace workspace, List<Passage> passages) {
    List<Question> all = read(workspace);
    List<Question> imported =
        all.stream().filter(question -> !question.origin().onlyProves()).toList();
    if (imported.isEmpty()) {
      return NO_QUESTIONS;
    }
    if (imported.size() == all.size()) {
      return fileHash(workspace);
    }
    var text = new StringBuilder();
    imported.forEach(question -> text.append(line(question)));
    String hash = Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    String learning = of(workspace, all, passages).learning();
    return learning.equals(of(workspace, imported, passages).learning())
        ? hash
        : Sha256.id(hash, learning);
  }

  /// A hash of the whole log; [#NO_QUESTIONS] where there is none.
  public static String fileHash(Workspace workspace) {
    try {
      return Files.exists(workspace.questions()) ? Sha256.of(workspace.questions()) : NO_QUESTIONS;
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot read " + workspace.questions() + ": " + e.getMessage(), e);
    }
  }

  private String learning() {
    return Stream.concat(train().stream(), dev().stream())
        .map(Question::id)
        .sorted()
        .collect(Collectors.joining("\n"));
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
    var row =
        new TreeMap<String, Object>(
            Map.of("id", question.id(), "question", question.text(), "answers", answers));
    if (question.origin().onlyProves()) {
      row.put("origin", question.origin().key());
    }
    return row;
  }
}
