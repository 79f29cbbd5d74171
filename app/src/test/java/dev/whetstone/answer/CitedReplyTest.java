package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CitedReplyTest {
  @Test
  void marksBeforeAndAfterAStopBelongToTheSentenceBefore() {
    List<CitedReply.Cited> cited =
        CitedReply.parse("It is so [1]. It is [2, 3] thus. [1][2] 是这样。【3】 No passage [9].", 3);

    assertThat(cited)
        .containsExactly(
            new CitedReply.Cited("It is so.", List.of(0)),
            new CitedReply.Cited("It is thus.", List.of(1, 2, 0)),
            new CitedReply.Cited("是这样。", List.of(2)),
            new CitedReply.Cited("No passage.", List.of()));
  }

  @Test
  void aMarkOfManyNumbersAndManyMarksAreReadWithoutRecursion() {
    for (String reply :
        List.of(
            "a [" + "1,".repeat(100_000) + "1].",
            "a. " + "[1]".repeat(60_000),
            "a " + "[1".repeat(60_000),
            "a" + " ".repeat(200_000) + "b [1].",
            "a. ".repeat(60_000))) {
      assertThat(CitedReply.parse(reply, 3)).hasSizeLessThanOrEqualTo(CitedReply.MOST_SENTENCES);
    }
  }

  @Test
  void ofAReplyWithoutEndTheFirstSentencesAreReadAndTheOthersDropped() {
    List<CitedReply.Cited> cited = CitedReply.parse("The route is good [1]. ".repeat(20_000), 3);

    assertThat(cited).hasSize(CitedReply.MOST_SENTENCES);
    assertThat(cited.getLast()).isEqualTo(new CitedReply.Cited("The route is good.", List.of(0)));
  }

  @Test
  void controlAndHiddenCharactersAreNotReadFromAReply() {
    List<CitedReply.Cited> cited =
        CitedReply.parse(
            "red \u001b[31malert\u0007\u202eevil\u202c\u0000 \u009b2J\u2028a\u2029b\u061c [1].", 3);

    assertThat(cited.getFirst().text())
        .doesNotMatch("(?s).*[\\p{Cc}\\p{Zl}\\p{Zp}\u202e\u202c\u061c].*")
        .contains("alert");
  }

  @Test
  void quotedTextHoldsNoMarksThatCouldPassForCitations() {
    assertThat(QuotedText.sentence("See <ref>[7]</ref> and < / REF >[1, 2] or 【 3 】 and [１]."))
        .doesNotContainPattern("(?i)<\\s*/?\\s*ref")
        .doesNotContainPattern("[\\[【][\\s\\p{Nd},]*[\\]】]")
        .contains("‹ref>［7］‹/ref>", "［1, 2］", "［ 3 ］");
    assertThat(QuotedText.sentence("Keys [a] and [ ] stay, a < b too."))
        .isEqualTo("Keys [a] and [ ] stay, a < b too.");
    assertThat(QuotedText.visible("family \ud83d\udc68\u200d\ud83d\udc69 stays\nhere"))
        .isEqualTo("family \ud83d\udc68\u200d\ud83d\udc69 stays\nhere");
  }
}
