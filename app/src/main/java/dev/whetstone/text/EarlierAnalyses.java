package dev.whetstone.text;

import static dev.whetstone.text.Analysis.Accents.BESIDE;
import static dev.whetstone.text.Analysis.Accents.FOLDED;
import static dev.whetstone.text.Analysis.Accents.GERMAN;
import static dev.whetstone.text.Analysis.snowball;

import dev.whetstone.text.Language.Segmenter;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.GermanStemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;

/// What made the terms of indexes that earlier versions wrote: they are asked with it until they
/// are built anew. A row that is not here is the same as in [Language].
final class EarlierAnalyses {
  /// Before version 3, with stemmers of the Snowball project, and bigrams for Japanese and Korean.
  private static final Map<String, Analysis> BEFORE_3 =
      Map.of(
          "de",
          snowball(GermanAnalyzer.getDefaultStopSet(), GERMAN, GermanStemmer::new),
          "fr",
          new Analysis(
              words -> new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES),
              FrenchAnalyzer.getDefaultStopSet(),
              FOLDED,
              words -> new SnowballFilter(words, new FrenchStemmer())),
          "es",
          snowball(SpanishAnalyzer.getDefaultStopSet(), BESIDE, SpanishStemmer::new),
          "it",
          snowball(ItalianAnalyzer.getDefaultStopSet(), FOLDED, ItalianStemmer::new),
          "pt",
          snowball(PortugueseAnalyzer.getDefaultStopSet(), FOLDED, PortugueseStemmer::new),
          "ar",
          Analysis.PLAIN);

  private EarlierAnalyses() {}

  /// Of versions 1 and 2.
  static TermChains.ChainParts before3(Language language) {
    return new TermChains.ChainParts(
        BEFORE_3.getOrDefault(language.code(), language.analysis()), Segmenter.BIGRAMS);
  }

  /// The chain of version 1, which knew no forms of words and kept accents.
  static final class FirstAnalyzer extends Analyzer {
    private final Analysis analysis;

    FirstAnalyzer(Analysis analysis) {
      this.analysis = analysis;
    }

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      var words = new StandardTokenizer();
      TokenStream folded = new LowerCaseFilter(analysis.clitics().over(new CJKWidthFilter(words)));
      TokenStream kept = new StopFilter(new CJKBigramFilter(folded), analysis.stopWords());
      return new TokenStreamComponents(words, analysis.stem().over(kept));
    }
  }
}
