package dev.whetstone.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
  private static final Retriever LUCENE = new Retriever(Retriever.Type.LUCENE, null, "docs", 5);

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
  void settingsOfAnAppAreKeptAndItsOtherFieldsStay() {
    try (Catalog catalog = open()) {
      App made = catalog.create("a", LUCENE);

      App changed =
          catalog.update(
              new App(
                  made.id(),
                  made.name(),
                  made.retriever(),
                  Map.of("abstention", "{\"x\":1}"),
                  made.created(),
                  made.updated()));

      assertThat(catalog.app(made.id())).contains(changed);
      assertThat(changed.settings()).containsEntry("abstention", "{\"x\":1}");
      assertThat(changed.created()).isEqualTo(made.created());
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
    var other = new Retriever(Retriever.Type.LUCENE, null, "other", 5);
    try (Catalog catalog = open()) {
      App first = catalog.create("same", LUCENE);
      App second = catalog.create("same", other);

      assertThat(catalog.createOnce("same", other)).isEqualTo(second);
      assertThat(catalog.createOnce("same", new Retriever(Retriever.Type.LUCENE, null, "docs", 9)))
          .isEqualTo(first);
      assertThat(catalog.apps()).containsExactlyInAnyOrder(first, second);
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
        new Retriever(Retriever.Type.ELASTICSEARCH, "https://<es-endpoint>", "rag-index", 5);

    assertThat(retriever.placeholder()).isTrue();
  }

  @Test
  void whatCannotBeUsedIsNamed() {
    assertThatThrownBy(() -> new Retriever(Retriever.Type.LUCENE, null, "docs", 0))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("top_k is 0: give 1 to 1000");
    assertThatThrownBy(() -> new Retriever(Retriever.Type.LUCENE, null, "../docs", 5))
        .hasMessageContaining("retriever.index");
    assertThatThrownBy(() -> new Retriever(Retriever.Type.LUCENE, "http://x", "docs", 5))
        .hasMessageContaining("leave it out");
    assertThatThrownBy(() -> new Retriever(Retriever.Type.OPENSEARCH, null, "docs", 5))
        .hasMessageContaining("retriever.endpoint");
    assertThatThrownBy(
            () -> new Retriever(Retriever.Type.OPENSEARCH, "http://u:secret@h", "docs", 5))
        .hasMessageContaining("must not hold")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Retriever.Type.of("solr")).hasMessageContaining("\"lucene\"");
    try (Catalog catalog = open()) {
      assertThatThrownBy(() -> catalog.create("a/b", LUCENE)).hasMessageContaining("name");
      assertThatThrownBy(() -> catalog.create(" ", LUCENE)).hasMessageContaining("name");
    }
  }

  private Catalog open() {
    return Catalog.open(folder.resolve("catalog.db"));
  }
}
