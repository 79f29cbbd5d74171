package dev.whetstone.torch;

import dev.whetstone.core.DecoderDescription;
import dev.whetstone.torch.Decoder.Layer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// Several texts that a language model continues together, on one core.
///
/// ## Problem
///
/// To write one word, the network reads all of its weights. Words of several texts that are
/// computed in one pass share that reading, and a product of many rows is several times faster than
/// as many of one row. And prompts mostly begin alike: an instruction and examples of some hundred
/// tokens stand before a passage that is shorter than they are.
///
/// ## Method
///
/// - [#begin] reads what all texts begin with; its keys and values are kept once.
/// - [#advance] takes the next word of each text under way, and whole new texts, through the
///   network in one pass: the linear maps see the rows of all of them. New texts join, and finished
///   ones leave, between any two passes (Yu et al., OSDI 2022, *Orca*).
/// - **Attention** of texts under way is one product for all of them over the common beginning
///   (`[texts · heads, width] · [width, beginning]`) and one batched product over their own keys;
///   both softmaxes are one, as the scores lie side by side. A new text is attended to alone, with
///   a causal mask.
/// - **Keys and values** of a text lie in one place of a block; the texts are always in the first
///   places. One that leaves is overwritten by the last one. The block grows as texts grow.
///
/// ## Precision
///
/// Linear maps and attention's products have the decoder's type; the state, norms, rotations and
/// softmaxes are fp32.
///
/// ## Invariants
///
/// What a text's words are scored as depends on its own words alone, but for rounding: other texts
/// change the order of sums (`DecoderSessionTest` holds it against a text that is alone, and
/// against Hugging Face transformers).
public final class DecoderSession implements AutoCloseable {
  /// The block of keys and values grows by so many tokens.
  private static final int GROWTH = 128;

  private final Decoder decoder;
  private final DecoderDescription description;
  private final Tensor frequencies;

  private int[] beginning = {};
  private @Nullable Cache ofBeginning;
  private @Nullable Cache own;

  /// Of each text under way, without the beginning.
  private int[] lengths = {};

  /// Keys and values of each layer: `[texts, keyHeads, tokens, headWidth]`.
  private record Cache(List<Tensor> keys, List<Tensor> values) {
    void keep(Scope scope) {
      keys.forEach(scope::keep);
      values.forEach(scope::keep);
    }

    void free() {
      keys.forEach(Scope::free);
      values.forEach(Scope::free);
    }

    long texts() {
      return keys.getFirst().size(0);
    }

    long tokens() {
      return keys.getFirst().size(2);
    }
  }

  /// The words that may come next, in no order, with their scores (logits).
  public static final class Next {
    private final int[] words;
    private final float[] scores;

    private Next(int[] words, float[] scores) {
      this.words = words;
      this.scores = scores;
    }

    /// How many they are; 0 where a score is no number (NaN), as with damaged weights.
    public int size() {
      return words.length;
    }

    /// A word's number in the vocabulary.
    ///
    /// @param i from 0
    public int word(int i) {
      return words[i];
    }

    /// A word's score.
    ///
    /// @param i from 0
    public float score(int i) {
      return scores[i];
    }

    /// The place of the word with the best score.
    public int best() {
      int best = 0;
      for (int i = 1; i < scores.length; i++) {
        best = scores[i] > scores[best] ? i : best;
      }
      return best;
    }
  }

  DecoderSession(Decoder decoder) {
    this.decoder = decoder;
    this.description = decoder.description();
    try (var scope = new Scope();
        var _ = new NoGradGuard()) {
      int half = description.headWidth() / 2;
      var values = new float[half];
      for (int i = 0; i < half; i++) {
        values[i] = (float) Math.pow(description.rotationBase(), -(double) i / half);
      }
      Tensor plain = Device.floats(values, half);
      Tensor factors = decoder.frequencyFactors();
      this.frequencies = scope.keep(factors == null ? plain : plain.div(factors));
    }
  }

  /// Computes on this thread alone: others have sessions of their own.
  public static void onOneCore() {
    Threads.computeOn(1);
  }

