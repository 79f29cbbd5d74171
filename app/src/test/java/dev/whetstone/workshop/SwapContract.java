package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Filter;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Indexes;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.workshop.index.IndexOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Generations of two spaces swapped back and forth while clients ask. What each answer's passages
/// are said to be near to must be so in the space that the answer names, by cosines computed
/// without an index: a question embedded by one model and searched among the vectors of the other
/// would give others.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
abstract class SwapContract {
  private static final int CLIENTS = 16;
  private static final double NEAR = 2e-4;
  private static final double NONE = 9; // no cosine

  @TempDir private Path folder;

  /// The generations of one index, opened anew at each call.
  ///
  /// @param folder of the workspace
  abstract Indexes open(Path folder);

  abstract int swaps();

  /// The old generation is removed as soon as the new one serves.
  abstract int keep();

  @Test
  void noAnswerMixesTwoSpacesWhileGenerationsAreSwappedUnderLoad() throws Exception {
    try (var two = new TwoSpaces(folder);
        Indexes writer = open(two.workspace.folder())) {
      two.load(writer, 0, keep(), IndexOptions.DEFAULT);
      assertThatMixingShows(two);
      var answered = new ConcurrentHashMap<String, AtomicInteger>();
      var mixed = new ConcurrentLinkedQueue<String>();
      var errors = new ConcurrentLinkedQueue<Throwable>();
      var stop = new AtomicBoolean();
      try (var rerankers = Rerankers.of(two.workspace);
          var answering =
              Answering.of(open(two.workspace.folder()), two.workspace, two.encoders, rerankers);
          var threads = Executors.newFixedThreadPool(CLIENTS + 1)) {
        List<Future<?>> running = new ArrayList<>();
        try {
          for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            running.add(
                threads.submit(
                    () -> {
                      for (int i = first; !stop.get(); i++) {
                        ask(two, answering, i % two.questions.size(), answered, mixed, errors);
                      }
                    }));
          }
          running.add(
              threads.submit(
                  () -> {
                    while (!stop.get()) {
                      answering.refresh();
                      Thread.sleep(5);
                    }
                    return null;
                  }));
          for (int swap = 1; swap <= swaps() && errors.isEmpty(); swap++) {
            var loaded = two.load(writer, swap % 2, keep(), IndexOptions.DEFAULT);
            awaitAnswersOf(loaded.generation(), answered, errors);
          }
        } finally {
          stop.set(true);
        }
        for (Future<?> each : running) {
          each.get();
        }
      }

      System.out.printf("answers by space and generation: %s; mixed: %d%n", answered, mixed.size());
      assertThat(errors).isEmpty();
      assertThat(mixed).isEmpty();
      for (int which = 0; which < 2; which++) {
        String space = two.space(which).value();
        assertThat(answered.keySet()).anyMatch(key -> key.startsWith(space));
      }
      assertThat(answered).hasSize(swaps() + 1);
    }
  }

  /// The oracle can tell: cosines of a question of one space with vectors of the other are others.
  private static void assertThatMixingShows(TwoSpaces two) {
    try (var lease = two.encoders.take(two.space(0))) {
      var across = TwoSpaces.to(two.vectors.get(1), lease.value().query(two.questions.get(0)));
      long unlike =
          two.passages.stream()
              .filter(
                  p ->
                      Math.abs(
                              across.getOrDefault(p.id(), NONE)
                                  - two.cosine(two.space(0), 0, p.id()))
                          > NEAR)
              .filter(
                  p ->
                      Math.abs(
                              across.getOrDefault(p.id(), NONE)
                                  - two.cosine(two.space(1), 0, p.id()))
                          > NEAR)
              .count();
      assertThat(unlike).isGreaterThan(two.passages.size() * 9L / 10);
    }
  }

  private static void ask(
      TwoSpaces two,
      Answering answering,
      int question,
      Map<String, AtomicInteger> answered,
      Queue<String> mixed,
      Queue<Throwable> errors) {
    var app =
        new App(
            "app-aaaaaaaaaaaa",
            "manual",
            new Retriever(EngineKind.LUCENE, null, "manual", 5),
            null,
            Instant.EPOCH,
            Instant.EPOCH);
    try {
      var found = answering.retrieve(app, new Query(two.questions.get(question), Filter.ALL), 5);
      var space = new SpaceId(found.space());
      for (var hit : found.hits()) {
        double should = two.cosine(space, question, hit.passage().id());
        if (Math.abs(hit.cosine().orElseThrow() - should) > NEAR) {
          mixed.add(found.generation() + ": " + hit.cosine() + ", not " + should);
        }
      }
      assertThat(found.hits()).hasSize(5);
      answered
          .computeIfAbsent(found.space() + " " + found.generation(), _ -> new AtomicInteger())
          .incrementAndGet();
      if (question == 0) {
        answering.answer(app, new Query(two.questions.get(question), Filter.ALL)).answer();
      }
    } catch (RuntimeException | AssertionError e) {
      errors.add(e);
    }
  }

  private static void awaitAnswersOf(
      String generation, Map<String, AtomicInteger> answered, Queue<Throwable> errors)
      throws InterruptedException {
    for (int i = 0; i < 3000 && errors.isEmpty(); i++) {
      boolean enough =
          answered.entrySet().stream()
              .anyMatch(
                  e -> e.getKey().endsWith(" " + generation) && e.getValue().get() >= CLIENTS);
      if (enough) {
        return;
      }
      Thread.sleep(10);
    }
    assertThat(errors).isEmpty();
    throw new AssertionError("generation " + generation + " never answered: " + answered);
  }
}
