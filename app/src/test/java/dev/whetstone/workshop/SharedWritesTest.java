package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.CommitScope;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Apps made and deleted by the servers of two machines on a workspace that stands at one store (a
/// folder here: what a store does is held by its own contract).
class SharedWritesTest {
  private static final Retriever LUCENE = new Retriever(EngineKind.LUCENE, null, "docs", 5);

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // made anew for each test
  private SharedWorkspace anna;

  @SuppressWarnings("NullAway.Init") // made anew for each test
  private SharedWorkspace ben;

  @BeforeEach
  void twoMachines() {
    anna = machine("anna");
    ben = machine("ben");
    anna.create(
        copy -> {
          Workspace made = Workspace.create(copy, "manual");
          Catalog.open(made.catalog()).close(); // as `whet app` leaves one
          return made;
        },
        Progress.NONE);
  }

  private SharedWorkspace machine(String name) {
    var store = ObjectStores.open(folder.resolve("bucket").toString());
    return new SharedWorkspace(
        new SharedFolder(store, folder.resolve(name), SharedWorkspace.LAYOUT));
  }

  @AfterEach
  void close() {
    anna.close();
    ben.close();
  }

  private static Catalog catalog(SharedWorkspace machine, CommitScope writes) {
    return Catalog.open(machine.open(Progress.NONE).catalog(), writes);
  }

  private static Catalog catalog(SharedWorkspace machine) {
    return catalog(machine, machine.writes("whet serve"));
  }

  @Test
  void anAppIsSeenByTheServerOfAnotherMachineAndItsDeletionToo() {
    try (var here = catalog(anna);
        var there = catalog(ben)) {
      App made = here.create("rag", LUCENE);

      ben.refresh(Progress.NONE);
      assertThat(there.apps()).containsExactly(made);

      assertThat(there.delete(made.id())).isTrue();
      anna.refresh(Progress.NONE);
      assertThat(here.apps()).isEmpty();
      assertThat(here.delete(made.id())).isFalse();
    }
  }

  @Test
  void whatIsMadeOnTwoMachinesInTheSameMomentIsAllThere() throws IOException {
    try (var there = catalog(ben)) {
      var saved = anna.writes("whet serve");
      var raced = new Object() { // Ben is faster than Anna's first try
            boolean done;
          };
      CommitScope late =
          new CommitScope() {
            @Override
            public <T> T carry(Path file, Supplier<T> write) {
              return saved.carry(
                  file,
                  () -> {
                    T result = write.get();
                    if (!raced.done) {
                      raced.done = true;
                      there.create("of-ben", LUCENE);
                    }
                    return result;
                  });
            }
          };
      try (var here = catalog(anna, late)) {
        App made = here.create("of-anna", LUCENE);

        ben.refresh(Progress.NONE);
        for (Catalog each : List.of(here, there)) {
          assertThat(each.apps())
              .extracting(App::name)
              .containsExactlyInAnyOrder("of-ben", "of-anna");
          assertThat(each.app(made.id())).isPresent();
        }
      }
    }
    try (var all = Files.list(folder)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("anna", "ben", "bucket");
    }
  }

  @Test
  void whatCannotBeSavedIsNotThere() throws IOException {
    try (var here = catalog(anna)) {
      App before = here.create("before", LUCENE);
      Path manifests = folder.resolve("bucket/manifests");
      Path away = folder.resolve("away");
      Files.move(manifests, away);
      Files.writeString(manifests, "in the way");

      assertThatThrownBy(() -> here.create("lost", LUCENE)).isInstanceOf(Failure.class);
      assertThatThrownBy(() -> here.delete(before.id())).isInstanceOf(Failure.class);
      assertThat(here.apps()).containsExactly(before);

      Files.delete(manifests);
      Files.move(away, manifests);
      here.create("after", LUCENE);
      ben.open(Progress.NONE);
      try (var there = catalog(ben)) {
        assertThat(there.apps()).extracting(App::name).containsExactly("before", "after");
      }
    }
  }

  @Test
  void whileAStepWritesNothingIsMadeAndAShortOneIsWaitedFor() throws Exception {
    try (var here = catalog(anna)) {
      Thread step;
      try (var _ = WorkspaceLock.take(anna.copy(), "whet train")) {
        assertThatThrownBy(() -> here.create("lost", LUCENE))
            .isInstanceOf(Failure.Unavailable.class)
            .hasMessageContaining("whet train");
        assertThat(here.apps()).isEmpty();
        step = Thread.ofVirtual().start(() -> here.create("waits", LUCENE));
        Thread.sleep(200);
      }
      step.join();
      assertThat(here.apps()).extracting(App::name).containsExactly("waits");
    }
  }
}
