package dev.whetstone.pairs;

import dev.whetstone.text.Word;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Takes words that a question shares with its passage out of the passage.
///
/// **Problem.** What is made into a question of a passage has the passage's words. An encoder that
/// learns from such pairs learns to match words, which keyword search does already: on Chinese
/// statutes the dense ranking gained 1.4 points of nDCG@10, and the hybrid lost .5.
///
/// **Method.** Of the question's words that say something, those in at most a fifth of all passages
/// ([#MOST_PASSAGES]), each is taken out of the passage with a likelihood of [#TAKEN_OUT],
/// everywhere it stands there. What is left has to be matched by what it means, and by the words
/// that stay. The question keeps its words, as people's questions have theirs.
///
/// **Written questions keep theirs.** Their pairs have hard negatives, whole passages that share
/// words with the question; beside them the answer would be the passage with gaps. Tried on two
/// collections, it changed nothing on cisi and took three quarters of the gain on cranfield.
///
/// **Example.** `how to renew a passport` and `A passport is renewed at the town hall` may become
/// `A is renewed at the town hall`.
///
/// **Constants.** None, .6 and all of the words taken out gained, dense / hybrid in points,
/// documents alone, seed 1: stard +1.4 / -.5, +1.4 / +.1, +.2 / +.6 (table in `docs/training.md`).
final class SharedWords {
  private static final double TAKEN_OUT = .6;

  /// Of all passages: a word in more of them does not tell them apart.
  private static final double MOST_PASSAGES = .2;

  private final TermFrequencies terms;
  private final long seed;

  SharedWords(TermFrequencies terms, long seed) {
    this.terms = terms;
    this.seed = seed;
  }

  /// The text without them, normalised; as it is where none is taken out.
  ///
  /// @param passage the passage's id, which settles with the seed which words are taken out
  String without(String question, String text, String passage, String language) {
    var random = new Random(31 * seed + passage.hashCode());
    Set<String> out = new HashSet<>();
    List<String> asked = Word.of(question, language).stream().map(Word::term).distinct().toList();
    for (String term : asked) {
      if (random.nextDouble() < TAKEN_OUT && terms.share(term) <= MOST_PASSAGES) {
        out.add(term);
      }
    }
    return out.isEmpty() ? text : Word.without(text, language, out::contains);
  }
}
