package dev.whetstone.pairs;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(strings = {",", ";", "\t"})
  void emptyCellsAtTheEndMayBeMissingAndSpacesMayStandAroundQuotes(String separator)
      throws IOException {
    String rows =
        """
        "question" | "document" | "phrase" | page
        one? | a.md
        "tw|o" | "b.md" |  "x, y; z"
        | a.md | x
        three
        """;

    var read = read("q.csv", rows.replace("|", separator));

    assertThat(read.questions())
        .extracting(Question::text, Question::places)
        .containsExactly(
            tuple("one?", List.of(new Place("a.md", null, 0))),
            tuple("tw" + separator + "o", List.of(new Place("b.md", "x, y; z", 0))));
    assertThat(read.bad()).extracting(QuestionFile.BadRow::line).containsExactly(4, 5);
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

  private QuestionFile.Read read(String name, String text, Charset charset) throws IOException {
    return QuestionFile.read(Files.write(folder.resolve(name), text.getBytes(charset)));
  }

  private static final String ROW = "How soon?,badge.md,within one day";

  /// Each as some spreadsheet or system writes it.
  static Stream<Arguments> writings() {
    String plain = "question,document,phrase\n" + ROW + "\n";
    return Stream.of(
        arguments("plain.csv", plain),
        arguments("bom.csv", "\uFEFF" + plain),
        arguments("sep.csv", "sep=;\r\n" + plain.replace(',', ';')),
        arguments("quoted-sep.csv", "\"sep=|\"\n" + plain.replace(',', '|')),
        arguments("bom-sep.csv", "\uFEFFsep=,\n" + plain),
        arguments("tab.tsv", plain.replace(',', '\t')),
        arguments("tab.tab", plain.replace(',', '\t')),
        arguments("noext", plain),
        arguments("log.txt", plain),
        arguments("cr.csv", plain.replace('\n', '\r')),
        arguments("crlf.csv", plain.replace("\n", "\r\n")),
        arguments("trailing.csv", "question,document,phrase,,\n" + ROW + ",,\n"),
        arguments("unnamed.csv", "question,document,phrase,,\n" + ROW + "\n"),
        arguments("more.csv", "question,document,phrase\n" + ROW + ",,\n"),
        arguments("blank.csv", ",,\nquestion,document,phrase\n,,\n" + ROW + "\n,,\n"),
        arguments("further.csv", "Comment,question,document,phrase,Date\nx," + ROW + ",2026\n"),
        arguments("header.csv", " QUESTION ,\u00A0Document\u200B,PHRASE\n" + ROW + "\n"),
        arguments(
            "unseen.csv", plain.replace("How", "\uFEFFHow").replace(".md", ".md\u200B\u00A0")));
  }

  @ParameterizedTest
  @MethodSource("writings")
  void aLogIsReadHoweverASpreadsheetWroteIt(String name, String text) throws IOException {
    var read = read(name, text);

    assertThat(read.bad()).isEmpty();
    assertThat(read.questions())
        .extracting(Question::text, Question::places)
        .containsExactly(tuple("How soon?", List.of(new Place("badge.md", "within one day", 0))));
  }

  @Test
  void unicodeTextOfASpreadsheetIsReadAndOtherEncodingsAreRefused() throws IOException {
    String text = "question\tdocument\tphrase\r\nWas kostet das Café?\ta.md\tCafé\r\n";

    assertThat(read("u.csv", "\uFEFF" + text, UTF_16LE).questions()).hasSize(1);
    assertThat(read("u.csv", "\uFEFF" + text, UTF_16BE).questions()).hasSize(1);
    for (var charset : List.of(Charset.forName("windows-1252"), UTF_16LE, UTF_16BE)) {
      assertThatThrownBy(() -> read("u.csv", text, charset))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("save it as UTF-8");
    }
  }

  @Test
  void aColumnThatIsNotUsedIsToldAndOneThatIsNearlyKnownIsRefused() throws IOException {
    var read = read("q.csv", "question;document;Comment\na?;a.md;by mail\n");

    assertThat(read.notes()).hasSize(1);
    assertThat(read.notes().getFirst()).contains("q.csv", "\"Comment\"");
    for (String near : List.of("phrases", "phrse", "Pages")) {
      assertThatThrownBy(() -> read("q.csv", "question,document," + near + "\na?,a.md,x\n"))
          .hasMessageContaining("unknown column \"" + near + "\"");
    }
    assertThatThrownBy(() -> read("q.csv", "Frage;Dokument\na?;a.md\n"))
        .hasMessageContaining("Frage;Dokument");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void aQuoteThatIsNotClosedIsNamedByTheLineWhereItOpens(String end) {
    String text = "question,document\n\"one\ntwo\",a.md\n\"open,b.md\nthree,c.md\nfour,d.md\n";

    assertThatThrownBy(() -> read("q.csv", text.replace("\n", end)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("q.csv, line 4: the quote that opens here");
  }

  @Test
  void aQuoteWithinACellIsAQuote() throws IOException {
    var read = read("q.csv", "question,document\nthe 5\" pipe,a.md\nsays \"hello\" who,b.md\n");

    assertThat(read.questions())
        .extracting(Question::text)
        .containsExactly("the 5\" pipe", "says \"hello\" who");
  }

  @Test
  void writingsOfOneQuestionAreOneAndNamesThatSignsTellApartAreTwo() throws IOException {
    var same =
        read(
            "q.csv",
            """
            question,document,phrase
            How soon?,badge.md,within one day
            how soon,badge.md,within one day
            "How  soon? ",badge.md,costs ten euros
            Ｈow soon？,badge.md,within one day
            """);

    assertThat(same.questions()).hasSize(1);
    assertThat(same.questions().getFirst().text()).isEqualTo("How soon?");
    assertThat(same.questions().getFirst().places()).hasSize(2);
    var other =
        "question,document\nC++?,a.md\nC#?,a.md\nC?,a.md\nv3.2.1?,a.md\nv321?,a.md\n?,a.md\n";
    assertThat(read("q.csv", other).questions()).hasSize(6);
  }

  @Test
  void aQuestionHasABoundedNumberOfAnswersAndTheOthersStand() throws IOException {
    var many = new StringBuilder("{\"question\": \"many?\", \"answers\": [");
    for (int i = 0; i < 300_000; i++) {
      many.append(i == 0 ? "" : ",").append("{\"document\":\"d").append(i).append("\"}");
    }
    many.append("]}\n{\"question\": \"one?\", \"document\": \"a.md\"}\n");
    var rows = new StringBuilder("question,document\n");
    for (int i = 0; i < 3000; i++) {
      rows.append("many?,d").append(i).append(".md\n");
    }

    var json = read("q.jsonl", many.toString());
    var csv = read("q.csv", rows.toString());

    assertThat(json.questions()).extracting(Question::text).containsExactly("one?");
    assertThat(json.bad().getFirst().reason()).contains("300,000", "1,000");
    assertThat(csv.questions().getFirst().places()).hasSize(QuestionFile.MOST_PLACES);
    assertThat(csv.bad()).hasSize(2000);
  }

  @Test
  void readingThatIsToldToStopStops() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> read("q.jsonl", "{\"question\": \"a?\", \"document\": \"a\"}\n"))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
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
