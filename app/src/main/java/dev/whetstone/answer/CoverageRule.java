package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The passages speak of what the sentence speaks of: they hold half of its words by weight, or a
/// quarter and a sentence whose vector is near; and no clause and no run of words within it is new.
/// An invented or injected addition to a true sentence is such a clause or run. A Chinese character
/// is held when it stands beside the same neighbour. A character weighs a quarter of a rare word.
record CoverageRule(TermWeights terms, ExcerptVectors vectors) implements CitationRule {
  private static final double ENOUGH = .5;
  private static final double LITTLE = .25; // enough where the vectors are near
  private static final double NEAR = .80;
  private static final double CLAUSE = .34;
  private static final int CLAUSE_TOPICS = 3;
  private static final int RUN_WORDS = 3;
  private static final int RUN_CHARACTERS = 6;

  /// A content word of the sentence.
  ///
  /// @param weight by its inverse document frequency
  /// @param held whether the passages have it
  private record WeightedWord(boolean han, double weight, boolean held) {}

  @Override
  public boolean holds(Claim claim) {
    double all = 0;
    double held = 0;
    for (List<Token> clause : claim.sentence().clauses()) {
      List<WeightedWord> words = words(claim, clause);
      if (addsRun(words) || addsClause(claim, clause)) {
        return false;
      }
      for (WeightedWord word : words) {
        all += word.weight();
        held += word.held() ? word.weight() : 0;
      }
    }
    double coverage = all == 0 ? 1 : held / all;
    return coverage >= ENOUGH || (coverage >= LITTLE && cosine(claim) >= NEAR);
  }

  private List<WeightedWord> words(Claim claim, List<Token> clause) {
    var words = new ArrayList<WeightedWord>();
    for (int i = 0; i < clause.size(); i++) {
      Token token = clause.get(i);
      if (!token.content()) {
        continue;
      }
      if (AnalysedSentence.isHan(token)) {
        String before = i > 0 ? clause.get(i - 1).text() + token.text() : token.text();
        String after =
            i + 1 < clause.size() ? token.text() + clause.get(i + 1).text() : token.text();
        words.add(
            new WeightedWord(
                true, terms.weight("") / 4, claim.given(before) || claim.given(after)));
      } else {
        words.add(new WeightedWord(false, terms.weight(token.key()), claim.given(token.key())));
      }
    }
    return words;
  }

  private double cosine(Claim claim) {
    var texts = new ArrayList<String>();
    texts.add(claim.sentence().text());
    claim.sources().forEach(source -> texts.addAll(source.excerpts()));
    List<float[]> rows = vectors.of(texts);
    double cosine = 0;
    for (float[] row : rows.subList(1, rows.size())) {
      cosine = Math.max(cosine, ExcerptVectors.dot(rows.getFirst(), row));
    }
    return cosine;
  }

  private static boolean addsClause(Claim claim, List<Token> clause) {
    Set<String> topics = AnalysedSentence.topics(clause);
    long given = topics.stream().filter(claim::given).count();
    return topics.size() >= CLAUSE_TOPICS && given < CLAUSE * topics.size();
  }

  /// Whether content words stand in a row, none of which the passages hold.
  private static boolean addsRun(List<WeightedWord> content) {
    int words = 0;
    int characters = 0;
    for (WeightedWord word : content) {
      words = word.held() ? 0 : words + (word.han() ? 0 : 1);
      characters = word.held() ? 0 : characters + (word.han() ? 1 : 0);
      if (words >= RUN_WORDS || characters >= RUN_CHARACTERS) {
        return true;
      }
    }
    return false;
  }
}