  /// Texts under way.
  public int size() {
    return lengths.length;
  }

  /// The words that all texts begin with.
  public int[] beginning() {
    return beginning.clone();
  }

  /// Reads what texts that follow begin with, in place of what they began with before. No text may
  /// be under way.
  ///
  /// @param words may be empty
  public void begin(int[] words) {
    if (size() > 0) {
      throw new IllegalStateException(size() + " texts are under way");
    }
    if (ofBeginning != null) {
      ofBeginning.free();
      ofBeginning = null;
    }
    beginning = new int[0];
    if (words.length > 0) {
      try (var _ = new Scope();
          var _ = new NoGradGuard()) {
        var pass = new Pass(new int[0], List.of(words), true);
        boolean whole = false;
        try {
          var _ = pass.states();
          whole = true;
        } finally {
          if (!whole) {
            pass.read.free();
          }
        }
        ofBeginning = pass.read;
        beginning = words.clone();
      }
    }
  }

  /// One pass.
  ///
  /// @param chosen the next word of each text under way, in their order
  /// @param fresh new texts, without what all begin with; each at least a word. They stand behind
  ///   the others from now on
  /// @param below how far under the best word's score the words that are returned may lie
  /// @return for each text, the new ones included
  public List<Next> advance(int[] chosen, List<int[]> fresh, double below) {
    if (chosen.length != size() || chosen.length + fresh.size() == 0) {
      throw new IllegalArgumentException("%d words for %d texts".formatted(chosen.length, size()));
    }
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      int longest = 0;
      for (int length : lengths) {
        longest = Math.max(longest, length + 1);
      }
      for (int[] text : fresh) {
        longest = Math.max(longest, text.length);
      }
      makeRoom(chosen.length + fresh.size(), longest);
      Tensor last = new Pass(chosen, fresh, false).states();
      int under = lengths.length;
      lengths = Arrays.copyOf(lengths, under + fresh.size());
      for (int i = 0; i < under; i++) {
        lengths[i]++;
      }
      for (int i = 0; i < fresh.size(); i++) {
        lengths[under + i] = fresh.get(i).length;
      }
      Tensor scores = decoder.head().apply(last.to(decoder.type())).to(ScalarType.Float);
      return next(scores.contiguous(), below);
    }
  }

  private List<Next> next(Tensor scores, double below) {
    FloatBuffer all = Device.memory(scores);
    var next = new ArrayList<Next>();
    float[] row = new float[description.words()];
    for (int i = 0; i < scores.size(0); i++) {
      all.get(row);
      float best = Float.NEGATIVE_INFINITY;
      for (float score : row) {
        best = Math.max(best, score);
      }
      int count = 0;
      int[] words = new int[row.length];
      for (int word = 0; word < row.length; word++) {
        if (row[word] >= best - below) {
          words[count++] = word;
        }
      }
      int[] kept = Arrays.copyOf(words, count);
      var of = new float[count];
      for (int j = 0; j < count; j++) {
        of[j] = row[kept[j]];
      }
      next.add(new Next(kept, of));
    }
    return next;
  }

  /// Ends a text; the last one takes its place.
  ///
  /// @param place from 0
  public void leave(int place) {
    int last = size() - 1;
    if (place < 0 || place > last) {
      throw new IllegalArgumentException("text " + place + " of " + size());
    }
    Cache cache = own;
    if (place < last && cache != null) {
      try (var _ = new Scope();
          var _ = new NoGradGuard()) {
        for (List<Tensor> tensors : List.of(cache.keys(), cache.values())) {
          for (Tensor tensor : tensors) {
            long tokens = lengths[last];
            tensor
                .select(0, place)
                .narrow(1, 0, tokens)
                .copy_(tensor.select(0, last).narrow(1, 0, tokens));
          }
        }
      }
      lengths[place] = lengths[last];
    }
    lengths = Arrays.copyOf(lengths, last);
  }

  /// Makes the block large enough.
  private void makeRoom(int texts, int tokens) {
    Cache before = own;
    if (before != null && before.texts() >= texts && before.tokens() >= tokens) {
      return;
    }
    long places = before == null ? texts : Math.max(before.texts(), texts);
    long room = before == null ? 0 : before.tokens();
    room = Math.max(room, (tokens + GROWTH - 1) / GROWTH * (long) GROWTH);
    try (var scope = new Scope()) {
      var larger =
          new Cache(
              grown(before == null ? null : before.keys(), places, room),
              grown(before == null ? null : before.values(), places, room));
      larger.keep(scope); // once there is room for all
      own = larger;
    }
    if (before != null) {
      before.free();
    }
  }

  private List<Tensor> grown(@Nullable List<Tensor> before, long places, long tokens) {
    var grown = new ArrayList<Tensor>();
    for (int layer = 0; layer < description.layers(); layer++) {
      // zeros, as masked numbers are multiplied by nothing: they must be finite
      Tensor all =
          Device.zeros(
              decoder.type(), places, description.keyHeads(), tokens, description.headWidth());
      if (before != null) {
        Tensor old = before.get(layer);
        all.narrow(0, 0, old.size(0)).narrow(2, 0, old.size(2)).copy_(old);
      }
      grown.add(all);
    }
    return grown;
  }

  @Override
  public void close() {
    Scope.free(frequencies);
    if (ofBeginning != null) {
      ofBeginning.free();
    }
    if (own != null) {
      own.free();
    }
  }

  /// One pass of rows through the network: one row of each text under way, then all rows of each
  /// new text.
  private final class Pass {
    private final int under;
    private final List<int[]> fresh;
    private final int[] words;
    private final Tensor cosines;
    private final Tensor sines;

    /// Place of the next key of each text under way, and what its row may see: `[under, 1, 1,
    /// tokens]`.
    private final @Nullable Tensor places;

    private final @Nullable Tensor seen;
    private final int longest;

    /// What each new text's words may not see of the text itself: `[tokens, tokens]`.
    private final List<Tensor> later;

    /// Whether the one new text is what all begin with: its keys do not go to the block.
    private final boolean begins;

    /// Of the last layer, where it begins: `[1, keyHeads, tokens, headWidth]`.
    private @Nullable Tensor keyRead;

    private @Nullable Tensor valueRead;

    /// Of all layers, kept.
    private final Cache read = new Cache(new ArrayList<>(), new ArrayList<>());

    Pass(int[] chosen, List<int[]> fresh, boolean begins) {
      this.under = chosen.length;
      this.fresh = fresh;
      this.begins = begins;
      this.later = fresh.stream().map(text -> later(text.length)).toList();
      int rows = under + fresh.stream().mapToInt(text -> text.length).sum();
      this.words = Arrays.copyOf(chosen, rows);
      var positions = new float[rows];
      int most = 0;
      for (int i = 0; i < under; i++) {
        positions[i] = beginning.length + lengths[i];
        most = Math.max(most, lengths[i] + 1);
      }
      int at = under;
      for (int[] text : fresh) {
        System.arraycopy(text, 0, words, at, text.length);
        for (int i = 0; i < text.length; i++) {
          positions[at++] = beginning.length + i;
        }
      }
      this.longest = most;
      Tensor angles = torch.outer(Device.floats(positions, rows), frequencies).unsqueeze(1);
      this.cosines = angles.cos();
      this.sines = angles.sin();
      this.places = under == 0 ? null : places();
      this.seen = under == 0 ? null : seen();
    }

    private Tensor places() {
      var at = new long[under];
      for (int i = 0; i < under; i++) {
        at[i] = lengths[i];
      }
      return Device.indices(at)
          .view(under, 1, 1, 1)
          .expand(under, description.keyHeads(), 1, description.headWidth());
    }

    private Tensor seen() {
      var mask = new float[under * longest];
      for (int i = 0; i < under; i++) {
        Arrays.fill(mask, i * longest + lengths[i] + 1, (i + 1) * longest, Float.NEGATIVE_INFINITY);
      }
      return Device.floats(mask, under, 1, 1, longest);
    }

    /// The states after the last norm of each text's last word: `[under + fresh, width]`.
    Tensor states() {
      Tensor state = decoder.states(words);
      for (int i = 0; i < description.layers(); i++) {
        try (var scope = new Scope()) {
          state = scope.hand(layer(i, decoder.layer(i), state));
          if (keyRead != null && valueRead != null) {
            read.keys().add(scope.keep(keyRead));
            read.values().add(scope.keep(valueRead));
          }
        }
      }
      var rows = new long[under + fresh.size()];
      for (int i = 0; i < under; i++) {
        rows[i] = i;
      }
      int at = under;
      for (int i = 0; i < fresh.size(); i++) {
        at += fresh.get(i).length;
        rows[under + i] = at - 1L;
      }
      return norm(torch.index_select(state, 0, Device.indices(rows)), decoder.lastNorm());
    }

    private Tensor norm(Tensor state, Tensor weight) {
      return torch.rms_norm(
          state,
          new long[] {weight.size(0)},
          new TensorOptional(weight),
          new DoubleOptional(description.epsilon()));
    }

    private Tensor layer(int number, Layer layer, Tensor state) {
      Tensor in = norm(state, layer.attentionNorm()).to(decoder.type());
      Tensor context = attention(number, layer, layer.queryKeyValue().apply(in));
      Tensor middle = state.add(layer.out().apply(context).to(ScalarType.Float));
      Tensor normed = norm(middle, layer.feedForwardNorm()).to(decoder.type());
      Tensor both = layer.gateUp().apply(normed);
      long half = description.feedForward();
      Tensor gated = torch.silu(both.narrow(1, 0, half)).mul(both.narrow(1, half, half));
      return middle.add(layer.down().apply(gated).to(ScalarType.Float));
    }

    /// @param all queries, keys and values: `[rows, (heads + 2 keyHeads) · headWidth]`
    /// @return `[rows, heads · headWidth]`
    private Tensor attention(int number, Layer layer, Tensor all) {
      long width = description.headWidth();
      long heads = description.heads();
      long shared = description.keyHeads();
      Tensor split = all.view(all.size(0), heads + 2 * shared, width);
      Tensor queries = rotated(split.narrow(1, 0, heads), layer.queryNorm());
      Tensor keys = rotated(split.narrow(1, heads, shared), layer.keyNorm());
      Tensor values = split.narrow(1, heads + shared, shared);
      var parts = new TensorVector();
      if (under > 0) {
        parts.push_back(
            continued(
                number,
                queries.narrow(0, 0, under),
                keys.narrow(0, 0, under),
                values.narrow(0, 0, under)));
      }
      int at = under;
      for (int i = 0; i < fresh.size(); i++) {
        int count = fresh.get(i).length;
        Tensor key = keys.narrow(0, at, count).transpose(0, 1);
        Tensor value = values.narrow(0, at, count).transpose(0, 1);
        parts.push_back(begun(number, later.get(i), queries.narrow(0, at, count), key, value));
        keep(number, under + i, key, value);
        at += count;
      }
      return torch.cat(parts, 0);
    }

    private void keep(int number, int place, Tensor key, Tensor value) {
      Cache block = own;
      if (begins) {
        keyRead = key.unsqueeze(0).contiguous();
        valueRead = value.unsqueeze(0).contiguous();
      } else if (block != null) {
        block.keys().get(number).select(0, place).narrow(1, 0, key.size(1)).copy_(key);
        block.values().get(number).select(0, place).narrow(1, 0, key.size(1)).copy_(value);
      }
    }

    /// @param rows `[rows, heads, headWidth]`
    private Tensor rotated(Tensor rows, @Nullable Tensor weight) {
      Tensor in = rows.to(ScalarType.Float);
      if (weight != null) {
        in = norm(in, weight);
      }
      long half = description.headWidth() / 2;
      Tensor first = in.narrow(2, 0, half);
      Tensor second = in.narrow(2, half, half);
      return torch
          .cat(
              new TensorVector(
                  first.mul(cosines).sub(second.mul(sines)),
                  second.mul(cosines).add(first.mul(sines))),
              2)
          .to(decoder.type());
    }

    private double scale() {
      return 1 / Math.sqrt(description.headWidth());
    }

    /// Attention of texts under way, and their new keys and values into the block.
    ///
    /// @param queries `[under, heads, headWidth]`; keys and values `[under, keyHeads, headWidth]`
    private Tensor continued(int number, Tensor queries, Tensor keys, Tensor values) {
      Cache block = own;
      if (block == null || places == null || seen == null) {
        throw new IllegalStateException("no text is under way");
      }
      long shared = description.keyHeads();
      long group = description.heads() / shared;
      long width = description.headWidth();
      Tensor ownKeys = block.keys().get(number).narrow(0, 0, under).narrow(2, 0, longest);
      Tensor ownValues = block.values().get(number).narrow(0, 0, under).narrow(2, 0, longest);
      var _ = ownKeys.scatter_(2, places, keys.unsqueeze(2));
      var _ = ownValues.scatter_(2, places, values.unsqueeze(2));
      Tensor asked = queries.view(under, shared, group, width);
      Tensor scores =
          asked
              .matmul(ownKeys.transpose(2, 3))
              .to(ScalarType.Float)
              .mul(new Scalar(scale()))
              .add(seen);
      Cache before = ofBeginning;
      if (before == null) {
        return weighed(torch.softmax(scores, 3), ownValues).reshape(under, -1);
      }
      long length = beginning.length;
      Tensor together = asked.transpose(0, 1).reshape(shared, under * group, width);
      Tensor common =
          together
              .matmul(before.keys().get(number).select(0, 0).transpose(1, 2))
              .to(ScalarType.Float)
              .mul(new Scalar(scale()))
              .view(shared, under, group, length)
              .transpose(0, 1);
      Tensor shares = torch.softmax(torch.cat(new TensorVector(common, scores), 3), 3);
      Tensor ofOwn = weighed(shares.narrow(3, length, longest), ownValues);
      Tensor ofCommon =
          weighed(
                  shares
                      .narrow(3, 0, length)
                      .transpose(0, 1)
                      .reshape(shared, under * group, length),
                  before.values().get(number).select(0, 0))
              .view(shared, under, group, width)
              .transpose(0, 1);
      return ofOwn.add(ofCommon).reshape(under, -1);
    }

    private Tensor weighed(Tensor shares, Tensor values) {
      return shares.to(decoder.type()).matmul(values);
    }

    /// Attention of a new text: it sees the beginning, and its own words up to each.
    ///
    /// @param hidden its words that each may not see: `[tokens, tokens]`
    /// @param queries `[tokens, heads, headWidth]`
    /// @param key `[keyHeads, tokens, headWidth]`; value likewise
    private Tensor begun(int number, Tensor hidden, Tensor queries, Tensor key, Tensor value) {
      long shared = description.keyHeads();
      long group = description.heads() / shared;
      long width = description.headWidth();
      long tokens = key.size(1);
      Tensor allKeys = key;
      Tensor allValues = value;
      Cache before = ofBeginning;
      if (before != null) {
        allKeys = torch.cat(new TensorVector(before.keys().get(number).select(0, 0), key), 1);
        allValues = torch.cat(new TensorVector(before.values().get(number).select(0, 0), value), 1);
      }
      long known = allKeys.size(1) - tokens;
      Tensor asked =
          queries
              .view(tokens, shared, group, width)
              .permute(1, 2, 0, 3)
              .reshape(shared, group * tokens, width);
      Tensor scores =
          asked
              .matmul(allKeys.transpose(1, 2))
              .to(ScalarType.Float)
              .mul(new Scalar(scale()))
              .view(shared, group, tokens, known + tokens);
      var _ = scores.narrow(3, known, tokens).add_(hidden);
      Tensor shares = torch.softmax(scores, 3).view(shared, group * tokens, known + tokens);
      return weighed(shares, allValues)
          .view(shared, group, tokens, width)
          .permute(2, 0, 1, 3)
          .reshape(tokens, -1);
    }

    private static Tensor later(int tokens) {
      Tensor all = torch.full(new long[] {tokens, tokens}, new Scalar(Float.NEGATIVE_INFINITY));
      return torch.triu(all, 1);
    }
  }
}
