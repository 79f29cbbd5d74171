package dev.whetstone.corpus.markup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDecoderTest {
  /// Labels with what the Encoding Standard of the WHATWG takes them for.
  @ParameterizedTest
  @CsvSource({
    "iso-8859-1, windows-1252, Die Fähre kostet 3 € – “einfach” …",
    "latin1, windows-1252, 3 € – “einfach”",
    "us-ascii, windows-1252, 3 € – “einfach” für Übergröße",
    "iso-8859-9, windows-1254, Işık – “ğ” €",
    "Shift_JIS, windows-31j, 渡し船は毎朝六時に出ます。①番の桟橋へどうぞ。㈱",
    "x-sjis, windows-31j, ①番の桟橋",
    "euc-jp, x-eucJP-Open, 渡し船は毎朝六時に出ます。①番の桟橋へどうぞ。",
    "iso-2022-jp, x-windows-iso2022jp, 渡し船は毎朝六時に出ます。①番",
    "gb2312, GB18030, 防止倒流（镕、喆、㎡）。𠀀",
    "gbk, GB18030, 停机以后要关闭出口阀门。€",
    "big5, Big5-HKSCS, 停機以後要關閉出口閥門，啫喱。",
    "euc-kr, x-windows-949, 매일 아침 여섯 시에 똠방각하",
    "ks_c_5601-1987, x-windows-949, 여섯 시에 뷁",
    "koi8-r, KOI8-R, Паром отходит в шесть часов утра.",
    "cp1251, windows-1251, Паром отходит в шесть часов утра – “так”",
    "tis-620, x-windows-874, เรือออกหกโมงเช้า…",
    "macintosh, x-MacRoman, Die Fähre – “einfach”",
    "ibm850, IBM850, Die Fähre für Übergröße",
  })
  void aLabelMeansWhatBrowsersTakeItFor(String label, String charset, String text) {
    String page = "<html><head><meta charset=\"%s\"></head><p>%s</p>".formatted(label, text);

    assertThat(TextDecoder.decode(page.getBytes(Charset.forName(charset)))).isEqualTo(page);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=koi8-r'>",
        "<?xml version=\"1.0\" encoding=\"koi8-r\"?>",
        "<!-- <meta charset=big5> --><meta charset = koi8-r >",
        "<meta name=description content='charset=big5'><meta charset=koi8-r>",
        "<script>document.write('<meta charset=big5>')</script><meta charset=koi8-r>",
        "<meta charset=none-such><meta charset=utf-16><meta charset=koi8-r>",
      })
  void theDeclarationIsFoundWhereBrowsersLookForIt(String head) {
    String page = head + "<p>Паром отходит.</p>";

    assertThat(TextDecoder.decode(page.getBytes(Charset.forName("KOI8-R")))).isEqualTo(page);
  }

  @Test
  void aDeclarationBehindALongScriptCounts() {
    String page =
        "<head><script>%s</script><style>%s</style><meta charset=koi8-r></head>Паром"
            .formatted("a();".repeat(20_000), "p{}".repeat(20_000));

    assertThat(TextDecoder.decode(page.getBytes(Charset.forName("KOI8-R")))).isEqualTo(page);
  }

  @Test
  void bytesThatAreUtf8AreReadAsUtf8WhateverTheLabelSays() {
    String page = "<meta charset=iso-8859-1><p>Die Fähre kostet 3 € – für Übergröße.</p>";
    byte[] damaged = (page + page + "x").getBytes(UTF_8);
    damaged[damaged.length - 1] = (byte) 0xE4;

    assertThat(TextDecoder.decode(page.getBytes(UTF_8))).isEqualTo(page);
    assertThat(TextDecoder.decode(damaged)).startsWith(page + page);
  }

  @Test
  void textCutOffWithinACharacterIsStillUtf8() {
    byte[] whole = "Die Fähre fährt täglich für alle ä".getBytes(UTF_8);

    assertThat(TextDecoder.decode(Arrays.copyOf(whole, whole.length - 1)))
        .isEqualTo("Die Fähre fährt täglich für alle ");
  }

  @Test
  void plainTextThatSpeaksOfACharacterSetDoesNotDeclareIt() {
    String text = "Set charset=big5 or encoding=\"big5\" – naïve façade.";

    assertThat(TextDecoder.decode(text.getBytes(Charset.forName("windows-1252")))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "windows-31j, 渡し船は毎朝六時に出ます。①番の桟橋へどうぞ。荷物は二つまで持ち込めます。",
    "EUC-JP, 渡し船は毎朝六時に出ます。一番の桟橋へどうぞ。荷物は二つまで持ち込めます。",
    "Big5, 停機以後要關閉出口閥門，防止倒流。每天早上六點開船，請在碼頭等候。",
    "EUC-KR, 매일 아침 여섯 시에 배가 떠납니다. 부두에서 기다려 주십시오.",
    "GBK, 停机以后要关闭出口阀门，防止倒流。每天早上六点开船，请在码头等候。",
    "windows-1251, 'Паром отходит в шесть часов утра, билеты продаются на причале.'",
    "KOI8-R, 'Паром отходит в шесть часов утра, билеты продаются на причале.'",
    "windows-1252, 'Die Fähre fährt täglich um sechs, Übergröße kostet 3 €.'",
  })
  void textThatDeclaresNothingIsReadByWhatItsBytesAreTypicalOf(String charset, String text) {
    assertThat(TextDecoder.decode(text.getBytes(Charset.forName(charset)))).isEqualTo(text);
  }

  @Test
  void unclosedCommentsAndScriptsDoNotHoldUpTheSearch() {
    String page = "<!-- <script> ".repeat(50_000) + "é";

    assertThat(TextDecoder.decode(page.getBytes(ISO_8859_1))).isEqualTo(page);
    assertThat(TextDecoder.decode("<meta charset=".repeat(50_000).getBytes(US_ASCII))).isNotEmpty();
  }
}
