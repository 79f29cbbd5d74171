package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.shared.EnclosingFolder;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keeps the documents that people put into a bucket apart from the objects of a workspace there:
/// its own files would be taken for documents, or overwritten by some.
final class WorkspaceObjects {
  private static final Pattern MANIFEST = Pattern.compile("(?:(.+)/)?manifests/\\d{8}\\.json");

  private WorkspaceObjects() {}

  /// @param keys of all objects at the place
  /// @throws Failure.Refused if a workspace keeps its own files at the place or below it
  static void refuseDocuments(ObjectStore place, Collection<String> keys) {
    for (String key : keys) {
      Matcher manifest = MANIFEST.matcher(key);
      if (manifest.matches()) {
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
        "%s %s the workspace %s, which keeps files of its own there: put documents into %sraw/ or another place beside its files, and take them up with `whet stage PLACE --workspace %s`"
            .formatted(place, holds, workspace, workspace, workspace));
  }
}
