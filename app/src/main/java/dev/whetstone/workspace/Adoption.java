package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.Adoptable;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An index that others made, taken in because its vectors are those of a model here:
/// `.whetstone/adopted/ENGINE/NAME.json`. Nothing is written into the index itself.
///
/// @param space that its vectors were found to be of
/// @param cosine the mean, of the sample
/// @param sample how many texts were compared
/// @param derived whether its engine takes vectors out of the documents' source, and may lose them
public record Adoption(
    String engine,
    String index,
    String space,
    String vectorField,
    String textField,
    @Nullable String documentField,
    double cosine,
    int sample,
    int passages,
    boolean derived) {
  static final double SAME_SPACE = .999;
  private static final int SAMPLE = 100;
  public static final String DERIVED_SOURCE = "index.knn.derived_source.enabled";

  /// What was recorded of an index; empty where it was not adopted.
  static Optional<Adoption> of(Workspace workspace, IndexPlace place) {
    Path file = file(workspace, place);
    return Files.exists(file)
        ? Optional.of(
            Json.read(
                file, Adoption.class, "Take the index in again", new Remedy.AdoptIndex(null, null)))
        : Optional.empty();
  }

  /// Compares a sample of the index's vectors with what the model makes of their texts, and records
  /// that they are the same.
  ///
  /// @throws Failure.Refused if they are not, with the figure
  /// @throws Failure.BadInput if the index has no such fields
  public static Adoption adopt(
      Workspace workspace, IndexPlace place, AdoptedFields fields, Encoder encoder) {
    EngineSections engines = workspace.settings().engines();
    if (!(engines.provider(place.engine()) instanceof ClusterProvider cluster)) {
      throw new Failure.BadInput(
          "an index is adopted at a cluster: name it with --engine " + engines.clusterNames());
    }
    Adoptable found =
        cluster.examine(
            Engines.site(workspace, place.engine(), System::getenv),
            place.name(),
            encoder.space(),
            fields,
            SAMPLE);
    if (found.dimension() != encoder.dimension()) {
      throw new Failure.Refused(
          place
              + " holds vectors of "
              + found.dimension()
              + " numbers, the serving model makes "
              + encoder.dimension()
              + ": let the model serve that the index was made with, or build an index of ours",
          new Remedy.BuildIndex(Remedy.BuildIndex.Build.UPDATE, place.engine().name()));
    }
    double cosine = cosine(place, found, fields, encoder);
    var adoption =
        new Adoption(
            place.engine().name(),
            place.name(),
            encoder.space().value(),
            fields.vector(),
            fields.text(),
            fields.document(),
            cosine,
            found.texts().size(),
            found.passages(),
            found.derived());
    WholeFile.write(file(workspace, place), Json.sealed(Json.pretty(adoption)));
    return adoption;
  }

  private static double cosine(
      IndexPlace place, Adoptable found, AdoptedFields fields, Encoder encoder) {
    var ids = new ArrayList<String>();
    var texts = new ArrayList<String>();
    for (String id : found.vectors().ids()) {
      String text = found.texts().getOrDefault(id, "");
      if (!text.isBlank()) {
        ids.add(id);
        texts.add(text);
      }
    }
    if (ids.isEmpty()) {
      throw new Failure.Refused(
          place
              + " holds no passage with both "
              + fields.vector()
              + " and "
              + fields.text()
              + ": there is nothing to compare with the model");
    }
    Vectors ours = encoder.texts(ids, texts, Progress.NONE);
    double sum = 0;
    double least = 1;
    for (int row = 0; row < ids.size(); row++) {
      float[] a = ours.vector(row);
      float[] b = found.vectors().vector(found.vectors().row(ids.get(row)));
      double cosine = 0;
      for (int i = 0; i < a.length; i++) {
        cosine += (double) a[i] * b[i];
      }
      sum += cosine;
      least = Math.min(least, cosine);
    }
    double mean = sum / ids.size();
    if (!(mean >= SAME_SPACE)) {
      throw new Failure.Refused(
          String.format(
              Locale.ROOT,
              "the vectors of %s are not those that the serving model makes of its texts: mean"
                  + " cosine %.4f over %d texts, lowest %.4f, and %.3f is asked for. They were made"
                  + " by another model, or of other text than stands in the field %s (with headings"
                  + " or a prompt, say). It is not adopted",
              place,
              mean,
              ids.size(),
              least,
              SAME_SPACE,
              fields.text()));
    }
    return mean;
  }

  SpaceId spaceId() {
    return new SpaceId(space);
  }

  AdoptedFields fields() {
    return new AdoptedFields(vectorField, textField, documentField);
  }

  /// The address that an app gives for the cluster of this index; empty where the settings name
  /// none any more.
  public String endpoint(Settings settings) {
    return Optional.ofNullable(
            IndexPlace.section(settings, IndexPlace.of(settings, engine).engine()))
        .map(section -> section.hosts().getFirst())
        .orElse("");
  }

  private static Path file(Workspace workspace, IndexPlace place) {
    return workspace
        .hidden()
        .resolve("adopted")
        .resolve(place.engine().name())
        .resolve(place.name() + ".json");
  }
}
