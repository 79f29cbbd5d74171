package dev.whetstone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
  /// `¦` stands where a sentence ends.
  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '`',
      value = {
        "en	Set it to 3.5 seconds, e.g. for slow links.¦Ask Dr. Smith (see Fig. 2).¦Done?¦Yes.",
        "en	The U.S. office is open.¦No. 5 is closed.¦The answer is no.¦Then stop.",
        "en	J. R. Smith wrote it.¦Use v3.2.1 or com.acme.Pump.¦Really?!¦Wait... what?",
        "en	\"Stop.\"¦He went.¦(It was late.)¦Nothing moved: a \"full stop.\" or none.",
        "en	1. Install the pump.¦Then check it.",
        "en	It has 12 valves.¦Each opens at 4 bar.",
        "en	The valve is Model 7.¦It opens.",
        "en	camel-jms needs a broker. camel-kafka too.",
        "zh	申请人应当提交材料。¦“材料不全的，不予受理。”¦十日内答复！",
        "zh	真的吗？！¦当然；¦版本3.2.1可用。",
        "de	Am 3. Mai wird z. B. die Pumpe geprüft.¦Danach, d.h. ab 14 Uhr, läuft sie.¦Siehe Abb. 5"
            + " und Nr. 7.",
        "de	Er sagte: „Halt.“¦Dann ging er.¦Im Jahr 1990.¦Danach nicht mehr.",
        "fr	« Bonjour ! » dit-il.¦Voir l'art. 5 et M. Dupont.¦Vraiment ?¦Oui.",
        "es	¿Está vacío?¦¡Sí!¦El Sr. García lo sabe.¦Dijo que no.¦Luego se fue.",
        "it	Il dott. Rossi ha controllato.¦Vedi pag. 12, art. 3.¦È tutto?",
        "pt	O Sr. Silva verificou.¦Ver pág. 12.¦É tudo?",
        "nl	De pomp, bijv. Model 7, stopt.¦Dhr. Jansen weet dat.¦Zie blz. 5.",
        "ru	См. рис. 5 и табл. 2.¦Насос стоит.¦Почему?",
        "ja	ポンプは停止します。¦「はい。」と答えた。¦本当ですか？¦はい！",
        "ko	펌프가 멈춥니다.¦왜 그렇습니까?¦3.5초 후에 다시 시작합니다.",
        "ar	هل الخزان فارغ؟¦نعم.¦تتوقف المضخة.",
        "xx	One.¦Two.",
      })
  void aTextIsSplitWhereItsSentencesEnd(String language, String text) {
    String[] sentences = text.split("¦");
    boolean wide = language.equals("zh") || language.equals("ja");

    assertThat(Sentences.of(String.join(wide ? "" : " ", sentences), language))
        .containsExactly(sentences);
  }

  @Test
  void aLineBreakEndsASentenceAndBlankOnesAreLeftOut() {
    assertThat(Sentences.of("first item\n\n second item \n", "en"))
        .containsExactly("first item", "second item");
  }

  @Test
  void theSpansStandInOrderAndLeaveOutOnlyWhiteSpace() {
    String text = "One.  Two!\nThree? 四。五";

    List<Sentences.Span> spans = Sentences.spans(text, "en");

    int end = 0;
    for (Sentences.Span span : spans) {
      assertThat(text.substring(end, span.from())).isBlank();
      end = span.to();
    }
    assertThat(spans).hasSize(5);
    assertThat(end).isEqualTo(text.length());
  }
}
