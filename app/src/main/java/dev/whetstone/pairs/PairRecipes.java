package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Sentences;
import dev.whetstone.text.Word;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Training pairs from documents alone, and from judged questions. Passages are taken in an order
/// shuffled by the seed; each gives one pair by the recipe whose turn it is, or by the next that
/// fits it. What became the question is taken out of the passage, and more than half of the telling
/// words that both have ([SharedWords]), so that matching words alone is not enough. Deterministic.
///
/// Some keywords always stay in the passage, so they are at most [#MOST_KEYWORDS] of the pairs.
/// Abstracts without punctuation once gave nothing else, and 800 such pairs (rate 2e-5, half of the
/// trained weights) lost 3.7 points of nDCG@10 dense and 2.6 hybrid, where as many runs of words
/// lost nothing (`whet prove DIR --labels none` on a collection of short abstracts).
///
/// Sources: Lee, Chang & Toutanova, ACL 2019 (inverse cloze); Izacard et al., *Contriever*, TMLR
/// 2022 (cropping); Oğuz et al., NAACL 2022 (headings).
public final class PairRecipes {
  /// How a passage becomes a pair.
  public enum Recipe {
    /// Its rarest-worded sentence → the rest.
    SALIENT("salient sentence"),
    /// Its most telling words in their own order → the whole.
    KEYWORDS("keywords"),
    /// Its first sentence → the rest.
    FIRST("first sentence"),
    /// A run of its words → the rest; of passages without sentences to take one from.
    RUN("run of words"),
    /// Its headings → its text without them.
    HEADING("heading"),
    /// The name in a table row, in plain words (`connectionTimeout` → connection timeout) → the
    /// whole passage.
    TABLE_ROW("table row");

    private final String origin;

    Recipe(String origin) {
      this.origin = origin;
    }

    /// The [Pair#origin()] of its pairs.
    public String origin() {
      return origin;
    }
  }

  /// The usual mix.
  public static final List<Recipe> USUAL =
      List.of(Recipe.SALIENT, Recipe.KEYWORDS, Recipe.FIRST, Recipe.HEADING);

  /// The largest share of keywords.
  private static final double MOST_KEYWORDS = 1 / 3.0;

  private final List<Recipe> inTurn;
  private final long seed;
  private final double tableShare;

  /// @param inTurn recipes whose turn it is, passage by passage; tables have one of their own
  /// @param tableShare at most this share of the pairs is of tables, in [0, 1]
  public PairRecipes(List<Recipe> inTurn, double tableShare, long seed) {
    if (!(tableShare >= 0 && tableShare <= 1)) {
      throw new IllegalArgumentException("share of table pairs " + tableShare);
    }
    if (inTurn.isEmpty() || inTurn.contains(Recipe.TABLE_ROW)) {
      throw new IllegalArgumentException("recipes in turn: " + inTurn);
    }
    this.inTurn = List.copyOf(inTurn);
    this.tableShare = tableShare;
    this.seed = seed;
  }

  /// The usual mix.
  public PairRecipes(double tableShare, long seed) {
    this(USUAL, tableShare, seed);
  }

  /// The usual mix with one pair in ten from tables.
  public PairRecipes(long seed) {
    this(.1, seed);
  }

  /// At most `most` pairs, and at most one a passage while there are enough passages, else several
  /// by different recipes.
  public List<Pair> fromDocuments(List<Passage> passages, int most) {
    var order = new ArrayList<>(passages);
    Collections.shuffle(order, new Random(seed));
    var terms = new TermFrequencies(passages);
    var headings = new Headings(passages);
    var pairs = new ArrayList<Pair>();
    var questions = new HashSet<String>();
    int tables = 0;
    int keywords = 0;
    for (int round = 0; round < inTurn.size() && pairs.size() < most; round++) {
      int turn = round;
      for (Passage passage : order) {
        if (pairs.size() >= most) {
          break;
        }
        boolean table = OptionTables.isTable(passage.text());
        if (table && (round > 0 || tables >= tableShare * Math.min(most, passages.size()))) {
          continue;
        }
        boolean words = inTurn.size() == 1 || keywords <= MOST_KEYWORDS * pairs.size();
        Pair pair = table ? tableRow(passage, terms) : prose(passage, terms, headings, turn, words);
        turn++;
        if (pair != null && questions.add(pair.question() + "\0" + pair.passageId())) {
          pairs.add(pair);
          tables += table ? 1 : 0;
          keywords += pair.origin().equals(Recipe.KEYWORDS.origin()) ? 1 : 0;
        }
      }
    }
    return pairs;
  }

  /// Every pair that the recipes make of some passages, passage by passage, those of tables left
  /// out.
  ///
  /// @param all passages, by which it is known how rare a word is
  public List<Pair> ofEach(Collection<Passage> some, List<Passage> all) {
    var terms = new TermFrequencies(all);
    var headings = new Headings(all);
    var pairs = new ArrayList<Pair>();
    for (Passage passage : some) {
      if (OptionTables.isTable(passage.text())) {
        continue;
      }
      for (Recipe recipe : inTurn) {
        Pair pair = by(recipe, passage, terms, headings);
        if (pair != null) {
          pairs.add(pair);
        }
      }
    }
    return pairs;
  }

