package dev.whetstone.train;

import java.util.List;
import java.util.Set;

/// A question and the passage that answers it, in token ids with special tokens (and prompts).
/// Immutable by convention: arrays are kept, not copied, and not to be written to.
public final class TokenisedExample {
  private final int[] question;
  private final TokenisedPassage positive;
  private final List<TokenisedPassage> negatives;
  private final Set<String> knownPositives;

  /// A passage in tokens.
  public static final class TokenisedPassage {
    private final String id;
    private final int[] tokens;

    public TokenisedPassage(String id, int[] tokens) {
      this.id = id;
      this.tokens = tokens;
    }

    public String id() {
      return id;
    }

    public int[] tokens() {
      return tokens;
    }
  }

  /// @param negatives passages that look like answers and are none, best first; may be empty
  /// @param knownPositives ids of all passages that answer the question: they never count as its
  ///   negatives
  public TokenisedExample(
      int[] question,
      TokenisedPassage positive,
      List<TokenisedPassage> negatives,
      Set<String> knownPositives) {
    this.question = question;
    this.positive = positive;
    this.negatives = List.copyOf(negatives);
    this.knownPositives = Set.copyOf(knownPositives);
  }

  public int[] question() {
    return question;
  }

  public TokenisedPassage positive() {
    return positive;
  }

  public List<TokenisedPassage> negatives() {
    return negatives;
  }

  /// Whether a passage answers the question.
  public boolean answers(String passageId) {
    return positive.id().equals(passageId) || knownPositives.contains(passageId);
  }

  Set<String> knownPositives() {
    return knownPositives;
  }
}
