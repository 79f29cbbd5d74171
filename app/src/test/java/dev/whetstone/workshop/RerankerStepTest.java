package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.ScoreHeads;
import dev.whetstone.model.CrossEncoderDraft;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelCard;
import dev.whetstone.store.Provenance;
import dev.whetstone.torch.RandomWeights;
import dev.whetstone.workshop.prove.RerankProof;
import dev.whetstone.workshop.train.RerankerResult;
import dev.whetstone.workshop.train.RerankerResult.Ending;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The step on a small manual with eighty questions, too few to train a reranker on.
class RerankerStepTest {
  @TempDir Path folder;
  private SmallManual manual;
  private Path place;

  @BeforeEach
  void aManual() throws IOException {
    manual = new SmallManual(folder, 10);
    place = manual.workspace("workspace");
  }

  private Workshop open(String more) throws IOException {
    Files.writeString(place.resolve("whetstone.yaml"), more, StandardOpenOption.APPEND);
    return Workshops.open(Workspace.open(place));
  }

  private static RerankerResult made(StepOutcome<StepResult.RerankerMade> outcome) {
    return Objects.requireNonNull(outcome.result()).reranker();
  }

  private Path tinyReranker() {
    Model tiny = Model.open(folder.resolve("tiny"));
    NetworkDescription network = ScoreHeads.on(tiny.network());
    var weights = new NamedTensors();
    NamedTensors body = tiny.weights();
    body.names().forEach(name -> weights.put(name, body.get(name)));
    NamedTensors head = RandomWeights.ofHead(network, 1);
    head.names().forEach(name -> weights.put(name, head.get(name)));
    Path reranker = folder.resolve("reranker");
    var _ =
        CrossEncoderModel.save(
            reranker,
            CrossEncoderDraft.ofEncoder(
                tiny,
                "tiny-reranker",
                network,
                weights,
                ModelCard.of("tiny", "mit", List.of("en"))),
            new Provenance("reranker", 1, Map.of(), Map.of(), 1));
    return reranker;
  }

  @Test
  void withTooFewQuestionsAndNothingToBeginWithNoneIsMadeAndARunHasNoSuchStep() throws IOException {
    Workshop workshop = open("");
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    workshop.questions(manual.questions(), false);
    workshop.train(null, false);

    RerankerResult result = made(workshop.reranker(null, null, false));

    assertThat(result.ending()).isEqualTo(Ending.TOO_FEW_QUESTIONS);
    assertThat(result.made()).isFalse();
    assertThat(result.questions()).isBetween(10, 79);
    assertThat(workshop.reranker(null, null, false).upToDate()).isTrue();
  }

  @Test
  void theRerankerOfTheSettingsIsProvenAsItIsAndServesOnlyIfItsGainIsCertain() throws IOException {
    Workshop workshop = open("rerank: {base: '" + tinyReranker() + "'}\n");
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    workshop.questions(manual.questions(), false);
    workshop.train(null, false);

    RerankerResult result = made(workshop.reranker(null, null, false));
    StepResult.Proven proven = Objects.requireNonNull(workshop.prove().result());

    var shelf = new RerankerShelf(Workspace.open(place));
    assertThat(result.ending()).isEqualTo(Ending.LOADED);
    assertThat(CrossEncoderModel.open(shelf.folder("1")).identity())
        .isEqualTo(CrossEncoderModel.open(folder.resolve("reranker")).identity());
    var found = Objects.requireNonNull(proven.proof().report().reranker());
    assertThat(found.metrics()).containsKeys(RerankProof.RERANKED_BASE, RerankProof.RERANKED_TUNED);
    assertThat(shelf.serving().isPresent()).isEqualTo(found.verdict().taken());
    assertThat(workshop.reranker(null, null, false).upToDate()).isTrue();
    assertThat(workshop.prove().upToDate()).isTrue();
  }

  @Test
  void aRunHasTheStepWhereARerankerIsNamed() throws IOException {
    Workshop workshop = open("rerank: {base: '" + tinyReranker() + "'}\n");
    workshop.stage(manual.docs().toString());

    assertThat(workshop.plan().steps())
        .extracting(StepPlan.Planned::step)
        .containsSubsequence("train", "reranker", "prove");
  }

  @Test
  void whereTheSettingsWantNoneNoneIsMade() throws IOException {
    Workshop workshop = open("rerank: {enabled: never, base: '" + tinyReranker() + "'}\n");
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    var steps = new ArrayList<String>();
    workshop.plan().steps().forEach(step -> steps.add(step.step()));
    workshop.train(null, false);

    assertThat(steps).doesNotContain("reranker");
    assertThat(made(workshop.reranker(null, null, false)).ending()).isEqualTo(Ending.NOT_WANTED);
  }

  @Test
  void aFolderThatHoldsNoRerankerIsRefused() throws IOException {
    Workshop workshop = open("rerank: {base: '" + folder.resolve("tiny") + "'}\n");
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    workshop.questions(manual.questions(), false);
    workshop.train(null, false);

    assertThatThrownBy(() -> workshop.reranker(null, null, false))
        .isInstanceOf(Failure.BadInput.class);
    assertThat(new RerankerShelf(Workspace.open(place)).versions()).isEmpty();
  }
}
