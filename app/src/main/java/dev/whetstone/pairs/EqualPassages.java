package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Groups passages of the same text: a ranking that finds one of them has found them all.
///
/// Texts are compared without white space. A short text ("Default: 30 seconds") means what its
/// headings make of it, so below [#SHORT] characters the headings have to be the same as well.
public final class EqualPassages {
  private static final int SHORT = 60;

  private final Map<String, String> firsts = new HashMap<>(); // of those that have one before them

  /// The equal ones among these.
  public EqualPassages(Collection<Passage> passages) {
    var byText = new TreeMap<String, String>();
    for (Passage passage : passages) {
      byText.merge(key(passage), passage.id(), (a, b) -> a.compareTo(b) < 0 ? a : b);
    }
    for (Passage passage : passages) {
      String first = byText.getOrDefault(key(passage), passage.id());
      if (!first.equals(passage.id())) {
        firsts.put(passage.id(), first);
      }
    }
  }

  /// The first, by its id, of the passages with this one's text.
  public String first(String passage) {
    return firsts.getOrDefault(passage, passage);
  }

  /// How many have the text of another one before them.
  public int repeats() {
    return firsts.size();
  }

  /// What equal passages share, and no others.
  public static String key(Passage passage) {
    String text = squeezed(passage.text());
    return Sha256.id(text.length() < SHORT ? squeezed(passage.embedded()) : text);
  }

  private static String squeezed(String text) {
    var normalised = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c))
        .forEach(normalised::appendCodePoint);
    return normalised.toString();
  }
}
