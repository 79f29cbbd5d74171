package dev.whetstone.corpus.mail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/// A message's own text, and the earlier messages that its writer's program put below it.
///
/// In a plain text the history begins at a line that names the writer of what follows (`On …
/// wrote:`, in ten languages) above nothing but lines with `>`, at a rule such as `-----Original
/// Message-----`, or at a block of fields (`From:`, `Sent:`, `Subject:`). In HTML it is the element
/// that the programs mark, or such a block. Answers between quoted lines are no history: then
/// everything is the message's own.
///
/// @param quoted from where the history begins; empty for none
record QuotedHistory(String own, String quoted) {
  private static final Pattern WROTE =
      Pattern.compile(
          "(?:On\\b.{1,300}\\bwrote|Am\\b.{1,300}\\bschrieb\\b.{0,100}|Le\\b.{1,300}\\ba"
              + " écrit|El\\b.{1,300}\\bescribió|Il\\b.{1,300}\\bha"
              + " scritto|Op\\b.{1,300}\\bschreef\\b.{0,100}|Em\\b.{1,300}\\bescreveu|.{1,300}(?:写道|寫道|のメール|のメッセージ|님이"
              + " 작성)|.{1,300}\\bnapisał\\(?a?\\)?|.{1,300}\\bпишет)\\s*[:：]",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern RULE =
      Pattern.compile(
          "\\s*-{2,}\\s*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje"
              + " original|Messaggio originale|Oorspronkelijk bericht|Mensagem"
              + " original|原始邮件|原始郵件|元のメッセージ|Forwarded message|Weitergeleitete Nachricht|Исходное"
              + " сообщение)\\s*-{2,}\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FROM =
      Pattern.compile("\\s*\\*?(?:From|Von|De|Da|Van|发件人|寄件者|差出人|От)\\s*[:：].*", Pattern.DOTALL);
  private static final Pattern SENT =
      Pattern.compile(
          "(?s).{0,2000}?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Fecha|Inviato|Data|Verzonden|发送时间|日期"
              + "|寄件日期|送信日時|Отправлено)\\*?\\s*[:：].{0,2000}?(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp"
              + "|Assunto|主题|主旨|件名|Тема)\\*?\\s*[:：].*");
  private static final String MARKED =
      "#divRplyFwdMsg, #appendonsend, .gmail_quote, .yahoo_quoted, blockquote[type=cite],"
          + " .moz-cite-prefix, #OLK_SRC_BODY_SECTION";
  private static final String QUOTED_OR_SIGNATURE =
      "blockquote[type=cite], .gmail_quote, .yahoo_quoted, .moz-signature, .gmail_signature";
  private static final int HEADER_LINES = 6;

  static QuotedHistory ofText(String text) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (begins(lines, i)) {
        return new QuotedHistory(
            String.join("\n", lines.subList(0, i)),
            String.join("\n", lines.subList(i, lines.size())));
      }
    }
    return new QuotedHistory(text, "");
  }

  private static boolean begins(List<String> lines, int i) {
    String line = lines.get(i);
    if (line.length() > 1000) {
      return false;
    }
    if (RULE.matcher(line).matches()) {
      return true;
    }
    if (FROM.matcher(line).matches()) {
      String block = String.join("\n", lines.subList(i, Math.min(lines.size(), i + HEADER_LINES)));
      return SENT.matcher(block).matches();
    }
    boolean quoted = line.startsWith(">");
    if (quoted && lines.subList(0, i).stream().anyMatch(before -> before.startsWith(">"))) {
      return false; // the first block decides
    }
    if (quoted) {
      return isQuotedToTheEnd(lines, i);
    }
    // the line that names the writer may be broken
    for (int length = 1; length <= 2 && i + length <= lines.size(); length++) {
      String name = String.join(" ", lines.subList(i, i + length)).strip();
      if (name.length() <= 500
          && WROTE.matcher(name).matches()
          && isQuotedToTheEnd(lines, i + length)) {
        return true;
      }
    }
    return false;
  }

  /// Whether quoted lines follow, and after them nothing but a signature: an answer below what it
  /// answers is the message's own.
  private static boolean isQuotedToTheEnd(List<String> lines, int from) {
    boolean quoted = false;
    for (String line : lines.subList(from, lines.size())) {
      if (line.startsWith(">")) {
        quoted = true;
      } else if (!line.isBlank()) {
        return quoted && (line.startsWith("--") || line.startsWith("__"));
      }
    }
    return quoted;
  }

  static QuotedHistory ofHtml(String html) {
    Document page = Jsoup.parse(html);
    Element start = start(page);
    if (start == null) {
      return new QuotedHistory(html, "");
    }
    var quoted = new StringBuilder(start.outerHtml());
    for (Element at = start; at != null && !at.normalName().equals("body"); at = at.parent()) {
      Node next = at.nextSibling();
      while (next != null) {
        Node following = next.nextSibling();
        quoted.append(next.outerHtml());
        next.remove();
        next = following;
      }
    }
    start.remove();
    return new QuotedHistory(page.outerHtml(), quoted.toString());
  }

  private static @Nullable Element start(Document page) {
    for (Element marked : page.select(MARKED)) {
      boolean header = marked.id().equals("divRplyFwdMsg") || marked.id().equals("appendonsend");
      if (header || !isFollowedByText(marked)) {
        return marked;
      }
    }
    for (Element block : page.select("div, p, td")) {
      String own = block.text();
      Matcher from = FROM.matcher(own);
      if (own.length() < 2000 && from.matches() && SENT.matcher(own).matches()) {
        return block;
      }
    }
    return null;
  }

  /// Whether text stands below an element that is neither quoted nor a signature.
  private static boolean isFollowedByText(Element element) {
    for (Element at = element; at != null; at = at.parent()) {
      for (Node next = at.nextSibling(); next != null; next = next.nextSibling()) {
        if (next instanceof TextNode text
            ? !text.isBlank()
            : next instanceof Element e && says(e)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean says(Element element) {
    if (element.is(QUOTED_OR_SIGNATURE)) {
      return false;
    }
    Element rest = element.clone();
    rest.select(QUOTED_OR_SIGNATURE).remove();
    return !rest.text().isBlank();
  }
}
