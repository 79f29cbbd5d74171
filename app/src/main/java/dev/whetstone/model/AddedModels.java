package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.Sha256;
import dev.whetstone.model.AddedModel.Kind;
import dev.whetstone.model.AddedModel.PromptChoice;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Models that a user brought into the cache, each in a folder of its own:
/// `CACHE/models/added/NAME/` with the model's files and `added.json`. A folder is there whole or
/// not at all: it is filled elsewhere, opened once, and moved there. Safe for many processes.
public final class AddedModels {
  static final String RECORD = "added.json";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern LICENCE = Pattern.compile("(?m)^license:\\s*[\"']?([\\w.+-]{1,40})");

  private final Path folder;

  /// @param cache for example [dev.whetstone.store.MavenArtifact#defaultCache()]
  public AddedModels(Path cache) {
    this.folder = cache.resolve("models").resolve("added");
  }

  /// Where files are gathered before a model is kept: on the same disk.
  public Path work() {
    return folder.resolve(".work");
  }

  /// All, by name. A folder whose record is damaged is left out.
  public List<AddedModel> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(each -> NAME.matcher(String.valueOf(each.getFileName())).matches())
          .map(each -> Json.kept(each.resolve(RECORD), AddedModel.class))
          .flatMap(Optional::stream)
          .sorted(Comparator.comparing(AddedModel::name))
          .toList();
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /// @param name its name, or its source with the hub's prefix or without, in any case
  public Optional<AddedModel> find(String name) {
    return list().stream()
        .filter(
            each ->
                each.name().equalsIgnoreCase(name)
                    || each.source().equalsIgnoreCase(name)
                    || each.id().equalsIgnoreCase(name))
        .findFirst();
  }

  /// The folder with the model's files.
  public Path folder(AddedModel model) {
    return folder.resolve(model.name());
  }

  /// Opens an encoder.
  ///
  /// @throws Failure.CorruptArtifact if its files are not those that were added
  /// @throws Failure.BadInput if it is a reranker
  public Model open(AddedModel added) {
    if (added.network().kind() != Kind.ENCODER) {
      throw new Failure.BadInput(
          added.name() + " is a reranker: it makes no vectors. `rerank.base` takes it");
    }
    requireUnchanged(added);
    return Model.open(folder(added));
  }

  /// The folder of a reranker, for [CrossEncoderModel#open].
  ///
  /// @param name as [#find] takes it
  /// @return empty where no model was added under the name
  /// @throws Failure.CorruptArtifact if its files are not those that were added
  /// @throws Failure.BadInput if it is an encoder
  public Optional<Path> reranker(String name) {
    return find(name)
        .map(
            added -> {
              if (added.network().kind() != Kind.RERANKER) {
                throw new Failure.BadInput(
                    added.name() + " is an encoder: it gives no scores. `model.base` takes it");
              }
              requireUnchanged(added);
              return folder(added);
            });
  }

  private void requireUnchanged(AddedModel added) {
    added
        .files()
        .forEach(
            (name, hash) -> {
              Path file = folder(added).resolve(name);
              try {
                if (Sha256.of(file).equals(hash)) {
                  return;
                }
              } catch (IOException _) {
                // told below, as one whose content is another
              }
              throw new Failure.CorruptArtifact(
                  file
                      + " is not what was added from "
                      + added.source()
                      + ": remove the model and add it again");
            });
  }

