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
}
