package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.Copies;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.TermFrequencies;
import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import dev.whetstone.text.Sentences;
import dev.whetstone.text.Word;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which passages are worth asking about. Safe for many threads.
///
/// A person asks what a passage *states*. So a passage is passed over when it has no room for a
/// statement ([PassageFault#SHORT]), holds no sentences but numbers ([PassageFault#NUMBERS]) or
/// names ([PassageFault#LIST]), or when its statements are not its own: most of its sentences stand
/// in other documents ([PassageFault#BOILERPLATE]), or all of it in another passage
/// ([PassageFault#COPY], the first by its id is asked about).
///
/// All of that is told by counts that hold in every language:
///
/// | count | passed over |
/// |---|---|
/// | words (pairs of characters, where words are not written apart) | below 20 |
/// | letters among the characters that are no white space | below .65 |
/// | characters in lines and sentences of at least 6 words | below half |
/// | function words among the words, where the language's are known | below .12; a third in prose |
/// | characters in sentences that stand in three or more documents | above half |
final class PassageWorth {
  private static final int SHORTEST = 20; // words
  private static final double LETTERS = .65;
  private static final int STATEMENT = 6; // words
  private static final double STATEMENTS = .5;
  private static final double FUNCTION_WORDS = .12;
  private static final int MANY_DOCUMENTS = 3;
  private static final double SHARED = .5;

  /// Sentences of fewer characters are too common to tell anything.
  private static final int SHORTEST_SENTENCE = 20;

  private final EqualPassages equal;
  private final Copies copies;
  private final TermFrequencies terms;
  private final Map<String, Integer> documentsOfSentence;

  PassageWorth(Collection<Passage> passages) {
    equal = new EqualPassages(passages);
    copies = Copies.ofPassages(passages);
    terms = new TermFrequencies(passages);
    documentsOfSentence = documentsOfSentences(passages);
  }

  private static Map<String, Integer> documentsOfSentences(Collection<Passage> passages) {
    var last = new HashMap<String, String>(); // the document in which a sentence was seen last
    var counts = new HashMap<String, Integer>();
    passages.stream()
        .sorted(Comparator.comparing(Passage::document))
        .forEach(
            passage -> {
              for (String sentence : Sentences.of(passage.text(), language(passage))) {
                String key = key(sentence);
                if (sentence.length() >= SHORTEST_SENTENCE
                    && !passage.document().equals(last.put(key, passage.document()))) {
                  counts.merge(key, 1, Integer::sum);
                }
              }
            });
    counts.values().removeIf(count -> count < MANY_DOCUMENTS);
    return counts;
  }

  private static String key(String sentence) {
    return Sha256.id(sentence.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
  }

  /// The language of a passage's own text, which may differ from its document's.
  static String language(Passage passage) {
    return LanguageDetector.of(passage.text());
  }

  /// Why nothing is asked about a passage; empty where it is worth asking about.
  Optional<PassageFault> fault(Passage passage) {
    String text = passage.text();
    String language = language(passage);
    List<Word> words = Word.of(text, language);
    if (words.size() < SHORTEST) {
      return Optional.of(PassageFault.SHORT);
    }
    if (letters(text) < LETTERS) {
      return Optional.of(PassageFault.NUMBERS);
    }
    if (Languages.name(language).isEmpty()) {
      return Optional.of(PassageFault.LANGUAGE);
    }
    if (statements(text, language) < STATEMENTS
        || functionWords(words, language) < FUNCTION_WORDS) {
      return Optional.of(PassageFault.LIST);
    }
    if (!equal.first(passage.id()).equals(passage.id())
        || !copies.original(passage.id()).equals(passage.id())) {
      return Optional.of(PassageFault.COPY);
    }
    return shared(text, language) > SHARED
        ? Optional.of(PassageFault.BOILERPLATE)
        : Optional.empty();
  }

  /// How much a passage tells that others do not: the mean idf of its terms, of which those that
  /// stand nowhere else count as the commonest do, as they are names and misprints as often as
  /// subjects.
  double salience(Passage passage) {
    var seen = new HashSet<String>();
    double sum = 0;
    for (Word word : Word.of(passage.text(), language(passage))) {
      if (seen.add(word.term()) && terms.frequency(word.term()) > 1) {
        sum += terms.idf(word.term());
      }
    }
    return sum / (seen.size() + 10);
  }

  private static double letters(String text) {
    long all = text.codePoints().filter(c -> !Character.isWhitespace(c)).count();
    return all == 0 ? 0 : (double) text.codePoints().filter(Character::isLetter).count() / all;
  }

  private static double statements(String text, String language) {
    int all = 0;
    int stated = 0;
    for (String sentence : Sentences.of(text, language)) {
      all += sentence.length();
      if (Word.of(sentence, language).size() >= STATEMENT) {
        stated += sentence.length();
      }
    }
    return all == 0 ? 0 : (double) stated / all;
  }

  private static double functionWords(List<Word> words, String language) {
    if (!Languages.hasFunctionWords(language)) {
      return 1;
    }
    long found =
        words.stream().filter(w -> ContentTerms.isFunctionWord(w.surface(), language)).count();
    return (double) found / words.size();
  }

  private double shared(String text, String language) {
    int all = 0;
    int shared = 0;
    for (String sentence : Sentences.of(text, language)) {
      all += sentence.length();
      if (documentsOfSentence.containsKey(key(sentence))) {
        shared += sentence.length();
      }
    }
    return all == 0 ? 0 : (double) shared / all;
  }
}
