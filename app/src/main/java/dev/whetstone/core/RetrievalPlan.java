package dev.whetstone.core;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the passages for a question are found, and when the question is declined.
///
/// **Why a record.** Everything that an app's answers depend on beside the index and its model
/// stands here, as one value: it is fitted by the step that makes the app, stored by the catalog,
/// run by `search`, and compared with other plans by `evaluate`. The code that measures a plan and
/// the code that serves it are given the same value, so that what was proven is what is served.
///
/// **How a plan runs.** A question passes these stages in order:
///
/// ```
/// question ─┬→ arm: words   (BM25, the best `depth`)     ─┐
///           └→ arm: vectors (nearest, the best `depth`)  ─┴→ fusion → reranker → top k
///                                                                └ pool: candidates that the
///                                                                  answer's support sees
/// ```
///
/// 1. Each [Arm] searches the index by itself, with the question's filter applied inside it, and
///    returns its best `depth` passages (more when a caller asks for more than that).
/// 2. [FusionRule] makes one ranking of the arms' rankings.
/// 3. [Reranker] orders the best `depth` of the fused ranking anew, by its scores and the fused
///    ones, or leaves them. The passages behind that depth follow in fused order. Without time for
///    it the fused order stays.
/// 4. The best `topK` are returned, cited and shown to a language model. The answer judges its
///    support by the whole pool: the passages behind the first k are the background that a good one
///    stands out from.
/// 5. [Abstention] turns that support into a likelihood and a decision to decline.
///
/// **Example.** `RetrievalPlan.hybrid(.62)`: both arms to depth 100, fused with .62 of the score
/// from the vectors and .38 from the words, no reranker, a pool of 20, 5 passages, and the standard
/// abstention.
///
/// **Extending it.** Arms, fusion rules and rerankers are sealed: a new one is a record here, and
/// the switches without a default in `search` (which runs it) and `catalog` (which writes it) do
/// not compile before they handle it.
///
/// **Versions.** The catalog writes a plan as JSON with a format version. A plan of a newer format
/// is refused, since a part that this program does not know would change its answers.
///
/// @param arms at least one, none of a kind twice
/// @param fusion of the arms' rankings
/// @param pool how many of the best the answer's support sees, from 1 to 1000
/// @param topK passages that are returned and cited when the caller does not say, from 1 to 1000
/// @param abstention fitted for the app; null for the standard one of the room `answer`
public record RetrievalPlan(
    List<Arm> arms,
    FusionRule fusion,
    Reranker reranker,
    int pool,
    int topK,
    @Nullable Abstention abstention) {
  /// How many passages an arm contributes, and how deep proofs look (Recall@100).
  public static final int DEPTH = 100;

  /// How many of the fused best support is judged by. The fitted weights of an [Abstention] hold
  /// for the pool that they were fitted with.
  public static final int POOL = 20;

  /// How many passages an app that does not say gets.
  public static final int TOP_K = 5;

  /// The vectors' share where there is nothing to choose it by: of all fixed ones about the best on
  /// each collection that was measured (`docs/training.md`, "The weight in the hybrid").
  public static final double UNTUNED_DENSE_WEIGHT = .6;

  private static final int MOST = 1000;

  /// One search of the index.
  public sealed interface Arm {
    /// How many passages it returns, from 1 to 1000.
    int depth();

    /// BM25 over the terms of the passages.
    record Words(int depth) implements Arm {
      public Words {
        requireCount("depth", depth);
      }
    }

    /// Nearest neighbours of the question's vector, by cosine.
    record Vectors(int depth) implements Arm {
      public Vectors {
        requireCount("depth", depth);
      }
    }
  }

  /// Makes one ranking of the arms'.
  public sealed interface FusionRule {
    /// The weighted sum of the arms' scores, each arm's brought to [0, 1] over what it returned.
    ///
    /// @param denseWeight of the arm of vectors, in [0, 1]; that of words has the rest
    record Convex(double denseWeight) implements FusionRule {
      public Convex {
        if (!(denseWeight >= 0 && denseWeight <= 1)) {
          throw new IllegalArgumentException("weight not in [0, 1]: " + denseWeight);
        }
      }

      /// The share of an arm in the fused score.
      public double weight(Arm arm) {
        return switch (arm) {
          case Arm.Words _ -> 1 - denseWeight;
          case Arm.Vectors _ -> denseWeight;
        };
      }
    }
  }

  /// Orders the best passages anew.
  public sealed interface Reranker {
    /// The fused order stays.
    record None() implements Reranker {}

    /// A model that scores question and passage together.
    ///
    /// @param name of the model
    /// @param version of it
    /// @param depth how many of the fused best it scores, from 1 to 1000: as many as were reranked
    ///   when its gain was proven
    /// @param weight of its scores against the fused ones among those passages, in (0, 1], as that
    ///   proof had it
    /// @param limit how long after the search began reranking must have ended, from 1 ms to 10 min;
    ///   a question that has no time left keeps the fused order. Longer than the time that the
    ///   depth was chosen for: questions wait for each other
    record Model(String name, String version, int depth, double weight, Duration limit)
        implements Reranker {
      /// The limit where nothing else is said.
      public static final Duration LIMIT = Duration.ofSeconds(2);

      /// The longest there may be, for callers who would rather wait.
      public static final Duration LONGEST_LIMIT = Duration.ofMinutes(10);

      public Model {
        requireCount("reranker's depth", depth);
        if (name.isBlank() || version.isBlank()) {
          throw new IllegalArgumentException("a reranker without a name or a version");
        }
        if (!(weight > 0 && weight <= 1)) {
          throw new IllegalArgumentException("a reranker's weight not in (0, 1]: " + weight);
        }
        if (limit.toMillis() < 1 || limit.compareTo(LONGEST_LIMIT) > 0) {
          throw new IllegalArgumentException("a reranker with a limit of " + limit);
        }
      }

      public Model(String name, String version, int depth, double weight) {
        this(name, version, depth, weight, LIMIT);
      }

      /// Its name and version, as people call it: `manual/2`.
      public String id() {
        return name + "/" + version;
      }
    }
  }

  /// @throws IllegalArgumentException naming the part that cannot be used
  public RetrievalPlan {
    arms = List.copyOf(arms);
    if (arms.isEmpty()) {
      throw new IllegalArgumentException("a plan without an arm finds nothing");
    }
    var kinds = new HashSet<Class<?>>();
    double sum = 0;
    for (Arm arm : arms) {
      if (!kinds.add(arm.getClass())) {
        throw new IllegalArgumentException("two arms of one kind: " + arms);
      }
      sum +=
          switch (fusion) {
            case FusionRule.Convex convex -> convex.weight(arm);
          };
    }
    if (sum < 1 - 1e-9) {
      throw new IllegalArgumentException("an arm that has a weight is missing: " + arms);
    }
    requireCount("pool", pool);
    requireCount("top k", topK);
  }

  /// Words and vectors, each to [#DEPTH], fused convexly; nothing else is settled.
  ///
  /// @param denseWeight of the vectors, in [0, 1]: 0 words alone, 1 vectors alone
  public static RetrievalPlan hybrid(double denseWeight) {
    return new RetrievalPlan(
        List.of(new Arm.Words(DEPTH), new Arm.Vectors(DEPTH)),
        new FusionRule.Convex(denseWeight),
        new Reranker.None(),
        POOL,
        TOP_K,
        null);
  }

  /// The plan of an app for which nothing was fitted.
  public static RetrievalPlan untuned() {
    return hybrid(UNTUNED_DENSE_WEIGHT);
  }

  public RetrievalPlan withTopK(int k) {
    return new RetrievalPlan(arms, fusion, reranker, pool, k, abstention);
  }

  public RetrievalPlan withReranker(Reranker other) {
    return new RetrievalPlan(arms, fusion, other, pool, topK, abstention);
  }

  /// How many of the fused best are looked at when `k` are asked for: no fewer than are reranked.
  public int reach(int k) {
    return switch (reranker) {
      case Reranker.None _ -> k;
      case Reranker.Model model -> Math.max(k, model.depth());
    };
  }

  public RetrievalPlan withAbstention(@Nullable Abstention fitted) {
    return new RetrievalPlan(arms, fusion, reranker, pool, topK, fitted);
  }

  private static void requireCount(String what, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(what + " is " + value + ": give 1 to " + MOST);
    }
  }
}
