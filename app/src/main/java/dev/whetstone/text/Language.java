package dev.whetstone.text;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.tartarus.snowball.SnowballStemmer;
import org.tartarus.snowball.ext.DanishStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.FinnishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.GermanStemmer;
import org.tartarus.snowball.ext.HungarianStemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.NorwegianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.RussianStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;
import org.tartarus.snowball.ext.SwedishStemmer;

/// How the words of a language are analysed.
///
/// @param stopWords that are no terms
/// @param clitics takes off what is written in one with a word: `'s`, `l'`
/// @param accents what an accented letter means
/// @param stem takes off endings
record Language(CharArraySet stopWords, Step clitics, Accents accents, Step stem) {
  /// One filter of a chain.
  interface Step {
    TokenStream over(TokenStream words);
  }

  /// What an accented letter means to a reader of the language.
  enum Accents {
    /// The accent is often left out: the plain letter stands for both.
    FOLDED,
    /// As FOLDED, and `ae`, `oe`, `ue` are the umlauts spelt out.
    GERMAN,
    /// It is a letter of its own (Swedish `ö`, Spanish `ñ`): the word stands as it is, and beside
    /// it with plain letters, for those who cannot type it.
    BESIDE
  }

  /// Of a text whose language is not known here.
  static final Language PLAIN =
      new Language(CharArraySet.EMPTY_SET, words -> words, Accents.BESIDE, words -> words);

  private static final Language ENGLISH =
      new Language(
          EnglishAnalyzer.ENGLISH_STOP_WORDS_SET,
          EnglishPossessiveFilter::new,
          Accents.FOLDED,
          PorterStemFilter::new);

  /// By ISO 639-1 code. Chinese, Japanese and Korean texts share the chain of English, for the
  /// Latin words among them.
  static final Map<String, Language> KNOWN =
      Map.ofEntries(
          Map.entry("en", ENGLISH),
          Map.entry("zh", ENGLISH),
          Map.entry("ja", ENGLISH),
          Map.entry("ko", ENGLISH),
          Map.entry(
              "fr",
              new Language(
                  FrenchAnalyzer.getDefaultStopSet(),
                  words -> new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES),
                  Accents.FOLDED,
                  words -> new SnowballFilter(words, new FrenchStemmer()))),
          stemmed("da", DanishAnalyzer.getDefaultStopSet(), Accents.BESIDE, DanishStemmer::new),
          stemmed("de", GermanAnalyzer.getDefaultStopSet(), Accents.GERMAN, GermanStemmer::new),
          stemmed("es", SpanishAnalyzer.getDefaultStopSet(), Accents.BESIDE, SpanishStemmer::new),
          stemmed("fi", FinnishAnalyzer.getDefaultStopSet(), Accents.BESIDE, FinnishStemmer::new),
          stemmed(
              "hu", HungarianAnalyzer.getDefaultStopSet(), Accents.BESIDE, HungarianStemmer::new),
          stemmed("it", ItalianAnalyzer.getDefaultStopSet(), Accents.FOLDED, ItalianStemmer::new),
          stemmed("nl", DutchAnalyzer.getDefaultStopSet(), Accents.FOLDED, DutchStemmer::new),
          stemmed(
              "no", NorwegianAnalyzer.getDefaultStopSet(), Accents.BESIDE, NorwegianStemmer::new),
          stemmed(
              "pt", PortugueseAnalyzer.getDefaultStopSet(), Accents.FOLDED, PortugueseStemmer::new),
          stemmed("ru", RussianAnalyzer.getDefaultStopSet(), Accents.BESIDE, RussianStemmer::new),
          stemmed("sv", SwedishAnalyzer.getDefaultStopSet(), Accents.BESIDE, SwedishStemmer::new));

  private static Map.Entry<String, Language> stemmed(
      String code, CharArraySet stopWords, Accents accents, Supplier<SnowballStemmer> stemmer) {
    return Map.entry(
        code,
        new Language(
            stopWords, words -> words, accents, words -> new SnowballFilter(words, stemmer.get())));
  }
}
