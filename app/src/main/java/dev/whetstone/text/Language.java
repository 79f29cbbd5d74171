package dev.whetstone.text;

import static dev.whetstone.text.Analysis.Accents.BESIDE;
import static dev.whetstone.text.Analysis.Accents.FOLDED;
import static dev.whetstone.text.Analysis.Accents.GERMAN;
import static dev.whetstone.text.Analysis.NONE;
import static dev.whetstone.text.Analysis.snowball;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.tartarus.snowball.ext.DanishStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.FinnishStemmer;
import org.tartarus.snowball.ext.HungarianStemmer;
import org.tartarus.snowball.ext.NorwegianStemmer;
import org.tartarus.snowball.ext.RussianStemmer;
import org.tartarus.snowball.ext.SwedishStemmer;

/// A language: one row of the table below. `package-info` says how to add one.
///
/// @param code ISO 639-1
/// @param since the [Analyzers#VERSION] that brought its present analysis
/// @param analysis makes terms of its words
/// @param content the same without function words
/// @param segmenter makes words of text without spaces between them
/// @param functionWords that carry grammar rather than content, lower case: by them the language is
///   recognised, and they are left out where the content of two texts is compared. The stop words
///   of the analysis are among them
/// @param fullStops where a full stop ends no sentence
record Language(
    String code,
    int since,
    Analysis analysis,
    Analysis content,
    Segmenter segmenter,
    Set<String> functionWords,
    FullStops fullStops) {

  /// How text without spaces between words becomes words.
  enum Segmenter {
    /// Pairs of neighbouring Han, kana and Hangul characters.
    BIGRAMS(""),
    /// Lucene's morphological analysis of Japanese (kuromoji): Han and kana with the marks that
    /// prolong and repeat them.
    JAPANESE("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}ー]+"),
    /// Lucene's morphological analysis of Korean (nori).
    KOREAN("[\\p{IsHangul}\\p{IsHan}]+");

    private final Optional<Pattern> runs;

    Segmenter(String runs) {
      this.runs = runs.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(runs));
    }

    /// What the morphological analysis reads; the chain of the words reads the rest, and everything
    /// where this is empty.
    Optional<Pattern> runs() {
      return runs;
    }
  }

  /// Where a full stop ends no sentence.
  ///
  /// @param abbreviations lower case, without their last full stop; one that ends with
  ///   [#BEFORE_NUMBER] is an abbreviation only before a number
  /// @param ordinals whether `3.` is the third
  record FullStops(Set<String> abbreviations, boolean ordinals) {
    /// What marks an abbreviation as one that stands before a number: `No. 5`.
    static final String BEFORE_NUMBER = "#";

    static final FullStops NONE = new FullStops(Set.of(), false);

    private static FullStops of(String abbreviations) {
      return new FullStops(words(abbreviations), false);
    }

    private static FullStops andOrdinals(String abbreviations) {
      return new FullStops(words(abbreviations), true);
    }
  }

  private static final String ENGLISH_FUNCTION_WORDS =
      "a an and are as at be been but by can could did do does for from get had has have how i"
          + " if in into is it its me my of on or our should so some than that the their"
          + " them then there these they this those to us use used using was we were what"
          + " when where which while who why will with would you your am not no any about"
          + " want need make way possible let via per one also just only between within"
          + " without s t don dont doesn doesnt isn isnt cant couldn couldnt won wont";

  private static final String CHINESE_FUNCTION_WORDS =
      "什么 怎么 如何 哪些 多少 是否 可以 应当 我们 一个 进行 以及 的是 有哪 么样";

  /// Those of Lucene's `ItalianAnalyzer`, which does not show them.
  private static final CharArraySet ITALIAN_ARTICLES =
      new CharArraySet(
          words("c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v d"),
          true);

  private static final FullStops ENGLISH_FULL_STOPS =
      FullStops.of(
          "approx art# ca cf co dr e.g etc fig i.e inc ltd mr mrs ms no# pp# par# resp sec# st"
              + " u.s vol# vs al");

  /// English, and the Latin words in Chinese and Korean texts.
  private static final Language ENGLISH =
      row(
          "en",
          2,
          new Analysis(
              EnglishPossessiveFilter::new,
              EnglishAnalyzer.ENGLISH_STOP_WORDS_SET,
              FOLDED,
              PorterStemFilter::new),
          ENGLISH_FULL_STOPS,
          ENGLISH_FUNCTION_WORDS + " " + CHINESE_FUNCTION_WORDS);

  private static final List<Language> TABLE =
      List.of(
          ENGLISH,
          ENGLISH.as("zh", 2, Segmenter.BIGRAMS),
          ENGLISH.as("ko", 3, Segmenter.KOREAN),
          ENGLISH.as("ja", 3, Segmenter.JAPANESE),
          row(
              "de",
              3,
              new Analysis(
                  NONE, GermanAnalyzer.getDefaultStopSet(), GERMAN, GermanLightStemFilter::new),
              FullStops.andOrdinals(
                  "abb# abs# art# bd# bzgl bzw ca dr evtl gem ggf hr inkl kap# max min nr prof s#"
                      + " st str tab# usw vgl zzgl"),
              "wann warum wieviel wieviele wohin woher wozu gibt"),
          row(
              "fr",
              3,
              new Analysis(
                  words -> new ElisionFilter(words, FrenchAnalyzer.DEFAULT_ARTICLES),
                  FrenchAnalyzer.getDefaultStopSet(),
                  FOLDED,
                  FrenchLightStemFilter::new),
              FullStops.of(
                  "art# av boul cf chap# dr env etc ex fig max min mm mme no# nos# p# pp# prof réf"
                      + " st ste tél vol#"),
              "comment pourquoi quand combien où quel quelle quels quelles est sont peut faut"),
          row(
              "es",
              3,
              new Analysis(
                  NONE, SpanishAnalyzer.getDefaultStopSet(), BESIDE, SpanishLightStemFilter::new),
              FullStops.of(
                  "art# arts# av avda cap# dr dra etc ej fig máx mín núm# pág# págs# prof sr sra"
                      + " srta tel ud uds vol#"),
              "cómo como cuándo cuando cuánto cuánta cuántos cuántas cuál cuáles dónde donde puede"
                  + " puedo hay"),
          row(
              "it",
              3,
              new Analysis(
                  words -> new ElisionFilter(words, ITALIAN_ARTICLES),
                  ItalianAnalyzer.getDefaultStopSet(),
                  FOLDED,
                  ItalianLightStemFilter::new),
              FullStops.of(
                  "art# artt# cap# cfr dott dr ecc es fig ing max min n# nr# pag# pagg# prof sig"
                      + " sigg spett tab# tel vol#"),
              "come perché quando quanto quanta quanti quante quale quali dove cosa può posso"),
          row(
              "pt",
              3,
              new Analysis(
                  NONE,
                  PortugueseAnalyzer.getDefaultStopSet(),
                  FOLDED,
                  PortugueseLightStemFilter::new),
              FullStops.of(
                  "art# arts# av cap# dr dra ed etc ex fig máx mín núm# pág# págs# prof sr sra tel"
                      + " vol#"),
              "como quando quanto quanta quantos quantas qual quais onde porque pode posso há"),
          row(
              "nl",
              2,
              snowball(DutchAnalyzer.getDefaultStopSet(), FOLDED, DutchStemmer::new),
              FullStops.of(
                  "afb# art# bijv blz# bv ca dhr dr enz evt fig hfst# incl ing ir max mevr min mr"
                      + " nr o.a prof resp st tel vgl"),
              "hoe waarom wanneer hoeveel welke welk waar kan moet"),
          row(
              "ru",
              2,
              snowball(RussianAnalyzer.getDefaultStopSet(), BESIDE, RussianStemmer::new),
              FullStops.of(
                  "гл# др им кв# напр обл п# пп# пр рис# руб см ср ст# стр# табл# тел тыс ул"),
              "как почему когда сколько какой какая какое какие где можно"),
          row(
              "ar",
              3,
              new Analysis(NONE, ArabicAnalyzer.getDefaultStopSet(), BESIDE, Language::arabic),
              FullStops.of("ص# د م أ"),
              "كيف لماذا متى كم أين هل"),
          row(
              "da",
              2,
              snowball(DanishAnalyzer.getDefaultStopSet(), BESIDE, DanishStemmer::new),
              FullStops.andOrdinals(
                  "bl.a ca dvs evt f.eks fig inkl jf kap# max min nr osv pkt# s# stk# tlf"),
              ""),
          row(
              "fi",
              2,
              snowball(FinnishAnalyzer.getDefaultStopSet(), BESIDE, FinnishStemmer::new),
              FullStops.andOrdinals("esim jne ks max min mm n noin nro# ns puh s# ym yms"),
              ""),
          row(
              "hu",
              2,
              snowball(HungarianAnalyzer.getDefaultStopSet(), BESIDE, HungarianStemmer::new),
              FullStops.andOrdinals("dr ill kb ld max min pl stb sz# tel ún vö"),
              ""),
          row(
              "no",
              2,
              snowball(NorwegianAnalyzer.getDefaultStopSet(), BESIDE, NorwegianStemmer::new),
              FullStops.andOrdinals(
                  "bl.a ca dvs evt f.eks fig inkl jf kap# maks min nr osv pkt# s# tlf"),
              ""),
          row(
              "sv",
              2,
              snowball(SwedishAnalyzer.getDefaultStopSet(), BESIDE, SwedishStemmer::new),
              FullStops.of(
                  "bl.a ca dvs enl exkl fig f.ex inkl jfr kap# max min nr osv s# st t.ex tel"),
              ""));

  private static final Map<String, Language> BY_CODE = byCode();

  private static final Language OTHER = row("", 2, Analysis.PLAIN, FullStops.NONE, "");

  /// The row of a code, in any case, with or without a region; the plain analysis where there is
  /// none.
  static Language of(String code) {
    String language = code.toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < language.length() && Character.isLetter(language.charAt(end))) {
      end++;
    }
    return BY_CODE.getOrDefault(language.substring(0, end), OTHER);
  }

  /// The codes of the languages with function words of their own, English first.
  static List<String> codesWithOwnFunctionWords() {
    return TABLE.stream()
        .filter(row -> row.segmenter() == Segmenter.BIGRAMS)
        .filter(row -> row.equals(ENGLISH) || !row.functionWords().equals(ENGLISH.functionWords()))
        .map(Language::code)
        .toList();
  }

  /// All rows, and the one of every other language.
  static List<Language> all() {
    var all = new ArrayList<>(TABLE);
    all.add(OTHER);
    return all;
  }

  private static Map<String, Language> byCode() {
    var byCode = new LinkedHashMap<String, Language>();
    TABLE.forEach(language -> byCode.put(language.code(), language));
    return byCode;
  }

  private static Language row(
      String code, int since, Analysis analysis, FullStops fullStops, String moreFunctionWords) {
    var functionWords = new HashSet<>(words(moreFunctionWords));
    for (Object word : analysis.stopWords()) {
      functionWords.add(new String((char[]) word));
    }
    return new Language(
        code,
        since,
        analysis,
        analysis.without(new CharArraySet(functionWords, false)),
        Segmenter.BIGRAMS,
        Set.copyOf(functionWords),
        fullStops);
  }

  private Language as(String other, int from, Segmenter others) {
    return new Language(other, from, analysis, content, others, functionWords, fullStops);
  }

  private static TokenStream arabic(TokenStream words) {
    return new ArabicStemFilter(new ArabicNormalizationFilter(new DecimalDigitFilter(words)));
  }

  private static Set<String> words(String list) {
    return list.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(list.split(" ")));
  }
}
