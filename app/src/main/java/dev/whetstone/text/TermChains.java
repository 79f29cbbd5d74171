package dev.whetstone.text;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.lucene.analysis.CharArraySet;

/// A chain for each language; languages with the same analysis share one.
final class TermChains {
  /// Leaves out no word.
  static final TermChains EVERY_WORD =
      new TermChains(
          row -> new ChainParts(row.analysis().without(CharArraySet.EMPTY_SET), row.segmenter()));

  /// Leaves out function words.
  static final TermChains CONTENT =
      new TermChains(row -> new ChainParts(row.content(), row.segmenter()));

  /// What a chain is made from.
  record ChainParts(Analysis analysis, Language.Segmenter segmenter) {}

  private final Map<String, Chain> chains = new HashMap<>();

  TermChains(Function<Language, ChainParts> settings) {
    this(settings, made -> Chain.of(made.analysis(), made.segmenter()));
  }

  TermChains(Function<Language, ChainParts> settings, Function<ChainParts, Chain> chain) {
    // By identity: a CharArraySet has another hash each time.
    var made = new IdentityHashMap<Analysis, Map<Language.Segmenter, Chain>>();
    for (Language row : Language.all()) {
      ChainParts own = settings.apply(row);
      chains.put(
          row.code(),
          made.computeIfAbsent(own.analysis(), _ -> new EnumMap<>(Language.Segmenter.class))
              .computeIfAbsent(own.segmenter(), _ -> chain.apply(own)));
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
