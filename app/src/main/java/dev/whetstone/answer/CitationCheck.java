package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import java.util.List;
import java.util.Optional;

/// Decides whether the passages that a sentence cites say what the sentence says.
///
/// **Problem.** A language model cites a passage and writes something else: it drops a "not",
/// changes a number, swaps who must do what, adds a clause, a link or an image that the documents
/// do not have, or repeats an instruction that stood in one. Such a sentence shares nearly all its
/// words with the passage, and its vector lies beside the passage's, so that neither overlap nor
/// cosine tells it from a true one. A second model as judge would be slow, and the same documents
/// could give it instructions.
///
/// **Method.** Rules, each for one way of being wrong; a sentence must hold to all of them.
/// Sentence and passages are read in one form ([AnalysedSentence]): numbers as digits with units
/// ([NumberWords]), negations and words with an opposite as tokens of their own ([Polarity]), the
/// rest as stems or Chinese characters, in clauses. Each part of the sentence is compared with its
/// *witness*, the sentence of the passages that shares most of its topics ([Claim]).
///
/// | rule | a sentence breaks it that |
/// |---|---|
/// | [LinksRule] | has a URL, address, image, link or markup that the passages lack |
/// | [NumbersRule] | has a number, date or unit that they lack |
/// | [NegationRule] | is negated where its witness is not, or the other way round |
/// | [OppositesRule] | has "after" where its witness has "before" in the same place |
/// | [ReplacedWordsRule] | copies its witness with a name or number exchanged |
/// | [CoverageRule] | speaks of something else, or adds a clause or a run of words |
///
/// A sentence that repeats one of the passages word for word is checked by [LinksRule] alone.
///
/// **Example.** The passage says "Visitors must not enter the clean room without a guide."
/// "Entering the clean room without a guide is forbidden" has two negations as its witness has
/// (not, without) and holds. "Visitors may enter the clean room without a guide" has one and is
/// dropped.
///
/// **What it does not see**: a duty that becomes a permission (must, may), a condition that is left
/// out, a relation turned around in new words, two negations that vanish together in new words. It
/// also drops true sentences that put a synonym into an otherwise copied sentence ([Synonyms] knows
/// few), or join what two sentences of the passage say. `CitationCheckTest` measures both errors on
/// 284 labelled pairs, English and Chinese, 80 of which were written before the rules;
/// `docs/server.md` states the rates on those.
///
/// **Cost.** A passage is read once for many answers ([PassageReadings]); a sentence of it then
/// takes a few milliseconds, most of them for its alignment with its witnesses, which grows with
/// the product of their lengths. No network, no model; the encoder only where few words are shared.
///
/// Safe for many threads.
final class CitationCheck {
  /// A sentence of an answer is one to four times shorter; a longer one is not read.
  static final int MOST_CHARACTERS = 1000;

  private final List<CitationRule> rules;
  private final PassageReadings readings;

  CitationCheck(TermWeights terms, ExcerptVectors vectors, PassageReadings readings) {
    this.readings = readings;
    this.rules =
        List.of(
            new LinksRule(),
            new NumbersRule(),
            new NegationRule(),
            new OppositesRule(),
            new ReplacedWordsRule(),
            new CoverageRule(terms, vectors));
  }

  /// The first rule that the sentence breaks; empty when the passages support it.
  Optional<CitationRule> broken(String sentence, List<Passage> cited) {
    Claim claim = Claim.of(sentence, cited, readings);
    boolean copied = claim.copied();
    return rules.stream()
        .filter(rule -> !copied || rule instanceof LinksRule)
        .filter(rule -> !rule.holds(claim))
        .findFirst();
  }

  /// Whether the passages carry the sentence. One that cites nothing, or is longer than
  /// [#MOST_CHARACTERS], is carried by nothing.
  boolean supports(String sentence, List<Passage> cited) {
    return !cited.isEmpty()
        && sentence.length() <= MOST_CHARACTERS
        && broken(sentence, cited).isEmpty();
  }
}
