package dev.whetstone.deploy;

import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.Model;
import java.util.ArrayList;
import java.util.List;

/// A model with its encoder open, and the number of those who use it: the last one closes it.
final class OpenModel {
  private static final int SPECIAL_TOKENS = 2; // [CLS] and [SEP]

  private final Model model;
  private final Encoder encoder;
  private int users = 1; // the opener

  OpenModel(Model model, Encoder encoder) {
    this.model = model;
    this.encoder = encoder;
  }

  Model model() {
    return model;
  }

  SpaceId space() {
    return model.space();
  }

  int dimension() {
    return model.dimension();
  }

  /// How many tokens each text has, with the role's prompt and the special tokens, before anything
  /// is cut off.
  List<Integer> lengths(Role role, List<String> texts) {
    String prompt = role == Role.QUERY ? model.prompts().query() : model.prompts().passage();
    var lengths = new ArrayList<Integer>(texts.size());
    for (String text : texts) {
      lengths.add(encoder.tokens().count(prompt.concat(text)) + SPECIAL_TOKENS);
    }
    return lengths;
  }

  /// @return row `i` at `[i * dimension, (i + 1) * dimension)`
  float[] embed(Role role, List<String> texts) {
    var rows = new float[texts.size() * dimension()];
    switch (role) {
      case QUERY -> {
        List<float[]> vectors = encoder.queries(texts);
        for (int i = 0; i < vectors.size(); i++) {
          System.arraycopy(vectors.get(i), 0, rows, i * dimension(), dimension());
        }
      }
      case PASSAGE -> {
        List<String> ids =
            java.util.stream.IntStream.range(0, texts.size()).mapToObj(String::valueOf).toList();
        return encoder.texts(ids, texts, dev.whetstone.core.Progress.NONE).data();
      }
    }
    return rows;
  }

  /// @return false when it was closed meanwhile
  synchronized boolean acquire() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  synchronized void release() {
    users--;
    if (users == 0) {
      encoder.close();
    }
  }
}
