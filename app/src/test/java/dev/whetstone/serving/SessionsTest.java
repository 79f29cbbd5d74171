package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.answer.Turn;
import dev.whetstone.answer.Turn.Speaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {
  private static final Sessions.Limits LIMITS = new Sessions.Limits(3, 2, Duration.ofHours(1));

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private Sessions open() {
    return Sessions.in(folder.resolve("sessions"), LIMITS, () -> now);
  }

  @Test
  void aSessionIsKeptOverARestartAndNamesNothingForAnotherOwner() throws IOException {
    Sessions sessions = open();
    String id = sessions.newId();
    sessions.add(id, "key a", "how long?", "six years");

    Sessions again = open();

    assertThat(again.turns(id, "key a").orElseThrow())
        .containsExactly(
            new Turn(Speaker.USER, "how long?"), new Turn(Speaker.ASSISTANT, "six years"));
    assertThat(again.turns(id, "key b")).isEmpty();
    assertThat(again.turns("made-up", "key a")).isEmpty();
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(files()).noneMatch(file -> file.contains(id));
  }

  @Test
  void onlyTheLastTurnsAreKept() {
    Sessions sessions = open();
    String id = sessions.newId();
    for (String question : List.of("a", "b", "c")) {
      sessions.add(id, "", question, question.repeat(5000));
    }

    List<Turn> turns = sessions.turns(id, "").orElseThrow();

    assertThat(turns).extracting(Turn::text).element(0).isEqualTo("b");
    assertThat(turns).hasSize(4);
    assertThat(turns.getLast().text()).hasSize(2000);
  }

  @Test
  void theOneUsedLongestAgoGoesWhereThereAreTooMany() throws IOException {
    Sessions sessions = open();
    List<String> ids = Stream.generate(sessions::newId).limit(4).toList();
    for (String id : ids.subList(0, 3)) {
      sessions.add(id, "", "q", "a");
      now = now.plusSeconds(1);
    }
    assertThat(sessions.turns(ids.getFirst(), "")).isPresent(); // used again

    sessions.add(ids.get(3), "", "q", "a");

    assertThat(ids.stream().filter(id -> sessions.turns(id, "").isPresent()))
        .containsExactly(ids.get(0), ids.get(2), ids.get(3));
    assertThat(files()).hasSize(3);
  }

  @Test
  void oneThatWasNotUsedForLongIsForgotten() throws IOException {
    Sessions sessions = open();
    String id = sessions.newId();
    sessions.add(id, "", "q", "a");
    now = now.plus(Duration.ofMinutes(61));

    assertThat(sessions.turns(id, "")).isEmpty();
    assertThat(files()).isEmpty();
    assertThat(open().turns(id, "")).isEmpty();
  }

  @Test
  void aDamagedFileIsASessionThatWasForgotten() throws IOException {
    Sessions sessions = open();
    String id = sessions.newId();
    sessions.add(id, "", "q", "a");
    Path file = folder.resolve("sessions").resolve(files().getFirst());
    Files.writeString(file, Files.readString(file).replace("\"q\"", "\"x\""));

    assertThat(open().turns(id, "")).isEmpty();
    assertThat(files()).isEmpty();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("sessions"))) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
