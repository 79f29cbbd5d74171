package dev.whetstone.torch;

import dev.whetstone.core.DecoderDescription;
import dev.whetstone.torch.Decoder.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// One pass of rows through the network: one row of each text under way, then all rows of each new
/// text.
///
/// @see DecoderSession for how texts share a pass
final class DecoderPass {
  private final Decoder decoder;
  private final DecoderDescription description;

  /// Of what all texts begin with; null where they begin with nothing.
  private final @Nullable DecoderCache ofBeginning;

  /// Takes the keys of the texts; null where the one new text is what all begin with.
  private final @Nullable DecoderCache block;

  /// Of each text under way, without the beginning.
  private final int[] lengths;

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

  /// Of the last layer, where it begins: `[1, keyHeads, tokens, headWidth]`.
  private @Nullable Tensor keyRead;

  private @Nullable Tensor valueRead;

  /// Of all layers, kept.
  private final DecoderCache read = new DecoderCache(new ArrayList<>(), new ArrayList<>());

  /// @param caches of what all begin with, and of the texts
  /// @param lengths of each text under way, without the beginning
  /// @param chosen the next word of each of them
  /// @param fresh new texts
  DecoderPass(
      Decoder decoder,
      Tensor frequencies,
      DecoderCache.Both caches,
      int[] lengths,
      int[] chosen,
      List<int[]> fresh) {
    this.decoder = decoder;
    this.description = decoder.description();
    this.ofBeginning = caches.ofBeginning();
    this.block = caches.block();
    this.lengths = lengths;
    this.under = chosen.length;
    this.fresh = fresh;
    this.later = fresh.stream().map(text -> later(text.length)).toList();
    int rows = under + fresh.stream().mapToInt(text -> text.length).sum();
    this.words = Arrays.copyOf(chosen, rows);
    var positions = new float[rows];
    long beginning = ofBeginning == null ? 0 : ofBeginning.tokens();
    int most = 0;
    for (int i = 0; i < under; i++) {
      positions[i] = beginning + lengths[i];
      most = Math.max(most, lengths[i] + 1);
    }
    int at = under;
    for (int[] text : fresh) {
      System.arraycopy(text, 0, words, at, text.length);
      for (int i = 0; i < text.length; i++) {
        positions[at++] = beginning + i;
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

  /// Reads the one new text as what all begin with.
  ///
  /// @return its keys and values, kept
  DecoderCache keysAndValues() {
    boolean whole = false;
    try {
      var _ = states();
      whole = true;
      return read;
    } finally {
      if (!whole) {
        read.free();
      }
    }
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
    if (block == null) {
      keyRead = key.unsqueeze(0).contiguous();
      valueRead = value.unsqueeze(0).contiguous();
    } else {
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
    DecoderCache before = ofBeginning;
    if (before == null) {
      return weighed(torch.softmax(scores, 3), ownValues).reshape(under, -1);
    }
    long length = before.tokens();
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
                shares.narrow(3, 0, length).transpose(0, 1).reshape(shared, under * group, length),
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
    DecoderCache before = ofBeginning;
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
