package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Time;
import dev.whetstone.model.AddedModel;
import dev.whetstone.model.AddedModel.PromptChoice;
import dev.whetstone.model.AddedModels;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Brings a model into the cache: lists, fetches what is wanted, checks, keeps. The small files
/// come first, so that a model that is not computed here is refused by name before its weights are
/// fetched. A fetch that was stopped goes on. For one thread.
public final class ModelFetch {
  private final Path cache;
  private final Map<String, String> environment;
  private final Progress progress;
  private final Time time;

  public ModelFetch(Path cache, Map<String, String> environment, Progress progress, Time time) {
    this.cache = cache;
    this.environment = Map.copyOf(environment);
    this.progress = progress;
    this.time = time;
  }

  /// What was done.
  ///
  /// @param fetched false where the same state was there already
  public record Added(AddedModel model, boolean fetched) {}

  /// @param name null for the last part of the address
  /// @throws Failure.BadInput if there is no such model, it is not computed here, or its name is
  ///   another's
  /// @throws Failure.Unavailable if the hub does not answer, or the disk has no room
  public Added add(ModelAddress address, @Nullable String name, PromptChoice prompts) {
    return switch (address) {
      case ModelAddress.Repository repository -> fetch(repository, name, prompts);
      case ModelAddress.Jar jar -> unpack(jar, name, prompts);
      case ModelAddress.Folder folder -> copy(folder, name, prompts);
    };
  }

  private Added fetch(ModelAddress.Repository from, @Nullable String name, PromptChoice prompts) {
    Hub hub =
        switch (from.hub()) {
          case HUGGING_FACE -> new HuggingFace(environment);
          case MODEL_SCOPE -> new ModelScope(environment);
        };
    String source = from.hub().prefix() + from.id();
    var models = new AddedModels(cache);
    models.requireFree(name, source);
    try (var client = new HubClient(hub, time)) {
      Listing listing =
          client.list(
              from.id(), from.revision().isEmpty() ? hub.defaultRevision() : from.revision());
      WantedFiles wanted = WantedFiles.of(from.id(), listing.files());
      DownloadCheck.requireListed(hub, from.id(), wanted);
      String state = listing.state(wanted);
      Optional<AddedModel> there = unchanged(models, source, state, name, prompts);
      if (there.isPresent()) {
        return new Added(there.get(), false);
      }
      Path work = models.work().resolve(workName(from, state));
      try (var _ = CacheLock.hold(models.work().resolve(work.getFileName() + ".lock"));
          var task = progress.start("fetch " + from.id(), wanted.bytes() >> 20, "MB")) {
        requireRoom(models.work(), wanted.bytes());
        var bytes = new Megabytes(task);
        wanted.small().forEach(file -> fetch(client, from.id(), listing, file, work, bytes));
        var _ = AddedModels.preview(work);
        wanted.weights().forEach(file -> fetch(client, from.id(), listing, file, work, bytes));
      }
      return new Added(models.keep(work, source, state, name, prompts), true);
    }
  }

  /// A model whose files are those of the list, all of them.
  private static Optional<AddedModel> unchanged(
      AddedModels models,
      String source,
      String state,
      @Nullable String name,
      PromptChoice prompts) {
    return models
        .find(source)
        .filter(_ -> prompts.equals(PromptChoice.NONE))
        .filter(there -> name == null || there.name().equals(name))
        .filter(there -> there.revision().equals(state));
  }

  private static void fetch(
      HubClient client, String id, Listing listing, HubFile file, Path work, Progress.Task task) {
    Path to = work.resolve(file.path());
    try {
      if (Files.exists(to) && DownloadCheck.wrong(file, to).isEmpty()) {
        task.advance(Files.size(to));
        return;
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + to + ": " + e.getMessage(), e);
    }
    client.fetch(id, listing.revision(), file, to, task);
  }

  /// Of one state of a repository, so that files of two are never mixed.
  private static String workName(ModelAddress.Repository from, String state) {
    return from.hub().prefix().replace(":", "--")
        + from.id().replace("/", "--")
        + "@"
        + state.replace("/", "-");
  }

  private static void requireRoom(Path folder, long bytes) {
    try {
      Files.createDirectories(folder);
      long room = Files.getFileStore(folder).getUsableSpace();
      if (room < bytes) {
        throw new Failure.Unavailable(
            "the model takes %,d MB, and %s has %,d MB left; WHETSTONE_CACHE names another folder"
                .formatted(bytes >> 20, folder, room >> 20));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  private Added copy(ModelAddress.Folder from, @Nullable String name, PromptChoice prompts) {
    var models = new AddedModels(cache);
    models.requireFree(name, from.text());
    var _ = AddedModels.preview(from.path());
    return new Added(
        gathered(models, work -> FolderCopy.of(from.path(), work), from.text(), name, prompts),
        true);
  }

  private Added unpack(ModelAddress.Jar from, @Nullable String name, PromptChoice prompts) {
    var models = new AddedModels(cache);
    String artifact = from.coordinates().split(":", -1)[1];
    models.requireFree(name == null ? artifact : name, from.text());
    Path jar = MavenArtifact.fetch(from.coordinates(), cache);
    return new Added(
        gathered(
            models,
            work -> FolderCopy.ofJar(jar, work),
            from.text(),
            name == null ? artifact : name,
            prompts),
        true);
  }

  @FunctionalInterface
  private interface Gather {
    void into(Path work) throws IOException;
  }

  private static AddedModel gathered(
      AddedModels models,
      Gather gather,
      String source,
      @Nullable String name,
      PromptChoice prompts) {
    try {
      Files.createDirectories(models.work());
      Path work = Files.createTempDirectory(models.work(), "copy-");
      try {
        gather.into(work);
        return models.keep(work, source, "", name, prompts);
      } finally {
        WholeFile.delete(work);
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot copy " + source + ": " + e.getMessage(), e);
    }
  }

  /// Bytes as whole megabytes of a task.
  private static final class Megabytes implements Progress.Task {
    private final Progress.Task task;
    private long bytes;

    Megabytes(Progress.Task task) {
      this.task = task;
    }

    @Override
    public void advance(long units) {
      long before = bytes >> 20;
      bytes += units;
      task.advance((bytes >> 20) - before);
    }

    @Override
    public void note(String text) {
      task.note(text);
    }

    @Override
    public void close() {
      // the task is closed by who began it
    }
  }
}
