package dev.whetstone.text;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.FlagsAttribute;

/// Text to the terms that BM25 counts: the only place where text is analysed, so that every engine
/// ranks the same (an engine is given the terms, never the text). Safe for many threads.
///
/// One chain reads texts in which scripts are mixed: composed characters (NFC) and full-width forms
/// folded; words by Unicode's rules (UAX #29); runs of Han, kana and Hangul become bigrams (a
/// character alone stays alone); the other words get the forms that people ask for ([WordForms]),
/// lower case, and then lose stop words, accents ([AccentFilter]) and endings, as their language
/// has them ([Language]).
///
/// A generation says in its metadata which version made its terms, and is asked with that version,
/// so that an index written before an upgrade serves on until it is built anew. Version 1 knew no
/// forms and kept accents.
public final class Analyzers {
  /// Changes whenever a term might: an index written with another version is built anew.
  public static final int VERSION = 2;

  /// What is taken for the language of a text that names none.
  public static final String DEFAULT_LANGUAGE = "en";

  private static final Pattern WIDE = Pattern.compile("[\uFF00-\uFFEF]+");

  /// The number in a formula: `CO₂` is asked for as `CO2`. Raised digits stay apart, or `10⁶` would
  /// be `106`, and a word with the mark of a footnote another word.
  private static final Pattern LOWERED = Pattern.compile("(?<=[\\p{L})\\]])[\u2080-\u2089]+");

  /// What is in a word and not seen: soft hyphen, word joiner, byte order mark.
  private static final Pattern UNSEEN = Pattern.compile("[\u00AD\u2060\uFEFF]");

  private static final Map<Integer, Chains> CHAINS =
      Map.of(1, new Chains(FirstChain::new), VERSION, new Chains(Chain::new));

  private Analyzers() {}

  /// Whether an index whose terms were made by this version can be asked.
  public static boolean reads(int version) {
    return CHAINS.containsKey(version);
  }

  /// What to do about an index whose terms were made by a version that is not known here.
  public static Failure.Refused unknown(Object index, int version) {
    return new Failure.Refused(
        index
            + " was written with analysis "
            + version
            + ", this program knows 1 to "
            + VERSION
            + ": use the program that wrote it, or build the index anew",
        Remedy.index());
  }

  /// What to do before writing to an index whose terms were made by another version.
  public static Failure.Refused outdated(Object index, int version) {
    return new Failure.Refused(
        index
            + " was written with analysis "
            + version
            + ", this program writes with "
            + VERSION
            + ": the index needs a new generation",
        Remedy.index());
  }

  /// The terms of a text in their order, repeated as often as they occur.
  ///
  /// @param language ISO 639-1, in any case, with or without a region: `en`, `zh-CN`
  public static List<String> terms(String text, String language) {
    var terms = new ArrayList<String>();
    analyse(chain(VERSION, language), text, (term, _) -> terms.add(term));
    return terms;
  }

  /// The terms of a question asked of texts in `languages`, each with its weight: how often it
  /// occurs, a part of a word counting as a fraction. Where the languages' chains differ, every
  /// form is asked for: the language of a question is not known, and a form that is in no text
  /// costs nothing.
  ///
  /// @param version that made the terms of the index, one that [#reads] knows
  public static Map<String, Float> questionTerms(
      int version, String question, Collection<String> languages) {
    var all = new LinkedHashMap<String, Float>();
    var done = new ArrayList<Analyzer>();
    var sorted = new TreeSet<>(languages);
    if (sorted.isEmpty()) {
      sorted.add(DEFAULT_LANGUAGE);
    }
    for (String language : sorted) {
      Analyzer chain = chain(version, language);
      if (done.contains(chain)) {
        continue;
      }
      done.add(chain);
      var weights = new LinkedHashMap<String, Float>();
      analyse(chain, question, (term, weight) -> weights.merge(term, weight, Float::sum));
      weights.forEach((term, weight) -> all.merge(term, weight, Math::max));
    }
    return all;
  }

  private interface Each {
    void term(String term, float weight);
  }

  private static void analyse(Analyzer chain, String text, Each each) {
    try (TokenStream tokens = chain.tokenStream("", text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      FlagsAttribute flags = tokens.addAttribute(FlagsAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        each.term(term.toString(), 1f / Math.max(1, flags.getFlags()));
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
  }

  private static Analyzer chain(int version, String language) {
    Chains chains = CHAINS.get(version);
    if (chains == null) {
      throw new IllegalArgumentException("no analysis of version " + version);
    }
    String code = language.toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < code.length() && Character.isLetter(code.charAt(end))) {
      end++;
    }
    return chains.of(code.substring(0, end));
  }

  /// A chain for each language; those that share one share it here.
  private static final class Chains {
    private final Map<String, Analyzer> known = new HashMap<>();
    private final Analyzer plain;

    Chains(Function<Language, Analyzer> chain) {
      var made = new HashMap<Language, Analyzer>();
      Language.KNOWN.forEach(
          (code, language) -> known.put(code, made.computeIfAbsent(language, chain)));
      plain = chain.apply(Language.PLAIN);
    }

    Analyzer of(String code) {
      return known.getOrDefault(code, plain);
    }
  }

  private static final class Chain extends Analyzer {
    private final Language language;

    Chain(Language language) {
      this.language = language;
    }

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      var words = new StandardTokenizer();
      var forms = new WordForms(language.clitics().over(new CJKBigramFilter(words)));
      var kept = new StopFilter(new LowerCaseFilter(forms), language.stopWords());
      TokenStream plain =
          switch (language.accents()) {
            case FOLDED, BESIDE -> new AccentFilter(kept, language.accents());
            case GERMAN ->
                new AccentFilter(new GermanNormalizationFilter(kept), language.accents());
          };
      return new TokenStreamComponents(
          reader -> {
            String text = normal(read(reader));
            forms.text(text);
            words.setReader(new StringReader(text));
          },
          language.stem().over(plain));
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

  private static String read(Reader reader) {
    var text = new StringWriter();
    try {
      reader.transferTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reading a string cannot fail", e);
    }
    return text.toString();
  }

  /// Version 1.
  private static final class FirstChain extends Analyzer {
    private final Language language;

    FirstChain(Language language) {
      this.language = language;
    }

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      var words = new StandardTokenizer();
      TokenStream folded = new LowerCaseFilter(language.clitics().over(new CJKWidthFilter(words)));
      TokenStream kept = new StopFilter(new CJKBigramFilter(folded), language.stopWords());
      return new TokenStreamComponents(words, language.stem().over(kept));
    }
  }
}
