package dev.whetstone.torch;

import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.PairTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Token sequences of different lengths as one flat run of tokens, so that everything that works
/// token by token is one matrix product. For attention, sequences of nearly the same length stand
/// together as a [Group] of `[count, length]` tokens, padded to its longest; few tokens are
/// padding.
final class PackedBatch {
  /// A shorter sequence joins a group while it has this share of the group's length.
  private static final double LEAST_SHARE = .85;

  private static final int ALIGNED = 16;

  /// Shorter sequences would gain less from a length of 64 than their padding costs.
  private static final int WORTH_ALIGNING = 57;

  /// Rows `[firstRow, firstRow + count)` of the batch, at tokens `[firstToken, firstToken + count *
  /// length)`.
  ///
  /// @param padded whether a row is shorter than `length`
  record Group(int firstRow, int count, int firstToken, int length, boolean padded) {
    int tokens() {
      return count * length;
    }
  }

  private final List<int[]> rows;
  private final Optional<int[]> secondFrom;
  private final int[] order;
  private final List<Group> groups;
  private final int tokens;

  /// @param secondFrom for each packed row, where its tokens of type 1 begin; empty where there are
  ///   none
  private PackedBatch(
      List<int[]> rows, Optional<int[]> secondFrom, int[] order, List<Group> groups, int tokens) {
    this.rows = rows;
    this.secondFrom = secondFrom;
    this.order = order;
    this.groups = groups;
    this.tokens = tokens;
  }

  /// @param sequences token ids with special tokens, none empty
  static PackedBatch of(List<int[]> sequences) {
    return of(sequences, Optional.empty(), length -> length);
  }

  /// With groups of the lengths that libtorch's attention in bf16 is fast with: multiples of 16,
  /// from 64 on. Shorter ones have their own length.
  ///
  /// Measured on one core with AMX under other load, 12 heads of 32, in ns a token: 63 tokens
  /// 33,000 and 64 1,900; 76 tokens 4,700 and 80 2,300; 101 tokens 4,400 and 112 2,900.
  ///
  /// @param most tokens that the network takes
  static PackedBatch aligned(List<int[]> sequences, int most) {
    return of(
        sequences,
        Optional.empty(),
        length -> {
          int aligned = (length + ALIGNED - 1) / ALIGNED * ALIGNED;
          return length < WORTH_ALIGNING || aligned > most ? length : aligned;
        });
  }

  /// Questions and passages, each pair one sequence.
  static PackedBatch ofPairs(List<PairTokens> pairs) {
    return of(
        pairs.stream().map(PairTokens::ids).toList(),
        Optional.of(pairs.stream().mapToInt(PairTokens::secondFrom).toArray()),
        length -> length);
  }

  /// @param room the length of a group whose longest sequence has this length
  private static PackedBatch of(
      List<int[]> sequences, Optional<int[]> secondFrom, IntUnaryOperator room) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch needs a sequence");
    }
    int[] order =
        LengthBatches.order(sequences.size(), i -> -sequences.get(i).length).stream()
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> rows = IntStream.of(order).mapToObj(sequences::get).toList();
    var groups = new ArrayList<Group>();
    int token = 0;
    for (int from = 0; from < rows.size(); ) {
      int longest = rows.get(from).length;
      int to = from + 1;
      while (to < rows.size() && rows.get(to).length >= LEAST_SHARE * longest) {
        to++;
      }
      int length = room.applyAsInt(longest);
      boolean padded = rows.get(to - 1).length < length;
      groups.add(new Group(from, to - from, token, length, padded));
      token += (to - from) * length;
      from = to;
    }
    if (rows.getLast().length == 0) {
      throw new IllegalArgumentException("a sequence without a token");
    }
    Optional<int[]> seconds =
        secondFrom.map(from -> IntStream.of(order).map(row -> from[row]).toArray());
    return new PackedBatch(rows, seconds, order, List.copyOf(groups), token);
  }

  int size() {
    return rows.size();
  }

  /// Tokens, padding included.
  int tokens() {
    return tokens;
  }

  /// Of a group, padding included.
  int longest() {
    return groups.getFirst().length();
  }

  List<Group> groups() {
    return groups;
  }

  /// Which of the caller's sequences stands at packed row `i`: `[size]`.
  long[] order() {
    return IntStream.of(order).asLongStream().toArray();
  }

  /// At which packed row the caller's sequence `i` stands: `[size]`.
  long[] rowOf() {
    long[] rowOf = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      rowOf[order[i]] = i;
    }
    return rowOf;
  }

  /// Ids, 0 where there is padding: `[tokens]`.
  long[] ids() {
    long[] ids = new long[tokens];
    for (Group group : groups) {
      for (int row = 0; row < group.count(); row++) {
        int[] sequence = rows.get(group.firstRow() + row);
        int at = group.firstToken() + row * group.length();
        for (int i = 0; i < sequence.length; i++) {
          ids[at + i] = sequence[i];
        }
      }
    }
    return ids;
  }

  /// Whether tokens may be of type 1.
  boolean hasPairs() {
    return secondFrom.isPresent();
  }

  /// The type of each token, 0 where there is padding: `[tokens]`.
  long[] types() {
    long[] types = new long[tokens];
    int[] from = secondFrom.orElseThrow();
    for (Group group : groups) {
      for (int row = 0; row < group.count(); row++) {
        int at = group.firstToken() + row * group.length();
        int length = rows.get(group.firstRow() + row).length;
        Arrays.fill(types, at + from[group.firstRow() + row], at + length, 1);
      }
    }
    return types;
  }

  /// Place in its sequence of each token, counted from `offset`: `[tokens]`.
  long[] positions(int offset) {
    long[] positions = new long[tokens];
    for (Group group : groups) {
      for (int i = 0; i < group.tokens(); i++) {
        positions[group.firstToken() + i] = (long) offset + i % group.length();
      }
    }
    return positions;
  }

  /// Where each row's first token stands: `[size]`.
  long[] firstTokens() {
    long[] first = new long[rows.size()];
    for (Group group : groups) {
      for (int row = 0; row < group.count(); row++) {
        first[group.firstRow() + row] = group.firstToken() + (long) row * group.length();
      }
    }
    return first;
  }

  /// `inside` for tokens, `outside` for padding: `[count, length]`.
  float[] mask(Group group, float inside, float outside) {
    float[] mask = new float[group.tokens()];
    for (int row = 0; row < group.count(); row++) {
      int length = rows.get(group.firstRow() + row).length;
      for (int i = 0; i < group.length(); i++) {
        mask[row * group.length() + i] = i < length ? inside : outside;
      }
    }
    return mask;
  }

  int length(int row) {
    return rows.get(row).length;
  }
}
