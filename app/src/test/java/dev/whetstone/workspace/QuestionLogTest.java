package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.train.TrainedOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionLogTest {
  private static final int DOCUMENTS = 12;

  @TempDir Path folder;

  @Test
  void aDocumentThatGoesByTwoNamesIsNotSplit() throws IOException {
    // given the same documents, called by their path, their file name and their bare name
    Workspace workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
    var staged = new ArrayList<Manifest.Entry>();
    var rows = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i++) {
      String path = "security/badges-" + i + ".pdf";
      staged.add(new Manifest.Entry(path, "00", 1, "2026-01-01T00:00:00Z", "there"));
      List<String> names = List.of(path, "badges-" + i + ".pdf", "badges-" + i);
      for (String name : names) {
        rows.append(
            Json.line(
                Map.of(
                    "id",
                    name,
                    "question",
                    "Who asks about " + name + " in " + name.length() + " words?",
                    "answers",
                    List.of(Map.of("document", name, "phrase", "badge")))));
        rows.append('\n');
      }
    }
    new Manifest(staged).write(workspace);
    Files.writeString(workspace.questions(), rows);

    // when
    QuestionLog log = QuestionLog.of(workspace, List.of());

    // then the held-out documents are none of the log's
    List<String> learnt = documents(log.train(), log.dev());
    List<String> heldOut = documents(log.heldOut());
    assertThat(learnt).isNotEmpty();
    assertThat(heldOut).isNotEmpty().doesNotContainAnyElementsOf(learnt);
    assertThat(heldOut).allMatch(document -> document.startsWith("security/"));
    assertThat(log.answered().split().group("security/badges-0.pdf"))
        .isIn((Object[]) Group.values());
  }

  @Test
  void whereOneDocumentCannotBePartedANoteSaysSo() {
    var questions = new ArrayList<Question>();
    for (int i = 0; i < 10; i++) {
      questions.add(new Question("q" + i, i + "?", List.of(new Place("notes.txt", "the", 0))));
    }

    QuestionLog log = QuestionLog.of(questions, List.of(), 1);

    assertThat(log.train()).isEmpty();
    assertThat(log.note())
        .contains(
            new QuestionLog.SplitNote(
                QuestionLog.SplitNote.Kind.ONLY_PROVE,
                10,
                1,
                "notes.txt",
                new QuestionLog.Parts(0, 0, 10)));
    assertThat(QuestionLog.of(questions.subList(0, 1), List.of(), 1).note()).isEmpty();
  }

  @Test
  void aFileOfAnOlderProgramSaysWhatAModelHasSeen() throws IOException {
    String old = "{\"documents\":[\"d\"],\"labelDocuments\":[\"d\"],\"passages\":[\"p\"]}";

    Path file = Files.writeString(folder.resolve("trained-on.json"), old);

    assertThat(Json.read(file, TrainedOn.class))
        .isEqualTo(new TrainedOn(List.of("d"), List.of(), List.of("d"), List.of("p")));
  }

  @Test
  void anImportTellsTheChangedQuestionsFromThoseAsBefore() throws IOException {
    Workspace workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
    String header = "question,document,phrase\n";
    Path file = folder.resolve("log.csv");
    Files.writeString(file, header + "Who?,a.md,Anna\nWhen?,a.md,at noon\n");
    QuestionLog.Imported first = QuestionLog.take(workspace, file, false);

    Files.writeString(file, header + "Who?,a.md,Anna\nWhen?,a.md,at night\nWhy?,a.md,for us\n");
    QuestionLog.Imported second = QuestionLog.take(workspace, file, false);

    assertThat(first).isEqualTo(new QuestionLog.Imported(2, 0, 0, List.of(), List.of(), 2));
    assertThat(second).isEqualTo(new QuestionLog.Imported(1, 1, 1, List.of(), List.of(), 3));
    assertThat(QuestionLog.read(workspace))
        .flatExtracting(Question::places)
        .extracting(Place::phrase)
        .containsExactly("Anna", "at night", "for us");
  }

  @Test
  void aQuestionThatIsWrittenOtherwiseInALaterImportIsTheSame() throws IOException {
    Workspace workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
    String header = "question,document,phrase\n";
    Path file = folder.resolve("log.csv");
    Files.writeString(file, header + "How soon?,a.md,at noon\n");
    QuestionLog.take(workspace, file, false);
    Files.writeString(file, header + "how  soon,a.md,at night\n");

    QuestionLog.Imported second = QuestionLog.take(workspace, file, false);

    assertThat(second.added()).isZero();
    assertThat(second.changed()).isEqualTo(1);
    assertThat(QuestionLog.read(workspace))
        .flatExtracting(Question::places)
        .extracting(Place::phrase)
        .containsExactly("at night");
  }

  @SafeVarargs
  private static List<String> documents(List<Question>... groups) {
    var documents = new ArrayList<String>();
    for (List<Question> group : groups) {
      group.forEach(q -> q.places().stream().map(Place::document).forEach(documents::add));
    }
    return documents;
  }

  private static Question about(String id, String document, Question.Origin origin) {
    return new Question(id, "what of " + id + "?", List.of(new Place(document, null, 0)), origin);
  }

  private static List<Question> imported() {
    var questions = new ArrayList<Question>();
    for (int i = 0; i < 60; i++) {
      questions.add(about("q" + i, "d" + i % 20 + ".md", Question.Origin.IMPORTED));
    }
    return questions;
  }

  @Test
  void aReviewedQuestionAboutAnotherDocumentLeavesTheLogAsItWas() {
    QuestionLog before = QuestionLog.of(imported(), List.of(), 1);
    var more = new ArrayList<>(imported());
    more.add(about("r", "other.md", Question.Origin.REVIEWED));
    more.add(about("t", "another.md", Question.Origin.TYPED));

    QuestionLog after = QuestionLog.of(more, List.of(), 1);

    assertThat(after.train()).isEqualTo(before.train());
    assertThat(after.dev()).isEqualTo(before.dev());
    assertThat(after.heldOut()).hasSize(before.heldOut().size() + 2);
  }

  @Test
  void whereAReviewedQuestionIsAboutItsDocumentAnImportedOneDoesNotTrain() {
    QuestionLog before = QuestionLog.of(imported(), List.of(), 1);
    String document = before.train().getFirst().places().getFirst().document();
    var more = new ArrayList<>(imported());
    more.add(about("r", document, Question.Origin.REVIEWED));

    QuestionLog after = QuestionLog.of(more, List.of(), 1);

    assertThat(documents(after.train(), after.dev())).doesNotContain(document);
    assertThat(documents(after.heldOut())).contains(document);
  }

  @Test
  void onlyReviewedQuestionsAllProveAndNeedNoNote() {
    var questions = new ArrayList<Question>();
    for (int i = 0; i < 30; i++) {
      questions.add(about("r" + i, "d" + i % 3 + ".md", Question.Origin.REVIEWED));
    }

    QuestionLog log = QuestionLog.of(questions, List.of(), 1);

    assertThat(log.heldOut()).hasSize(30);
    assertThat(log.note()).isEmpty();
  }

  @Test
  void anImportThatReplacesLeavesWhatPeopleReviewedHere() throws IOException {
    Workspace workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
    Path file = folder.resolve("log.csv");
    Files.writeString(file, "id,question,document\na,what is a?,a.md\nb,what is b?,b.md\n");
    QuestionLog.take(workspace, file, false);
    String importedOnly = QuestionLog.learningHash(workspace, List.of());
    QuestionLog.put(workspace, about("r", "c.md", Question.Origin.REVIEWED));

    assertThat(QuestionLog.learningHash(workspace, List.of())).isEqualTo(importedOnly);

    Files.writeString(file, "id,question,document\nb,what is b?,b.md\nr,in other words?,c.md\n");
    QuestionLog.take(workspace, file, true);
    List<Question> now = QuestionLog.read(workspace);
    assertThat(now).extracting(Question::id).containsExactlyInAnyOrder("b", "r");
    assertThat(now)
        .filteredOn(question -> question.id().equals("r"))
        .allMatch(question -> question.origin() == Question.Origin.REVIEWED)
        .allMatch(question -> question.text().equals("in other words?"));
  }

  @Test
  void aQuestionThatHoldsADocumentOutCallsForAnotherTraining() throws IOException {
    Workspace workspace = Workspace.create(folder.resolve("w"), "w", Map.of());
    imported().forEach(question -> QuestionLog.put(workspace, question));
    String before = QuestionLog.learningHash(workspace, List.of());
    String document =
        QuestionLog.of(workspace, List.of()).train().getFirst().places().getFirst().document();

    QuestionLog.put(workspace, about("t", document, Question.Origin.TYPED));

    assertThat(QuestionLog.learningHash(workspace, List.of())).isNotEqualTo(before);
    QuestionLog.remove(workspace, "t");
    assertThat(QuestionLog.learningHash(workspace, List.of())).isEqualTo(before);
  }
}
