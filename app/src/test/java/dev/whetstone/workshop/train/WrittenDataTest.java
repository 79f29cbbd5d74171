package dev.whetstone.workshop.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.Question;
import dev.whetstone.workshop.questions.Reviewing;
import dev.whetstone.workshop.questions.WrittenFixture;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What proves trains nothing, as training sees it.
class WrittenDataTest {
  @TempDir private Path folder;
  private Workspace workspace;
  private final List<Passage> passages = WrittenFixture.passages(12, 5);

  @BeforeEach
  void aWorkspaceWithWrittenQuestions() {
    workspace = WrittenFixture.workspace(folder.resolve("w"), passages);
  }

  private Set<String> documents(WrittenData data) {
    var documents =
        data.pairs().stream().map(Pair::document).collect(Collectors.toCollection(HashSet::new));
    data.dev()
        .qrels()
        .gains()
        .values()
        .forEach(
            gains ->
                passages.stream()
                    .filter(passage -> gains.containsKey(passage.id()))
                    .forEach(passage -> documents.add(passage.document())));
    return documents;
  }

  @Test
  void documentsUnderReviewTrainOnNoWrittenQuestionBeforeAndAfterIt() {
    WrittenData before = WrittenData.of(workspace, passages);
    var reviewing = new Reviewing(workspace, passages);
    WrittenFixture.accept(reviewing, reviewing.waiting());
    WrittenData after = WrittenData.of(workspace, passages);

    for (WrittenData data : List.of(before, after)) {
      assertThat(documents(data)).hasSize(9).doesNotContain("d00.md", "d01.md", "d02.md");
      assertThat(data.units()).isEqualTo(documents(data));
      assertThat(data.pairs()).isNotEmpty().allMatch(pair -> pair.origin().equals(Pair.WRITTEN));
      assertThat(data.dev().size()).isPositive();
    }
    assertThat(after.pairs()).isEqualTo(before.pairs());
  }

  @Test
  void aReviewedQuestionIsNewToAModelThatWasTrainedOnTheOthers() {
    WrittenData data = WrittenData.of(workspace, passages);
    var seen = new TrainedOn(List.copyOf(data.units()), List.of(), List.of(), List.of());
    var reviewing = new Reviewing(workspace, passages);
    WrittenFixture.accept(reviewing, reviewing.waiting());
    List<Question> heldOut = QuestionLog.of(workspace, passages).heldOut();
    Question ofTraining =
        new Question(
            "t",
            "who set it?",
            List.of(new dev.whetstone.pairs.Place(data.pairs().getFirst().document(), null, 0)),
            Question.Origin.TYPED);

    assertThat(heldOut).hasSize(30);
    assertThat(seen.asked(heldOut, passages, Manifest.read(workspace))).isEmpty();
    assertThat(seen.asked(List.of(ofTraining), passages, Manifest.read(workspace)))
        .containsExactly(ofTraining);
  }
}