  /// Keeps a folder of files as a model, and moves it into its place. What stood under the name is
  /// replaced where it came from the same source.
  ///
  /// @param files in [#work]; its prompts are completed
  /// @param name null for the last part of the source
  /// @throws Failure.BadInput if the files are no model that is computed here, or another source
  ///   has the name
  public AddedModel keep(
      Path files, String source, String revision, @Nullable String name, PromptChoice prompts) {
    String given = name == null ? lastPart(source) : name;
    requireName(given, source);
    try {
      completePrompts(files, source, prompts);
      AddedModel added = describe(files, given, source, revision);
      WholeFile.write(files.resolve(RECORD), Json.sealed(Json.pretty(added)));
      try (var _ = CacheLock.hold(folder.resolve(".lock"))) {
        requireFree(given, source);
        replace(files, folder.resolve(given));
      }
      return added;
    } catch (IOException e) {
      throw new Failure.Unavailable(
          "cannot keep " + given + " in " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Checks a name before anything is fetched for it.
  ///
  /// @throws Failure.BadInput if it is no name, a base model has it, or a model of another source
  public void requireFree(@Nullable String name, String source) {
    String given = name == null ? lastPart(source) : name;
    requireName(given, source);
    find(given)
        .filter(there -> !there.source().equals(source))
        .ifPresent(
            there -> {
              throw new Failure.BadInput(
                  "%s is already the name of the model from %s: choose another name for this one"
                      .formatted(given, there.source()));
            });
  }

  private static void requireName(String name, String source) {
    if (!NAME.matcher(name).matches() || name.endsWith(".lock")) {
      throw new Failure.BadInput(
          "\"%s\" cannot be the name of %s: letters, digits, dots, dashes and underscores, at most 64"
              .formatted(name, source));
    }
    if (BaseModels.names().stream().anyMatch(name::equalsIgnoreCase)) {
      throw new Failure.BadInput(
          "%s is the name of a base model that comes through Maven: choose another name"
              .formatted(name));
    }
  }

  /// What a configuration says, before the weights are there.
  ///
  /// @throws Failure.BadInput if it is a model that is not computed here, naming what
  public static AddedModel.Network preview(Path files) {
    boolean reranker = isClassifier(files) || isScoringStack(files);
    ModelConfig config = reranker ? ModelConfig.readScoring(files) : ModelConfig.read(files);
    NetworkDescription network = config.network();
    return new AddedModel.Network(
        reranker ? Kind.RERANKER : Kind.ENCODER,
        network.family(),
        network.stack().layers().size(),
        reranker ? 1 : network.dimension(),
        config.maxTokens(),
        network.count());
  }

  private static boolean isScoringStack(Path files) {
    return FolderFiles.optional(files, PromptSettings.FILE)
        .path("model_type")
        .asText()
        .equals("CrossEncoder");
  }

  private static boolean isClassifier(Path files) {
    for (JsonNode each : FolderFiles.required(files, "config.json").path("architectures")) {
      if (each.asText().endsWith(ScoreModules.CLASSIFIER)) {
        return true;
      }
    }
    return false;
  }

  /// Opens the files, which checks all of them.
  private AddedModel describe(Path files, String name, String source, String revision)
      throws IOException {
    AddedModel.Network network = preview(files);
    Prompts prompts = Prompts.NONE;
    String identity;
    if (network.kind() == Kind.ENCODER) {
      Model model = Model.openAsStated(files);
      prompts = model.prompts();
      identity = model.space().value();
    } else {
      identity = CrossEncoderModel.open(files).identity();
    }
    var hashes = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(files)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        hashes.put(files.relativize(file).toString().replace('\\', '/'), Sha256.of(file));
      }
    }
    return new AddedModel(
        name,
        source,
        revision,
        identity,
        network,
        prompts,
        licence(files),
        hashes,
        Instant.now().toString());
  }

  /// Of the front matter of the card.
  private static @Nullable String licence(Path files) throws IOException {
    Path card = files.resolve("README.md");
    if (!Files.exists(card)) {
      return null;
    }
    Matcher found = LICENCE.matcher(new String(Files.readAllBytes(card), StandardCharsets.UTF_8));
    return found.find() ? found.group(1) : null;
  }

  private static void completePrompts(Path files, String source, PromptChoice choice) {
    Prompts known =
        PromptSettings.stated(files)
            ? Prompts.NONE
            : KnownPrompts.of(source.substring(source.indexOf(':') + 1)).orElse(Prompts.NONE);
    PromptSettings.write(
        files, chosen(choice.query(), known.query()), chosen(choice.passage(), known.passage()));
  }

  private static @Nullable String chosen(@Nullable String choice, String known) {
    return choice != null || known.isEmpty() ? choice : known;
  }

  /// Removes a model.
  ///
  /// @return what was removed
  /// @throws Failure.BadInput if there is none of the name
  public AddedModel remove(String name) {
    try (var _ = CacheLock.hold(folder.resolve(".lock"))) {
      AddedModel model =
          find(name)
              .orElseThrow(() -> new Failure.BadInput("no added model is named \"" + name + "\""));
      Path gone = work().resolve("removed-" + model.name() + "-" + ProcessHandle.current().pid());
      Files.createDirectories(work());
      Files.move(folder(model), gone, StandardCopyOption.ATOMIC_MOVE);
      WholeFile.delete(gone);
      return model;
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot remove " + name + ": " + e.getMessage(), e);
    }
  }

  private void replace(Path files, Path place) throws IOException {
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      Path old =
          work().resolve("replaced-" + place.getFileName() + "-" + ProcessHandle.current().pid());
      Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      Files.move(files, place, StandardCopyOption.ATOMIC_MOVE);
      WholeFile.delete(old);
    } else {
      Files.move(files, place, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static String lastPart(String source) {
    return source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf(':')) + 1);
  }
}
