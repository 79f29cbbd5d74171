package dev.whetstone.workspace;

import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The places that the user of this machine told a shared workspace to stage from. `whet run`
/// stages from all places of `raw.json` again; anyone who can write that list could name any
/// folder, or any bucket that this machine's credentials open, and find its documents in the
/// workspace afterwards. So only the places that were named here, and those of the workspace's own
/// bucket, are taken up again. The list stands in this machine's cache, not in the workspace.
public final class LocalSources {
  private static final Pattern BUCKET = Pattern.compile("((?:s3|oss)://[^/]+/).*");

  private record Places(SortedSet<String> places) {}

  private final @Nullable String workspace;
  private final Path file;

  public LocalSources(Workspace workspace) {
    this(workspace, MavenArtifact.defaultCache());
  }

  public LocalSources(Workspace workspace, Path cache) {
    this.workspace = workspace.sharedAt();
    this.file =
        cache
            .resolve("staged-here")
            .resolve(
                Sha256.id(String.valueOf(this.workspace), workspace.folder().toString()) + ".json");
  }

  /// Whether a place is staged from again without being named.
  public boolean permits(String source) {
    return workspace == null
        || source.equals(Manifest.UPLOADS)
        || ownBucket(source)
        || places().contains(source);
  }

  private boolean ownBucket(String source) {
    Matcher own = BUCKET.matcher(String.valueOf(workspace));
    return own.matches() && ObjectStores.isBucket(source) && source.startsWith(own.group(1));
  }

  private SortedSet<String> places() {
    return new TreeSet<>(Json.kept(file, Places.class).map(Places::places).orElseGet(TreeSet::new));
  }

  /// Notes that a place was named on this machine.
  public void add(String source) {
    var places = places();
    if (workspace != null && places.add(source)) {
      WholeFile.write(file, Json.sealed(Json.pretty(new Places(places))));
    }
  }
}
