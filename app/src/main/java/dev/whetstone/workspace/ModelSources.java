package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Shell;
import dev.whetstone.model.BaseModels;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.objects.ObjectStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The places from which models are opened for a workspace. Its settings and its deployments name
/// them; in a workspace of one's own these are the user's words. Where others can write them, they
/// could name any model of this machine, or of a bucket that its credentials open, and have it
/// served. There, only models in the workspace and its own bucket are opened, base models in the
/// cache, and what this machine permits, in the variable that [SharedSettings] reads:
///
/// ```
/// export WHETSTONE_PERMIT='models=/srv/models models=s3://models/released/'
/// ```
public final class ModelSources {
  private static final String ENTRY = "models=";

  private final Workspace workspace;
  private final List<String> permitted;

  public ModelSources(Workspace workspace) {
    this(workspace, System.getenv());
  }

  ModelSources(Workspace workspace, Map<String, String> environment) {
    this.workspace = workspace;
    this.permitted =
        Stream.of(environment.getOrDefault(SharedSettings.PERMIT, "").split("[\\s,]+"))
            .filter(entry -> entry.startsWith(ENTRY) && entry.length() > ENTRY.length())
            .map(entry -> entry.substring(ENTRY.length()))
            .toList();
  }

  /// The places of `serve.model_paths` that are permitted.
  public List<String> places() {
    return workspace.settings().serve().modelPaths().stream().filter(this::permits).toList();
  }

  /// The folders of this machine in which a deployment's model may stand.
  public List<Path> folders() {
    var folders = new ArrayList<Path>();
    folders.add(workspace.folder());
    folders.add(MavenArtifact.defaultCache().resolve("models"));
    Stream.concat(places().stream(), permitted.stream()).flatMap(this::local).forEach(folders::add);
    baseFolders().map(Named::folder).filter(base -> permits(base.toString())).forEach(folders::add);
    return folders;
  }

  /// The folder that a place is; none for a bucket, and for what is neither.
  private Stream<Path> local(String place) {
    return place.contains("://") && !place.startsWith("file:")
        ? Stream.empty()
        : Stream.of(workspace.folder().resolve(ObjectStores.folder(place)));
  }

  /// A folder, and the setting that names it.
  private record Named(String setting, Path folder) {}

  /// The folders that the settings of base models name, as seen from the settings or from the
  /// current folder; none where they name known models.
  private Stream<Named> baseFolders() {
    var model = workspace.settings().model();
    return Stream.concat(
        folder("model.base", model.base()), folder("model.multilingual", model.multilingual()));
  }

  private Stream<Named> folder(String setting, @Nullable String base) {
    if (base == null
        || base.equals("auto")
        || BaseModels.isNamed(base, MavenArtifact.defaultCache())) {
      return Stream.empty();
    }
    return Stream.of(workspace.folder().resolve(base), Path.of(base).toAbsolutePath())
        .filter(Files::isDirectory)
        .limit(1)
        .map(found -> new Named(setting, found));
  }

  /// The file that a setting names: as seen from the settings, else from the current folder.
  public Path file(String named) {
    Path beside = workspace.folder().resolve(named);
    Path here = Path.of(named).toAbsolutePath();
    return Files.exists(beside) || !Files.exists(here) ? beside : here;
  }

  /// @throws Failure.Refused if others can write the settings, and these name a base model that is
  ///   not the workspace's
  void requireBase() {
    baseFolders()
        .filter(base -> !permits(base.folder().toString()))
        .findFirst()
        .ifPresent(
            base -> {
              throw refused("folder", base.folder(), base.setting());
            });
  }

  /// @param folder that `rerank.base` names
  /// @throws Failure.Refused if others can write the settings, and the folder is not the
  ///   workspace's
  public void requireReranker(Path folder) {
    if (!permits(folder.toString())) {
      throw refused("folder", folder, "rerank.base");
    }
  }

  private Failure.Refused refused(String kind, Path place, String setting) {
    return new Failure.Refused(
        "the settings of %s name the %s %s as %s, and others can write them: it was not opened. If that is right, permit it here: export %s=%s"
            .formatted(
                workspace.sharedAt(),
                kind,
                place,
                setting,
                SharedSettings.PERMIT,
                Shell.word(ENTRY + place)));
  }

  /// A language model's file is read by native code, which does not check it as other models are
  /// checked. So it must be a permitted one also where it stands in the workspace.
  ///
  /// @throws Failure.Refused if others can write the settings, and these name a file as `llm.file`
  ///   that this machine does not permit
  public void requireChat() {
    Settings.Llm llm = workspace.settings().llm();
    if (llm.kind().equals("gguf")) {
      requireFile("llm.file", llm.file());
    }
  }

  /// As [#requireChat], for the model that writes questions.
  public void requireWriter() {
    QuestionSettings.Writer writer = workspace.settings().questions().writer();
    if (writer.kind().equals("gguf")) {
      requireFile("questions.writer.file", writer.file());
    }
  }

  private void requireFile(String setting, @Nullable String named) {
    if (workspace.sharedAt() == null || named == null) {
      return;
    }
    Path file = real(file(named));
    if (permitted.stream()
        .flatMap(this::local)
        .map(ModelSources::real)
        .noneMatch(file::startsWith)) {
      throw refused("file", file, setting);
    }
  }

  private boolean permits(String place) {
    @Nullable String shared = workspace.sharedAt();
    if (shared == null) {
      return true;
    }
    if (ObjectStores.isBucket(place)) {
      return isBelow(place, bucket(shared))
          || permitted.stream().anyMatch(one -> isBelow(place, one));
    }
    List<Path> inside =
        Stream.concat(Stream.of(workspace.folder()), permitted.stream().flatMap(this::local))
            .map(ModelSources::real)
            .toList();
    return local(place)
        .map(ModelSources::real)
        .anyMatch(one -> inside.stream().anyMatch(one::startsWith));
  }

  /// `s3://bucket/` of `s3://bucket/handbook/`; a folder stays.
  private static String bucket(String shared) {
    int slash = shared.indexOf('/', shared.indexOf("://") + 3);
    return ObjectStores.isBucket(shared) && slash > 0 ? shared.substring(0, slash) : shared;
  }

  private static boolean isBelow(String place, String above) {
    String end = above.endsWith("/") ? above : above + "/";
    return (place + "/").startsWith(end) && !(place + "/").contains("/../");
  }

  /// A path that does not exist is returned as it is written.
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException _) {
      return path.toAbsolutePath().normalize();
    }
  }
}
