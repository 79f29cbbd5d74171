package dev.whetstone.text;

import dev.whetstone.text.EarlierAnalyses.FirstAnalyzer;
import dev.whetstone.text.Language.Segmenter;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.ko.KoreanAnalyzer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.FlagsAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/// One way from text to terms. Safe for many threads.
///
/// Text is normalised ([#normal]) and read by one chain of filters whatever scripts are mixed in
/// it: words by Unicode's rules (UAX #29); runs of Han, kana and Hangul become bigrams (a character
/// alone stays alone); the other words get the forms that people ask for ([WordForms]), lower case,
/// and then lose stop words, accents ([AccentFilter]) and endings, as their [Analysis] has them.
/// Japanese and Korean are read by Lucene's `JapaneseAnalyzer` and `KoreanAnalyzer` instead, run by
/// run ([Segmenter#runs]), and what stands between the runs by the chain.
final class Chain {
  private static final Pattern WIDE = Pattern.compile("[\uFF00-\uFFEF]+");

  /// The number in a formula: `CO₂` is asked for as `CO2`. Raised digits stay apart, or `10⁶` would
  /// be `106`, and a word with the mark of a footnote another word.
  private static final Pattern LOWERED = Pattern.compile("(?<=[\\p{L})\\]])[\u2080-\u2089]+");

  /// What is in a word and not seen: soft hyphen, word joiner, byte order mark.
  private static final Pattern UNSEEN = Pattern.compile("[\u00AD\u2060\uFEFF]");

  private final Analyzer words;
  private final Segmenter segmenter;
  private final boolean normalises;

  /// Receives the terms of a text.
  interface TermConsumer {
    /// @param weight 1, or less for a form of which a word has several
    /// @param from the characters `[from, to)` of the normalised text
    /// @param main whether it is the word itself and no further form of it
    void term(String term, float weight, int from, int to, boolean main);
  }

  private Chain(Analyzer words, Segmenter segmenter, boolean normalises) {
    this.words = words;
    this.segmenter = segmenter;
    this.normalises = normalises;
  }

  static Chain of(Analysis analysis, Segmenter segmenter) {
    return new Chain(new WordAnalyzer(analysis), segmenter, true);
  }

  /// Version 1.
  static Chain first(Analysis analysis) {
    return new Chain(new FirstAnalyzer(analysis), Segmenter.BIGRAMS, false);
  }

  /// Hands over the terms of a text in their order.
  ///
  /// @return the normalised text
  String analyse(String text, TermConsumer terms) {
    String normal = normalises ? normal(text) : text;
    int from = 0;
    if (segmenter.runs().isPresent()) {
      Matcher run = segmenter.runs().get().matcher(normal);
      while (run.find()) {
        analyse(words, normal, from, run.start(), terms);
        analyse(morphemes(), normal, run.start(), run.end(), terms);
        from = run.end();
      }
    }
    analyse(words, normal, from, normal.length(), terms);
    return normal;
  }

  private Analyzer morphemes() {
    return switch (segmenter) {
      case BIGRAMS -> words;
      case JAPANESE -> Kuromoji.ANALYZER;
      case KOREAN -> Nori.ANALYZER;
    };
  }

  private static void analyse(
      Analyzer analyzer, String text, int start, int end, TermConsumer terms) {
    if (start == end) {
      return;
    }
    try (TokenStream tokens = analyzer.tokenStream("", text.substring(start, end))) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      FlagsAttribute flags = tokens.addAttribute(FlagsAttribute.class);
      OffsetAttribute offset = tokens.addAttribute(OffsetAttribute.class);
      TypeAttribute type = tokens.addAttribute(TypeAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        terms.term(
            term.toString(),
            1f / Math.max(1, flags.getFlags()),
            start + offset.startOffset(),
            start + offset.endOffset(),
            !type.type().equals(WordForms.FURTHER_FORM));
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
  }

  /// The text as it is compared: composed, in normal width, with the plain hyphen. A full-width
  /// comma or semicolon parts clauses, also between digits, where a plain one is of the number.
  private static String normal(String text) {
    String composed =
        Normalizer.normalize(text, Normalizer.Form.NFC)
            .replace('\uFF0C', ' ')
            .replace('\uFF1B', ' ');
    String narrow =
        WIDE.matcher(composed)
            .replaceAll(
                wide ->
                    Matcher.quoteReplacement(
                        Normalizer.normalize(wide.group(), Normalizer.Form.NFKC)));
    String lined = LOWERED.matcher(narrow).replaceAll(digits -> digits(digits.group()));
    return UNSEEN.matcher(lined).replaceAll("").replace('\u2010', '-').replace('\u2011', '-');
  }

  private static String digits(String lowered) {
    return Normalizer.normalize(lowered, Normalizer.Form.NFKC);
  }

  /// Made when the first Japanese text is read: its dictionaries take some 20 MB.
  private static final class Kuromoji {
    private static final Analyzer ANALYZER = new JapaneseAnalyzer();
  }

  /// Made when the first Korean text is read: its dictionaries take some 20 MB.
  private static final class Nori {
    private static final Analyzer ANALYZER = new KoreanAnalyzer();
  }

  private static final class WordAnalyzer extends Analyzer {
    private final Analysis analysis;

    WordAnalyzer(Analysis analysis) {
      this.analysis = analysis;
    }

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      var words = new StandardTokenizer();
      var forms = new WordForms(analysis.clitics().over(new CJKBigramFilter(words)));
      var kept = new StopFilter(new LowerCaseFilter(forms), analysis.stopWords());
      TokenStream plain =
          switch (analysis.accents()) {
            case FOLDED, BESIDE -> new AccentFilter(kept, analysis.accents());
            case GERMAN ->
                new AccentFilter(new GermanNormalizationFilter(kept), analysis.accents());
          };
      return new TokenStreamComponents(
          reader -> {
            String text = read(reader);
            forms.text(text);
            words.setReader(new StringReader(text));
          },
          analysis.stem().over(plain));
    }
  }

  private static String read(Reader reader) {
    var text = new StringWriter();
    try {
      reader.transferTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
    return text.toString();
  }
}
