package dev.whetstone.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
  private static final String RERANKER =
      "\"reranker\":{\"kind\":\"model\",\"name\":\"judge\",\"version\":\"3\",\"depth\":20,"
          + "\"weight\":0.8,\"limit_ms\":2000}";

  private static final Retriever LUCENE = new Retriever(EngineKind.LUCENE, null, "docs", 5);

  /// Of the app `manual` in `catalog-of-format-1.db`.
  private static final Abstention FITTED =
      new Abstention(
          List.of(
              "passageCosine",
              "sentenceCosine",
              "margin",
              "topCoverage",
              "held",
              "missing",
              "agreement"),
          List.of(
              0.6556202591015237,
              0.6526545373734747,
              0.5643121157450037,
              0.44448985991770734,
              0.4557654083464199,
              0.0,
              0.48835182494322743),
          List.of(
              0.07198252687500818,
              0.06774462799290491,
              0.29945383772688333,
              0.3028408355790993,
              0.29373230572919706,
              1.0,
              0.28596779306921943),
          List.of(2.4003111031507416, 1.4471045831235303, 0.0, 0.4313747001366316, 0.0, 0.0, 0.0),
          0.004941090067868138,
          0.580377452194798,
          "fitted on 50 answerable and 50 unanswerable questions");

  @TempDir Path folder;

  @Test
  void anAppIsThereAfterReopening() {
    App made;
    try (Catalog catalog = open()) {
      made = catalog.create("domain-rag", LUCENE);
    }

    try (Catalog catalog = open()) {
      assertThat(made.id()).matches("app-[a-z2-7]{12}");
      assertThat(catalog.app(made.id())).contains(made);
      assertThat(catalog.app("domain-rag")).contains(made);
      assertThat(catalog.apps()).containsExactly(made);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a?journal_mode=OFF&synchronous=OFF",
        "50%",
        "%3F",
        "a#b",
        "mode=memory",
        "it's",
        "中文 x",
        "a;b"
      })
  void aFoldersNameIsAFoldersNameAndNoSettingOfTheDatabase(String name) throws Exception {
    Path file = Files.createDirectories(folder.resolve(name)).resolve("catalog.db");
    App made;
    try (Catalog catalog = Catalog.open(file)) {
      made = catalog.create("domain-rag", LUCENE);
    }

    assertThat(file).isNotEmptyFile();
    try (Catalog catalog = Catalog.open(file);
        Connection connection = Schema.connect(file);
        var statement = connection.createStatement();
        var row = statement.executeQuery("PRAGMA journal_mode")) {
      assertThat(catalog.apps()).containsExactly(made);
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("truncate");
    }
    try (var all = Files.list(folder)) {
      assertThat(all).containsExactly(folder.resolve(name));
    }
  }

  @Test
  void thePlanOfAnAppIsKeptAndItsOtherFieldsStay() {
    var plan =
        new RetrievalPlan(
            List.of(new Arm.Vectors(70), new Arm.Words(200)),
            new FusionRule.Convex(.1 + .2),
            new Reranker.Model("judge", "3", 25, .1 + .2, Duration.ofMillis(750)),
            40,
            5,
            new Abstention(
                List.of("margin"), List.of(.1), List.of(1 / 3.0), List.of(-2.), 1e-9, .25, "é \""));
    try (Catalog catalog = open()) {
      App made = catalog.create("a", LUCENE);
      assertThat(made.plan()).isNull();

      App changed = catalog.update(made.withPlan(plan));

      assertThat(catalog.app(made.id())).contains(changed);
      assertThat(changed.plan()).isEqualTo(plan);
      assertThat(changed.created()).isEqualTo(made.created());
    }
  }

  @Test
  void aPlanOfTheVersionBeforeIsReadAndIsWrittenInThePresentOne() throws Exception {
    String written;
    try (var old = CatalogTest.class.getResourceAsStream("plan-of-version-1.json")) {
      written = new String(Objects.requireNonNull(old).readAllBytes(), UTF_8).strip();
    }
    var plan =
        new RetrievalPlan(
            List.of(new Arm.Vectors(70), new Arm.Words(200)),
            new FusionRule.Convex(.1 + .2),
            new Reranker.Model("judge", "3", 40, 1), // as deep as its pool, by its scores alone
            40,
            5,
            new Abstention(
                List.of("margin"), List.of(.1), List.of(1 / 3.0), List.of(-2.), 1e-9, .25, "é \""));

    assertThat(PlanJson.read(written)).isEqualTo(plan);
    assertThat(PlanJson.read(written.replaceAll("\\{\"kind\":\"model\"[^}]*}", "null")).reranker())
        .isEqualTo(new Reranker.None());

    try (Catalog catalog = open()) {
      catalog.create("a", LUCENE);
      storePlan(written);

      App read = catalog.app("a").orElseThrow();
      assertThat(read.plan()).isEqualTo(plan);

      App again = catalog.update(read);
      assertThat(again.plan()).isEqualTo(plan);
      assertThat(storedPlan()).contains("\"version\":2").contains("\"depth\":40");
    }
  }

  @Test
  void aCatalogOfTheFormatBeforeIsBroughtUpToDateAndItsAppsAnswerAsTheyDid() throws Exception {
    try (var old = CatalogTest.class.getResourceAsStream("catalog-of-format-1.db")) {
      Files.copy(Objects.requireNonNull(old), folder.resolve("catalog.db"));
    }

    try (Catalog catalog = open()) {
      App own = catalog.app("manual").orElseThrow();
      App overHttp = catalog.app("over-http").orElseThrow();
      App dense = catalog.app("dense").orElseThrow();
      App elsewhere = catalog.app("elsewhere").orElseThrow();

      assertThat(catalog.apps()).containsExactly(own, overHttp, dense, elsewhere);
      assertThat(own.id()).isEqualTo("app-zbcokhsmj6mi");
      assertThat(own.created()).isEqualTo(Instant.parse("2026-11-29T01:39:51.891Z"));
      assertThat(own.updated()).isEqualTo(Instant.parse("2026-11-29T01:39:52.225Z"));
      assertThat(own.plan()).isEqualTo(RetrievalPlan.hybrid(.62).withAbstention(FITTED));
      assertThat(overHttp.plan()).isNull();
      assertThat(overHttp.planOrUntuned()).isEqualTo(RetrievalPlan.hybrid(.6).withTopK(8));
      assertThat(dense.plan()).isEqualTo(RetrievalPlan.hybrid(1).withTopK(3));
      assertThat(dense.retriever().endpoint()).isEqualTo("https://search.example.com:9200");
      assertThat(elsewhere.plan()).isNull();
      assertThat(elsewhere.retriever().topK()).isEqualTo(1000);
      App again = catalog.update(own.withPlan(RetrievalPlan.hybrid(.3)));
      assertThat(again.planOrUntuned().fusion()).isEqualTo(new FusionRule.Convex(.3));
    }
  }

  @Test
  void lookingAtACatalogOfTheFormatBeforeLeavesItAsItIs() throws Exception {
    Path file = folder.resolve("catalog.db");
    try (var old = CatalogTest.class.getResourceAsStream("catalog-of-format-1.db")) {
      Files.copy(Objects.requireNonNull(old), file);
    }
    byte[] before = Files.readAllBytes(file);

    List<App> apps = Catalog.view(file, Catalog::apps);

    assertThat(apps).hasSize(4);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Catalog catalog = open()) {
      assertThat(catalog.apps()).isEqualTo(apps);
    }
    assertThat(Catalog.view(file, Catalog::apps)).isEqualTo(apps);
  }

  @Test
  void anOldAppWhoseSettingsAreDamagedIsNamed() throws Exception {
    Path file = folder.resolve("catalog.db");
    for (String settings :
        List.of(
            "{\"dense_weight\": \"0.6", "{\"dense_weight\": \"0.6\", \"abstention\": \"{no\"}")) {
      try (var old = CatalogTest.class.getResourceAsStream("catalog-of-format-1.db")) {
        Files.copy(Objects.requireNonNull(old), file, StandardCopyOption.REPLACE_EXISTING);
      }
      try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          var update =
              connection.prepareStatement("UPDATE apps SET settings = ? WHERE name = 'manual'")) {
        update.setString(1, settings);
        update.executeUpdate();
      }

      try (Catalog catalog = open()) {
        assertThat(catalog.app("dense")).isPresent();
        assertThatThrownBy(() -> catalog.app("manual"))
            .isInstanceOf(Failure.CorruptArtifact.class)
            .hasMessageContaining("app-zbcokhsmj6mi");
      }
    }
  }

  @Test
  void aPlanOfANewerVersionOrAKindThatIsNotKnownIsRefused() throws Exception {
    App made;
    try (Catalog catalog = open()) {
      made = catalog.create("a", LUCENE);
      made = catalog.update(made.withPlan(RetrievalPlan.hybrid(.5)));
    }
    String json = PlanJson.write(RetrievalPlan.hybrid(.5));

    assertThat(refusal(json.replace("\"version\":2", "\"version\":3")))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("format 3, this program knows 2")
        .hasMessageContaining("use the newer program");
    assertThat(refusal(json.replace("\"words\"", "\"graph\"")))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("the arm \"graph\"");
    assertThat(refusal(json.replace("\"convex\"", "\"learned\"")))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("the fusion \"learned\"");
    assertThat(refusal(json.replace("\"reranker\":null", "\"reranker\":{\"kind\":\"llm\"}")))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("the reranker \"llm\"");
    assertThat(refusal(json.replace("\"reranker\":null", RERANKER.replace("20", "0"))))
        .as("a depth of nothing")
        .isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(refusal(json.replace("\"reranker\":null", RERANKER.replace(",\"depth\":20", ""))))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("\"depth\"");
    assertThat(refusal(json.replace("\"reranker\":null", RERANKER.replace("0.8", "1.8"))))
        .isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(refusal(json.replace("0.5", "2.5")))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining(made.id());
    assertThat(refusal(json.replace("\"top_k\":5", "\"top_k\":6")))
        .as("the retriever says another")
        .isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(refusal(json.replace("\"pool\":20,", "")))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("\"pool\"");
    assertThat(refusal("{}")).isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(refusal("[]")).isInstanceOf(Failure.CorruptArtifact.class);
    assertThat(refusal("")).isInstanceOf(Failure.CorruptArtifact.class);
  }

  private void storePlan(String plan) throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("catalog.db"));
        var update = connection.prepareStatement("UPDATE apps SET plan = ?")) {
      update.setString(1, plan);
      update.executeUpdate();
    }
  }

  private String storedPlan() throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("catalog.db"));
        var query = connection.createStatement();
        var row = query.executeQuery("SELECT plan FROM apps")) {
      return row.getString(1);
    }
  }

  /// What reading the app says when its stored plan is this text.
  private Throwable refusal(String plan) throws Exception {
    storePlan(plan);
    try (Catalog catalog = open()) {
      return catchThrowable(() -> catalog.app("a"));
    }
  }

  @Test
  void aSharedNameIsAskedToBeMadeExactAndADeletedAppIsGone() {
    try (Catalog catalog = open()) {
      App first = catalog.create("same", LUCENE);
      App second = catalog.create("same", LUCENE);

      assertThatThrownBy(() -> catalog.app("same"))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining(first.id())
          .hasMessageContaining("use an id");
      assertThat(catalog.delete(first.id())).isTrue();
      assertThat(catalog.delete(first.id())).isFalse();
      assertThat(catalog.app("same")).contains(second);
    }
  }

  @Test
  void aNameIsTakenOnceFromTwoConnectionsAtOnce() throws Exception {
    try (Catalog one = open();
        Catalog two = open()) {
      var ids = inTurns(one, two, 40, catalog -> catalog.createOnce("app", LUCENE));

      assertThat(new HashSet<>(ids)).hasSize(1);
      assertThat(two.apps()).hasSize(1);
    }
  }

  @Test
  void ofSeveralAppsOfANameTheOneWithTheSameRetrieverIsTaken() {
    var other = new Retriever(EngineKind.LUCENE, null, "other", 5);
    try (Catalog catalog = open()) {
      App first = catalog.create("same", LUCENE);
      App second = catalog.create("same", other);

      assertThat(catalog.createOnce("same", other)).isEqualTo(second);
      assertThat(catalog.createOnce("same", new Retriever(EngineKind.LUCENE, null, "docs", 9)))
          .isEqualTo(first);
      assertThat(catalog.apps()).containsExactly(first, second);
    }
  }

  @Test
  void appsOfTheSameMillisecondStandInTheOrderTheyWereMadeIn() {
    try (Catalog catalog = open()) {
      var made = new ArrayList<App>();
      for (int i = 0; i < 50; i++) {
        made.add(catalog.create("same", LUCENE));
      }

      assertThat(catalog.apps()).containsExactlyElementsOf(made);
    }
  }

  @Test
  void twoConnectionsThatCreateAtOnceLoseNothing() throws Exception {
    try (Catalog one = open();
        Catalog two = open()) {
      var ids = inTurns(one, two, 60, catalog -> catalog.create("app", LUCENE));

      assertThat(ids).doesNotHaveDuplicates();
      assertThat(one.apps()).extracting(App::id).containsExactlyInAnyOrderElementsOf(ids);
    }
  }

  /// The ids of the apps that many threads make at once, by one of the two and the other.
  private static List<String> inTurns(
      Catalog one, Catalog two, int times, Function<Catalog, App> make) throws Exception {
    try (var pool = Executors.newFixedThreadPool(8)) {
      var tasks = new ArrayList<Callable<String>>();
      for (int i = 0; i < times; i++) {
        Catalog catalog = i % 2 == 0 ? one : two;
        tasks.add(() -> make.apply(catalog).id());
      }
      var ids = new ArrayList<String>();
      for (Future<String> id : pool.invokeAll(tasks)) {
        ids.add(id.get());
      }
      return ids;
    }
  }

  @Test
  void manyThatOpenANewCatalogAtOnceAllSucceed() throws Exception {
    try (var pool = Executors.newFixedThreadPool(8)) {
      Callable<Integer> opens =
          () -> {
            try (Catalog catalog = open()) {
              return catalog.apps().size();
            }
          };

      for (Future<Integer> size :
          pool.invokeAll(List.of(opens, opens, opens, opens, opens, opens))) {
        assertThat(size.get()).isZero();
      }
    }
  }

  @Test
  void aFileThatIsReplacedByANewerStateIsOpenedAnewAndWrittenTo() throws Exception {
    Path newer = folder.resolve("newer.db");
    try (Catalog there = Catalog.open(newer)) {
      there.create("of another machine", LUCENE);
    }
    try (Catalog catalog = open()) {
      catalog.create("old", LUCENE);

      Files.move(newer, folder.resolve("catalog.db"), StandardCopyOption.REPLACE_EXISTING);

      assertThat(catalog.apps()).extracting(App::name).containsExactly("of another machine");
      catalog.create("new", LUCENE);
    }
    try (Catalog catalog = open()) {
      assertThat(catalog.apps()).extracting(App::name).containsExactly("of another machine", "new");
    }
  }

  @Test
  void aFileThatIsNoCatalogIsNamed() throws Exception {
    Path file = folder.resolve("catalog.db");
    Files.writeString(file, "not a database, but long enough to look at: ".repeat(40));

    assertThatThrownBy(() -> Catalog.open(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("catalog.db");
  }

  @Test
  void aCatalogOfANewerVersionIsRefused() throws Exception {
    open().close();
    Path file = folder.resolve("catalog.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }

    assertThatThrownBy(() -> Catalog.open(file))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("newer version");
  }

  @Test
  void aFormatThatNoVersionCanHaveIsDamage() throws Exception {
    open().close();
    Path file = folder.resolve("catalog.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 1048577"); // one bit of the header
    }

    assertThatThrownBy(() -> Catalog.open(file)).isInstanceOf(Failure.CorruptArtifact.class);
  }

  @Test
  void theEndpointOfTheDocumentationIsTakenAsAPlaceholder() {
    var retriever =
        new Retriever(ElasticsearchProvider.KIND, "https://<es-endpoint>", "rag-index", 5);

    assertThat(retriever.placeholder()).isTrue();
  }

  @Test
  void whatCannotBeUsedIsNamed() {
    assertThatThrownBy(() -> new Retriever(EngineKind.LUCENE, null, "docs", 0))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("top_k is 0: give 1 to 1000");
    assertThatThrownBy(() -> new Retriever(EngineKind.LUCENE, null, "../docs", 5))
        .hasMessageContaining("retriever.index");
    assertThatThrownBy(() -> new Retriever(EngineKind.LUCENE, "http://x", "docs", 5))
        .hasMessageContaining("leave it out");
    assertThatThrownBy(() -> new Retriever(OpenSearchProvider.KIND, null, "docs", 5))
        .hasMessageContaining("retriever.endpoint");
    assertThatThrownBy(() -> new Retriever(OpenSearchProvider.KIND, "http://u:secret@h", "docs", 5))
        .hasMessageContaining("must not hold")
        .hasMessageNotContaining("secret");
    try (Catalog catalog = open()) {
      assertThatThrownBy(() -> catalog.create("a/b", LUCENE)).hasMessageContaining("name");
      assertThatThrownBy(() -> catalog.create(" ", LUCENE)).hasMessageContaining("name");
    }
  }

  private Catalog open() {
    return Catalog.open(folder.resolve("catalog.db"));
  }
}
