package dev.whetstone.text;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Text to the terms that BM25 counts: the only place where text is analysed, so that every engine
/// ranks the same (an engine is given the terms, never the text). Safe for many threads.
///
/// A generation says in its metadata which version made its terms, and is asked with that version,
/// so that an index written before an upgrade serves on until it is built anew. A version changes
/// the analysis of some languages ([Language#since]); an index of an earlier version is out of date
/// only where it holds one of them ([#isCurrent]).
///
/// | version | what it brought |
/// |---|---|
/// | 1 | stop words and stemmers |
/// | 2 | the forms under which a word is asked for, accents: every language |
/// | 3 | Lucene's light stemmers for German, French, Spanish, Italian and Portuguese, kuromoji for Japanese, nori for Korean, the analysis of Arabic |
public final class Analyzers {
  /// Changes whenever a term of some language might.
  public static final int VERSION = 3;

  /// What is taken for the language of a text that names none.
  public static final String DEFAULT_LANGUAGE = "en";

  private static final Map<Integer, TermChains> CHAINS =
      Map.of(
          1,
          new TermChains(EarlierAnalyses::before3, settings -> Chain.first(settings.analysis())),
          2,
          new TermChains(EarlierAnalyses::before3),
          VERSION,
          new TermChains(row -> new TermChains.ChainParts(row.analysis(), row.segmenter())));

  private Analyzers() {}

  /// Whether an index whose terms were made by this version can be asked.
  public static boolean reads(int version) {
    return CHAINS.containsKey(version);
  }

  /// Whether an index whose terms were made by this version holds the terms that this program would
  /// make.
  ///
  /// @param languages of its passages
  public static boolean isCurrent(int version, Collection<String> languages) {
    return version == VERSION
        || (version >= Language.of(DEFAULT_LANGUAGE).since()
            && version < VERSION
            && languages.stream().allMatch(code -> Language.of(code).since() <= version));
  }

  /// The language of a passage: [#DEFAULT_LANGUAGE] where it names none.
  public static String language(Passage passage) {
    return passage.metadata().getOrDefault("language", DEFAULT_LANGUAGE);
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
    chain(VERSION, language).analyse(text, (term, _, _, _, _) -> terms.add(term));
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
    var done = new ArrayList<Chain>();
    var sorted = new TreeSet<>(languages);
    if (sorted.isEmpty()) {
      sorted.add(DEFAULT_LANGUAGE);
    }
    for (String language : sorted) {
      Chain chain = chain(version, language);
      if (done.contains(chain)) {
        continue;
      }
      done.add(chain);
      var weights = new LinkedHashMap<String, Float>();
      chain.analyse(question, (term, weight, _, _, _) -> weights.merge(term, weight, Float::sum));
      weights.forEach((term, weight) -> all.merge(term, weight, Math::max));
    }
    return all;
  }

  private static Chain chain(int version, String language) {
    TermChains chains = CHAINS.get(version);
    if (chains == null) {
      throw new IllegalArgumentException("no analysis of version " + version);
    }
    return chains.of(language);
  }
}
