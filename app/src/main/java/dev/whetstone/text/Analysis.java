package dev.whetstone.text;

import java.util.function.Supplier;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.tartarus.snowball.SnowballStemmer;

/// The filters that make terms of the words of a language, in the order of the components.
///
/// @param clitics takes off what is written in one with a word: `'s`, `l'`
/// @param stopWords that are no terms
/// @param accents what an accented letter means
/// @param stem takes off endings
record Analysis(Step clitics, CharArraySet stopWords, Accents accents, Step stem) {
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

  /// A filter that changes nothing.
  static final Step NONE = words -> words;

  /// Of a text whose language has no row.
  static final Analysis PLAIN = new Analysis(NONE, CharArraySet.EMPTY_SET, Accents.BESIDE, NONE);

  /// Without clitics, and with a stemmer of the Snowball project.
  static Analysis snowball(
      CharArraySet stopWords, Accents accents, Supplier<SnowballStemmer> stemmer) {
    return new Analysis(
        NONE, stopWords, accents, words -> new SnowballFilter(words, stemmer.get()));
  }

  /// The same with other stop words.
  Analysis without(CharArraySet words) {
    return new Analysis(clitics, words, accents, stem);
  }
}
