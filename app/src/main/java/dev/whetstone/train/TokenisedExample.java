package dev.whetstone.train;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A question and the passage that answers it, in token ids with special tokens (and prompts).
/// Immutable by convention: arrays are kept, not copied, and not to be written to.
public final class TokenisedExample {
  private final int[] question;
  private final TokenisedPassage positive;
  private final List<TokenisedPassage> negatives;
  private final Set<String> knownPositives;
  private final float @Nullable [] guide;
  private final Map<String, Float> teacher;

  /// A passage in tokens.
  public static final class TokenisedPassage {
    private final String id;
    private final int[] tokens;
    private final float @Nullable [] guide;

    /// Without a word of the guide.
    public TokenisedPassage(String id, int[] tokens) {
      this(id, tokens, null);
    }

    /// @param guide unit vector by the [Guide]; null where it has none
    TokenisedPassage(String id, int[] tokens, float @Nullable [] guide) {
      this.id = id;
      this.tokens = tokens;
      this.guide = guide;
    }

    public String id() {
      return id;
    }

    public int[] tokens() {
      return tokens;
    }

    float @Nullable [] guide() {
      return guide;
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
    this(question, positive, negatives, knownPositives, null);
  }

  /// @param guide unit vector of the question by the [Guide]; null where it has none
  TokenisedExample(
      int[] question,
      TokenisedPassage positive,
      List<TokenisedPassage> negatives,
      Set<String> knownPositives,
      float @Nullable [] guide) {
    this(question, positive, negatives, knownPositives, guide, Map.of());
  }

  private TokenisedExample(
      int[] question,
      TokenisedPassage positive,
      List<TokenisedPassage> negatives,
      Set<String> knownPositives,
      float @Nullable [] guide,
      Map<String, Float> teacher) {
    this.question = question;
    this.positive = positive;
    this.negatives = List.copyOf(negatives);
    this.knownPositives = Set.copyOf(knownPositives);
    this.guide = guide;
    this.teacher = teacher;
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

  float @Nullable [] guide() {
    return guide;
  }

  /// Scores by a teacher, by passage id; empty where none was asked.
  Map<String, Float> teacher() {
    return teacher;
  }

  /// The same with a teacher's scores.
  ///
  /// @param scores by passage id, of the positive and the negatives at least
  TokenisedExample withTeacher(Map<String, Float> scores) {
    return new TokenisedExample(
        question, positive, negatives, knownPositives, guide, Map.copyOf(scores));
  }

  /// The same question with other negatives, which no teacher has scored.
  TokenisedExample withNegatives(List<TokenisedPassage> others) {
    return new TokenisedExample(question, positive, others, knownPositives, guide);
  }

  /// Whether the guide finds a passage nearly as near to the question as the positive, or nearer:
  /// it probably answers the question without being judged. False where the guide has no vectors.
  ///
  /// @param margin share of the positive's similarity that is near enough
  boolean probablyAnswers(TokenisedPassage passage, double margin) {
    float[] other = passage.guide();
    float[] right = positive.guide();
    if (guide == null || other == null || right == null) {
      return false;
    }
    return dot(guide, other) > margin * dot(guide, right);
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
