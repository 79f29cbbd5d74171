package dev.whetstone.torch;

import dev.whetstone.core.DecoderDescription;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
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
  private @Nullable DecoderCache ofBeginning;
  private @Nullable DecoderCache own;

  /// Of each text under way, without the beginning.
  private int[] lengths = {};

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
        ofBeginning = pass(new int[0], List.of(words), null).keysAndValues();
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
      Tensor last = pass(chosen, fresh, own).states();
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

  private DecoderPass pass(int[] chosen, List<int[]> fresh, @Nullable DecoderCache block) {
    var caches = new DecoderCache.Both(ofBeginning, block);
    return new DecoderPass(decoder, frequencies, caches, lengths, chosen, fresh);
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
    DecoderCache cache = own;
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
    DecoderCache before = own;
    if (before != null && before.texts() >= texts && before.tokens() >= tokens) {
      return;
    }
    long places = before == null ? texts : Math.max(before.texts(), texts);
    long room = before == null ? 0 : before.tokens();
    room = Math.max(room, (tokens + GROWTH - 1) / GROWTH * (long) GROWTH);
    try (var scope = new Scope()) {
      var larger =
          new DecoderCache(
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
}
