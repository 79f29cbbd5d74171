package dev.whetstone.questions;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the questions out of a model's reply.
///
/// Asked for lines of the form `kind: question`, small models also number them, put them into
/// quotes, bold type, bullets or JSON, repeat the label, say "Sure! Here are …" before them, answer
/// them behind them, or forget the kinds. Lines that begin with a kind are questions of that kind.
/// Where no line does, the lines that look like questions are taken for the kinds asked for, in
/// their order. Of a reply that was cut off the last line is left out.
///
/// A reply is text from outside: lines that are longer than any question are not looked at, and no
/// more questions are taken than twice the kinds that were asked for, for a model may repeat one
/// line until it is stopped.
final class ReplyParser {
  /// A question as it stands in a reply.
  record Parsed(QuestionKind kind, String question) {}

  private static final Map<String, QuestionKind> LABELS = PromptWords.labels();

  /// What stands before a line. A dash before a digit is a sign, and a number whose point stands
  /// before a digit is one of the question.
  private static final Pattern DECORATION =
      Pattern.compile(
          "^(?:\\s|[*•·>#{}\\[\\],\"“”'`]|-(?!\\p{N})"
              + "|\\(?\\d{1,2}\\s*(?:\\.?[)、）]|[.:：](?!\\p{N}))|[QqＱ]\\d*\\s*[.:：)])+");

  private static final Pattern LABEL =
      Pattern.compile(
          "^([\\p{L}][\\p{L} -]{1,10}?)[*\"”’'`\\s]*(?:\\(\\d+\\))?[:：][*\"“\\s]*(.*)$");

  private static final Pattern NOISE =
      Pattern.compile(
          "^(?:question|query|问题|问|search|user|用户)\\s*\\d*\\s*[:：]\\s*", Pattern.CASE_INSENSITIVE);

  private static final Pattern END = Pattern.compile("[\\s\"“”'`*,\\]}]+$");
  private static final Pattern ANSWER =
      Pattern.compile(
          "\\s*(?:\\(?(?:\\b(?:answer|ans)|答案|回答|答)\\s*[:：]|(?<=[?？؟][\"”'’ ]{0,3})(?:→|=>|A:)).*$",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern KEYWORD_SEPARATOR =
      Pattern.compile("(?:[\\s;，、；|]|(?<!\\p{N})[,/]|[,/](?!\\p{N}))+");
  private static final int MOST_KEYWORDS = 6;
  private static final int LONGEST_LINE = 1000;
  private static final String QUESTION_MARKS = "?？؟";

  private ReplyParser() {}

  /// @param asked the kinds that the prompt asked for, in their order
  /// @param cut whether the reply broke off
  static List<Parsed> parse(String reply, List<QuestionKind> asked, boolean cut) {
    List<String> lines =
        reply
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && line.length() <= LONGEST_LINE)
            .toList();
    if (cut && !lines.isEmpty() && !endsWhole(lines.getLast())) {
      lines = lines.subList(0, lines.size() - 1);
    }
    var labelled = new ArrayList<Parsed>();
    var others = new ArrayList<String>();
    for (String line : lines) {
      String bare = DECORATION.matcher(line).replaceFirst("");
      Matcher matcher = LABEL.matcher(bare);
      QuestionKind kind =
          matcher.matches() ? LABELS.get(matcher.group(1).strip().toLowerCase(Locale.ROOT)) : null;
      if (kind == null) {
        others.add(bare);
      } else {
        add(labelled, kind, matcher.group(2));
      }
      if (labelled.size() == 2 * asked.size()) {
        break;
      }
    }
    return labelled.isEmpty() ? unlabelled(others, asked) : labelled;
  }

  private static List<Parsed> unlabelled(List<String> lines, List<QuestionKind> asked) {
    var found = new ArrayList<Parsed>();
    for (String line : lines) {
      boolean chatter = line.endsWith(":") || line.endsWith("：") || line.endsWith("!");
      if (!chatter && found.size() < asked.size()) {
        add(found, asked.get(found.size()), line);
      }
    }
    return found;
  }

  private static void add(List<Parsed> to, QuestionKind kind, String raw) {
    String text = kind == QuestionKind.KEYWORDS ? keywords(clean(raw)) : clean(raw);
    if (!text.isEmpty()) {
      to.add(new Parsed(kind, text));
    }
  }

  /// The question without what decorates it, and without an answer behind it.
  static String clean(String raw) {
    String text = DECORATION.matcher(raw).replaceFirst("");
    text = NOISE.matcher(text).replaceFirst("");
    text = ANSWER.matcher(text).replaceFirst("");
    text = END.matcher(text).replaceFirst("").replaceAll("\\s+", " ").strip();
    int last = lastQuestionMark(text);
    return last > 0 && last < text.length() - 1 ? text.substring(0, last + 1) : text;
  }

  /// The first few words of a list, each once: models go on and on with keywords.
  private static String keywords(String list) {
    var words = new LinkedHashSet<String>();
    for (String word : KEYWORD_SEPARATOR.split(list, -1)) {
      if (!word.isBlank() && words.size() < MOST_KEYWORDS) {
        words.add(word);
      }
    }
    return String.join(" ", words);
  }

  private static int lastQuestionMark(String text) {
    int last = -1;
    for (int i = 0; i < QUESTION_MARKS.length(); i++) {
      last = Math.max(last, text.lastIndexOf(QUESTION_MARKS.charAt(i)));
    }
    return last;
  }

  private static boolean endsWhole(String line) {
    String end = END.matcher(line).replaceFirst("");
    return !end.isEmpty() && QUESTION_MARKS.indexOf(end.charAt(end.length() - 1)) >= 0;
  }
}
