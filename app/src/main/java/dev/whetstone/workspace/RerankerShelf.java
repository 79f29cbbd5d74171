package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.encode.CrossEncoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.PairScorer;
import dev.whetstone.model.AddedModels;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.model.ProvenVersions.ServingVersion;
import dev.whetstone.model.ProvenVersions.VersionId;
import dev.whetstone.model.RerankerVersions;
import dev.whetstone.model.RerankerVersions.Use;
import dev.whetstone.store.MavenArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The rerankers of a workspace: the versions that stand here (`rerankers/NAME/VERSION/`), and
/// which of them serves with the model that serves, if any: one that was proven over the finds of
/// another model waits until that one serves again. A folder is opened and every byte of it checked
/// before it may serve. Readers need no lock; what changes something needs the workspace's.
public final class RerankerShelf {
  /// The output of the step `reranker` where there is none.
  public static final String NONE = "none";

  /// Stands before the base model that the settings name, where that serves.
  private static final String BASE = "base ";

  private final Workspace workspace;
  private final RerankerVersions versions;
  private final ModelVersions models;
  private final AddedModels added;

  public RerankerShelf(Workspace workspace) {
    this(workspace, MavenArtifact.defaultCache());
  }

  /// @param cache where added models are kept
  RerankerShelf(Workspace workspace, Path cache) {
    this.workspace = workspace;
    this.added = new AddedModels(cache);
    this.versions = new RerankerVersions(workspace.rerankers());
    this.models = new ModelVersions(workspace.models());
  }

  /// The reranker that serves.
  ///
  /// @param depth how many of the fused best it reorders, as its proof settled it
  /// @param weight of its scores against the fused ones, in (0, 1], likewise
  /// @param report id of that proof
  public record Serving(String name, String version, int depth, double weight, String report) {}

  /// Empty where none was proven beside the model that serves.
  public Optional<Serving> serving() {
    return versions
        .serving(workspace.name(), model())
        .flatMap(last -> versions.use(last).map(use -> serving(last, use)));
  }

  /// The version of the model that serves, by which the file `serving` names it.
  private String model() {
    List<ServingVersion> history = models.history(workspace.name());
    return history.isEmpty()
        ? BASE + workspace.settings().model().base()
        : String.valueOf(history.getLast().version());
  }

  private static Serving serving(ServingVersion last, Use use) {
    return new Serving(
        last.name(),
        String.valueOf(last.version()),
        use.depth(),
        use.weight(),
        String.valueOf(last.report()));
  }

  /// The folder of a version of the workspace's reranker, or where it is to be written.
  public Path folder(String version) {
    return folder(workspace.name(), version);
  }

  /// The folder of a reranker that a plan names.
  public Path folder(String name, String version) {
    return versions.folder(new VersionId(name, Integer.parseInt(version)));
  }

  /// Opens a reranker that a plan names, checking every byte of it; the caller closes it. It
  /// computes as a step found fastest on this machine, else in fp32.
  ///
  /// @throws dev.whetstone.core.Failure.BadInput if there is no such version
  /// @throws dev.whetstone.core.Failure.CorruptArtifact if it is damaged
  public PairScorer open(String name, String version) {
    return CrossEncoder.open(CrossEncoderModel.open(folder(name, version)), EncoderSettings.auto());
  }

  /// The versions that stand here, oldest first.
  public List<String> versions() {
    return versions.list(workspace.name()).stream().map(v -> String.valueOf(v.version())).toList();
  }

  /// The folder that the settings name as the reranker to begin with, as seen from
  /// `whetstone.yaml`, or that of an added model, held against its hashes; empty where they name
  /// none.
  ///
  /// @throws dev.whetstone.core.Failure.CorruptArtifact if an added model's files are not those
  ///   that were added
  /// @throws dev.whetstone.core.Failure.BadInput if an added model of the name is no reranker
  /// @throws dev.whetstone.core.Failure.Refused if others can write the settings, and the folder is
  ///   not the workspace's
  public Optional<Path> base() {
    String base = workspace.settings().rerank().base();
    if (base == null) {
      return Optional.empty();
    }
    Optional<Path> named = added.reranker(base);
    if (named.isPresent()) {
      return named;
    }
    Path folder = workspace.folder().resolve(base);
    new ModelSources(workspace).requireReranker(folder);
    return Optional.of(folder);
  }

  /// What the settings say of that folder, and which files stand in it.
  ///
  /// @throws Failure.BadInput if it is neither the name of an added model nor a folder
  public String baseKey() {
    String base = workspace.settings().rerank().base();
    if (base == null) {
      return "";
    }
    Path folder = workspace.folder().resolve(base);
    var model = added.find(base);
    if (model.isEmpty() && !Files.isDirectory(folder)) {
      throw new Failure.BadInput(
          "rerank.base: %s is neither an added model nor a folder".formatted(base),
          new Remedy.AddModel(base));
    }
    return model
        .map(one -> base + "\n" + one.identity())
        .orElseGet(() -> FolderKey.of(base, folder));
  }

  /// The newest version; empty where there is none.
  public Optional<String> candidate() {
    List<String> all = versions();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  public String nextVersion() {
    return String.valueOf(versions.next(workspace.name()).version());
  }

  /// What a proof of a candidate is about, for its fingerprint.
  public String contest(String candidate) {
    return candidate.equals(NONE) ? NONE : candidate + " " + versions.claimed(version(candidate));
  }

  /// Whether it serves or did, also if it was rolled back or retired.
  public boolean served(String version) {
    return withdrawn(version)
        || versions.retired(version(version))
        || versions.history(workspace.name()).stream()
            .anyMatch(one -> one.id().equals(version(version)));
  }

  /// Whether a person rolled it back, and no proof let it serve since.
  public boolean withdrawn(String version) {
    return !version.equals(NONE) && versions.withdrawn(version(version));
  }

  /// Lets a version serve with the model that serves.
  ///
  /// @param use as it was proven
  /// @param report id of the proof that lets it
  public void serve(String version, Use use, String report) {
    versions.serve(version(version), use, report, model());
  }

  /// Lets serve what served before with this model; none where that was the first.
  ///
  /// @throws dev.whetstone.core.Failure.Refused if none serves
  public void rollBack() {
    var _ = versions.rollBackBeside(workspace.name(), model());
  }

  /// Lets none serve with this model any more, as a proof found no gain.
  public void retire() {
    versions.retireBeside(workspace.name(), model());
  }

  private VersionId version(String version) {
    return new VersionId(workspace.name(), Integer.parseInt(version));
  }
}
