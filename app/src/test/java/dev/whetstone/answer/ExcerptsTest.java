package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.text.Sentences;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExcerptsTest {
  @Test
  void abbreviationsNumbersAndNamesDoNotEndASentence() {
    var sentences =
        Sentences.of(
            "Set it to 3.5 seconds, e.g. for slow links. Ask Dr. Smith (see Fig. 2). Done? Yes.",
            "en");

    assertThat(sentences)
        .containsExactly(
            "Set it to 3.5 seconds, e.g. for slow links.",
            "Ask Dr. Smith (see Fig. 2).",
            "Done?",
            "Yes.");
  }

  @Test
  void chineseSentencesEndAtTheirOwnStops() {
    assertThat(Sentences.of("申请人应当提交材料。“材料不全的，不予受理。”十日内答复！", "zh"))
        .containsExactly("申请人应当提交材料。", "“材料不全的，不予受理。”", "十日内答复！");
  }

  @Test
  void aTableRowSaysItsNameItsMeaningAndItsDefault() {
    var excerpts =
        Excerpts.of(
            """
            Name | Description | Default | Type
            bufferSize | How many bytes are read at once from the stream. | 4096 | int
            lazy | Whether the producer starts on the first message. |  | boolean\
            """,
            "en");

    assertThat(excerpts)
        .containsExactly(
            "bufferSize: How many bytes are read at once from the stream. (default 4096, type int)",
            "lazy: Whether the producer starts on the first message. (type boolean)");
  }

  @Test
  void aTableRightAfterASentenceKeepsItsHeaderAndTheOrderOfItsColumns() {
    var excerpts =
        Excerpts.of(
            """
            What the company lends is listed here.
            Device | Lifetime | Support
            Laptop | 4 years | Helpdesk
            Phone | 3 years |\
            """,
            "en");

    assertThat(excerpts)
        .containsExactly(
            "What the company lends is listed here.",
            "Laptop: lifetime 4 years, support Helpdesk",
            "Phone: lifetime 3 years");
  }

  @Test
  void aShortItemIsReadWithWhatIntroducesIt() {
    var excerpts =
        Excerpts.of(
            """
            The pool is closed in these cases:

            the last user has left
            the host has asked for it, after the time set in the options has passed without any use\
            """,
            "en");

    assertThat(excerpts)
        .containsExactly(
            "The pool is closed in these cases: the last user has left",
            "the host has asked for it, after the time set in the options has passed without any"
                + " use");
  }

  @Test
  void linesOfCodeBetweenSentencesAreReadTogether() {
    var excerpts =
        Excerpts.of(
            """
            Tables can be made from a template, which a header names.
            The route below makes one for each day:
            from("direct:start")
              .header(SUFFIX, "_${date:now:yyyyMMdd}")
              .to("bigquery:project:set:table")
            Partitions are recommended for this use.\
            """,
            "en");

    assertThat(excerpts)
        .containsExactly(
            "Tables can be made from a template, which a header names.",
            "The route below makes one for each day: from(\"direct:start\") .header(SUFFIX,"
                + " \"_${date:now:yyyyMMdd}\") .to(\"bigquery:project:set:table\")",
            "Partitions are recommended for this use.");
  }

  @Test
  void itemsThatEndWithASemicolonOrABracketAreNoCode() {
    var excerpts =
        Excerpts.of(
            """
            Bring these papers to the desk:

            a valid passport;
            the invoice(s);
            $20 for the deposit (see below);
            two photos of yourself\
            """,
            "en");

    assertThat(excerpts)
        .containsExactly(
            "Bring these papers to the desk: a valid passport;",
            "Bring these papers to the desk: the invoice(s);",
            "Bring these papers to the desk: $20 for the deposit (see below);",
            "Bring these papers to the desk: two photos of yourself");
  }

  @Test
  void aLongLineTakesNoLongWay() {
    String list = "This is all that the list has:\n\n" + "word ".repeat(100_000) + ";\nmore;";

    assertThat(Excerpts.of(list, "en")).first().asString().startsWith("This is all");
  }

  @Test
  void aHeaderWithABlankCellIsTheTablesHeader() {
    assertThat(Excerpts.of("| Price\nCoffee with milk | 2 euros\nGreen tea leaves | 1 euro", "en"))
        .containsExactly("Coffee with milk: 2 euros", "Green tea leaves: 1 euro");
    assertThat(Excerpts.of("Drink\nCoffee with milk | 2 euros\nGreen tea leaves | 1 euro", "en"))
        .containsExactly("Coffee with milk: 2 euros", "Green tea leaves: 1 euro");
  }

  @Test
  void codeAndFragmentsAreLeftOut() {
    var excerpts =
        Excerpts.of(
            """
            See also:

            from("direct:start")
              .to("mock:result");

            <dependency>
              <groupId>org.example</groupId>
            </dependency>

            In this route the message goes to a mock endpoint.\
            """,
            "en");

    assertThat(excerpts).containsExactly("In this route the message goes to a mock endpoint.");
  }

  @Test
  void aRowWithoutAHeaderKeepsItsCells() {
    assertThat(Excerpts.row(List.of(), List.of("alpha", "the first letter of the alphabet", "A")))
        .isEqualTo("alpha: the first letter of the alphabet (A)");
  }

  @Test
  void whatIntroducesCodeIsASentenceOfItsOwn() {
    var excerpts =
        Excerpts.of(
            """
            To get the status of the route, you can do:

            String status = template.requestBody("controlbus:route?action=status");\
            """,
            "en");

    assertThat(excerpts).containsExactly("To get the status of the route, you can do:");
  }
}
