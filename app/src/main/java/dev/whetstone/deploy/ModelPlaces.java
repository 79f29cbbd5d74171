package dev.whetstone.deploy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.store.Keys;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.shared.EnclosingFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where models may be deployed from: the workspace's own models, and the places that the settings
/// name. Nothing else is opened, whatever a caller asks for.
///
/// A place is a model's folder, or one above it: then the version that its file `serving` names, or
/// the only model below it. In a bucket, a place in a workspace is read at the workspace's newest
/// state, whose manifest lies above the place.
public final class ModelPlaces {
  private static final int DEEPEST = 4;
  private static final int MOST_FILES = 200;
  private static final int MOST_OBJECTS = 100_000;
  private static final long MOST_BYTES = 16L << 30;
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String SERVING = "serving";

  private final Path workspace;
  private final @Nullable String address;
  private final Path models;
  private final Path copies;
  private final List<String> allowed;
  private final Map<String, String> environment;

  /// @param workspace absolute; relative paths are meant as seen from it
  /// @param address of the bucket that the workspace is a copy of, ended by `/`: its `models/` are
  ///   the workspace's own; null where it stands in none
  /// @param models the workspace's own
  /// @param copies a folder for models that come from buckets
  /// @param allowed folders and `s3://` or `oss://` prefixes
  /// @param environment with the credentials for buckets
  public ModelPlaces(
      Path workspace,
      @Nullable String address,
      Path models,
      Path copies,
      List<String> allowed,
      Map<String, String> environment) {
    this.workspace = workspace;
    this.address = address;
    this.models = models;
    this.copies = copies;
    this.allowed = List.copyOf(allowed);
    this.environment = Map.copyOf(environment);
  }

  /// Opens the model at a place, checked as [Model#open] does. One from a bucket is brought here
  /// first.
  ///
  /// @throws Failure.Refused if the place is not one of those allowed
  /// @throws Failure.BadInput if there is no model, or several
  /// @throws Failure.CorruptArtifact if it is damaged
  public Model open(String place) {
    String here = here(place);
    return ObjectStores.isBucket(here) ? fromBucket(here) : Model.open(folder(root(here), place));
  }

  /// A place among the models at our own address, as seen from the copy that is here.
  private String here(String place) {
    if (address == null || !(place + "/").startsWith(address + "models/")) {
      return place;
    }
    if (leadsUpwards(place)) {
      throw refused(place);
    }
    return place.substring(address.length());
  }

  private static boolean leadsUpwards(String place) {
    return (place + "/").contains("/../") || (place + "/").contains("/./");
  }

