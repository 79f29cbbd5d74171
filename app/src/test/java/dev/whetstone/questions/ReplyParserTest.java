package dev.whetstone.questions;

import static dev.whetstone.questions.QuestionKind.FACT;
import static dev.whetstone.questions.QuestionKind.HOW_TO;
import static dev.whetstone.questions.QuestionKind.KEYWORDS;
import static dev.whetstone.questions.QuestionKind.SYMPTOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.questions.ReplyParser.Parsed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplyParserTest {
  private static final List<QuestionKind> ASKED = List.of(FACT, SYMPTOM);

  @Test
  void linesThatBeginWithAKindAreQuestionsOfThatKind() {
    String reply =
        """
        Sure! Here are the questions:

        1. **fact**: "How old may a valve be?"
        - symptom: My valve drips, do I have to replace it?
        I hope this helps!\
        """;

    assertThat(ReplyParser.parse(reply, ASKED, false))
        .containsExactly(
            new Parsed(FACT, "How old may a valve be?"),
            new Parsed(SYMPTOM, "My valve drips, do I have to replace it?"));
  }

  @Test
  void aReplyInJsonIsRead() {
    String reply =
        """
        {
          "fact": "How old may a valve be?",
          "how-to": "How do I test a valve?"
        }\
        """;

    assertThat(ReplyParser.parse(reply, ASKED, false))
        .containsExactly(
            new Parsed(FACT, "How old may a valve be?"),
            new Parsed(HOW_TO, "How do I test a valve?"));
  }

  @Test
  void aReplyWithoutKindsGivesTheKindsAskedForInTheirOrder() {
    String reply =
        """
        Here are two questions:
        1) How old may a valve be?
        2) Why does my valve drip?
        3) What is a valve?\
        """;

    assertThat(ReplyParser.parse(reply, ASKED, false))
        .containsExactly(
            new Parsed(FACT, "How old may a valve be?"),
            new Parsed(SYMPTOM, "Why does my valve drip?"));
  }

  @Test
  void theUnfinishedLastLineOfACutReplyIsLeftOut() {
    String reply = "fact: How old may a valve be?\nsymptom: My valve drips and";

    assertThat(ReplyParser.parse(reply, ASKED, true))
        .containsExactly(new Parsed(FACT, "How old may a valve be?"));
    assertThat(ReplyParser.parse(reply, ASKED, false)).hasSize(2);
  }

  @Test
  void whatIsLongerThanAnyQuestionIsNotLookedAt() {
    String endless = "-".repeat(900_000) + "\nfact: " + " ".repeat(300_000) + "x?";

    assertThat(ReplyParser.parse(endless + "\nfact: How old may a valve be?", ASKED, false))
        .containsExactly(new Parsed(FACT, "How old may a valve be?"));
  }

  @Test
  void aModelThatRepeatsALineGivesNoMoreThanTwiceWhatWasAskedFor() {
    String reply = "fact: How old may a valve be?\n".repeat(15_000);

    assertThat(ReplyParser.parse(reply, ASKED, false)).hasSize(2 * ASKED.size());
  }

  @Test
  void anAnswerBehindAQuestionIsCutOff() {
    assertThat(ReplyParser.clean("How old may a valve be? Ten years.")) //
        .isEqualTo("How old may a valve be?");
    assertThat(ReplyParser.clean("My valve drips. Is it safe? Answer: no"))
        .isEqualTo("My valve drips. Is it safe?");
    assertThat(ReplyParser.clean("问题：阀门能用多久？答案：十年。")).isEqualTo("阀门能用多久？");
  }

  @Test
  void numbersAndArrowsOfAQuestionStay() {
    String reply =
        """
        keywords: 2.4 GHz wifi interference
        symptom: 3.5 mm jack does not fit
        1. 10.5 inch tablet does not charge, why?
        fact: -5 degrees outside, may the pump run?
        fact: How do I open Settings → Network → Proxy?
        fact: 3.5毫米的插头能用吗？
        keywords: 2,4 GHz, 24/7 support\
        """;

    assertThat(ReplyParser.parse(reply, List.of(QuestionKind.values()), false))
        .extracting(Parsed::question)
        .containsExactly(
            "2.4 GHz wifi interference",
            "3.5 mm jack does not fit",
            "-5 degrees outside, may the pump run?",
            "How do I open Settings → Network → Proxy?",
            "3.5毫米的插头能用吗？",
            "2,4 GHz 24/7 support");
    assertThat(ReplyParser.parse("1. 10.5 inch tablet does not charge, why?", ASKED, false))
        .containsExactly(new Parsed(FACT, "10.5 inch tablet does not charge, why?"));
    assertThat(ReplyParser.clean("1.) 2.4 GHz")).isEqualTo("2.4 GHz");
    assertThat(ReplyParser.clean("1)2.4 GHz")).isEqualTo("2.4 GHz");
    assertThat(ReplyParser.clean("Is it safe? → Yes, is it not?")).isEqualTo("Is it safe?");
  }

  @Test
  void keywordsAreAFewWordsEachOnce() {
    assertThat(
            ReplyParser.parse(
                "keywords: valve test, valve age, boiler, test interval, limits, rules",
                ASKED,
                false))
        .containsExactly(new Parsed(KEYWORDS, "valve test age boiler interval limits"));
  }

  @Test
  void chineseLabelsAreRead() {
    assertThat(ReplyParser.parse("事实：阀门能用多久？\n情况：我家阀门漏水，要换吗？", ASKED, false))
        .containsExactly(new Parsed(FACT, "阀门能用多久？"), new Parsed(SYMPTOM, "我家阀门漏水，要换吗？"));
  }

  @Test
  void anyReplyIsRead() {
    var random = new Random(7);
    String alphabet = "ab :：?？\n\"'[]{}*-1.)，事实fact\uD83D\uDE00";

    for (int i = 0; i < 2_000; i++) {
      var reply = new StringBuilder();
      random
          .ints(random.nextInt(40), 0, alphabet.length())
          .forEach(c -> reply.append(alphabet.charAt(c)));

      assertThat(ReplyParser.parse(reply.toString(), ASKED, random.nextBoolean()))
          .as(reply.toString())
          .allSatisfy(parsed -> assertThat(parsed.question()).isNotBlank());
    }
  }
}
