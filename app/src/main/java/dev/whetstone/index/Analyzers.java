package dev.whetstone.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
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
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
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

/// Text to the terms that BM25 counts: the only place where text is analysed, so that every engine
/// ranks the same (an engine is given the terms, never the text). Safe for many threads.
///
/// One chain reads texts in which scripts are mixed: words by Unicode's rules (UAX #29), full-width
/// forms folded, lower case; then runs of Han, kana and Hangul become bigrams (a character alone
/// stays alone) and the other words lose stop words and endings, as their language has them.
/// English has Porter's stemmer and the possessive; Chinese, Japanese and Korean texts share its
/// chain, for the Latin words among them. A language that is not known here is only lower-cased.
public final class Analyzers {
  /// Changes whenever a term might: an index written with another version is built anew.
  public static final int VERSION = 1;

  /// What is taken for the language of a text that names none.
  public static final String DEFAULT_LANGUAGE = "en";

  private static final Map<String, Analyzer> CHAINS = chains();
  private static final Analyzer PLAIN =
      new Chain(CharArraySet.EMPTY_SET, words -> words, words -> words);

  private Analyzers() {}

  /// The terms of a text in their order, repeated as often as they occur.
  ///
  /// @param language ISO 639-1, in any case, with or without a region: `en`, `zh-CN`
  public static List<String> terms(String text, String language) {
    var terms = new ArrayList<String>();
    try (TokenStream tokens = chain(language).tokenStream("", text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        terms.add(term.toString());
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
    return terms;
  }

  /// The terms of a question asked of texts in `languages`, each with how often it occurs. Where
  /// their chains differ, every form is asked for: nobody says what language a question is in, and
  /// a form that is in no text costs nothing.
  public static Map<String, Integer> questionTerms(String question, Collection<String> languages) {
    var all = new LinkedHashMap<String, Integer>();
    var done = new ArrayList<Analyzer>();
    var sorted = new TreeSet<>(languages);
    if (sorted.isEmpty()) {
      sorted.add(DEFAULT_LANGUAGE);
    }
    for (String language : sorted) {
      if (done.contains(chain(language))) {
        continue;
      }
      done.add(chain(language));
      var counts = new LinkedHashMap<String, Integer>();
      terms(question, language).forEach(term -> counts.merge(term, 1, Integer::sum));
      counts.forEach((term, count) -> all.merge(term, count, Math::max));
    }
    return all;
  }

  private static Analyzer chain(String language) {
    String code = language.toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < code.length() && Character.isLetter(code.charAt(end))) {
      end++;
    }
    return CHAINS.getOrDefault(code.substring(0, end), PLAIN);
  }

  private static Map<String, Analyzer> chains() {
    var english =
        new Chain(
            EnglishAnalyzer.ENGLISH_STOP_WORDS_SET,
            EnglishPossessiveFilter::new,
            PorterStemFilter::new);
    var french =
        new Chain(
            FrenchAnalyzer.getDefaultStopSet(),
            words -> new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES),
            words -> new SnowballFilter(words, new FrenchStemmer()));
    return Map.ofEntries(
        Map.entry("en", english),
        Map.entry("zh", english),
        Map.entry("ja", english),
        Map.entry("ko", english),
        Map.entry("da", stemmed(DanishAnalyzer.getDefaultStopSet(), DanishStemmer::new)),
        Map.entry("de", stemmed(GermanAnalyzer.getDefaultStopSet(), GermanStemmer::new)),
        Map.entry("es", stemmed(SpanishAnalyzer.getDefaultStopSet(), SpanishStemmer::new)),
        Map.entry("fi", stemmed(FinnishAnalyzer.getDefaultStopSet(), FinnishStemmer::new)),
        Map.entry("fr", french),
        Map.entry("hu", stemmed(HungarianAnalyzer.getDefaultStopSet(), HungarianStemmer::new)),
        Map.entry("it", stemmed(ItalianAnalyzer.getDefaultStopSet(), ItalianStemmer::new)),
        Map.entry("nl", stemmed(DutchAnalyzer.getDefaultStopSet(), DutchStemmer::new)),
        Map.entry("no", stemmed(NorwegianAnalyzer.getDefaultStopSet(), NorwegianStemmer::new)),
        Map.entry("pt", stemmed(PortugueseAnalyzer.getDefaultStopSet(), PortugueseStemmer::new)),
        Map.entry("ru", stemmed(RussianAnalyzer.getDefaultStopSet(), RussianStemmer::new)),
        Map.entry("sv", stemmed(SwedishAnalyzer.getDefaultStopSet(), SwedishStemmer::new)));
  }

  private static Chain stemmed(CharArraySet stopWords, Supplier<SnowballStemmer> stemmer) {
    return new Chain(stopWords, words -> words, words -> new SnowballFilter(words, stemmer.get()));
  }

  private interface Step {
    TokenStream over(TokenStream words);
  }

  private static final class Chain extends Analyzer {
    private final CharArraySet stopWords;
    private final Step first;
    private final Step stem;

    Chain(CharArraySet stopWords, Step first, Step stem) {
      this.stopWords = stopWords;
      this.first = first;
      this.stem = stem;
    }

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      var words = new StandardTokenizer();
      TokenStream folded = new LowerCaseFilter(first.over(new CJKWidthFilter(words)));
      TokenStream bigrams = new CJKBigramFilter(folded);
      return new TokenStreamComponents(words, stem.over(new StopFilter(bigrams, stopWords)));
    }
  }
}
