package dev.whetstone.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionFileTest {
  @TempDir Path folder;

  private QuestionFile.Read read(String name, String text) throws IOException {
    return QuestionFile.read(Files.writeString(folder.resolve(name), text));
  }

  @Test
  void csvKeepsCommasQuotesAndLinesWithinQuotes() throws IOException {
    var read =
        read(
            "q.csv",
            """
            question,document,phrase,page
            "How big, at most?",limits.html,"a ""page"" of\r\n64 KB",
            Where?,a.pdf,,3
            """);

    assertThat(read.bad()).isEmpty();
    assertThat(read.questions())
        .extracting(Question::text)
        .containsExactly("How big, at most?", "Where?");
    assertThat(read.questions().getFirst().places())
        .containsExactly(new Place("limits.html", "a \"page\" of\r\n64 KB", 0));
    assertThat(read.questions().getLast().places()).containsExactly(new Place("a.pdf", null, 3));
  }

  @Test
  void badRowsAreReportedByLineAndGoodOnesKept() throws IOException {
    var read =
        read(
            "q.csv",
            """
            question,document,phrase,page
            ,a.md,x,
            one?,,x,
            two?,a.md,x,first
            three?,a.md,x,1,more
            four?,a.md,x,1
            """);

    assertThat(read.questions()).extracting(Question::text).containsExactly("four?");
    assertThat(read.bad())
        .containsExactly(
            new QuestionFile.BadRow(2, "the question is empty"),
            new QuestionFile.BadRow(
                3, "the document is missing: name the file that holds the answer"),
            new QuestionFile.BadRow(4, "the page \"first\" is no page number"),
            new QuestionFile.BadRow(
                5, "5 cells where the header has 4: put quotes around texts with commas"));
  }

  @ParameterizedTest
  @CsvSource({"';', semicolons", "'\t', tabs"})
  void csvIsReadWithTheSeparatorOfItsHeader(String separator, String name) throws IOException {
    var read =
        read(
            "q.csv",
            """
            "Question"|document|phrase
            How big, at most?|limits.html|"64|KB, no more"
            Where?|a.pdf|x|more
            """
                .replace("|", separator));

    assertThat(read.questions())
        .extracting(Question::text, Question::places)
        .containsExactly(
            tuple(
                "How big, at most?",
                List.of(new Place("limits.html", "64" + separator + "KB, no more", 0))));
    assertThat(read.bad())
        .containsExactly(
            new QuestionFile.BadRow(
                3, "4 cells where the header has 3: put quotes around texts with " + name));
    assertThatThrownBy(
            () -> read("q.csv", "question|document|phrases\na|b|c\n".replace("|", separator)))
        .hasMessageContaining("q.csv, line 1: unknown column \"phrases\"");
  }

  @Test
  void aHeaderThatIsNotKnownStopsTheWholeFile() {
    assertThatThrownBy(() -> read("q.csv", "question,document,phrases\na,b,c\n"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("q.csv, line 1: unknown column \"phrases\"")
        .hasMessageContaining("the columns are question, document, phrase, page and id");
    assertThatThrownBy(() -> read("q.csv", "question,phrase\na,b\n"))
        .hasMessageContaining("the column document is missing");
    assertThatThrownBy(() -> read("q.csv", "")).hasMessageContaining("q.csv");
    assertThatThrownBy(() -> QuestionFile.read(folder.resolve("none.csv")))
        .hasMessageContaining("there is no file");
  }

  @Test
  void bothJsonLayoutsAreRead() throws IOException {
    var read =
        read(
            "q.jsonl",
            """
            {"id": "1", "question": "flat?", "document": "a.md", "phrase": "so", "page": 2}
            {"_id": "2", "text": "nested?", "answers": [{"file": "a.pdf", "phrase": "x"}, {"file": "a.docx", "phrase": "x"}]}

            {"_id": "3", "text": "nowhere?", "answers": []}
            {"_id": "4", "text": "  ", "document": "a.md"}
            {"_id": "5", "text": "cut
            {"_id": "1", "text": "another?", "document": "a.md"}
            """);

    assertThat(read.questions())
        .containsExactly(
            new Question("1", "flat?", List.of(new Place("a.md", "so", 2))),
            new Question(
                "2", "nested?", List.of(new Place("a.pdf", "x", 0), new Place("a.docx", "x", 0))),
            new Question("3", "nowhere?", List.of()));
    assertThat(read.bad()).extracting(QuestionFile.BadRow::line).containsExactly(5, 6, 7);
    assertThat(read.bad().getLast().reason())
        .isEqualTo("the id \"1\" belongs to another question: \"flat?\"");
  }

  @Test
  void aJsonFileMayHoldOneArrayOfQuestions() throws IOException {
    var read =
        read(
            "q.json",
            """
            [
              {
                "id": "1", "question": "flat?", "document": "a.md"
              },
              {"id": "2", "question": " ", "document": "a.md"}, 7,
              {"id": "3", "text": "nowhere?", "answers": []}
            ]
            """);

    assertThat(read.questions())
        .containsExactly(
            new Question("1", "flat?", List.of(new Place("a.md", null, 0))),
            new Question("3", "nowhere?", List.of()));
    assertThat(read.bad())
        .containsExactly(
            new QuestionFile.BadRow(5, "the question is empty"),
            new QuestionFile.BadRow(5, "this is no JSON object"));
    assertThatThrownBy(() -> read("cut.json", "[{\"question\": \"a?\", \"document\": \"a.md\"},\n"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("cut.json, after line 1: this is no JSON");
    assertThatThrownBy(() -> read("two.json", "[]\n[]"))
        .hasMessageContaining("two.json, line 1: more follows after the array of questions");
    assertThatThrownBy(() -> read("none.json", "[]")).hasMessageContaining("holds no questions");
    assertThat(read("l.json", "{\"question\": \"a?\", \"document\": \"a.md\"}\n").questions())
        .hasSize(1);
  }

  @Test
  void rowsOfTheSameQuestionBecomeOneQuestionWithSeveralPlaces() throws IOException {
    var read = read("q.csv", "question,document\nwhy?,a.md\nwhy?,b.md\nwhy?,b.md\n");

    assertThat(read.questions()).hasSize(1);
    assertThat(read.questions().getFirst().places()).hasSize(2);
  }

  @Test
  void theQuestionsOfRealDocumentsAreAllRead() {
    String data = System.getenv("WHETSTONE_DATA");
    assumeThat(data).as("WHETSTONE_DATA is not set").isNotNull();

    var read = QuestionFile.read(Path.of(String.valueOf(data), "rawdocs", "questions_en.jsonl"));

    assertThat(read.bad()).isEmpty();
    assertThat(read.questions()).hasSizeGreaterThanOrEqualTo(10);
  }
}