  /// @param words whether keywords may be taken
  private @Nullable Pair prose(
      Passage passage, TermFrequencies terms, Headings headings, int turn, boolean words) {
    for (int i = 0; i < inTurn.size(); i++) {
      Recipe recipe = inTurn.get((turn + i) % inTurn.size());
      boolean skipped = recipe == Recipe.KEYWORDS && !words;
      Pair pair = skipped ? null : by(recipe, passage, terms, headings);
      if (pair != null) {
        return pair;
      }
    }
    return null;
  }

  private @Nullable Pair by(
      Recipe recipe, Passage passage, TermFrequencies terms, Headings headings) {
    return switch (recipe) {
      case SALIENT -> sentence(passage, Salience.salient(passage, terms), recipe, terms);
      case FIRST -> sentence(passage, Salience.first(passage), recipe, terms);
      case KEYWORDS -> keywords(passage, terms);
      case HEADING -> heading(passage, headings);
      case RUN -> cut(passage, Salience.anyRun(passage, seed), recipe, terms);
      case TABLE_ROW -> tableRow(passage, terms);
    };
  }

  private @Nullable Pair sentence(
      Passage passage, Sentences.@Nullable Span span, Recipe recipe, TermFrequencies terms) {
    return span == null
        ? cut(passage, Salience.run(passage, seed), Recipe.RUN, terms)
        : cut(passage, span, recipe, terms);
  }

  private @Nullable Pair cut(
      Passage passage, Sentences.@Nullable Span span, Recipe recipe, TermFrequencies terms) {
    if (span == null) {
      return null;
    }
    String text = passage.text();
    String rest = (text.substring(0, span.from()) + " " + text.substring(span.to())).strip();
    if (Word.of(rest, Analyzers.language(passage)).size() < Salience.SHORTEST_REST) {
      return null;
    }
    String whole = withText(passage, passage.headings(), rest);
    return masked(span.of(text), passage, whole, recipe, terms);
  }

  private @Nullable Pair keywords(Passage passage, TermFrequencies terms) {
    String words = Salience.keywords(passage, terms);
    return words == null
        ? null
        : masked(words, passage, passage.embedded(), Recipe.KEYWORDS, terms);
  }

  private Pair masked(
      String question, Passage passage, String text, Recipe recipe, TermFrequencies terms) {
    String language = Analyzers.language(passage);
    String left = new SharedWords(terms, seed).without(question, text, passage.id(), language);
    boolean enough = Word.of(left, language).size() >= Salience.SHORTEST_REST;
    return pair(question, passage, enough ? left : text, recipe);
  }

  private static @Nullable Pair heading(Passage passage, Headings headings) {
    if (Word.of(passage.text(), Analyzers.language(passage)).size() < Salience.SHORTEST_REST) {
      return null;
    }
    String question = headings.question(passage);
    return question == null ? null : pair(question, passage, passage.text(), Recipe.HEADING);
  }

  private @Nullable Pair tableRow(Passage passage, TermFrequencies terms) {
    String question = OptionTables.question(passage, terms, seed);
    return question == null ? null : pair(question, passage, passage.embedded(), Recipe.TABLE_ROW);
  }

  private static Pair pair(String question, Passage passage, String text, Recipe recipe) {
    return new Pair(question, passage.id(), text, passage.document(), recipe.origin());
  }

  private static String withText(Passage p, List<String> headings, String text) {
    return new Passage(
            p.id(), p.document(), headings, text, p.from(), p.to(), p.page(), 0, p.metadata())
        .embedded();
  }

  /// One pair for each question and each passage judged relevant to it, in the order of the
  /// judgements; what is judged and is not among the passages is left out.
  ///
  /// @param questions id → text
  /// @param gains question id → passage id → gain
  /// @param passages id → passage
  public static List<Pair> fromJudgements(
      Map<String, String> questions,
      Map<String, Map<String, Integer>> gains,
      Map<String, Passage> passages) {
    var pairs = new ArrayList<Pair>();
    var seen = new HashSet<String>();
    gains.forEach(
        (id, judged) ->
            judged.forEach(
                (passageId, gain) -> {
                  String question = questions.get(id);
                  Passage passage = passages.get(passageId);
                  if (gain > 0
                      && question != null
                      && passage != null
                      && seen.add(question + "\0" + passage.embedded())) {
                    pairs.add(
                        new Pair(
                            question,
                            passageId,
                            passage.embedded(),
                            passage.document(),
                            Pair.LABEL));
                  }
                }));
    return pairs;
  }

  /// How many pairs each origin gave.
  public static Map<String, Integer> counts(Collection<Pair> pairs) {
    var counts = new HashMap<String, Integer>();
    pairs.forEach(pair -> counts.merge(pair.origin(), 1, Integer::sum));
    return new TreeMap<>(counts);
  }
}
