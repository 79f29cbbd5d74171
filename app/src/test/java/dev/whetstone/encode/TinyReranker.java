package dev.whetstone.encode;

import dev.whetstone.model.CrossEncoderDraft;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.ModelCard;
import dev.whetstone.store.Provenance;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A tiny reranker with random weights, of which the fixture says what it scores.
public final class TinyReranker {
  private static final ModelCard CARD = ModelCard.of("random", "apache-2.0", List.of("en"));

  private TinyReranker() {}

  /// Writes it as a step would.
  ///
  /// @param name of the model; it makes the folder another than that of another name
  public static CrossEncoderModel write(Path folder, String name) {
    try {
      var fixture =
          CrossEncoderModel.open(
              Path.of(
                  Objects.requireNonNull(TinyReranker.class.getResource("/rerankers/bert"))
                      .toURI()));
      return CrossEncoderModel.save(
          folder,
          CrossEncoderDraft.of(fixture, name, fixture.weights(), CARD),
          new Provenance("reranker", 1, Map.of(), Map.of(), 1));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
