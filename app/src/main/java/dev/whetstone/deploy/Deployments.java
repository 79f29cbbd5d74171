package dev.whetstone.deploy;

import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.model.Model;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The deployments of a workspace: a file for each, `ID.json`, replaced in one operation. Safe for
/// many threads and processes; the last to write a name wins.
public final class Deployments {
  private static final String END = ".json";

  private final Path workspace;
  private final Path folder;
  private final List<Path> allowed;
  private final CommitScope writes;

  /// @param workspace absolute; the models that stand in it are kept by their place in it
  /// @param folder of the deployments' files; need not be there yet
  public Deployments(Path workspace, Path folder) {
    this(workspace, folder, List.of(workspace), CommitScope.DIRECT);
  }

  /// @param allowed folders at or below which a deployment's model may stand, whatever its file
  ///   says: others may have written that
  public Deployments(Path workspace, Path folder, List<Path> allowed, CommitScope writes) {
    this.workspace = workspace;
    this.folder = folder;
    this.allowed = List.copyOf(allowed);
    this.writes = writes;
  }

  private static final String MEND = "Delete it, and deploy the model under this name again";

  /// All, by name.
  public List<Deployment> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(END) && !file.startsWith("."))
          .sorted()
          .map(file -> Json.read(folder.resolve(file), Deployment.class, MEND, new Remedy.Deploy()))
          .toList();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  public Optional<Deployment> find(String id) {
    if (!Deployment.isId(id)) {
      return Optional.empty();
    }
    Path file = folder.resolve(id + END);
    return Files.exists(file)
        ? Optional.of(Json.read(file, Deployment.class, MEND, new Remedy.Deploy()))
        : Optional.empty();
  }

  /// Makes a model available under a name, in place of the model that had it.
  ///
  /// @param source where the model was said to be
  /// @throws Failure.BadInput if the name cannot be one
  public Deployment put(String id, String source, Model model) {
    if (!Deployment.isId(id)) {
      throw new Failure.BadInput(
          "\""
              + id
              + "\" cannot name a deployment: use 1 to 100 letters, digits, dots, dashes and"
              + " underscores, a letter or digit first");
    }
    Path place = model.folder().toAbsolutePath().normalize();
    var deployment =
        new Deployment(
            Deployment.FORMAT,
            id,
            source,
            (place.startsWith(workspace) ? workspace.relativize(place) : place).toString(),
            model.name(),
            model.space().value(),
            model.dimension(),
            model.content(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Path file = folder.resolve(id + END);
    return writes.carry(
        file,
        () -> {
          WholeFile.write(file, Json.sealed(Json.pretty(deployment)));
          return deployment;
        });
  }

  /// @return whether there was one
  public boolean remove(String id) {
    if (!Deployment.isId(id)) {
      return false;
    }
    Path file = folder.resolve(id + END);
    return writes.carry(
        file,
        () -> {
          boolean there = Files.exists(file);
          WholeFile.delete(file);
          return there;
        });
  }

  /// Opens a deployment's model, checking every byte.
  ///
  /// @throws Failure.CorruptArtifact if it is damaged or no longer the model that was deployed
  /// @throws Failure.Refused if it does not stand where models are allowed
  public Model open(Deployment deployment) {
    Path place = workspace.resolve(deployment.folder());
    requireAllowed(deployment.id(), place);
    Model model = Model.open(place);
    boolean sameSpace = model.space().value().equals(deployment.space());
    boolean sameContent =
        deployment.content().isEmpty() || model.content().equals(deployment.content());
    if (!sameSpace || !sameContent) {
      throw new Failure.CorruptArtifact(
          "the model at "
              + place
              + " is not the one that was deployed as "
              + deployment.id()
              + " ("
              + (sameSpace
                  ? "its files are others"
                  : "space " + model.space() + " instead of " + deployment.space())
              + "): deploy it again, or under another name");
    }
    return model;
  }

  private void requireAllowed(String id, Path place) {
    if (!Files.exists(place)) {
      return; // opening says so
    }
    try {
      Path real = place.toRealPath();
      for (Path one : allowed) {
        if (Files.exists(one) && real.startsWith(one.toRealPath())) {
          return;
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + place + ": " + e.getMessage(), e);
    }
    throw new Failure.Refused(
        "the deployment "
            + id
            + " names the model at "
            + place
            + ", outside of the workspace: if that is right, name a folder above it in"
            + " serve.model_paths of whetstone.yaml, and for a workspace that others can write also"
            + " in WHETSTONE_PERMIT, as models=FOLDER");
  }
}
