package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.TermFrequencies;
import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.Word;
import java.util.Collection;
import java.util.HashSet;

/// Whether a question could be asked of many passages: "What is the default value?", "What are the
/// symptoms of the disease?".
///
/// A term that stands in `n` of `N` passages leaves a share `n/N` of them, and terms that have
/// nothing to do with each other leave the product of their shares. A question is generic when its
/// content terms leave more than one passage: `Σ ln(N/n) < ln N`, with the idf of BM25 for the
/// logarithms. Terms that stand in no passage leave all, since they name nothing that is there.
///
/// Why words and not vectors: the sum is below the limit for about 1 % of people's questions about
/// four collections and for 10 % of a medical one (judged with a sample of its passages), and for
/// two thirds of 13 vague ones, while the cosines of the passages nearest to a question tell the
/// two apart hardly at all. A sum of words also favours no model in a proof.
final class GenericCheck implements QuestionCheck {
  private final TermFrequencies terms;
  private final double limit;

  /// @param passages all that a question could be about
  GenericCheck(Collection<Passage> passages) {
    this.terms = new TermFrequencies(passages);
    this.limit = Math.log((passages.size() + 1) / 1.5); // the idf of a term of one passage
  }

  @Override
  public boolean refuses(Candidate candidate) {
    var seen = new HashSet<String>();
    double sum = 0;
    for (Word word : Word.of(candidate.question(), candidate.language())) {
      if (seen.add(word.term())
          && terms.frequency(word.term()) > 0
          && !ContentTerms.isFunctionWord(word.surface(), candidate.language())) {
        sum += terms.idf(word.term());
      }
    }
    return sum < limit - 1e-9;
  }
}
