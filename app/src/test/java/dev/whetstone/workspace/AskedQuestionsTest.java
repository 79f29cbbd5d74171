package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.workspace.AskedQuestion.Asking;
import dev.whetstone.workspace.AskedQuestion.Days;
import dev.whetstone.workspace.AskedQuestion.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedQuestionsTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);

  @TempDir private Path folder;

  private Workspace workspace;

  @BeforeEach
  void aWorkspace() {
    workspace = Workspace.create(folder, "w", Map.of());
  }

  private AskedQuestions on(LocalDate day) {
    return new AskedQuestions(workspace, InstantSource.fixed(Instant.parse(day + "T12:00:00Z")));
  }

  private static AskedQuestion asked(String text, Outcome outcome, LocalDate day, String... shown) {
    return AskedQuestion.of(text, new Asking("app", outcome, .3), List.of(shown), Days.of(day, 30))
        .orElseThrow();
  }

  @Test
  void aQuestionThatIsAskedAgainIsKeptOnceAndItsPassagesKeepTheirPlaces() {
    on(TODAY).add(List.of(asked("Where is it?", Outcome.DECLINED, TODAY, "a", "b")), 10);
    LocalDate later = TODAY.plusDays(3);
    on(later).add(List.of(asked("where is  it", Outcome.ANSWERED, later, "c", "a")), 10);

    List<AskedQuestion> kept = on(later).read();
    assertThat(kept).hasSize(1);
    AskedQuestion one = kept.getFirst();
    assertThat(one.question()).isEqualTo("Where is it?");
    assertThat(one.times()).isEqualTo(2);
    assertThat(one.asking().outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(one.passages()).containsExactly("a", "b", "c");
    assertThat(one.days()).isEqualTo(new Days("2026-11-28", "2026-12-01", "2026-12-31"));
  }

  @Test
  void aQuestionIsForgottenWhenItsTimeIsOver() throws IOException {
    on(TODAY).add(List.of(asked("old one?", Outcome.DECLINED, TODAY)), 10);

    assertThat(on(TODAY.plusDays(30)).read()).hasSize(1);
    assertThat(on(TODAY.plusDays(31)).read()).isEmpty();

    on(TODAY.plusDays(31)).add(List.of(), 10); // as the server does now and then
    assertThat(workspace.asked()).doesNotExist();
  }

  @Test
  void beyondTheLimitTheAnsweredOnesGoFirstAndTheOldestOfThem() {
    var all = new ArrayList<AskedQuestion>();
    all.add(asked("declined long ago?", Outcome.DECLINED, TODAY.minusDays(20)));
    all.add(asked("answered long ago?", Outcome.ANSWERED, TODAY.minusDays(20)));
    all.add(asked("answered today?", Outcome.ANSWERED, TODAY));
    all.add(asked("badly today?", Outcome.BADLY_SUPPORTED, TODAY));

    on(TODAY).add(all, 3);

    assertThat(on(TODAY).read())
        .extracting(AskedQuestion::question)
        .containsExactly("declined long ago?", "answered today?", "badly today?");
  }

  @Test
  void onlyItsOwnerReadsTheFile() throws IOException {
    on(TODAY).add(List.of(asked("secret?", Outcome.DECLINED, TODAY)), 10);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(workspace.asked())))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsForgottenDoesNotComeBackWithTheNextQuestion() {
    AskedQuestions server = on(TODAY);
    server.add(List.of(asked("one?", Outcome.DECLINED, TODAY)), 10);
    assertThat(on(TODAY).forget(asked -> asked.question().equals("one?"))).isEqualTo(1);

    server.add(List.of(asked("two?", Outcome.DECLINED, TODAY)), 10);

    assertThat(server.read()).extracting(AskedQuestion::question).containsExactly("two?");
  }

  @Test
  void severalWritersLoseNothing() throws InterruptedException {
    List<Thread> writers =
        IntStream.range(0, 4)
            .mapToObj(
                writer ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (int i = 0; i < 10; i++) {
                                String text = "is it " + writer + " or " + i;
                                on(TODAY).add(List.of(asked(text, Outcome.DECLINED, TODAY)), 100);
                              }
                            }))
            .toList();
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(on(TODAY).read()).hasSize(40);
  }

  @Test
  void aDamagedFileIsNamedAndItsWordsAreNot() throws IOException {
    on(TODAY).add(List.of(asked("what is my salary?", Outcome.DECLINED, TODAY)), 10);
    Path file = workspace.asked();
    Files.writeString(file, Files.readString(file).replace("\"times\"", "\"tim"));

    assertThatThrownBy(() -> on(TODAY).read())
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("salary")
        .hasNoCause();
  }

  @Test
  void whatNobodySeesIsNoQuestion() {
    assertThat(
            AskedQuestion.of(
                "\u200B \u0007",
                new Asking("a", Outcome.DECLINED, 0),
                List.of(),
                Days.of(TODAY, 1)))
        .isEmpty();
  }

  @Test
  void itStaysOnItsMachineWhereTheWorkspaceStandsInABucket() {
    assertThat(SharedWorkspace.LAYOUT.local().test(".whetstone/asked/questions.jsonl")).isTrue();
    assertThat(SharedWorkspace.LAYOUT.local().test(".whetstone/sessions/x.json")).isTrue();
    assertThat(SharedWorkspace.LAYOUT.local().test(".whetstone/catalog.db")).isFalse();
  }
}
