package dev.whetstone.answer;

import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.Scripts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A sentence read for the checks of citations: its clauses, each a list of tokens, after
/// [NumberWords]. Immutable; what the rules ask of it again and again is made once.
final class AnalysedSentence {
  private static final Pattern CLAUSE_END =
      Pattern.compile(
          "[,;!?。、…()\\[\\]]|[.:](?=\\s|$)|\\b(?:and|but|while|whereas|because)\\b|且(?=[\\p{IsHan}])|但是?|而且");
  private static final Pattern NUMBER =
      Pattern.compile("(?:(?<=^|[\\s(:：\\p{IsHan}])-)?\\d+(?:[.:]\\d+)*");
  private static final Pattern CURRENCY = Pattern.compile("([$€£¥]) ?(?=\\d)");
  private static final Pattern MONTH =
      Pattern.compile(
          "(?:january|february|march|april|june|july|august|september|october|november|december|may(?="
              + " \\d)|(?<=\\d )may|weekday\\d|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\\b");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_&&[^\\p{IsHan}]]+");
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z_][a-z0-9_]*(?:[._][a-z0-9_]+)+");
  private static final Pattern UNIT =
      Pattern.compile(
          "[- ]?(?:(%)|(hours?\\b|hrs?\\b|h\\b|小时|钟头)|(min(?:ute)?s?\\b|分钟)|(sec(?:ond)?s?\\b|秒)|((?:working"
              + " |business |calendar"
              + " )?days?\\b|个?(?:工作|自然)?日|天)|(weeks?\\b|个?周(?!年)|个?星期|个?礼拜)|(months?\\b|个?月)|(years?\\b(?!"
              + " old)|年|周年)"
              + "|(euros?\\b|eur\\b|欧元)|(dollars?\\b|usd\\b|美元)|(yuan\\b|rmb\\b|元)|(°c|degrees"
              + " celsius|摄氏度)|(mg\\b|毫克)|(kg\\b|kilograms?\\b|公斤|千克)|(g\\b|grams?\\b|克)"
              + "|(ml\\b|毫升)|(l\\b|lit(?:er|re)s?\\b|升)|(km\\b|公里|千米)|(cm\\b|厘米)|(mm\\b|毫米)"
              + "|(m\\b|met(?:er|re)s?\\b|米)|(kb\\b)|(mb\\b)|(gb\\b)|(tb\\b)|(点|时(?![期候间])))");
  private static final List<String> CURRENCIES = List.of("€", "$", "¥"); // groups 9 to 11
  private static final Set<String> MODALS =
      Set.of(
          "must shall may might ought need being were each such both own this more per very once about over"
              .split(" "));
  private static final String HAN_FUNCTION = "的了是在为和与或及并其将可须应当该之以于由自把被从至到等";

  private final String text;
  private final List<List<Token>> clauses;
  private final List<Token> tokens;
  private final Set<String> topics;
  private final Set<String> keys;

  private AnalysedSentence(String text, List<List<Token>> clauses) {
    this.text = text;
    this.clauses = clauses.stream().map(List::copyOf).toList();
    this.tokens = clauses.stream().flatMap(List::stream).toList();
    this.topics = Set.copyOf(topics(tokens));
    this.keys = Set.copyOf(keys(tokens));
  }

  /// @param language of the sentence, ISO 639-1
  static AnalysedSentence of(String sentence, String language) {
    String text = ContentTerms.plainVersions(NumberWords.normal(sentence));
    var clauses = new ArrayList<List<Token>>();
    var clause = new ArrayList<Token>();
    String currency = "";
    int at = 0;
    while (at < text.length()) {
      Matcher symbol = at(CURRENCY, text, at);
      if (symbol != null) {
        currency = symbol.group(1);
        at = symbol.end();
        continue;
      }
      Matcher number = at(NUMBER, text, at);
      if (number != null && !insideWord(text, at)) {
        at = number(text, number, currency, clause);
        currency = "";
        continue;
      }
      Matcher end = at(CLAUSE_END, text, at);
      if (end != null) {
        if (!clause.isEmpty()) {
          clauses.add(clause);
          clause = new ArrayList<>();
        }
        at = end.end();
        continue;
      }
      at = word(text, at, language, clause);
    }
    if (!clause.isEmpty()) {
      clauses.add(clause);
    }
    return new AnalysedSentence(sentence, clauses);
  }

  private static @Nullable Matcher at(Pattern pattern, String text, int from) {
    Matcher matcher = pattern.matcher(text).region(from, text.length());
    matcher.useTransparentBounds(true).useAnchoringBounds(false);
    return matcher.lookingAt() ? matcher : null;
  }

  private static boolean insideWord(String text, int at) {
    return at > 0
        && (Character.isLetter(text.charAt(at - 1)) || text.charAt(at - 1) == '_')
        && !Scripts.isHanOrKana(text.charAt(at - 1));
  }

  private static int number(String text, Matcher number, String currency, List<Token> clause) {
    Matcher unit = at(UNIT, text, number.end());
    String name = currency;
    int end = number.end();
    if (unit != null) {
      end = unit.end();
      for (int group = 1; group <= unit.groupCount(); group++) {
        if (unit.group(group) != null) {
          name = group >= 9 && group <= 11 ? CURRENCIES.get(group - 9) : "u" + group;
        }
      }
    } else if (end < text.length()
        && Character.isLetter(text.charAt(end))
        && !Scripts.isHanOrKana(text.charAt(end))) { // 3rd, 5th, 16k: one word
      Matcher rest = at(WORD, text, end);
      if (rest != null) {
        String whole = text.substring(number.start(), rest.end());
        clause.add(new Token.Quantity(whole, ""));
        return rest.end();
      }
    }
    clause.add(new Token.Quantity(plain(number.group()), name));
    return end;
  }

  private static String plain(String number) {
    return number.replaceFirst("^(-?)0+(?=\\d)", "$1");
  }

  private static int word(String text, int at, String language, List<Token> clause) {
    Matcher month = at(MONTH, text, at);
    if (month != null && !insideWord(text, at)) {
      String name = month.group();
      clause.add(
          new Token.Quantity(
              name.endsWith("days") ? name.substring(0, name.length() - 1) : name, "date"));
      return month.end();
    }
    Matcher identifier = at(IDENTIFIER, text, at);
    if (identifier != null && !insideWord(text, at)) {
      clause.add(new Token.Word(identifier.group(), identifier.group(), false));
      return identifier.end();
    }
    Token turning = Polarity.at(text, at);
    if (turning != null) {
      clause.add(turning);
      return at + turning.text().length();
    }
    int c = text.codePointAt(at);
    if (Scripts.isHanOrKana(c)) {
      String character = Character.toString(c);
      clause.add(new Token.Word(character, character, HAN_FUNCTION.contains(character)));
      return at + character.length();
    }
    Matcher word = at(WORD, text, at);
    if (word == null) {
      return at + Character.charCount(c);
    }
    String found = word.group();
    if (found.chars().anyMatch(Character::isDigit)) { // a name, a version, a key
      clause.add(new Token.Quantity(found, ""));
      return word.end();
    }
    clause.add(
        new Token.Word(
            found,
            ContentTerms.stem(found, language),
            ContentTerms.isFunctionWord(found, language) || MODALS.contains(found)));
    return word.end();
  }

  /// As it was given.
  String text() {
    return text;
  }

  List<List<Token>> clauses() {
    return clauses;
  }

  /// All tokens in order.
  List<Token> tokens() {
    return tokens;
  }

  /// What it is about, as [#topics(List)] says.
  Set<String> topics() {
    return topics;
  }

  /// What it says, as [#keys(List)] says.
  Set<String> keys() {
    return keys;
  }

  /// The keys of tokens, those that negate left out.
  static Set<String> keys(List<Token> tokens) {
    return tokens.stream()
        .filter(token -> !(token instanceof Token.Negation))
        .map(Token::key)
        .collect(Collectors.toSet());
  }

  /// The keys of what a list of tokens is about; Chinese characters in pairs, since a single one
  /// stands in too many words.
  static Set<String> topics(List<Token> tokens) {
    var topics = new HashSet<String>();
    Token before = null;
    for (Token token : tokens) {
      if (token.content()) {
        if (!isHan(token)) {
          topics.add(token.key());
        } else if (before != null && isHan(before)) {
          topics.add(before.text() + token.text());
        }
      }
      before = token;
    }
    return topics;
  }

  static boolean isHan(Token token) {
    return token instanceof Token.Word && Scripts.isHanOrKana(token.text().codePointAt(0));
  }
}
