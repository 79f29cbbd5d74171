package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.corpus.split.Splitter;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.AddedModel;
import dev.whetstone.model.AddedModels;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.model.ProvenVersions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The models of a workspace, for readers: the base it starts from, the versions sharpened here
/// (`models/NAME/VERSION/`), and which of them serves.
///
/// A [ModelShelf] opens and checks a model before it says what space it makes, and fetches a base
/// model that is not on this machine. [RecordedModels] do neither.
public abstract sealed class ModelView permits ModelShelf, RecordedModels {
  /// The output of a training that had too little to learn from.
  public static final String NONE = "none";

  /// `[CLS]` and `[SEP]`.
  public static final int SPECIAL_TOKENS = 2;

  final Workspace workspace;
  final Path cache;
  final ModelVersions versions;

  /// Opened and checked once each, by name or version.
  private final Map<String, Model> opened = new HashMap<>();

  ModelView(Workspace workspace, Path cache) {
    this.workspace = workspace;
    this.cache = cache;
    this.versions = new ModelVersions(workspace.models());
  }

  /// The space of a version that stands here.
  abstract SpaceId space(String version);

  /// Called before a base model is opened.
  ///
  /// @param name of a known model, or a folder
  /// @throws Failure.Unavailable if it may not be fetched and is not here
  abstract void requireBase(String name);

  /// @param language of the documents, where the settings leave the choice open
  ///
  /// @throws Failure.Unavailable if it cannot be fetched, or would have to be by [RecordedModels]
  public Model base(String language) {
    String set = baseSetting(language);
    new ModelSources(workspace).requireBase();
    boolean known = BaseModels.isNamed(set, cache);
    String name = !known && Files.isDirectory(folderOf(set)) ? folderOf(set).toString() : set;
    requireBase(name);
    return opened.computeIfAbsent("base " + name, _ -> readsPassages(BaseModels.open(name, cache)));
  }

  /// What the settings name for documents of a language: a model's name, or a folder.
  public String baseSetting(String language) {
    var set = workspace.settings().model();
    if (!set.base().equals("auto")) {
      return set.base();
    }
    return BaseModels.madeFor(language)
        .or(() -> Optional.ofNullable(set.multilingual()))
        .orElseGet(() -> BaseModels.forLanguage(language));
  }

  /// Whether the base model is an English one for want of any that was made for the documents'
  /// language.
  public boolean forOtherLanguage(String language) {
    var set = workspace.settings().model();
    return set.base().equals("auto")
        && set.multilingual() == null
        && BaseModels.madeFor(language).isEmpty();
  }

  private static Model readsPassages(Model base) {
    int least = Splitter.SMALLEST_TARGET + SPECIAL_TOKENS;
    if (base.maxTokens() < least) {
      throw new Failure.BadInput(
          "the base model at %s reads %d tokens at most, as max_seq_length of its sentence_bert_config.json or model_max_length of its tokenizer_config.json says: passages need %d"
              .formatted(base.folder(), base.maxTokens(), least));
    }
    return base;
  }

  /// What the settings say of the base model; for an added model also which it is, for a folder
  /// also which files stand in it.
  public String baseKey() {
    var model = workspace.settings().model();
    return model.base().equals("auto") && model.multilingual() != null
        ? "auto, " + key(model.multilingual())
        : key(model.base());
  }

  private String key(String set) {
    Optional<AddedModel> added = new AddedModels(cache).find(set);
    if (added.isPresent()) {
      return set + "\n" + added.get().identity();
    }
    Path folder = folderOf(set);
    String key = FolderKey.of(set, folder);
    return Files.isDirectory(folder)
        ? Model.promptsOfFamily(folder)
            .map(prompts -> key + "\n" + prompts.query() + "\n" + prompts.passage())
            .orElse(key)
        : key;
  }

  /// A relative folder is meant as seen from `whetstone.yaml`.
  private Path folderOf(String base) {
    return workspace.folder().resolve(base);
  }

  public Encoder encoder(Model model) {
    var runtime =
        RuntimeChoice.valueOf(workspace.settings().model().runtime().toUpperCase(Locale.ROOT));
    return Encoders.open(model, EncoderSettings.of(runtime, cache));
  }

  public Path folder(String version) {
    return versions.folder(version(version));
  }

  public Model open(String version) {
    return opened.computeIfAbsent(version, _ -> versions.open(version(version)));
  }

  /// The versions that stand here, oldest first.
  public List<String> versions() {
    return versions.list(workspace.name()).stream().map(v -> String.valueOf(v.version())).toList();
  }

  public String nextVersion() {
    return String.valueOf(versions.next(workspace.name()).version());
  }

  /// The version that serves; null for the base.
  public @Nullable String serving() {
    List<String> history = history();
    return history.isEmpty() ? null : history.getLast();
  }

