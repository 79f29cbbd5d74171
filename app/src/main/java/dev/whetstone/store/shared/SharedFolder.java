package dev.whetstone.store.shared;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Keys;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A folder that stands at an object store, with a working copy on each machine that uses it.
///
/// Problem: an object store has no rename, no lock and, on some (OSS), no compare-and-swap; a
/// writer may be killed between any two requests, and several machines may write at once. Readers
/// must nevertheless see whole states, and no acknowledged save may be lost.
///
/// Method: a state is one object, the *manifest* `manifests/NUMBER.json` ([FolderManifest]): the
/// path, key, length and SHA-256 of each file, and a checksum of the manifest itself. The only
/// operation that must be atomic is the create-only put, which every store offers. To save
/// ([#save], [FolderUpload], [FolderSweep]):
///
/// 1. The working copy is scanned. What differs from its base, the manifest to which it was last
///    brought, has changed. If the store has a later manifest than the base, the save is refused.
/// 2. The keys of the objects to come are written to a list on this machine ("pending").
/// 3. The changed files are uploaded, each create-only and under a key at which nothing stands: its
///    path, else its path with the first digits of its SHA-256, else with random digits as well. An
///    object is never overwritten.
/// 4. Manifest `base + 1` is created. Of two writers one succeeds; the other is refused and keeps
///    its files in its copy.
/// 5. Objects that only dropped manifests name, and pending ones that no manifest names, are
///    deleted; the last [FolderSweep#KEPT] states stay readable.
///
/// To bring a copy up to date ([#bring]): the newest manifest is read, missing files are downloaded
/// beside the copy and checked, and then moved into place, those that name other files last.
///
/// Invariants:
///
/// - A manifest is created after all objects that it names, and is never changed. So a reader sees
///   the state before or the state after, wherever a writer is killed.
/// - An object that a kept manifest names is not deleted, and no object of others ever is.
/// - A file that changed here is never lost: it is saved, or it is moved aside when others saved
///   first, or it stays where it counts by itself ([FolderLayout#independent()]).
///
/// Example: machines A and B are at manifest 41, and both change `app.db`. A uploads
/// `app.0123abcd.db` and creates manifest 42. B uploads `app.89ef4567.db`, cannot create 42, and is
/// refused; its next save deletes that object, because it is pending and no manifest names it. B
/// brings its copy to 42, and its own `app.db` is moved aside.
///
/// Cost: a save takes one listing, one or two requests for each changed file and one for the
/// manifest, whose length is proportional to the number of files; unchanged files take none,
/// because their hashes are remembered by length and time.
///
/// The caller holds the copy's writer lock. Not safe for several threads.
public final class SharedFolder implements AutoCloseable {
  /// What bringing a copy up to date did.
  ///
  /// @param number of the manifest, 0 where there is none yet
  /// @param files that were fetched
  /// @param setAside where files went that had changed here while others wrote there
  public record Brought(long number, int files, Optional<Path> setAside) {}

  private final ObjectStore store;
  private final WorkingCopy copy;
  private final Clock clock;

  /// @param store closed with this
  public SharedFolder(ObjectStore store, Path folder, FolderLayout layout) {
    this(store, folder, layout, Clock.systemUTC());
  }

  SharedFolder(ObjectStore store, Path folder, FolderLayout layout, Clock clock) {
    this.store = store;
    this.copy = new WorkingCopy(folder.toAbsolutePath().normalize(), layout);
    this.clock = clock;
  }

  /// The place at the store.
  public String uri() {
    return store.uri();
  }

  /// The working copy.
  public Path folder() {
    return copy.folder();
  }

  /// Whether the place holds a folder at all.
  public boolean exists() {
    return !FolderManifest.numbers(store).isEmpty();
  }

  /// Fetches some files of the newest state, without a working copy.
  ///
  /// @param into a folder; what is not there is left out
  public static void fetch(ObjectStore store, Set<String> paths, Path into) {
    List<Long> numbers = FolderManifest.numbers(store);
    if (numbers.isEmpty()) {
      return;
    }
    var wanted = new ArrayList<Transfers.Download>();
    FolderManifest.read(store, numbers.getLast())
        .files()
        .forEach(
            (path, entry) -> {
              if (paths.contains(path)) {
                wanted.add(
                    new Transfers.Download(
                        Keys.check(store.uri(), entry.key()),
                        into.resolve(path),
                        entry.bytes(),
                        entry.sha256()));
              }
            });
    Transfers.download(store, wanted, "fetch", Progress.NONE);
  }

