package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The trained models of a workspace: `NAME/VERSION/` folders, and a file `serving` that names the
/// version that serves, the proof that allowed it, and those that served before. A version whose
/// folder is gone, or holds a model of another space than the one proven, counts as if it had not
/// served. One writer at a time (the workspace's lock); readers at any time.
public final class ModelVersions {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
  private static final String SERVING = "serving";

  /// One version of a trained model.
  ///
  /// @param version from 1
  public record VersionId(String name, int version) {
    public VersionId {
      if (!NAME.matcher(name).matches() || version < 1) {
        throw new IllegalArgumentException("not a model's version: " + name + "/" + version);
      }
    }

    @Override
    public String toString() {
      return name + "/" + version;
    }
  }

  /// A version that was promoted.
  ///
  /// @param space that was proven; null where an older program promoted it
  /// @param report id of the proof; null likewise
  public record ServingVersion(
      String name, int version, @Nullable String space, @Nullable String report) {
    public VersionId id() {
      return new VersionId(name, version);
    }
  }

  private final Path models;

  /// @param models the workspace's folder `models`; need not be there yet
  public ModelVersions(Path models) {
    this.models = models;
  }

  /// The versions of a name whose folders are there, oldest first.
  public List<VersionId> list(String name) {
    Path folder = models.resolve(new VersionId(name, 1).name());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(entry -> entry.matches("[1-9][0-9]{0,8}"))
          .map(entry -> new VersionId(name, Integer.parseInt(entry)))
          .sorted(Comparator.comparingInt(VersionId::version))
          .toList();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /// The version after the newest: one that served keeps its number even when its folder is gone.
  public VersionId next(String name) {
    ServingHistory serving = read();
    int newest =
        Stream.of(
                list(name).stream(),
                serving.history().stream().map(ServingVersion::id),
                serving.withdrawn().stream().map(ServingVersion::id))
            .flatMap(all -> all)
            .filter(version -> version.name().equals(name))
            .mapToInt(VersionId::version)
            .max()
            .orElse(0);
    return new VersionId(name, newest + 1);
  }

  /// The folder of a version, or where it is to be written.
  public Path folder(VersionId version) {
    return models.resolve(version.name()).resolve(String.valueOf(version.version()));
  }

  /// @throws Failure.BadInput if there is no such version
  public Model open(VersionId version) {
    if (!Files.isDirectory(folder(version))) {
      throw new Failure.BadInput(
          "there is no model " + version + "; there are " + list(version.name()),
          Remedy.step("train"));
    }
    return Model.open(folder(version));
  }

  /// The version promoted last, of any name and whether its folder is there or not; empty while the
  /// base model serves.
  public Optional<VersionId> serving() {
    List<ServingVersion> history = read().history();
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast().id());
  }

  /// The promoted versions of a name whose folders hold what was proven, oldest first; the last one
  /// serves. Empty while the base model does.
  public List<ServingVersion> history(String name) {
    return read().history().stream()
        .filter(served -> served.name().equals(name))
        .filter(this::stands)
        .toList();
  }

  /// The last version of a name that was promoted, where its folder is gone or holds another model:
  /// then it does not serve.
  public Optional<VersionId> lost(String name) {
    List<ServingVersion> all =
        read().history().stream().filter(served -> served.name().equals(name)).toList();
    return all.isEmpty() || stands(all.getLast())
        ? Optional.empty()
        : Optional.of(all.getLast().id());
  }

  /// Whether it was rolled back and not promoted since.
  public boolean withdrawn(VersionId version) {
    return read().withdrawn().stream().anyMatch(one -> one.id().equals(version) && stands(one));
  }

  /// Whether the folder holds the model that was proven. One that is damaged counts as there, so
  /// that opening it reports the damage.
  private boolean stands(ServingVersion served) {
    Path folder = folder(served.id());
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try {
      return served.space() == null
          || Model.claimedSpace(folder).equals(served.space())
          || Model.open(folder).space().value().equals(served.space());
    } catch (Failure.CorruptArtifact | Failure.BadInput e) {
      return true;
    }
  }

  /// The space that a version claims; opening it checks that.
  public SpaceId claimedSpace(VersionId version) {
    String claimed = Model.claimedSpace(folder(version));
    return claimed.isEmpty() ? open(version).space() : new SpaceId(claimed);
  }

  /// Promotes a version: it serves from now on. For one that serves already, only the proof is
  /// noted.
  ///
  /// @param report id of the proof that allows it
  /// @throws Failure.BadInput if there is no such version
  /// @throws Failure.CorruptArtifact if it is damaged
  public void serve(VersionId version, String report) {
    String space = open(version).space().value();
    write(read().with(new ServingVersion(version.name(), version.version(), space, report)));
  }

  /// Goes back to the version that served before; empty when that is the base model. The version
  /// rolled back keeps its number, see [#withdrawn(VersionId)].
  ///
  /// @throws Failure.Refused if the base model serves already
  public Optional<VersionId> rollBack(String name) {
    List<ServingVersion> history = history(name);
    if (history.isEmpty()) {
      throw new Failure.Refused("the base model serves; there is nothing to roll back to");
    }
    Optional<VersionId> before =
        history.size() == 1 ? Optional.empty() : Optional.of(history.get(history.size() - 2).id());
    before.ifPresent(this::open);
    write(read().without(history.getLast()));
    return before;
  }

  /// The weight of the dense ranking in fusion for a space, 0–1, as its last proof found it; empty
  /// where there was none.
  public OptionalDouble weight(SpaceId space) {
    Double weight = read().weights().get(space.value());
    return weight == null ? OptionalDouble.empty() : OptionalDouble.of(weight);
  }

  /// Stores the fusion weights that a proof found.
  ///
  /// @param weights by space
  public void weigh(Map<String, Double> weights) {
    write(read().withWeights(weights));
  }

  private ServingHistory read() {
    return ServingHistory.read(models.resolve(SERVING));
  }

  private void write(ServingHistory serving) {
    serving.write(models.resolve(SERVING));
  }
}
