package dev.whetstone.store.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.ObjectInfo;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FolderStoreTest extends ObjectStoreContract {
  private Path root() {
    return folder.resolve("store");
  }

  @Override
  protected ObjectStore open() {
    return ObjectStores.open(root().toString(), Map.of(), folder.resolve("journal"));
  }

  @Test
  void aFolderMayBeNamedByItsUri() throws IOException {
    try (var same =
        ObjectStores.open(root().toUri().toString(), Map.of(), folder.resolve("journal"))) {
      store.put("a", Content.of("x"), Acl.DEFAULT);

      assertThat(same.stat("a")).isPresent();
      assertThat(same.uri()).isEqualTo(root() + "/");
    }
  }

  @Test
  void privateFilesAreTheOwnersAlone() throws IOException {
    store.put("a", Content.of("x"), Acl.PRIVATE);
    store.create("b", Content.of("x"), Acl.PUBLIC_READ);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve("a"))))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve("b"))))
        .isEqualTo("rw-r--r--");
  }

  @Test
  void aPrivateFileIsNeverThereForOthers() throws Exception {
    Path file = root().resolve("a");
    var seen = ConcurrentHashMap.<String>newKeySet();
    var done = new AtomicBoolean();
    Thread onlooker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    try {
                      seen.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                    } catch (IOException e) {
                      Thread.onSpinWait(); // not there now
                    }
                  }
                });

    for (int i = 0; i < 50; i++) {
      store.put("a", Content.of("x"), Acl.PRIVATE);
      store.delete(List.of("a"));
    }
    store.put("a", Content.of("x"), Acl.PRIVATE);
    while (seen.isEmpty()) {
      Thread.onSpinWait();
    }
    done.set(true);
    onlooker.join();

    assertThat(seen).containsExactly("rw-------");
  }

  @Test
  void filesBeingWrittenAndLinksAreNotListed() throws IOException {
    store.put("a", Content.of("x"), Acl.DEFAULT);
    Files.writeString(root().resolve(".b.123.part"), "half");
    Files.createSymbolicLink(root().resolve("link"), folder);

    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("a");
  }

  @Test
  void aPlaceOfAnotherKindIsRefusedWithTheOnesThereAre() {
    assertThatThrownBy(() -> ObjectStores.open("gs://bucket/x", Map.of(), folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage(
            "gs://bucket/x is no place for documents: name a folder, s3://bucket/prefix or"
                + " oss://bucket/prefix");
  }
}
