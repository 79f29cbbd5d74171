package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.WordScorer;
import dev.whetstone.search.RerankOutcome;
import dev.whetstone.serving.RerankerSource.Version;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RerankedAnswersTest {
  private static final String QUESTION = "how long to wait for painting the partab?";

  @TempDir private static Path folder;
  private static Workspace workspace;

  private final TestRerankers source = new TestRerankers();
  private Catalog catalog;
  private Rerankers rerankers;
  private ServedWorkspace served;

  @BeforeAll
  static void run() throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 3); // too small to train on
    workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
  }

  @BeforeEach
  void open() {
    catalog = Catalog.open(workspace.catalog());
    rerankers = new Rerankers(source);
    served =
        new ServedWorkspace(
            workspace,
            new Apps(catalog, 500),
            new ServedWorkspace.Answers(null, AnswerSettings.DEFAULT),
            new SharedEncoders(workspace),
            rerankers);
    plan(new Reranker.Model("manual", "1", 20, 1));
  }

  @AfterEach
  void close() {
    served.close();
    rerankers.close();
    catalog.close();
  }

  private App app() {
    return served.ownApp(Caller.LOCAL).orElseThrow();
  }

  /// What the step does that makes the app.
  private void plan(Reranker reranker) {
    catalog.update(app().withPlan(app().planOrUntuned().withReranker(reranker)));
  }

  private Retrieval retrieve(boolean rerank, int k) {
    return served.retrieve(Caller.LOCAL, app(), new Query(QUESTION, Filter.ALL, rerank), k);
  }

  private Answered answer(Query query) {
    return served.answer(Caller.LOCAL, app(), query, ModelWait.INSIDE);
  }

  private static List<String> ids(List<Retrieved> hits) {
    return hits.stream().map(hit -> hit.passage().id()).toList();
  }

  @Test
  void aRetrieveScoresItsBestPassagesOnceAndServesThemInThatOrder() {
    List<Retrieved> fused = retrieve(false, 20).hits();
    assertThat(source.opened).as("it was switched off").hasValue(0);

    Retrieval found = retrieve(true, 20);

    assertThat(source.scorer("1").calls).hasValue(1);
    assertThat(ids(found.hits())).containsExactlyInAnyOrderElementsOf(ids(fused));
    assertThat(found.hits())
        .allSatisfy(
            hit ->
                assertThat(hit.rerank())
                    .hasValue(WordScorer.common(QUESTION, hit.passage().embedded()) - 1));
    assertThat(found.hits().stream().map(hit -> -hit.rerank().orElseThrow())).isSorted();
    assertThat(found.hits().stream().map(hit -> -hit.score())).isSorted();
    assertThat(found.rerank())
        .isEqualTo(new RerankOutcome.Reranked(new Reranker.Model("manual", "1", 20, 1), 20));
    assertThat(fused).allSatisfy(hit -> assertThat(hit.rerank()).isEmpty());
  }

  @Test
  void anAnswerScoresOnceAndIsMadeOfTheScoredPassages() {
    Answered answered = answer(new Query(QUESTION, Filter.ALL));

    assertThat(source.scorer("1").calls).hasValue(1);
    assertThat(source.scorer("1").passages).hasValue(20);
    assertThat(answered.hits()).hasSize(20).allMatch(hit -> hit.rerank().isPresent());
    assertThat(ids(answered.hits()).subList(0, 5)).isEqualTo(ids(retrieve(true, 5).hits()));
    assertThat(ids(answered.hits()))
        .containsAll(answered.answer().citations().stream().map(c -> c.passageId()).toList());
  }

  @Test
  void anAppWithoutARerankerOpensAndScoresNothing() {
    plan(new Reranker.None());

    Answered answered = answer(new Query(QUESTION, Filter.ALL));

    assertThat(answered.rerank()).isEqualTo(new RerankOutcome.NotAsked());
    assertThat(answered.hits()).allMatch(hit -> hit.rerank().equals(OptionalDouble.empty()));
    assertThat(source.opened).hasValue(0);
  }

  @Test
  void theFilterHoldsBeforeAnythingIsScored() {
    var one = new Filter(Map.of("document", Set.of("partab.md")));

    Answered answered = answer(new Query(QUESTION, one));

    assertThat(answered.hits())
        .isNotEmpty()
        .allMatch(h -> h.passage().document().equals("partab.md"));
    assertThat(source.scorer("1").passages).hasValue(answered.hits().size());
  }

  @Test
  void anotherPlanBringsItsRerankerAndARollbackTheOneBefore() {
    retrieve(true, 5);
    App before = app();

    plan(new Reranker.Model("manual", "2", 20, 1));
    served.refresh();
    retrieve(true, 5);

    assertThat(source.scorer("1").closed).isTrue();
    assertThat(source.scorer("2").calls).hasValue(1);
    served.retrieve(Caller.LOCAL, before, new Query(QUESTION, Filter.ALL), 5);
    assertThat(source.scorer("1").calls)
        .as("a request keeps the reranker of the plan that it began with")
        .hasValue(1);

    plan(new Reranker.Model("manual", "1", 20, 1));
    served.refresh();
    retrieve(true, 5);
    assertThat(source.scorer("2").closed).isTrue();
    assertThat(source.scorer("1").calls).hasValue(2);

    plan(new Reranker.None());
    served.refresh();
    assertThat(source.scorer("1").closed).isTrue();
    assertThat(served.openRerankers()).isEmpty();
  }

  @Test
  void anAnswerIsGivenInTimeThoughTheRerankerHangs() {
    retrieve(true, 5);
    var go = new CountDownLatch(1);
    source.scorer("1").held = go;
    plan(new Reranker.Model("manual", "1", 20, 1, Duration.ofMillis(300)));

    Answered answered = answer(new Query(QUESTION, Filter.ALL));

    assertThat(answered.rerank())
        .isInstanceOfSatisfying(
            RerankOutcome.Skipped.class,
            skipped -> assertThat(skipped.reason()).isEqualTo(RerankOutcome.Reason.NO_TIME));
    assertThat(ids(answered.hits()))
        .isEqualTo(ids(answer(new Query(QUESTION, Filter.ALL, false)).hits()));
    go.countDown();
  }

  @Test
  void anAnswerIsGivenThoughTheRerankerIsDamaged() {
    source.broken = new Failure.CorruptArtifact("a byte has flipped");

    Answered answered = answer(new Query(QUESTION, Filter.ALL));

    assertThat(answered.rerank())
        .isInstanceOfSatisfying(
            RerankOutcome.Skipped.class,
            skipped -> assertThat(skipped.reason()).isEqualTo(RerankOutcome.Reason.FAILED));
    assertThat(answered.hits()).hasSize(20);
  }

  @Test
  void aRerankerIsOpenBeforeTheFirstQuestionWhereTheCallerWaitsForIt() {
    served.prepare(app());
    assertThat(served.openRerankers()).containsExactly("manual/1");

    plan(new Reranker.None());
    source.broken = new Failure.CorruptArtifact("a byte has flipped");
    served.prepare(app());
    plan(new Reranker.Model("manual", "9", 20, 1));
    served.prepare(app()); // it is logged that it cannot be opened

    assertThat(answer(new Query(QUESTION, Filter.ALL)).hits()).hasSize(20);
  }

  @Test
  void aCatalogThatCannotBeReadEndsNoRefresh() throws Exception {
    retrieve(true, 5);
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + workspace.catalog());
        var statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE apps SET plan = '#' || plan");

      served.refresh();

      statement.executeUpdate("UPDATE apps SET plan = substr(plan, 2)");
    }
    assertThat(source.scorer("1").closed).as("what is open stays open").isFalse();
    assertThat(retrieve(true, 5).rerank()).isInstanceOf(RerankOutcome.Reranked.class);
  }

  @Test
  void callersTextsAreScoredByTheVersionThatServesAndShareItWithTheApp() {
    assertThatThrownBy(() -> served.rerank(Caller.LOCAL, "a", List.of("b"), () -> false))
        .isInstanceOf(Failure.BadInput.class);
    source.serving = new Version("manual", "1");
    retrieve(true, 5);

    List<Float> scores = served.rerank(Caller.LOCAL, "a pump", List.of("a pump", "b"), () -> false);

    assertThat(scores).containsExactly(1f, -1f);
    assertThat(source.opened).hasValue(1);
    assertThat(served.reranker(Caller.LOCAL))
        .hasValueSatisfying(
            reranker -> {
              assertThat(reranker.id()).isEqualTo("manual-reranker");
              assertThat(reranker.name()).isEqualTo("manual/1");
            });
  }
}
