package dev.whetstone.text;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.analysis.CharArraySet;

/// A chain for each language; languages with the same analysis share one.
final class TermChains {
  /// Leaves out no word.
  static final TermChains EVERY_WORD =
      new TermChains(
          row -> new Settings(row.analysis().without(CharArraySet.EMPTY_SET), row.segmenter()));

  /// Leaves out function words.
  static final TermChains CONTENT =
      new TermChains(
          row -> new Settings(row.analysis().without(row.functionWordSet()), row.segmenter()));

  /// What a chain is made from.
  record Settings(Analysis analysis, Language.Segmenter segmenter) {}

  private final Map<String, Chain> chains = new HashMap<>();

  TermChains(Function<Language, Settings> settings) {
    this(settings, made -> Chain.of(made.analysis(), made.segmenter()));
  }

  TermChains(Function<Language, Settings> settings, Function<Settings, Chain> chain) {
    var made = new HashMap<Settings, Chain>();
    for (Language row : Language.all()) {
      chains.put(row.code(), made.computeIfAbsent(settings.apply(row), chain));
    }
  }

  /// @param language ISO 639-1, in any case, with or without a region
  Chain of(String language) {
    Chain chain = chains.get(Language.of(language).code());
    if (chain == null) {
      throw new IllegalStateException("no chain for " + language);
    }
    return chain;
  }
}
