package dev.whetstone.questions;

import dev.whetstone.text.ContentTerms;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a question points at what only a reader of the passage has before his eyes: "this
/// document", "the author", "Section 3.2", "the above", or a pronoun without anything in the
/// question that it could stand for ("What is it used for?").
///
/// A demonstrative or pronoun may refer back within the question ("My screen flickers, how do I
/// stop this?"), so it is a fault only in the first clause, and a personal pronoun only where no
/// content word precedes it. "It" before a later "to", "that" or "if" stands for nothing ("Is it
/// safe to …").
final class PointingCheck implements QuestionCheck {
  private static final String TEXTS =
      "document|documents|text|passage|article|section|paragraph|excerpt|paper|abstract|author|authors|author's|"
          + "researchers|table|figure|chapter|extract|statement|sentence|content|context|information"
          + " (?:above|below|given|provided)";

  private static final Pattern ENGLISH_TEXT =
      Pattern.compile(
          "\\b(?:this|the|these|that|given|provided|above|following)\\s+(?:\\w+\\s+)?(?:"
              + TEXTS
              + ")\\b(?!\\s+(?:of|on|in|for|to)\\s+(?:my|a|an)\\b)"
              + "|\\b(?:aforementioned|mentioned (?:above|here|in)|described (?:above|here|in the)|"
              + "discussed (?:above|here|in the)|according to the (?:text|passage|document|article|"
              + "author|above))\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBERED_PART =
      Pattern.compile(
          "\\b(?:section|chapter|table|figure|fig\\.?|appendix|paragraph|equation|eq\\.?|annex|"
              + "subsection|footnote)\\s*\\(?(?:\\p{N}|(?-i:\\b[IVX]+\\b|\\b[A-Z]\\b))|§",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ENGLISH_POINTER =
      Pattern.compile(
          "\\b(?:this|these|those(?!\\s+(?:of|in|on|found|from|with|that|which|for|at|by)\\b))\\b(?!\\s+(?:year|month|week|morning|afternoon|evening|summer|winter|"
              + "time|way|who|days)\\b)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ENGLISH_PRONOUN =
      Pattern.compile(
          "\\b(?:it|its|they|them|their|he|she|his|her|him)\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern EMPTY_IT =
      Pattern.compile("\\bit\\b.*\\b(?:to|that|if|when)\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern CHINESE =
      Pattern.compile(
          "本(?:文|条|法|规定|章|节|办法|条例|段|篇|资料|规则|细则|解释|标准)|上述|前述|前款|下列|如下|以下(?:哪|内容|情形|说法|规定|行为)|"
              + "文中|文章|文本|资料|作者|段落|这段|这篇|这条规定|该(?:文|条|法|规定|章|款|办法|条例|段|资料|规则)|"
              + "第[\\p{N}〇零一二三四五六七八九十百千]+(?:条|款|章|节|项)");

  private static final Pattern CHINESE_POINTER =
      Pattern.compile(
          "^[^，。？！；,?!;]*(?:(?<!应|本|活)该(?!怎|如|去|找|不|由|谁|选|做|办|赔|交|付|给|注意|什么)|此(?!外)|这(?:种|个|些|项|类|样))");
  private static final Pattern CHINESE_PRONOUN = Pattern.compile("^(?:他|她|它|其)");

  /// The same in a few words for other languages.
  private static final Map<String, Pattern> OTHERS =
      Map.of(
          "de",
              pattern(
                  "\\b(?:dies\\w*|de[rmns]|das|die)\\s+(?:Dokument\\w*|Text\\w*|Abschnitt\\w*|Artikel\\w*|Autor\\w*|Passage)\\b"),
          "fr",
              pattern(
                  "\\b(?:ce|cet|cette|le|la|du|l['’])\\s*(?:document|texte|passage|article|auteur|paragraphe)\\b"),
          "es",
              pattern(
                  "\\b(?:este|esta|el|la|del)\\s+(?:documento|texto|pasaje|artículo|autor|párrafo)\\b"),
          "it",
              pattern(
                  "\\b(?:questo|questa|il|del|nel|l['’])\\s*(?:documento|testo|brano|articolo|autore|paragrafo)\\b"),
          "pt",
              pattern(
                  "\\b(?:este|esta|o|do|no)\\s+(?:documento|texto|trecho|artigo|autor|parágrafo)\\b"),
          "nl",
              pattern(
                  "\\b(?:dit|deze|de|het)\\s+(?:document|tekst|passage|artikel|auteur|alinea)\\b"),
          "ru",
              pattern(
                  "(?:эт\\p{L}+|данн\\p{L}+)\\s+(?:документ|текст|стать|отрыв|раздел)\\p{L}*|автор\\p{L}*"),
          "ja", pattern("この(?:文書|文章|本文|記事|条|資料|文)|本文|上記|著者|前述"),
          "ko", pattern("이\\s?(?:문서|글|본문|문단|기사)|위의|저자"));

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  @Override
  public boolean refuses(Candidate candidate) {
    String question = candidate.question();
    return switch (candidate.language()) {
      case "en" -> english(question);
      case "zh" ->
          CHINESE.matcher(question).find()
              || CHINESE_POINTER.matcher(question).find()
              || CHINESE_PRONOUN.matcher(question).find();
      default -> {
        Pattern texts = OTHERS.get(candidate.language());
        yield texts != null && texts.matcher(question).find();
      }
    };
  }

  private static boolean english(String question) {
    if (ENGLISH_TEXT.matcher(question).find() || NUMBERED_PART.matcher(question).find()) {
      return true;
    }
    String clause = question.split("[,.;:?!] ", 2)[0];
    Matcher pointer = ENGLISH_POINTER.matcher(clause);
    if (pointer.find()) {
      return true;
    }
    Matcher pronoun = ENGLISH_PRONOUN.matcher(clause);
    return pronoun.find()
        && ContentTerms.of(clause.substring(0, pronoun.start()), "en").isEmpty()
        && !(pronoun.group().equalsIgnoreCase("it")
            && EMPTY_IT.matcher(clause.substring(pronoun.start())).find());
  }
}
