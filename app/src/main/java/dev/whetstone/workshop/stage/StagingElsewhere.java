package dev.whetstone.workshop.stage;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.Transfers;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workspace.WorkspaceObjects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Copies a folder's documents to a bucket or to another folder, for others to read and to stage
/// from. Nothing is deleted there, and what is there already is not sent again.
public final class StagingElsewhere {
  /// @param sent documents that were new or other
  public record Result(String place, int sent, long bytes, int unchanged, SkippedFiles skipped) {}

  private StagingElsewhere() {}

  /// @throws Failure.BadInput if the folder holds nothing that can be parsed
  /// @throws Failure.Refused if a workspace keeps its own files there
  public static Result stage(Path folder, String place, Acl acl, Progress progress) {
    try (ObjectStore store = ObjectStores.open(place)) {
      return stage(folder, store, acl, progress);
    }
  }

  static Result stage(Path folder, ObjectStore store, Acl acl, Progress progress) {
    var filter = new StagingFilter();
    try (var source = new FolderSource(folder)) {
      var found = Staging.find(source, filter);
      if (found.isEmpty()) {
        throw Staging.nothing(source.name(), filter);
      }
      var files = new TreeSet<String>(found.keySet());
      found.forEach(
          (path, document) -> {
            if (document.sidecar() != null) {
              files.add(path + Sidecar.SUFFIX);
            }
          });
      var there = new HashMap<String, ObjectInfo>();
      var workspaces = new WorkspaceObjects(store);
      try (Stream<ObjectInfo> objects = store.list("")) {
        objects.forEach(
            object -> {
              workspaces.look(object.key());
              if (files.contains(object.key())) {
                there.put(object.key(), object);
              }
            });
      }
      workspaces.refuseDocuments();
      var send = new TreeMap<String, Content>();
      long bytes = 0;
      for (String path : files) {
        Path file = source.file(path);
        ObjectInfo object = there.get(path);
        var content = Content.of(file);
        if (object == null || object.bytes() != content.length() || !same(store, path, file)) {
          send.put(path, content);
          bytes += content.length();
        }
      }
      Transfers.upload(store, send, acl, "stage", progress);
      return new Result(
          store.uri(), send.size(), bytes, files.size() - send.size(), filter.skipped());
    }
  }

  private static boolean same(ObjectStore store, String key, Path file) {
    try {
      String sha256 = Sha256.of(file);
      String known = store.stat(key).map(ObjectInfo::sha256).orElse(null);
      if (known != null) {
        return known.equals(sha256);
      }
      try (InputStream in = store.read(key)) { // a folder, or what others put into the bucket
        return Sha256.of(in).equals(sha256);
      }
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + FileTrouble.reason(e), e);
    }
  }
}
