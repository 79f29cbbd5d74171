package dev.whetstone.answer;

import dev.whetstone.encode.Encoder;
import dev.whetstone.text.ContentWord;
import dev.whetstone.text.Scripts;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A question's words with what the model makes of each. A word matters as much as the question's
/// vector turns when the word is taken out (1 - cosine): "Kafka" much, "already" little. No list of
/// names or of common words is needed for that, and it holds for each model in its own measure.
final class QuestionWords {
  /// A word as in [ContentWord].
  ///
  /// @param terms the first is that of the whole word
  /// @param weight how much the question's vector turns without it
  /// @param technical from 0, an everyday word, to 1, a name or an abbreviation
  record Word(List<String> terms, double weight, double technical) {}

  private static final int MOST = 32; // words weighed; a longer question's others are left out
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?:。？！：]\\s*$");

  /// Of a word that the index holds, but none of the documents found: it may be there in passing,
  /// and the documents found may be the wrong ones.
  private static final double ELSEWHERE = .7;

  private final List<Word> words;

  private QuestionWords(List<Word> words) {
    this.words = words;
  }

  /// @param language in which it is analysed, ISO 639-1
  static QuestionWords of(String asked, String language, Encoder encoder) {
    String question = Normalizer.normalize(asked, Normalizer.Form.NFC);
    var terms = new ArrayList<List<String>>();
    var technical = new ArrayList<Double>();
    var texts = new ArrayList<String>();
    texts.add(question);
    for (ContentWord word : ContentWord.of(question, language)) {
      if (terms.size() < MOST) {
        terms.add(word.terms());
        technical.add(technical(question, word, encoder));
        texts.add(question.substring(0, word.from()) + question.substring(word.to()));
      }
    }
    List<float[]> vectors = encoder.queries(texts);
    var words = new ArrayList<Word>();
    for (int i = 0; i < terms.size(); i++) {
      double weight = Math.max(0, 1 - ExcerptVectors.dot(vectors.getFirst(), vectors.get(i + 1)));
      words.add(new Word(terms.get(i), weight, technical.get(i)));
    }
    return new QuestionWords(words);
  }

  /// Names have capitals or digits where everyday words have none, and the tokenizer, whose
  /// vocabulary holds the commonest words, needs several pieces for a rare word.
  private static double technical(String question, ContentWord at, Encoder encoder) {
    String word = question.substring(at.from(), at.to());
    if (Scripts.isHanOrKana(word.codePointAt(0))) {
      return 0;
    }
    boolean letters = word.chars().anyMatch(Character::isLetter);
    boolean digits = word.chars().anyMatch(Character::isDigit);
    boolean capital = Character.isUpperCase(word.charAt(0));
    boolean capitals = word.chars().skip(1).anyMatch(Character::isUpperCase);
    String before = question.substring(0, at.from());
    boolean first = before.isBlank() || SENTENCE_END.matcher(before).find();
    if (capitals || (letters && digits) || (capital && !first)) {
      return 1;
    }
    int pieces = encoder.tokens().count(word);
    return pieces > 2 ? .7 : pieces == 2 ? .5 : capital ? .4 : 0;
  }

  /// The share of the words' weight that `given` holds; 0 when there are no words.
  double held(Set<String> given) {
    return share(word -> word.terms().stream().anyMatch(given::contains));
  }

  /// How weighty the weightiest technical word is that the documents found never name, from 0 to 1:
  /// such a question is about something else. Lower-case words do not count that way: users have
  /// other words than the documents for the same things, but seldom other names.
  ///
  /// @param found the terms of the documents found
  double missing(TermWeights terms, Set<String> found) {
    double most = 0;
    double missing = 0;
    for (Word word : words) {
      most = Math.max(most, word.weight());
      if (!terms.known(word.terms().getFirst())) {
        missing = Math.max(missing, word.technical() * word.weight());
      } else if (word.terms().stream().noneMatch(found::contains)) {
        missing = Math.max(missing, ELSEWHERE * word.technical() * word.weight());
      }
    }
    return most > 0 ? missing / most : 0;
  }

  private double share(Predicate<Word> which) {
    double whole = 0;
    double part = 0;
    for (Word word : words) {
      whole += word.weight();
      part += which.test(word) ? word.weight() : 0;
    }
    return whole > 0 ? part / whole : 0;
  }
}
