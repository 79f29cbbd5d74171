package dev.whetstone.answer;

import java.util.List;

/// A sentence that copies its witness does not replace a name or a number in it: "the tenant must
/// return the deposit" where the passage has the landlord, "motor 2 years, battery 5 years" where
/// it is the other way round. Both are laid side by side (longest common subsequence); where most
/// of the sentence is the witness's, what stands between two equal neighbours must be equal too.
/// Places where function words changed are left alone: the sentence was rephrased there.
record ReplacedWordsRule() implements CitationRule {
  private static final double COPIED = .7; // share of the sentence's tokens
  private static final int LEAST_COPIED = 5; // tokens: fewer agree by chance
  private static final int MOST_WORDS = 3;
  private static final int MOST_CHARACTERS = 6;

  @Override
  public boolean holds(Claim claim) {
    List<Token> claimTokens = claim.sentence().tokens();
    for (List<Token> part : claim.parts()) {
      List<AnalysedSentence> witnesses = claim.witnesses(part);
      if (!witnesses.isEmpty()
          && witnesses.stream().allMatch(w -> replaced(claimTokens, part, w))) {
        return false;
      }
    }
    return true;
  }

  private static boolean replaced(
      List<Token> claimTokens, List<Token> part, AnalysedSentence witness) {
    List<Token> witnessTokens = witness.tokens();
    return replaced(claimTokens, witnessTokens)
        || (part.size() < claimTokens.size() && replaced(part, witnessTokens));
  }

  private static boolean replaced(List<Token> claimTokens, List<Token> witnessTokens) {
    int[][] common = common(claimTokens, witnessTokens);
    if (common[0][0] < Math.max(LEAST_COPIED, COPIED * claimTokens.size())) {
      return false;
    }
    int i = 0;
    int j = 0;
    while (i < claimTokens.size() || j < witnessTokens.size()) {
      int claimFrom = i;
      int witnessFrom = j;
      while ((i < claimTokens.size() || j < witnessTokens.size())
          && !matched(claimTokens, witnessTokens, common, i, j)) {
        if (j == witnessTokens.size()
            || (i < claimTokens.size() && common[i + 1][j] >= common[i][j + 1])) {
          i++;
        } else {
          j++;
        }
      }
      List<Token> claimRun = claimTokens.subList(claimFrom, i);
      List<Token> witnessRun = witnessTokens.subList(witnessFrom, j);
      boolean exchanged =
          named(claimRun)
              && named(witnessRun)
              && holds(witnessTokens, claimRun) == holds(claimTokens, witnessRun)
              && !Synonyms.same(claimRun, witnessRun);
      if (exchanged
          || (turning(witnessRun) && (word(claimRun) || opposite(claimRun, witnessRun)))) {
        return true;
      }
      i = Math.min(claimTokens.size(), i + 1);
      j = Math.min(witnessTokens.size(), j + 1);
    }
    return false;
  }

  private static boolean matched(
      List<Token> claimTokens, List<Token> witnessTokens, int[][] common, int i, int j) {
    return i < claimTokens.size()
        && j < witnessTokens.size()
        && equal(claimTokens.get(i), witnessTokens.get(j))
        && common[i][j] == common[i + 1][j + 1] + 1;
  }

  /// Whether a sentence has the run's words, at any place. A run that the witness has elsewhere and
  /// whose own place is left empty was moved; two that changed places were exchanged.
  private static boolean holds(List<Token> sentence, List<Token> run) {
    return run.stream().allMatch(token -> sentence.stream().anyMatch(other -> equal(token, other)));
  }

  /// A word with an opposite is not replaced by another word either: "after" is not "during".
  private static boolean turning(List<Token> run) {
    return run.size() == 1
        && run.getFirst() instanceof Token.Pole pole
        && !pole.axis().equals(OppositesRule.WAY);
  }

  private static boolean opposite(List<Token> claimRun, List<Token> witnessRun) {
    return claimRun.size() == 1
        && claimRun.getFirst() instanceof Token.Pole claimPole
        && witnessRun.getFirst() instanceof Token.Pole witnessPole
        && claimPole.axis().equals(witnessPole.axis());
  }

  private static boolean word(List<Token> run) {
    return run.size() == 1
        && run.getFirst() instanceof Token.Word
        && !AnalysedSentence.isHan(run.getFirst());
  }

  private static boolean named(List<Token> run) {
    if (!run.isEmpty() && run.stream().allMatch(AnalysedSentence::isHan)) {
      long content = run.stream().filter(Token::content).count();
      return content >= 2 && run.size() <= MOST_CHARACTERS;
    }
    return !run.isEmpty() && run.size() <= MOST_WORDS && run.stream().allMatch(Token::content);
  }

  private static boolean equal(Token a, Token b) {
    return a.key().equals(b.key());
  }

  /// `[i][j]`: the longest common subsequence of what follows `i` and `j`.
  private static int[][] common(List<Token> claimTokens, List<Token> witnessTokens) {
    var common = new int[claimTokens.size() + 1][witnessTokens.size() + 1];
    for (int i = claimTokens.size() - 1; i >= 0; i--) {
      for (int j = witnessTokens.size() - 1; j >= 0; j--) {
        common[i][j] =
            equal(claimTokens.get(i), witnessTokens.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