  /// Brings the copy to the newest manifest. Files that changed here and were not saved stay,
  /// unless others have saved since: then they are set aside, but for those that count by
  /// themselves and that the others left as they were.
  ///
  /// @throws Failure.CorruptArtifact naming an object that is damaged; the copy stays as it was
  public Brought bring(Progress progress) {
    List<Long> numbers = FolderManifest.numbers(store);
    long newest = numbers.isEmpty() ? 0 : numbers.getLast();
    Optional<FolderManifest> base = copy.base();
    if (newest == base.map(FolderManifest::number).orElse(0L)) {
      return new Brought(newest, 0, Optional.empty());
    }
    if (newest < base.map(FolderManifest::number).orElse(0L)) {
      throw new Failure.Refused(
          store.uri()
              + " is at manifest "
              + newest
              + ", and the working copy "
              + copy.folder()
              + " at a later one: has the bucket been replaced? Move the working copy away to"
              + " begin anew from the bucket");
    }
    FolderManifest next = FolderManifest.read(store, newest);
    Map<String, WorkingCopy.Seen> here = copy.scan();
    Set<String> staying =
        here.keySet().stream()
            .filter(path -> stays(path, here.get(path), base.orElse(null), next))
            .collect(Collectors.toSet());
    var wanted = new ArrayList<Transfers.Download>();
    WholeFile.delete(copy.incoming());
    next.files()
        .forEach(
            (path, entry) -> {
              if (!staying.contains(path) && !is(here.get(path), entry) && !copy.local(path)) {
                wanted.add(
                    new Transfers.Download(
                        Keys.check(store.uri(), entry.key()),
                        copy.incoming().resolve(path),
                        entry.bytes(),
                        entry.sha256()));
              }
            });
    Transfers.download(store, wanted, "fetch", progress);
    here.keySet().removeAll(staying);
    Optional<Path> setAside = setAside(base.orElse(null), next, here);
    place(next, here);
    copy.base(next);
    copy.scan();
    return new Brought(newest, wanted.size(), setAside);
  }

  private static boolean is(
      WorkingCopy.@Nullable Seen seen, FolderManifest.@Nullable SavedFile entry) {
    return seen != null && entry != null && seen.sha256().equals(entry.sha256());
  }

  /// Whether a file that counts by itself changed here, and not at the store.
  private boolean stays(
      String path,
      WorkingCopy.@Nullable Seen seen,
      @Nullable FolderManifest base,
      FolderManifest next) {
    FolderManifest.SavedFile before = base == null ? null : base.files().get(path);
    return copy.independent(path)
        && !is(seen, before)
        && Objects.equals(before, next.files().get(path));
  }

  /// Moves away what is neither of the manifest before nor of the next.
  private Optional<Path> setAside(
      @Nullable FolderManifest base, FolderManifest next, Map<String, WorkingCopy.Seen> here) {
    var changed = new ArrayList<String>();
    here.forEach(
        (path, seen) -> {
          FolderManifest.SavedFile before = base == null ? null : base.files().get(path);
          if (!is(seen, before) && !is(seen, next.files().get(path))) {
            changed.add(path);
          }
        });
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    Path folder = copy.folder();
    String stamp = Instant.now(clock).toString().replace(':', '-');
    Path aside = folder.resolveSibling(folder.getFileName() + "-set-aside-" + stamp);
    changed.forEach(path -> move(copy.file(path), aside.resolve(path)));
    return Optional.of(aside);
  }

  /// Puts new files in place first, then those that replace others, because a file that names other
  /// files must come after them; then deletes the files that the next state has no more.
  private void place(FolderManifest next, Map<String, WorkingCopy.Seen> here) {
    List<String> paths =
        next.files().keySet().stream()
            .filter(path -> Files.exists(copy.incoming().resolve(path)))
            .sorted(
                Comparator.<String, Boolean>comparing(path -> Files.exists(copy.file(path)))
                    .thenComparing(path -> copy.last(path))
                    .thenComparing(path -> path))
            .toList();
    for (String path : paths) {
      copy.deleteCompanions(path);
      move(copy.incoming().resolve(path), copy.file(path));
    }
    here.keySet().stream()
        .filter(path -> !next.files().containsKey(path))
        .forEach(path -> WholeFile.delete(copy.file(path)));
    WholeFile.delete(copy.incoming());
  }

  private static void move(Path from, Path to) {
    try {
      Files.createDirectories(Objects.requireNonNull(to.getParent()));
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot write " + to + ": " + e.getMessage(), e);
    }
  }

  /// Sends what changed, and makes it the present state.
  ///
  /// @param command what was done, for people
  /// @return whether anything had changed
  /// @throws Failure.Refused if others have saved since this copy was brought; what was made here
  ///   stays here
  /// @throws Failure.Unavailable if the store does not answer; what was made here stays here, and
  ///   the next save sends it
  public boolean save(String command, Progress progress) {
    FolderManifest base = copy.base().orElse(null);
    Map<String, FolderManifest.SavedFile> before = base == null ? Map.of() : base.files();
    long number = base == null ? 1 : base.number() + 1;
    var upload = new FolderUpload(store, copy, before);
    if (!upload.anything()) {
      return false;
    }
    refuseIfBehind(number - 1);
    Map<String, FolderManifest.SavedFile> files = upload.send(progress);
    var manifest =
        FolderManifest.of(
            number,
            java.util.UUID.randomUUID().toString(),
            command,
            Instant.now(clock).toString(),
            files);
    if (!upload.create(manifest)) {
      throw lost(number);
    }
    copy.base(manifest);
    var kept = new HashSet<String>();
    files.values().forEach(entry -> kept.add(entry.key()));
    FolderSweep.sweep(store, number, kept, copy);
    return true;
  }

  private void refuseIfBehind(long number) {
    List<Long> numbers = FolderManifest.numbers(store);
    if (!numbers.isEmpty() && numbers.getLast() > number) {
      throw lost(numbers.getLast());
    }
  }

  private Failure lost(long number) {
    return new Failure.Refused(
        store.uri()
            + " was written by someone else meanwhile (manifest "
            + number
            + "), so that nothing was saved there. What was made here is in "
            + copy.folder()
            + ". Run the same command again: it begins from what the others saved, and sets the"
            + " files that differ aside");
  }

  @Override
  public void close() {
    store.close();
  }
}
