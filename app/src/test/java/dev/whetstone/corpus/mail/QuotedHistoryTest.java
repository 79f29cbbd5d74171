package dev.whetstone.corpus.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedHistoryTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "On Tue, 30 Apr 2024 at 10:00, Bob <bob@example.org> wrote:\n> When?\n> Bob\n",
        "On Tue, 30 Apr 2024 at 10:00, Bob Longname\n<bob@example.org> wrote:\n\n> When?\n",
        "Am 30.04.2024 um 10:00 schrieb Bob:\n> Wann?\n",
        "Le mar. 30 avr. 2024 à 10:00, Bob a écrit :\n> Quand ?\n",
        "在 2024年4月30日，Bob 写道：\n> 几点？\n",
        "-----Original Message-----\nFrom: Bob\nWhen?\n",
        "____\nFrom: Bob\nSent: Tuesday\nTo: Ada\nSubject: Sluice\n\nWhen?\n",
        "Von: Bob\nGesendet: Dienstag\nAn: Ada\nBetreff: Schleuse\n\nWann?\n",
        "> When?\n> Bob\n\n-- \nAda\n",
      })
  void theEarlierMessagesAtTheEndAreTold(String history) {
    QuotedHistory told = QuotedHistory.ofText("At six.\n\nAda\n\n" + history);

    assertThat(told.own().replace("_", "").strip()).isEqualTo("At six.\n\nAda");
    assertThat(told.quoted()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "> When does it open?\nAt six.\n> And shut?\nAt nine.\n",
        "On Tue, 30 Apr 2024, Bob wrote:\n> When?\n\nAt six.\n",
        "Hello\n> When?\nAt six.\n",
        "On Monday the keeper wrote:\nthe gate is open.\n",
        "From: the north gate\nto the south gate it is a mile.\n",
        "Two lines.\n\nNo history.\n"
      })
  void answersBetweenQuotedLinesAndOrdinaryWordsAreTheMessagesOwn(String text) {
    assertThat(QuotedHistory.ofText(text).own()).isEqualTo(text);
    assertThat(QuotedHistory.ofText(text).quoted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div class='gmail_quote'>On Tue Bob wrote:<blockquote>When?</blockquote></div>",
        "<blockquote type='cite'>When?</blockquote><p class='moz-signature'>Ada</p>",
        "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>From:</b>"
            + " Bob</div><p>When?</p>",
        "<div><div style='border-top:solid'><p><b>From:</b> Bob<br><b>Sent:</b>"
            + " Monday<br><b>To:</b> Ada<br><b>Subject:</b> S</p></div></div><p>When?</p>"
      })
  void theMarksOfMailProgramsInHtmlAreKnown(String history) {
    QuotedHistory told = QuotedHistory.ofHtml("<body><p>At six.</p>" + history + "</body>");

    assertThat(told.own()).contains("At six.").doesNotContain("When?", "Bob");
    assertThat(told.quoted()).contains("When?").doesNotContain("At six.");
  }

  @Test
  void aQuotationAboveItsAnswerIsNoHistory() {
    String html = "<blockquote type='cite'>When?</blockquote><p>The gate opens at six.</p>";

    assertThat(QuotedHistory.ofHtml(html).quoted()).isEmpty();
  }
}
