package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A folder with `whetstone.yaml` and all that the steps make of it. ARCHITECTURE.md draws the
/// layout.
///
/// @param folder absolute
/// @param sharedAt where others can write its settings and lists, see [SharedSettings]; null for
///   the user's own
public record Workspace(Path folder, Settings settings, @Nullable String sharedAt) {

  /// Makes a workspace with a commented `whetstone.yaml`; one that is there stays as it is.
  ///
  /// @param name of the collection, put into the settings
  ///
  /// @throws Failure.BadInput if the name cannot be one; nothing is made
  public static Workspace create(Path folder, String name) {
    Settings.requireName("--name", name);
    return create(folder, name, Map.of());
  }

  /// Makes a workspace with these settings, or gives them to the one that is there.
  ///
  /// @param settings a file in the form of `whetstone.yaml`
  /// @throws Failure.BadInput if they cannot be used; nothing is made or changed
  public static Workspace configured(Path folder, Path settings) {
    SettingsFile.read(settings);
    try {
      WholeFile.write(folder.resolve(SettingsFile.NAME), Files.readString(settings));
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + settings + ": " + e.getMessage(), e);
    }
    return open(folder);
  }

  /// @param changes lines of the commented file, as they stand there, and what replaces them
  public static Workspace create(Path folder, String name, Map<String, String> changes) {
    Path file = folder.resolve(SettingsFile.NAME);
    if (!Files.exists(file)) {
      String text = template().replace("name: documents", "name: " + name);
      for (var change : changes.entrySet()) {
        text = text.replace(change.getKey(), change.getValue());
      }
      WholeFile.write(file, text);
    }
    return open(folder);
  }

  /// @throws Failure.BadInput if there is no workspace, or its settings cannot be used
  /// @throws Failure.Refused if others can write the settings, and these send a secret of this
  ///   machine where it does not permit it
  public static Workspace open(Path folder) {
    Path file = folder.resolve(SettingsFile.NAME);
    if (!Files.isRegularFile(file)) {
      throw new Failure.BadInput(
          folder + " is no workspace: it holds no " + SettingsFile.NAME,
          new Remedy.CreateWorkspace(folder.toString()));
    }
    Path at = folder.toAbsolutePath().normalize();
    Settings settings = SettingsFile.read(file);
    @Nullable String sharedAt = SharedSettings.place(at);
    if (sharedAt != null) {
      SharedSettings.check(settings, at, sharedAt, System.getenv());
    }
    return new Workspace(at, settings, sharedAt);
  }

  /// Opens the workspace that `from` stands in: the nearest folder upwards with `whetstone.yaml`.
  public static Workspace find(Path from) {
    for (@Nullable Path at = from.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve(SettingsFile.NAME))) {
        return open(at);
      }
    }
    throw new Failure.BadInput(
        "no workspace here: neither "
            + from.toAbsolutePath()
            + " nor a folder above it holds a "
            + SettingsFile.NAME,
        new Remedy.CreateWorkspace(null));
  }

  public Path raw() {
    return folder.resolve("raw");
  }

  /// The documents that were sent over HTTP; staged like those of a folder, as the source
  /// [Manifest#UPLOADS].
  public Path uploads() {
    return folder.resolve("uploads");
  }

  public Path manifest() {
    return folder.resolve("raw.json");
  }

  public Path questions() {
    return folder.resolve("questions.jsonl");
  }

  /// What was dropped or put off when questions were reviewed.
  public Path reviews() {
    return folder.resolve("reviews.jsonl");
  }

  /// The questions that a language model wrote.
  public Path written() {
    return folder.resolve("written");
  }

  public Path passages() {
    return folder.resolve("passages");
  }

  public Path pairs() {
    return folder.resolve("pairs");
  }

  public Path models() {
    return folder.resolve("models");
  }

  public Path rerankers() {
    return folder.resolve("rerankers");
  }

  public Path vectors() {
    return folder.resolve("vectors");
  }

  /// The vectors of passages' sentences.
  public Path sentences() {
    return folder.resolve("sentences");
  }

  public Path indexes() {
    return folder.resolve("indexes");
  }

  /// What language models are told, as files of the user's.
  public Path prompts() {
    return folder.resolve("prompts");
  }

  public Path reports() {
    return folder.resolve("reports");
  }

  /// What the program keeps for itself: caches, step records, the catalog, the lock.
  public Path hidden() {
    return folder.resolve(".whetstone");
  }

  /// What our own server offers under names of their own.
  public Path deployments() {
    return hidden().resolve("deployments");
  }

  /// What was asked and answered before, by the session.
  public Path sessions() {
    return hidden().resolve("sessions");
  }

  /// The questions that a server keeps for review.
  public Path asked() {
    return hidden().resolve("asked").resolve("questions.jsonl");
  }

  public Path catalog() {
    return hidden().resolve("catalog.db");
  }

  public String name() {
    return settings.name();
  }

  private static String template() {
    try (InputStream in = Workspace.class.getResourceAsStream(SettingsFile.NAME)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its " + SettingsFile.NAME);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the program's " + SettingsFile.NAME + " cannot be read", e);
    }
  }
}
