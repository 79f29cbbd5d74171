package dev.whetstone.answer;

import dev.whetstone.core.TokenCounter;
import dev.whetstone.encode.Encoder;
import dev.whetstone.text.ContentWord;
import dev.whetstone.text.Scripts;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A question's words, and how much each matters to the model: as much as the question's vector
/// turns when the word is taken out (1 - cosine): "Kafka" much, "already" little. No list of names
/// or of common words is needed for that, and it holds for each model in its own measure.
///
/// **Cost.** Weighing `n` words embeds `n` questions, which takes longer than to find the passages.
/// So it is done only where its outcome matters: without weights the words still tell between which
/// bounds [#held] and [#missing] lie, and most questions are decided by these ([Answerer]).
final class QuestionWords {
  /// A word as in [ContentWord].
  ///
  /// @param terms the first is that of the whole word
  /// @param text as the question has it
  /// @param without the question without the word
  /// @param technical from 0, an everyday word, to 1, a name or an abbreviation
  private record Word(List<String> terms, String text, String without, double technical) {}

  private static final int MOST = 32; // words weighed; a longer question's others are left out
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?:。？！：]\\s*$");

  /// Of a word that the index holds, but none of the documents found: it may be there in passing,
  /// and the documents found may be the wrong ones.
  private static final double ELSEWHERE = .7;

  /// From here on a word counts as a name or a technical term, as people would say.
  private static final double NAME = .5;

  private final List<Word> words;

  private QuestionWords(List<Word> words) {
    this.words = words;
  }

  /// Takes a question apart; embeds nothing.
  ///
  /// @param language in which it is analysed, ISO 639-1
  static QuestionWords of(String asked, String language, TokenCounter tokens) {
    String question = Normalizer.normalize(asked, Normalizer.Form.NFC);
    var words = new ArrayList<Word>();
    for (ContentWord word : ContentWord.of(question, language)) {
      if (words.size() < MOST) {
        String without = question.substring(0, word.from()) + question.substring(word.to());
        String text = question.substring(word.from(), word.to());
        words.add(new Word(word.terms(), text, without, technical(question, word, tokens)));
      }
    }
    return new QuestionWords(words);
  }

  /// Weighs the words.
  ///
  /// @param question its vector
  /// @return the weight of each word, from 0: how much the question's vector turns without it
  double[] weights(float[] question, Encoder encoder) {
    if (words.isEmpty()) {
      return new double[0];
    }
    List<float[]> vectors = encoder.queries(words.stream().map(Word::without).toList());
    var weights = new double[words.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.max(0, 1 - ExcerptVectors.dot(question, vectors.get(i)));
    }
    return weights;
  }

  /// Weights of words of which nothing is known.
  double[] equal() {
    var weights = new double[words.size()];
    Arrays.fill(weights, 1);
    return weights;
  }

  /// Names have capitals or digits where everyday words have none, and the tokenizer, whose
  /// vocabulary holds the commonest words, needs several pieces for a rare word. A bare number is
  /// no name, whatever its pieces: a rule holds for values that it does not mention ("invoices of
  /// 2019"), and a vocabulary holds some numbers and not their neighbours. A version is one.
  private static double technical(String question, ContentWord at, TokenCounter tokens) {
    String word = question.substring(at.from(), at.to());
    if (Scripts.isHanOrKana(word.codePointAt(0))) {
      return 0;
    }
    boolean letters = word.chars().anyMatch(Character::isLetter);
    boolean digits = word.chars().anyMatch(Character::isDigit);
    if (word.chars().allMatch(Character::isDigit)) {
      return 0;
    }
    boolean capital = Character.isUpperCase(word.charAt(0));
    boolean capitals = word.chars().skip(1).anyMatch(Character::isUpperCase);
    String before = question.substring(0, at.from());
    boolean first = before.isBlank() || SENTENCE_END.matcher(before).find();
    if (capitals || (letters && digits) || (capital && !first)) {
      return 1;
    }
    int pieces = tokens.count(word);
    return pieces > 2 ? .7 : pieces == 2 ? .5 : capital ? .4 : 0;
  }

  /// The share of the words' weight that `given` holds; 0 when there are no words.
  double held(double[] weights, Set<String> given) {
    double whole = 0;
    double part = 0;
    for (int i = 0; i < weights.length; i++) {
      whole += weights[i];
      part += holds(given, words.get(i)) ? weights[i] : 0;
    }
    return whole > 0 ? part / whole : 0;
  }

  /// What [#held] can be, whatever the words weigh.
  ValueRange held(Set<String> given) {
    long held = words.stream().filter(word -> holds(given, word)).count();
    return held == 0
        ? new ValueRange(0, 0)
        : held == words.size() ? new ValueRange(1, 1) : new ValueRange(0, 1);
  }

  /// How weighty the weightiest technical word is that the documents found never name, from 0 to 1:
  /// such a question is about something else. Lower-case words do not count that way: users have
  /// other words than the documents for the same things, but seldom other names.
  ///
  /// @param found the terms of the documents found
  double missing(double[] weights, TermWeights terms, Set<String> found) {
    double most = 0;
    double missing = 0;
    for (int i = 0; i < weights.length; i++) {
      most = Math.max(most, weights[i]);
      missing = Math.max(missing, foreign(words.get(i), terms, found) * weights[i]);
    }
    return most > 0 ? missing / most : 0;
  }

  /// What [#missing] can be, whatever the words weigh.
  ValueRange missing(TermWeights terms, Set<String> found) {
    double most = 0;
    for (Word word : words) {
      most = Math.max(most, foreign(word, terms, found));
    }
    return new ValueRange(0, most);
  }

  /// The technical words of the question that no passage of the index holds, as far as one can say,
  /// each once.
  List<String> unknown(TermWeights terms) {
    return words.stream()
        .filter(word -> word.technical() >= NAME && !terms.known(word.terms().getFirst()))
        .map(Word::text)
        .distinct()
        .toList();
  }

  /// How much a word shows that the documents found are about something else, from 0 to 1.
  private static double foreign(Word word, TermWeights terms, Set<String> found) {
    if (!terms.known(word.terms().getFirst())) {
      return word.technical();
    }
    return holds(found, word) ? 0 : ELSEWHERE * word.technical();
  }

  private static boolean holds(Set<String> given, Word word) {
    return word.terms().stream().anyMatch(given::contains);
  }
}
