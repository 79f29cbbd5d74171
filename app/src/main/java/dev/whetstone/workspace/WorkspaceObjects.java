package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.shared.EnclosingFolder;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keeps the documents that people put into a bucket apart from the objects of a workspace there:
/// its own files would be taken for documents, or overwritten by some. It looks at every key of a
/// listing, and then at what is in those objects that bear a manifest's name: a name alone makes no
/// workspace.
public final class WorkspaceObjects {
  private static final Pattern MANIFEST = Pattern.compile("(?:(.+)/)?manifests/\\d{8}\\.json");

  /// So many objects of such names are looked into: each is a request.
  private static final int MOST_LOOKED_INTO = 100;

  private final ObjectStore place;
  private final Set<String> named = new LinkedHashSet<>();

  public WorkspaceObjects(ObjectStore place) {
    this.place = place;
  }

  public void look(String key) {
    if (named.size() < MOST_LOOKED_INTO && MANIFEST.matcher(key).matches()) {
      named.add(key);
    }
  }

  /// @throws Failure.Refused if a workspace keeps its own files at the place or below it
  public void refuseDocuments() {
    for (String key : named) {
      Matcher manifest = MANIFEST.matcher(key);
      if (manifest.matches() && EnclosingFolder.isManifest(place, key)) {
        String below = manifest.group(1);
        throw refused(place.uri(), below == null ? place.uri() : place.uri(below + "/"));
      }
    }
    EnclosingFolder.of(place)
        .filter(EnclosingFolder::keepsObjectsThere)
        .ifPresent(
            folder -> {
              throw refused(place.uri(), folder.uri());
            });
  }

  private static Failure refused(String place, String workspace) {
    String holds = workspace.startsWith(place) ? "holds" : "belongs to";
    return new Failure.Refused(
        "%s %s the workspace %s, which keeps files of its own there: put documents into %sraw/ or another place beside its files, and stage that place into the workspace %s"
            .formatted(place, holds, workspace, workspace, workspace),
        new Remedy.Stage(null));
  }
}
