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

/// The trained models of a workspace: `NAME/VERSION/` folders, and a file `serving` that says which
/// one serves, what proof let it, and which served before. A version whose folder is gone, or holds
/// a model of another space than the one that was proven, counts as if it had not served. One
/// writer at a time (the workspace's lock); readers at any time.
public final class ModelVersions {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
  private static final String SERVING = "serving";

  /// One version of a trained model.
  ///
  /// @param version from 1
  public record Version(String name, int version) {
    public Version {
      if (!NAME.matcher(name).matches() || version < 1) {
        throw new IllegalArgumentException("not a model's version: " + name + "/" + version);
      }
    }

    @Override
    public String toString() {
      return name + "/" + version;
    }
  }

  /// One that served.
  ///
  /// @param space that was proven; null where an older program let it serve
  /// @param report id of the proof; null likewise
  public record Served(String name, int version, @Nullable String space, @Nullable String report) {
    public Version id() {
      return new Version(name, version);
    }
  }

  private final Path models;

  /// @param models the workspace's folder `models`; need not be there yet
  public ModelVersions(Path models) {
    this.models = models;
  }

  /// The versions of a name that stand there, oldest first.
  public List<Version> list(String name) {
    Path folder = models.resolve(new Version(name, 1).name());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(entry -> entry.matches("[1-9][0-9]{0,8}"))
          .map(entry -> new Version(name, Integer.parseInt(entry)))
          .sorted(Comparator.comparingInt(Version::version))
          .toList();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /// The version after the newest: one that served keeps its number though its folder is gone.
  public Version next(String name) {
    Serving serving = read();
    int newest =
        Stream.of(
                list(name).stream(),
                serving.history().stream().map(Served::id),
                serving.withdrawn().stream().map(Served::id))
            .flatMap(all -> all)
            .filter(version -> version.name().equals(name))
            .mapToInt(Version::version)
            .max()
            .orElse(0);
    return new Version(name, newest + 1);
  }

  /// Where a version stands, or is to be written.
  public Path folder(Version version) {
    return models.resolve(version.name()).resolve(String.valueOf(version.version()));
  }

  /// @throws Failure.BadInput if there is no such version
  public Model open(Version version) {
    if (!Files.isDirectory(folder(version))) {
      throw new Failure.BadInput(
          "there is no model " + version + "; there are " + list(version.name()),
          Remedy.step("train"));
    }
    return Model.open(folder(version));
  }

  /// The last that was let serve, of any name and whether it stands there or not; empty while the
  /// base model serves.
  public Optional<Version> serving() {
    List<Served> history = read().history();
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast().id());
  }

  /// What served of a name and stands there as it was proven, oldest first; the last one serves.
  /// Empty while the base model does.
  public List<Served> history(String name) {
    return read().history().stream()
        .filter(served -> served.name().equals(name))
        .filter(this::stands)
        .toList();
  }

  /// What was let serve last of a name, and does not serve, for it does not stand there any more.
  public Optional<Version> lost(String name) {
    List<Served> all =
        read().history().stream().filter(served -> served.name().equals(name)).toList();
    return all.isEmpty() || stands(all.getLast())
        ? Optional.empty()
        : Optional.of(all.getLast().id());
  }

  /// Whether it was rolled back, and not let serve since.
  public boolean withdrawn(Version version) {
    return read().withdrawn().stream().anyMatch(one -> one.id().equals(version) && stands(one));
  }

  /// Damage is no reason to pass a version over: opening it says so.
  private boolean stands(Served served) {
    Path folder = folder(served.id());
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try {
      return served.space() == null
          || Model.said(folder).equals(served.space())
          || Model.open(folder).space().value().equals(served.space());
    } catch (Failure.CorruptArtifact | Failure.BadInput e) {
      return true;
    }
  }

  /// The space that a version says it has; opening it checks that.
  public SpaceId said(Version version) {
    String said = Model.said(folder(version));
    return said.isEmpty() ? open(version).space() : new SpaceId(said);
  }

  /// Lets a version serve from now on. Of one that serves already, the proof is noted.
  ///
  /// @param report id of the proof that lets it
  /// @throws Failure.BadInput if there is no such version
  /// @throws Failure.CorruptArtifact if it is damaged
  public void serve(Version version, String report) {
    String space = open(version).space().value();
    write(read().promoted(new Served(version.name(), version.version(), space, report)));
  }

  /// Lets serve what served before; empty when that is the base model. What was rolled back keeps
  /// its number, see [#withdrawn(Version)].
  ///
  /// @throws Failure.Refused if the base model serves already
  public Optional<Version> rollBack(String name) {
    List<Served> history = history(name);
    if (history.isEmpty()) {
      throw new Failure.Refused("the base model serves; there is nothing to roll back to");
    }
    Optional<Version> before =
        history.size() == 1 ? Optional.empty() : Optional.of(history.get(history.size() - 2).id());
    before.ifPresent(this::open);
    write(read().withdrawn(history.getLast()));
    return before;
  }

  /// How much the dense ranking weighs beside the words in a space, 0–1, as its last proof found;
  /// empty where there was none.
  public OptionalDouble weight(SpaceId space) {
    Double weight = read().weights().get(space.value());
    return weight == null ? OptionalDouble.empty() : OptionalDouble.of(weight);
  }

  /// Notes what a proof found.
  ///
  /// @param weights by space
  public void weigh(Map<String, Double> weights) {
    write(read().weighed(weights));
  }

  private Serving read() {
    return Serving.read(models.resolve(SERVING));
  }

  private void write(Serving serving) {
    serving.write(models.resolve(SERVING));
  }
}