  /// What a candidate has to beat: the version that serves, or the one before where that is the
  /// candidate itself; null for the base.
  public @Nullable String rival(String candidate) {
    List<String> history = history();
    int at = history.isEmpty() ? -1 : history.size() - 1;
    if (at >= 0 && history.get(at).equals(candidate)) {
      at--;
    }
    return at < 0 ? null : history.get(at);
  }

  /// What a proof of a candidate sets side by side, for its fingerprint.
  public String contest(String candidate) {
    if (candidate.equals(NONE)) {
      return candidate + " " + serving();
    }
    return candidate + " " + space(candidate) + " " + rival(candidate);
  }

  /// Names the model whose finds a reranker reorders, for its fingerprint.
  ///
  /// @param candidate [#NONE] for what serves
  public String reorderedBy(String candidate) {
    return candidate.equals(NONE) ? servingName() : candidate + " " + space(candidate);
  }

  /// The space of the version that a rollback lets serve; empty for the base.
  public Optional<SpaceId> spaceBefore() {
    int versions = history().size();
    return versions < 2 ? Optional.empty() : Optional.of(spaceOf(versions - 2));
  }

  /// Versions that served and stand here as they were proven, oldest first; those of another name
  /// (the settings had it before) do not count.
  final List<String> history() {
    return versions.history(workspace.name()).stream()
        .map(served -> String.valueOf(served.version()))
        .toList();
  }

  /// Whether it serves or did, also if it was rolled back.
  public boolean served(String version) {
    return history().contains(version) || withdrawn(version);
  }

  /// Whether it was rolled back, and not let serve since; [#NONE] never was.
  public boolean withdrawn(String version) {
    return !version.equals(NONE) && versions.withdrawn(version(version));
  }

  /// The id of the proof that let the serving version serve; null for the base, or where an older
  /// program let it.
  public @Nullable String proof() {
    var history = versions.history(workspace.name());
    return history.isEmpty() ? null : history.getLast().report();
  }

  /// Of the history's version, as it was proven; of an older program's, what its folder holds.
  final SpaceId spaceOf(int at) {
    var served = versions.history(workspace.name()).get(at);
    String proven = served.space();
    return proven == null ? versions.open(served.id()).space() : new SpaceId(proven);
  }

  /// How people call what serves: `model manual/2`, or `the base model`.
  public String servingName() {
    return name(serving());
  }

  /// @param version null for the base
  public String name(@Nullable String version) {
    return version == null ? "the base model" : "model " + version(version);
  }

  /// The version that was let serve last, where it does not stand here any more.
  public Optional<String> lost() {
    return versions.lost(workspace.name()).map(version -> String.valueOf(version.version()));
  }

  /// How much the dense ranking weighs in a space, as its last proof found; empty where there was
  /// none.
  public OptionalDouble weight(SpaceId space) {
    return versions.weight(space);
  }

  /// Whether a version that stands here makes vectors of this space; it is not opened for that.
  public boolean makes(String version, SpaceId space) {
    return versions.claimedSpace(version(version)).equals(space);
  }

  private Optional<Model> making(SpaceId space, String version) {
    return makes(version, space) ? Optional.of(open(version)) : Optional.empty();
  }

  final ProvenVersions.VersionId version(String version) {
    return new ProvenVersions.VersionId(workspace.name(), Integer.parseInt(version));
  }

  /// The space of the model that serves.
  public SpaceId servingSpace(String language) {
    String version = serving();
    return version == null ? base(language).space() : space(version);
  }

  /// The model that serves; the base where none was promoted.
  public Model servingModel(String language) {
    String version = serving();
    return version == null ? base(language) : open(version);
  }

  /// The model of a space: an index may still stand in the space before.
  ///
  /// @throws Failure.Refused if there is none
  /// @throws Failure of the first that cannot be read, if none of the others makes such vectors
  public Model ofSpace(SpaceId space, String language) {
    var candidates = new ArrayList<Supplier<Optional<Model>>>();
    String serving = serving();
    if (serving != null) {
      candidates.add(() -> making(space, serving));
    }
    candidates.add(() -> Optional.of(base(language)));
    versions().reversed().forEach(version -> candidates.add(() -> making(space, version)));
    if (workspace.settings().model().base().equals("auto")) { // documents of another language
      candidates.add(() -> Optional.of(base(language.equals("zh") ? "en" : "zh")));
    }
    Failure unread = null;
    for (var candidate : candidates) {
      try {
        Optional<Model> model = candidate.get().filter(one -> one.space().equals(space));
        if (model.isPresent()) {
          return model.get();
        }
      } catch (Failure e) {
        unread = unread == null ? e : unread;
      }
    }
    if (unread != null) {
      throw unread;
    }
    throw new Failure.Refused(
        "the index holds vectors of the space " + space + ", and no model here makes such",
        new Remedy.RunSteps(List.of("embed", "index")));
  }
}