  private Path root(String place) {
    Path path = path(place);
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException e) {
      // The same words whether it is forbidden or absent: callers must not learn what stands on
      // this disk.
      throw refused(place);
    }
    boolean inside =
        Stream.concat(
                Stream.of(models),
                allowed.stream().filter(one -> !ObjectStores.isBucket(one)).map(this::path))
            .anyMatch(one -> Files.exists(one) && real.startsWith(realPath(one)));
    if (!inside || !Files.isDirectory(real)) {
      throw refused(place);
    }
    return real;
  }

  private Path path(String place) {
    try {
      if (place.startsWith("file:")) {
        return Path.of(
            URI.create(place.startsWith("file://") ? place : "file://" + place.substring(5)));
      }
      if (!place.contains("://") && !place.isBlank()) {
        return workspace.resolve(place).normalize();
      }
    } catch (IllegalArgumentException _) {
      // reported below
    }
    throw refused(place);
  }

  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Failure refused(String place) {
    return new Failure.Refused(
        "no model can be deployed from \""
            + place
            + "\": name a folder of the workspace's models, as models/NAME/VERSION, or a place at"
            + " or below one of serve.model_paths in whetstone.yaml");
  }

  /// The one model's folder at or below `root`, without links that lead elsewhere.
  private static Path folder(Path root, String place) {
    var keys = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(root, DEEPEST)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isSymbolicLink(file)) {
          throw new Failure.Refused(
              "\"" + place + "\" holds a link: models are read from real files alone");
        }
        if (Files.isRegularFile(file)) {
          keys.add(Keys.of(root, file));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new Failure.Unavailable("cannot read " + root + ": " + e.getMessage(), e);
    }
    Path folder = root.resolve(choose(place, keys, root));
    requireModelSize(folder, place);
    return folder;
  }

  /// The most bytes of a model: each is read when it is opened, and a sparse file would take days.
  private static void requireModelSize(Path folder, String place) {
    try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
      int count = 0;
      long bytes = 0;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        count++;
        bytes += Files.size(file);
      }
      requireModelSize(place, count, bytes);
    } catch (IOException | UncheckedIOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void requireModelSize(String place, int files, long bytes) {
    if (files > MOST_FILES || bytes > MOST_BYTES) {
      throw new Failure.BadInput(
          "\"%s\" is no model: it has %,d files of %,d bytes".formatted(place, files, bytes));
    }
  }

  /// The model among these files: its folder, ended by `/`, or empty for the place itself.
  ///
  /// @param serving a folder that holds the file `serving` if there is one
  private static String choose(String place, List<String> keys, Path serving) {
    List<String> all =
        keys.stream()
            .filter(ModelPlaces::isConfig)
            .map(key -> key.substring(0, key.length() - CONFIG.length()))
            .filter(folder -> keys.contains(folder + WEIGHTS))
            .toList();
    // a folder within a model's is that of a module
    List<String> folders =
        all.stream()
            .filter(
                folder ->
                    all.stream()
                        .noneMatch(other -> !other.equals(folder) && folder.startsWith(other)))
            .toList();
    if (folders.contains("")) {
      return "";
    }
    if (keys.contains(SERVING)) {
      var version = new ModelVersions(serving).serving();
      if (version.isPresent() && folders.contains(version.get() + "/")) {
        return version.get() + "/";
      }
    }
    if (folders.size() == 1) {
      return folders.getFirst();
    }
    throw new Failure.BadInput(
        folders.isEmpty()
            ? "there is no model at \""
                + place
                + "\": it holds no config.json beside model.safetensors"
            : "there are several models at \""
                + place
                + "\": name one of "
                + folders.stream().limit(10).toList());
  }

  private static boolean isConfig(String key) {
    return key.equals(CONFIG) || key.endsWith("/" + CONFIG);
  }

  private Model fromBucket(String place) {
    String asked = place.endsWith("/") ? place : place + "/";
    boolean known =
        allowed.stream()
            .filter(ObjectStores::isBucket)
            .map(one -> one.endsWith("/") ? one : one + "/")
            .anyMatch(asked::startsWith);
    if (!known || leadsUpwards(asked)) {
      throw refused(place);
    }
    try (ObjectStore store = ObjectStores.open(asked, environment, copies.resolve("uploads"))) {
      return bring(store, place);
    }
  }

  /// What stands at a place in a bucket, by name. Where a workspace keeps its models there, its
  /// newest state tells: an object of a plain name may be one that was replaced since.
  private static SortedMap<String, EnclosingFolder.StoredFile> held(ObjectStore store) {
    var saved = EnclosingFolder.of(store).map(EnclosingFolder::files);
    if (saved.isPresent() && saved.get().keySet().stream().anyMatch(ModelPlaces::isConfig)) {
      return saved.get();
    }
    var listed = new TreeMap<String, EnclosingFolder.StoredFile>();
    try (Stream<ObjectInfo> objects = store.list("")) {
      objects
          .limit(MOST_OBJECTS)
          .forEach(
              object ->
                  listed.put(
                      object.key(),
                      new EnclosingFolder.StoredFile(
                          object.key(), object.bytes(), object.sha256())));
    }
    return listed;
  }

  private Model bring(ObjectStore store, String place) {
    SortedMap<String, EnclosingFolder.StoredFile> held = held(store);
    Path beside =
        copies.resolve(
            ".incoming-" + System.nanoTime() + "." + ProcessHandle.current().pid() + ".part");
    try {
      EnclosingFolder.StoredFile serving = held.get(SERVING);
      if (serving != null) {
        Transfers.download(store, wanted(serving, beside.resolve(SERVING)));
      }
      String folder = choose(place, List.copyOf(held.keySet()), beside);
      Path incoming = beside.resolve("model");
      List<Transfers.Download> files =
          held.entrySet().stream()
              .filter(file -> file.getKey().startsWith(folder))
              .map(
                  file ->
                      wanted(
                          file.getValue(),
                          inside(incoming, file.getKey().substring(folder.length()))))
              .toList();
      long bytes = files.stream().mapToLong(Transfers.Download::bytes).sum();
      requireModelSize(place + folder, files.size(), bytes);
      Transfers.download(store, files, "model", Progress.NONE);
      return settle(incoming);
    } finally {
      WholeFile.delete(beside);
    }
  }

  private static Transfers.Download wanted(EnclosingFolder.StoredFile held, Path file) {
    return new Transfers.Download(held.key(), file, held.bytes(), held.sha256());
  }

  private static Path inside(Path folder, String name) {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder) || file.equals(folder)) {
      throw new Failure.BadInput("the object's name leads outside of the model: " + name);
    }
    return file;
  }

  /// Gives a model that was brought its place, by its content; one that is there already stays.
  private Model settle(Path incoming) {
    Model model = Model.open(incoming);
    Path place = copies.resolve(model.space() + "-" + Sha256.id(model.content()));
    if (!Files.isDirectory(place)) {
      try {
        Files.move(incoming, place, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new Failure.Unavailable("cannot write " + place + ": " + e.getMessage(), e);
      }
    }
    return Model.open(place);
  }
}
