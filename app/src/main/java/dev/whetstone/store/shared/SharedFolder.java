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

/// A folder that stands at an object store, with a working copy here. [#bring] makes the copy what
/// the newest manifest says; [#save] sends what changed and then creates the next manifest, so that
/// whoever reads sees the state before or the state after, wherever a writer is killed. Objects are
/// never overwritten: a file stands under its path ([ObjectNames] tells the exception), and when
/// another content takes its place, under its path with the first digits of its SHA-256. The caller
/// holds the copy's writer lock.
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
  public SharedFolder(ObjectStore store, Path folder) {
    this(store, folder, Clock.systemUTC());
  }

  SharedFolder(ObjectStore store, Path folder, Clock clock) {
    this.store = store;
    this.copy = new WorkingCopy(folder.toAbsolutePath().normalize());
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
    var wanted = new ArrayList<Transfers.Wanted>();
    FolderManifest.read(store, numbers.getLast())
        .files()
        .forEach(
            (path, entry) -> {
              if (paths.contains(path)) {
                wanted.add(
                    new Transfers.Wanted(
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
    var wanted = new ArrayList<Transfers.Wanted>();
    WholeFile.delete(copy.incoming());
    next.files()
        .forEach(
            (path, entry) -> {
              if (!staying.contains(path) && !is(here.get(path), entry) && !WorkingCopy.own(path)) {
                wanted.add(
                    new Transfers.Wanted(
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

  private static boolean is(WorkingCopy.@Nullable Seen seen, FolderManifest.@Nullable Entry entry) {
    return seen != null && entry != null && seen.sha256().equals(entry.sha256());
  }

  /// Whether a file that counts by itself changed here, and not at the store.
  private static boolean stays(
      String path,
      WorkingCopy.@Nullable Seen seen,
      @Nullable FolderManifest base,
      FolderManifest next) {
    FolderManifest.Entry before = base == null ? null : base.files().get(path);
    return WorkingCopy.alone(path)
        && !is(seen, before)
        && Objects.equals(before, next.files().get(path));
  }

  /// Moves away what is neither of the manifest before nor of the next.
  private Optional<Path> setAside(
      @Nullable FolderManifest base, FolderManifest next, Map<String, WorkingCopy.Seen> here) {
    var changed = new ArrayList<String>();
    here.forEach(
        (path, seen) -> {
          FolderManifest.Entry before = base == null ? null : base.files().get(path);
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

  /// New files first, then those that replace others, so that what names other files (an alias, a
  /// step's record) comes after them; then what is no more goes.
  private void place(FolderManifest next, Map<String, WorkingCopy.Seen> here) {
    List<String> paths =
        next.files().keySet().stream()
            .filter(path -> Files.exists(copy.incoming().resolve(path)))
            .sorted(
                Comparator.<String, Boolean>comparing(path -> Files.exists(copy.file(path)))
                    .thenComparing(path -> path.contains("/segments_"))
                    .thenComparing(path -> path))
            .toList();
    for (String path : paths) {
      WorkingCopy.BESIDE.forEach(end -> WholeFile.delete(copy.file(path + end)));
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
    Map<String, FolderManifest.Entry> before = base == null ? Map.of() : base.files();
    long number = base == null ? 1 : base.number() + 1;
    var upload = new FolderUpload(store, copy, before);
    if (!upload.anything()) {
      return false;
    }
    refuseIfBehind(number - 1);
    Map<String, FolderManifest.Entry> files = upload.send(progress);
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
