package dev.whetstone.torch;

import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.PairTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Token sequences of different lengths as one flat run of tokens, so that everything that works
/// token by token is one matrix product. For attention, sequences of nearly the same length stand
/// together as a [Group] of `[count, length]` tokens, padded to its longest; few tokens are
/// padding.
final class PackedBatch {
  /// A shorter sequence joins a group while it has this share of the group's length.
  private static final double LEAST_SHARE = .85;

  private static final int PADDING = 0;

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
    return of(sequences, Optional.empty());
  }

  /// Questions and passages, each pair one sequence.
  static PackedBatch ofPairs(List<PairTokens> pairs) {
    return of(
        pairs.stream().map(PairTokens::ids).toList(),
        Optional.of(pairs.stream().mapToInt(PairTokens::secondFrom).toArray()));
  }

  private static PackedBatch of(List<int[]> sequences, Optional<int[]> secondFrom) {
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
      int length = rows.get(from).length;
      int to = from + 1;
      while (to < rows.size() && rows.get(to).length >= LEAST_SHARE * length) {
        to++;
      }
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

  int longest() {
    return rows.getFirst().length;
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

  /// The ids that occur in any packing of these, that of padding included: each once, rising.
  static long[] distinct(List<int[]> sequences) {
    return LongStream.concat(
            LongStream.of(PADDING), sequences.stream().flatMapToInt(Arrays::stream).asLongStream())
        .distinct()
        .sorted()
        .toArray();
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
