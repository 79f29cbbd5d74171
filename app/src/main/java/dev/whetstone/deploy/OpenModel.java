package dev.whetstone.deploy;

import dev.whetstone.core.Lease;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A model with a lease of its encoder. Safe for many threads.
record OpenModel(Model model, Lease<Encoder> encoder) implements AutoCloseable {
  private static final int SPECIAL_TOKENS = 2; // [CLS] and [SEP]

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
      lengths.add(encoder.value().tokens().count(prompt.concat(text)) + SPECIAL_TOKENS);
    }
    return lengths;
  }

  /// @return row `i` at `[i * dimension, (i + 1) * dimension)`
  float[] embed(Role role, List<String> texts) {
    return switch (role) {
      case QUERY -> {
        var rows = new float[texts.size() * dimension()];
        List<float[]> vectors = encoder.value().queries(texts);
        for (int i = 0; i < vectors.size(); i++) {
          System.arraycopy(vectors.get(i), 0, rows, i * dimension(), dimension());
        }
        yield rows;
      }
      case PASSAGE -> {
        List<String> ids = IntStream.range(0, texts.size()).mapToObj(String::valueOf).toList();
        yield encoder.value().texts(ids, texts, Progress.NONE).data();
      }
    };
  }

  @Override
  public void close() {
    encoder.close();
  }
}
