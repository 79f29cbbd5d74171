package dev.whetstone.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
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

/// The versions of what has to be proven before it serves, a workspace's models or its rerankers:
/// `NAME/VERSION/` folders, and a file `serving` that names the version that serves, the proof that
/// allowed it, and those that served before. A version whose folder is gone, or holds another than
/// the one proven, counts as if it had not served. One writer at a time (the workspace's lock);
/// readers at any time.
///
/// @param <M> what a folder holds, opened and checked
public abstract sealed class ProvenVersions<M> permits ModelVersions, RerankerVersions {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
  private static final String SERVING = "serving";

  /// One version of a name.
  ///
  /// @param version from 1
  public record VersionId(String name, int version) {
    public VersionId {
      if (!NAME.matcher(name).matches() || version < 1) {
        throw new IllegalArgumentException("not a version: " + name + "/" + version);
      }
    }

    @Override
    public String toString() {
      return name + "/" + version;
    }
  }

  /// A version that was promoted.
  ///
  /// @param space identity of what was proven, of a model its space; null where an older program
  ///   promoted it
  /// @param report id of the proof; null likewise
  /// @param beside what it was proven beside and serves with, of a reranker the model; null where
  ///   it serves with anything, as a model does
  public record ServingVersion(
      String name,
      int version,
      @Nullable String space,
      @Nullable String report,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String beside) {
    /// One that serves with anything.
    public ServingVersion(
        String name, int version, @Nullable String space, @Nullable String report) {
      this(name, version, space, report, null);
    }

    /// Whether it may serve with that.
    ///
    /// @param other null for anything
    boolean servesBeside(@Nullable String other) {
      return beside == null || other == null || beside.equals(other);
    }

    public VersionId id() {
      return new VersionId(name, version);
    }
  }

  private final Path root;

  /// @param root the folder of all names; need not be there yet
  ProvenVersions(Path root) {
    this.root = root;
  }

  /// Opens a folder and checks all of it.
  ///
  /// @throws Failure.CorruptArtifact if it is damaged
  abstract M read(Path folder);

  /// What was proven is told apart from others by this.
  abstract String identity(M content);

  /// The identity that a folder claims, nothing else of it read or checked; empty where it claims
  /// none.
  abstract String claimed(Path folder);

  /// What a version is called: `model`.
  abstract String kind();

  /// The step that makes versions.
  abstract String step();

  /// Why a rollback is refused where no version serves.
  abstract String nothingServes();

  /// The versions of a name whose folders are there, oldest first.
  public List<VersionId> list(String name) {
    Path folder = root.resolve(new VersionId(name, 1).name());
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
    ServingHistory serving = history();
    int newest =
        Stream.of(
                list(name).stream(),
                serving.history().stream().map(ServingVersion::id),
                serving.withdrawn().stream().map(ServingVersion::id),
                serving.retired().stream().map(ServingVersion::id))
            .flatMap(all -> all)
            .filter(version -> version.name().equals(name))
            .mapToInt(VersionId::version)
            .max()
            .orElse(0);
    return new VersionId(name, newest + 1);
  }

  /// The folder of a version, or where it is to be written.
  public Path folder(VersionId version) {
    return root.resolve(version.name()).resolve(String.valueOf(version.version()));
  }

  /// @throws Failure.BadInput if there is no such version
  public M open(VersionId version) {
    if (!Files.isDirectory(folder(version))) {
      throw new Failure.BadInput(
          "there is no %s %s; there are %s".formatted(kind(), version, list(version.name())),
          Remedy.step(step()));
    }
    return read(folder(version));
  }

  /// The version promoted last, of any name and whether its folder is there or not; empty while
  /// none of them does.
  public Optional<VersionId> serving() {
    List<ServingVersion> history = history().history();
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast().id());
  }

  /// The promoted versions of a name whose folders hold what was proven, oldest first; the last one
  /// serves. Empty while none of them does.
  public List<ServingVersion> history(String name) {
    return history().history().stream()
        .filter(served -> served.name().equals(name))
        .filter(this::stands)
        .toList();
  }

  /// Those of [#history(String)] that were proven beside this.
  final List<ServingVersion> history(String name, @Nullable String beside) {
    return history(name).stream().filter(served -> served.servesBeside(beside)).toList();
  }

  /// The last version of a name that was promoted, where its folder is gone or holds another: then
  /// it does not serve.
  public Optional<VersionId> lost(String name) {
    List<ServingVersion> all =
        history().history().stream().filter(served -> served.name().equals(name)).toList();
    return all.isEmpty() || stands(all.getLast())
        ? Optional.empty()
        : Optional.of(all.getLast().id());
  }

  /// Whether it was rolled back and not promoted since.
  public boolean withdrawn(VersionId version) {
    return history().withdrawn().stream().anyMatch(one -> one.id().equals(version) && stands(one));
  }

  /// Whether it served until a later proof no longer found a gain.
  public boolean retired(VersionId version) {
    return history().retired().stream().anyMatch(one -> one.id().equals(version) && stands(one));
  }

  /// Whether the folder holds what was proven. One that is damaged counts as there, so that opening
  /// it reports the damage.
  private boolean stands(ServingVersion served) {
    Path folder = folder(served.id());
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try {
      return served.space() == null
          || claimed(folder).equals(served.space())
          || identity(read(folder)).equals(served.space());
    } catch (Failure.CorruptArtifact | Failure.BadInput e) {
      return true;
    }
  }

  /// Promotes a version: it serves from now on. For one that serves already, only the proof is
  /// noted.
  ///
  /// @param report id of the proof that allows it
  /// @throws Failure.BadInput if there is no such version
  /// @throws Failure.CorruptArtifact if it is damaged
  public void serve(VersionId version, String report) {
    serve(version, report, null);
  }

  /// @param beside what it was proven beside; null where it serves with anything
  final void serve(VersionId version, String report, @Nullable String beside) {
    String proven = identity(open(version));
    write(
        history()
            .with(new ServingVersion(version.name(), version.version(), proven, report, beside)));
  }

  /// Lets none of a name serve any more with what they were proven beside. They are not withdrawn:
  /// a later proof lets them serve again.
  final void retire(String name, String beside) {
    write(history().withoutAll(name, beside));
  }

  /// Goes back to the version that served before; empty where there is none. The version rolled
  /// back keeps its number, see [#withdrawn(VersionId)].
  ///
  /// @throws Failure.Refused if no version serves
  public Optional<VersionId> rollBack(String name) {
    return rollBack(name, null);
  }

  /// @param beside what those that count were proven beside; null for all
  final Optional<VersionId> rollBack(String name, @Nullable String beside) {
    List<ServingVersion> history = history(name, beside);
    if (history.isEmpty()) {
      throw new Failure.Refused(nothingServes());
    }
    Optional<VersionId> before =
        history.size() == 1 ? Optional.empty() : Optional.of(history.get(history.size() - 2).id());
    before.ifPresent(this::open);
    write(history().without(history.getLast(), beside));
    return before;
  }

  /// The number that the last proof settled for what has this identity; empty where there was none.
  final OptionalDouble settled(String identity) {
    Double number = history().weights().get(identity);
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  /// Stores numbers that a proof settled.
  ///
  /// @param numbers by identity
  final void settle(Map<String, Double> numbers) {
    write(history().withWeights(numbers));
  }

  private ServingHistory history() {
    return ServingHistory.read(root.resolve(SERVING));
  }

  private void write(ServingHistory serving) {
    serving.write(root.resolve(SERVING));
  }
}
