package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The trained models of a workspace: `NAME/VERSION/` folders, and a file `serving` that says which
/// one serves and which served before. One writer at a time (the workspace's lock); readers at any
/// time.
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

  /// The file `serving`: what serves stands last, what served before stands before it.
  record Serving(int format, List<Version> history) {}

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

  /// The version after the newest.
  public Version next(String name) {
    List<Version> all = list(name);
    return new Version(name, all.isEmpty() ? 1 : all.getLast().version() + 1);
  }

  /// Where a version stands, or is to be written.
  public Path folder(Version version) {
    return models.resolve(version.name()).resolve(String.valueOf(version.version()));
  }

  /// @throws Failure.BadInput if there is no such version
  public Model open(Version version) {
    if (!Files.isDirectory(folder(version))) {
      throw new Failure.BadInput(
          "there is no model " + version + "; there are " + list(version.name()));
    }
    return Model.open(folder(version));
  }

  /// What serves; empty while the base model does.
  public Optional<Version> serving() {
    List<Version> history = history();
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast());
  }

  /// What served, oldest first; the last one serves. Empty while the base model does.
  public List<Version> history() {
    Path file = models.resolve(SERVING);
    return Files.exists(file) ? Json.read(file, Serving.class).history() : List.of();
  }

  /// Lets a version serve from now on. To one that serves already, nothing happens.
  ///
  /// @throws Failure.BadInput if there is no such version
  /// @throws Failure.CorruptArtifact if it is damaged
  public void serve(Version version) {
    open(version);
    var history = new ArrayList<>(history());
    if (history.isEmpty() || !history.getLast().equals(version)) {
      history.add(version);
      write(history);
    }
  }

  /// Lets serve what served before; empty when that is the base model.
  ///
  /// @throws Failure.Refused if the base model serves already
  public Optional<Version> rollBack() {
    var history = new ArrayList<>(history());
    if (history.isEmpty()) {
      throw new Failure.Refused("the base model serves; there is nothing to roll back to");
    }
    history.removeLast();
    if (!history.isEmpty()) {
      open(history.getLast());
    }
    write(history);
    return serving();
  }

  private void write(List<Version> history) {
    WholeFile.write(models.resolve(SERVING), Json.pretty(new Serving(1, history)));
  }
}
