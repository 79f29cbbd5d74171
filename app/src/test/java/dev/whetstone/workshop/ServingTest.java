package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Pooling;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.SpaceId;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.ProvenVersions;
import dev.whetstone.model.TinyBert;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.index.Rollback;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.RecordedModels;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which model serves, from its proof to its rollback. The base is blind (its word embeddings are
/// zero), so that any model that sees words is proven better; what training would make is written
/// by hand.
class ServingTest {
  private static final long SIGHTED = 5;

  @TempDir private Path folder;
  private SmallManual manual;
  private Workspace workspace;

  @BeforeEach
  void aWorkspaceWithABlindBase() throws IOException {
    manual = new SmallManual(folder, 10);
    TinyBert.writeBlind(folder.resolve("tiny"), 3);
    manual.workspace("workspace");
    settings("prove: {level: .95, ranking: dense}");
  }

  private void settings(String more) throws IOException {
    Path file = folder.resolve("workspace").resolve("whetstone.yaml");
    String first = Files.readString(file).lines().limit(2).reduce("", (a, b) -> a + b + "\n");
    Files.writeString(file, first + "train: {budget: 10s}\n" + more + "\n");
    workspace = Workspace.open(folder.resolve("workspace"));
  }

  private Workshop workshop() {
    return Workshops.open(workspace);
  }

  private ModelShelf shelf() {
    return new ModelShelf(workspace);
  }

  private void prepared(boolean questions) throws IOException {
    if (questions) {
      workshop().questions(manual.questions(), false);
    }
    workshop().stage(manual.docs().toString());
    workshop().prepare();
  }

  /// What `whet train` leaves behind.
  private String trained(long seed) {
    String version = shelf().nextVersion();
    List<String> all = workshop().passages().stream().map(Passage::id).toList();
    saw(List.of(), TrainedOn.folder(workspace, version), all);
    TinyBert.write(
        workspace.models().resolve("manual").resolve(version),
        seed,
        Pooling.MEAN,
        Prompts.NONE,
        64);
    new StepRecords(workspace).write("train", entry(version));
    return version;
  }

  /// As `whet train` records it, so that `whet run` finds nothing to train.
  private StepRecord entry(String output) {
    Path order = folder.resolve("order");
    WholeFile.delete(order);
    String fingerprint = workshop().sendTraining(order, null).fingerprint();
    return new StepRecord(StepRecord.FORMAT, fingerprint, null, output, 0, "by hand", null);
  }

  /// As a training records that found too little.
  private StepRecord none() {
    String passages = new StepRecords(workspace).read("prepare").orElseThrow().output();
    return entry(ModelShelf.NONE + " of " + passages);
  }

  /// The steps that `whet run` had something to do in.
  private List<String> run() {
    var outcomes = new ArrayList<StepOutcome<?>>();
    workshop().run(Workshops.collecting(outcomes));
    return outcomes.stream().map(StepOutcome::step).toList();
  }

  private static void saw(List<String> questionsOf, Path pairs, List<String> passages) {
    Artifact.create(
        pairs,
        new Provenance("pairs", 1, Map.of(), Map.of(), 1),
        empty ->
            WholeFile.write(
                empty.resolve(TrainedOn.FILE),
                Json.pretty(new TrainedOn(questionsOf, List.of(), List.of(), passages))));
  }

  private Proof.Report report() {
    return Proof.read(workspace, new StepRecords(workspace).read("prove").orElseThrow().output());
  }

  private StepOutcome<?> proveEmbedIndex() {
    StepOutcome<?> proof = workshop().prove();
    workshop().embed();
    workshop().index();
    workshop().app();
    return proof;
  }

  private String indexed() {
    try (var answering = Answering.open(workspace, null);
        var catalog = Catalog.open(workspace.catalog())) {
      App app = catalog.app("manual").orElseThrow();
      return answering.retrieve(app, new Query("cleaning", Filter.ALL), 1).space();
    }
  }

  private FusionRule fusion() {
    try (var catalog = Catalog.open(workspace.catalog())) {
      return catalog.app("manual").orElseThrow().planOrUntuned().fusion();
    }
  }

  private String space(String version) {
    return shelf().open(version).space().value();
  }

  private String base() {
    return shelf().base("en").space().value();
  }

  @Test
  void theWholeWayPromotesServesGoesBackAndGivesTheNumberOfAServedModelToNoOther()
      throws IOException {
    settings("prove: {level: .95, ranking: hybrid}");
    prepared(true);
    new StepRecords(workspace).write("train", none());
    assertThat(run()).containsExactly("prove", "embed", "index", "app");
    trained(SIGHTED);

    assertThat(run()).containsExactly("prove", "embed", "index", "app");

    Proof.Report proof = report();
    String space = space("1");
    assertThat(proof.promoted()).as(proof.words()).isTrue();
    assertThat(proof.questions()).isGreaterThanOrEqualTo(Gate.FEWEST);
    assertThat(proof.serves()).isEqualTo("1");
    assertThat(new ModelVersions(workspace.models()).history("manual"))
        .containsExactly(
            new ProvenVersions.ServingVersion(
                "manual",
                1,
                space,
                new StepRecords(workspace).read("prove").orElseThrow().output()));
    assertThat(new StepRecords(workspace).read("embed").orElseThrow().output()).isEqualTo(space);
    assertThat(indexed()).isEqualTo(space).isNotEqualTo(base());
    assertThat(fusion()).isEqualTo(new FusionRule.Convex(proof.candidateWeight()));
    assertThat(run()).isEmpty();

    var back = workshop().rollback(null);

    var model = Objects.requireNonNull(back.result()).rollback().model();
    assertThat(model.outcome()).isEqualTo(Rollback.ModelOutcome.WENT_BACK);
    assertThat(model.serving()).isNull();
    assertThat(shelf().serving()).isNull();
    assertThat(indexed()).isEqualTo(base());
    assertThat(run()).as("it stays there").containsExactly("embed", "index", "app");
    assertThat(indexed()).isEqualTo(base());
    assertThat(fusion()).isEqualTo(new FusionRule.Convex(proof.servingWeight()));
    assertThat(run()).isEmpty();

    workshop().prove();
    assertThat(shelf().serving()).as("asked for, it serves again").isEqualTo("1");
    WholeFile.delete(workspace.models().resolve("manual/1"));
    assertThat(run()).startsWith("train", "prove");

    assertThat(shelf().versions()).containsExactly("2");
    assertThat(report().candidate()).isEqualTo("2");
    assertThat(report().against()).isNull();
    assertThat(indexed()).isEqualTo(report().promoted() ? space("2") : base());
  }

  @Test
  void anotherModelUnderAServedNumberIsProvenBeforeItServes() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    workshop().prove();
    assertThat(shelf().serving()).isEqualTo(version);
    Path model = workspace.models().resolve("manual").resolve(version);
    WholeFile.delete(model);
    TinyBert.writeBlind(model, 8);

    assertThat(shelf().serving()).isNull();
    var again = workshop().prove();

    assertThat(again.upToDate()).isFalse();
    assertThat(report().promoted()).as(report().words()).isFalse();
    assertThat(Objects.requireNonNull(again.result()).proof().lost()).isEqualTo(version);
    assertThat(shelf().serving()).isNull();
  }

  @Test
  void anIndexThatGoesBackTakesItsModelAlong() throws IOException {
    prepared(true);
    new StepRecords(workspace).write("train", none());
    proveEmbedIndex();
    String version = trained(SIGHTED);
    proveEmbedIndex();
    assertThat(indexed()).isEqualTo(space(version));

    var back = workshop().rollback(null);

    var model = Objects.requireNonNull(back.result()).rollback().model();
    assertThat(model.outcome()).isEqualTo(Rollback.ModelOutcome.WENT_BACK);
    assertThat(model.serving()).isNull();
    assertThat(shelf().serving()).isNull();
    assertThat(indexed()).isEqualTo(base());
    workshop().embed();
    var loaded = Objects.requireNonNull(workshop().index().result()).loaded();
    assertThat(loaded.upserted() + loaded.deleted()).isZero();
    assertThat(indexed()).isEqualTo(base());
  }

  @Test
  void theModelBeforeServesAgainThoughNoGenerationOfItIsKept() throws IOException {
    prepared(true);
    trained(SIGHTED);
    proveEmbedIndex();

    var back = workshop().rollBackModel();

    assertThat(Objects.requireNonNull(back.result()).rollback().index().outcome())
        .isEqualTo(Rollback.IndexOutcome.NONE_KEPT);
    assertThat(shelf().serving()).isNull();
    assertThatThrownBy(() -> workshop().rollBackModel())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("nothing to roll back to");
  }

  @Test
  void aGateThatAsksForMoreSaysThatTheModelStillServesAndHowToGoBack() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    workshop().prove();
    String first = new StepRecords(workspace).read("prove").orElseThrow().output();
    // The same questions, of which too few are left to judge by.
    List<String> lines = Files.readAllLines(workspace.questions());
    Files.write(workspace.questions(), lines.subList(0, lines.size() / 5));

    workshop().prove();

    assertThat(report().promoted()).isFalse();
    assertThat(report().serves()).isEqualTo(version);
    assertThat(report().standing()).isEqualTo(Proof.Standing.SERVES_UNPROVEN);
    assertThat(report().earlierProof()).isEqualTo(first);
    assertThat(report().against()).isNull();
    assertThat(shelf().serving()).isEqualTo(version);
  }

  @Test
  void withNothingToProveWhatWasProvenServesOnWithItsWeight() throws IOException {
    settings("prove: {level: .95, ranking: hybrid}");
    prepared(true);
    String version = trained(SIGHTED);
    proveEmbedIndex();
    shelf().weigh(Map.of(space(version), .7));
    new StepRecords(workspace).write("train", none());
    Files.delete(workspace.questions());

    proveEmbedIndex();

    assertThat(report().standing()).isEqualTo(Proof.Standing.NO_CANDIDATE);
    assertThat(report().serves()).isEqualTo(version);
    assertThat(report().servingWeight()).isEqualTo(.7);
    assertThat(fusion()).isEqualTo(new FusionRule.Convex(.7));
    assertThat(indexed()).isEqualTo(space(version));
  }

  @Test
  void theModelOfASpaceIsFoundWithoutOpeningTheOthers() throws IOException {
    prepared(false);
    String version = trained(SIGHTED);
    String newer = trained(SIGHTED + 1);
    Files.delete(shelf().folder(newer).resolve("model.safetensors"));

    var found = shelf().ofSpace(shelf().open(version).space(), "en");

    assertThat(found.folder()).isEqualTo(shelf().folder(version));
  }

  @Test
  void theModelOfASpaceIsFoundThoughAnotherCannotBeRead() throws IOException {
    prepared(true);
    new StepRecords(workspace).write("train", none());
    proveEmbedIndex();
    String old = trained(SIGHTED + 1);
    String version = trained(SIGHTED);
    workshop().prove();
    WholeFile.delete(shelf().folder(old));
    Files.createDirectories(shelf().folder(old));

    assertThat(indexed()).as("of the base, which does not serve any more").isEqualTo(base());
    assertThat(shelf().serving()).isEqualTo(version);
    assertThatThrownBy(() -> shelf().ofSpace(new SpaceId("f".repeat(16)), "en"))
        .as("it could have been that one")
        .isInstanceOf(Failure.class)
        .hasMessageContaining(shelf().folder(old).toString());
  }

  @Test
  void theStatusOfAModelThatWasRolledBackDoesNotNameItAsIfItServed() throws IOException {
    prepared(true);
    new StepRecords(workspace).write("train", none());
    proveEmbedIndex();
    trained(SIGHTED);
    proveEmbedIndex();
    var promoted = Status.of(workspace);
    workshop().rollBackModel();
    run();

    var back = Status.of(workspace);

    var proof = Objects.requireNonNull(promoted.contents().proof());
    assertThat(proof.rolledBackSince()).isFalse();
    assertThat(promoted.next().action()).isEqualTo(Status.Next.Action.ASK);
    assertThat(back.contents().serving()).isNull();
    assertThat(back.contents().proof())
        .isEqualTo(new Status.LastProof("manual", proof.report(), true));
    assertThat(back.steps()).hasSize(6).allMatch(StepPlan.Planned::upToDate);
    assertThat(back.next().action()).isEqualTo(Status.Next.Action.ASK);
  }

  private static String problem(Status status) {
    return Objects.requireNonNull(status.index().problem()).message();
  }

  @Test
  void theStatusDoesNotAdviseToAskWhatCannotAnswer() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    proveEmbedIndex();
    Path weights = shelf().folder(version).resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 1;
    Files.write(weights, bytes);

    var status = Status.of(workspace);

    assertThat(problem(status)).contains(weights.toString());
    assertThat(status.next().action()).isEqualTo(Status.Next.Action.REPAIR_INDEX);
  }

  @Test
  void theStatusFetchesNoBaseModel() throws IOException {
    prepared(false);
    new StepRecords(workspace).write("train", none());
    proveEmbedIndex();
    Path yaml = workspace.folder().resolve("whetstone.yaml");
    String tiny = folder.resolve("tiny").toString();
    Files.writeString(yaml, Files.readString(yaml).replace(tiny, "all-minilm-l6-v2"));
    workspace = Workspace.open(workspace.folder());
    Path cache = folder.resolve("cache");

    var status = Status.of(workspace, new RecordedModels(workspace, cache));

    assertThat(problem(status)).contains("the base model all-minilm-l6-v2 is not in " + cache);
    assertThat(status.next().action()).isEqualTo(Status.Next.Action.RUN);
    assertThat(cache).doesNotExist();
  }

  @Test
  void withoutHeldOutQuestionsTheCandidateIsNamedAndNotProven() throws IOException {
    prepared(false);
    String version = trained(SIGHTED);

    workshop().prove();

    assertThat(report().candidate()).isEqualTo(version);
    assertThat(report().standing()).isEqualTo(Proof.Standing.NO_QUESTIONS);
    assertThat(report().serves()).isNull();
  }

  @Test
  void whatAModelOfAnotherNameSawIsNeitherReadNorWrittenOver() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    Path yaml = workspace.folder().resolve("whetstone.yaml");
    Files.writeString(yaml, Files.readString(yaml).replace("name: manual", "name: other"));
    var renamed = Workspace.open(workspace.folder());

    assertThat(TrainedOn.of(renamed, version)).isEmpty();
    assertThat(TrainedOn.of(workspace, version)).isPresent();
    assertThat(TrainedOn.folder(renamed, version))
        .isNotEqualTo(TrainedOn.folder(workspace, version));
  }

  @Test
  void aModelWhoseQuestionsAreNotKnownIsNotProven() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    WholeFile.delete(TrainedOn.folder(workspace, version));

    assertThatThrownBy(() -> workshop().prove())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("model manual/1")
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.TrainAgain()));
    assertThat(shelf().serving()).isNull();
  }

  @Test
  void aModelIsNotProvenAgainstOneWhoseQuestionsAreNotKnown() throws IOException {
    prepared(true);
    String first = trained(SIGHTED);
    workshop().prove();
    WholeFile.delete(TrainedOn.folder(workspace, first));
    String second = trained(SIGHTED + 1);

    assertThatThrownBy(() -> workshop().prove())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("model manual/1 was trained on is not known")
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.RollBackModel()));

    workshop().rollBackModel(); // as the message says
    workshop().prove();
    assertThat(report().candidate()).isEqualTo(second);
    assertThat(report().against()).isNull();
  }

  @Test
  void noQuestionOfADocumentThatTrainedTheModelProvesItHoweverItWasCalled() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    List<String> stems =
        workshop().passages().stream()
            .map(passage -> passage.document().replace(".md", ""))
            .distinct()
            .toList();
    saw(stems.subList(1, stems.size()), TrainedOn.folder(workspace, version), List.of());
    workshop().prove();
    assertThat(report().questions()).isLessThanOrEqualTo(8); // of the one document left

    saw(stems, TrainedOn.folder(workspace, version), List.of());
    WholeFile.delete(workspace.reports());
    workshop().prove();

    assertThat(report().questions()).isZero();
    assertThat(report().standing()).isEqualTo(Proof.Standing.NO_QUESTIONS);
  }

  @Test
  void whereNothingWasTrainedProvingAgainChangesNothing() throws IOException {
    prepared(true);
    new StepRecords(workspace).write("train", none());
    assertThat(workshop().prove().upToDate()).isFalse();

    StepOutcome<?> again = workshop().prove();

    assertThat(again.upToDate()).isTrue();
    assertThat(report().candidate()).isEqualTo(ModelShelf.NONE);
    assertThat(shelf().serving()).isNull();
  }

  @Test
  void thePairsOfAnOlderProgramAreReadWhileTheyCanBeOfOneModelAlone() throws IOException {
    prepared(true);
    String version = trained(SIGHTED);
    WholeFile.delete(TrainedOn.folder(workspace, version));
    saw(List.of(), workspace.pairs().resolve(version), List.of("p"));

    assertThat(TrainedOn.of(workspace, version).orElseThrow().passages()).containsExactly("p");
    TinyBert.write(workspace.models().resolve("other").resolve(version), 1);
    assertThat(TrainedOn.of(workspace, version)).isEmpty();
  }

  @Test
  void aModelThatWasRolledBackDoesNotComeBackByItself() throws IOException {
    prepared(true);
    trained(SIGHTED);
    workshop().prove();
    workshop().rollBackModel();
    List<String> lines = Files.readAllLines(workspace.questions());
    Files.write(workspace.questions(), lines.subList(0, lines.size() - 1));
    new StepRecords(workspace).write("train", entry("1"));

    assertThat(run()).contains("prove");

    Proof.Report held = report();
    assertThat(held.promoted()).isFalse();
    assertThat(held.standing()).isEqualTo(Proof.Standing.HELD_BACK);
    assertThat(shelf().serving()).isNull();
    assertThat(shelf().weight(new SpaceId(space("1")))).isPresent();
  }
}
