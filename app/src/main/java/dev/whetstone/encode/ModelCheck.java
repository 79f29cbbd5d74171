package dev.whetstone.encode;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Model;
import java.util.List;
import java.util.stream.IntStream;

/// Checks that a model embeds at all, before it takes another's place: some short texts have
/// vectors of unit length, and different texts do not all have the same one. Broken weights give
/// zeros or no numbers, a broken tokenizer takes every word for the unknown one.
public final class ModelCheck {
  /// Vectors of one text in two batches differ by less.
  private static final double SAME = 1 - 1e-6;

  /// Each list is of one length in words, so that positions alone do not make a difference. A model
  /// of another language than English still knows one of them.
  private static final List<List<String>> TEXTS =
      List.of(
          List.of("water", "money", "house", "night"),
          List.of("水", "山", "人", "大"),
          List.of("1", "2", "3", "4"));

  private ModelCheck() {}

  /// @throws Failure.BadInput if it cannot embed: it is what the caller gave
  public static void requireEmbeds(Model model, Encoder encoder) {
    if (TEXTS.stream().noneMatch(texts -> differ(vectors(model, encoder, texts)))) {
      throw new Failure.BadInput(
          "the model "
              + model
              + " gives the same vector for different texts: its tokenizer or its weights are"
              + " broken. Fetch it anew");
    }
  }

  private static List<float[]> vectors(Model model, Encoder encoder, List<String> texts) {
    try {
      List<String> ids = IntStream.range(0, texts.size()).mapToObj(String::valueOf).toList();
      var passages = encoder.texts(ids, texts, Progress.NONE);
      var _ = encoder.queries(texts);
      return IntStream.range(0, texts.size()).mapToObj(passages::vector).toList();
    } catch (Failure.CorruptArtifact e) {
      throw new Failure.BadInput(String.valueOf(e.getMessage()), e);
    } catch (IllegalStateException e) {
      throw new Failure.BadInput(
          "the model " + model + " cannot embed a text: " + e.getMessage(), e);
    }
  }

  private static boolean differ(List<float[]> vectors) {
    float[] first = vectors.getFirst();
    return vectors.stream().anyMatch(other -> cosine(first, other) < SAME);
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return dot;
  }
}
