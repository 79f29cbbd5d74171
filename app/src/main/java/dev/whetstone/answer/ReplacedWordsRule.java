package dev.whetstone.answer;

import java.util.List;

/// A sentence that copies its witness does not replace a name or a number in it: "the tenant must
/// return the deposit" where the passage has the landlord, "motor 2 years, battery 5 years" where
/// it is the other way round. Both are laid side by side (longest common subsequence); where most
/// of the sentence is the witness's, what stands between two equal neighbours must be equal too.
/// Places where words of grammar changed, are left alone: there the sentence was put in other
/// words.
record ReplacedWordsRule() implements CitationRule {
  private static final double COPIED = .7; // share of the sentence's tokens
  private static final int LEAST_COPIED = 5; // tokens: fewer agree by chance
  private static final int MOST_WORDS = 3;
  private static final int MOST_CHARACTERS = 6;

  @Override
  public boolean holds(Claim claim) {
    List<Token> said = claim.reading().tokens();
    for (List<Token> part : claim.parts()) {
      List<Reading> witnesses = claim.witnesses(part);
      if (!witnesses.isEmpty() && witnesses.stream().allMatch(w -> replaced(said, part, w))) {
        return false;
      }
    }
    return true;
  }

  private static boolean replaced(List<Token> said, List<Token> part, Reading witness) {
    List<Token> given = witness.tokens();
    return replaced(said, given) || (part.size() < said.size() && replaced(part, given));
  }

  private static boolean replaced(List<Token> said, List<Token> given) {
    int[][] common = common(said, given);
    if (common[0][0] < Math.max(LEAST_COPIED, COPIED * said.size())) {
      return false;
    }
    int i = 0;
    int j = 0;
    while (i < said.size() || j < given.size()) {
      int fromSaid = i;
      int fromGiven = j;
      while ((i < said.size() || j < given.size()) && !matched(said, given, common, i, j)) {
        if (j == given.size() || (i < said.size() && common[i + 1][j] >= common[i][j + 1])) {
          i++;
        } else {
          j++;
        }
      }
      List<Token> there = said.subList(fromSaid, i);
      List<Token> here = given.subList(fromGiven, j);
      boolean exchanged =
          named(there)
              && named(here)
              && holds(given, there) == holds(said, here)
              && !Synonyms.same(there, here);
      if (exchanged || (turning(here) && (word(there) || opposite(there, here)))) {
        return true;
      }
      i = Math.min(said.size(), i + 1);
      j = Math.min(given.size(), j + 1);
    }
    return false;
  }

  private static boolean matched(
      List<Token> said, List<Token> given, int[][] common, int i, int j) {
    return i < said.size()
        && j < given.size()
        && equal(said.get(i), given.get(j))
        && common[i][j] == common[i + 1][j + 1] + 1;
  }

  /// Whether a sentence has the run's words, at any place. A run that the witness has elsewhere and
  /// whose own place is left empty was moved; two that changed places were exchanged.
  private static boolean holds(List<Token> sentence, List<Token> run) {
    return run.stream().allMatch(token -> sentence.stream().anyMatch(other -> equal(token, other)));
  }

  /// "After" is no "during", either: what turns a sentence around is not replaced by another word.
  private static boolean turning(List<Token> run) {
    return run.size() == 1
        && run.getFirst() instanceof Token.Pole pole
        && !pole.axis().equals(OppositesRule.WAY);
  }

  private static boolean opposite(List<Token> there, List<Token> here) {
    return there.size() == 1
        && there.getFirst() instanceof Token.Pole said
        && here.getFirst() instanceof Token.Pole given
        && said.axis().equals(given.axis());
  }

  private static boolean word(List<Token> run) {
    return run.size() == 1
        && run.getFirst() instanceof Token.Word
        && !Reading.isHan(run.getFirst());
  }

  private static boolean named(List<Token> run) {
    if (!run.isEmpty() && run.stream().allMatch(Reading::isHan)) {
      long content = run.stream().filter(Token::content).count();
      return content >= 2 && run.size() <= MOST_CHARACTERS;
    }
    return !run.isEmpty() && run.size() <= MOST_WORDS && run.stream().allMatch(Token::content);
  }

  private static boolean equal(Token a, Token b) {
    return a.key().equals(b.key());
  }

  /// `[i][j]`: the longest common subsequence of what follows `i` and `j`.
  private static int[][] common(List<Token> said, List<Token> given) {
    var common = new int[said.size() + 1][given.size() + 1];
    for (int i = said.size() - 1; i >= 0; i--) {
      for (int j = given.size() - 1; j >= 0; j--) {
        common[i][j] =
            equal(said.get(i), given.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
