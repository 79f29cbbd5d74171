package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.index.Adoptable;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.EngineProvider;
import dev.whetstone.index.EngineSite;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.index.lucene.LuceneProvider;
import dev.whetstone.index.providers.EngineProviders;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that the program does not know is registered, configured and used through the port
/// alone: nothing but its provider and the list of providers says that it exists.
class ThirdEngineTest {
  private static final EngineKind PAPER = new EngineKind("paper", false);

  private static final EngineProviders PROVIDERS =
      new EngineProviders(
          List.of(new LuceneProvider(), new ElasticsearchProvider(), new PaperProvider()));

  @TempDir private Path folder;

  /// Keeps its indexes in a folder of its own.
  private static final class PaperProvider implements ClusterProvider {
    @Override
    public EngineKind kind() {
      return PAPER;
    }

    @Override
    public Set<String> quantizations() {
      return Set.of("none");
    }

    @Override
    public Indexes open(EngineSite site, String index) {
      String host = Objects.requireNonNull(site.section()).hosts().getFirst();
      return new LuceneIndexes(
          site.indexes().resolve(host.replaceAll("[^a-z]", "_")).resolve(index));
    }

    @Override
    public Indexes openAdopted(EngineSite site, String index, SpaceId space, AdoptedFields fields) {
      return open(site, index);
    }

    @Override
    public Adoptable examine(
        EngineSite site, String index, SpaceId space, AdoptedFields fields, int sample) {
      throw new Failure.BadInput("paper holds no index of others");
    }

    @Override
    public String check(EngineSite site, String host, Duration patience) {
      return "Paper 1";
    }

    @Override
    public ObjectNode exportSettings() {
      return Json.MAPPER.createObjectNode();
    }

    @Override
    public ObjectNode exportField(int dimension) {
      return Json.MAPPER.createObjectNode().put("type", "paper");
    }
  }

  private Settings read(String yaml) throws IOException {
    Path file = folder.resolve(SettingsFile.NAME);
    Files.writeString(file, yaml);
    return SettingsFile.read(file, PROVIDERS);
  }

  @Test
  void itIsConfiguredBuiltSearchedAndServedByItsName() throws IOException {
    Settings settings =
        read(
            """
            name: Manual
            index: {engine: paper}
            paper: {hosts: ['https://paper.example.com']}
            """);
    IndexPlace place = IndexPlace.of(settings, null);
    Retriever retriever = place.retriever(settings);
    var passages =
        List.of(
            new Passage("owl", "birds", List.of(), "red owls hunt", 0, 13, 0, 3, Map.of()),
            new Passage("frog", "ponds", List.of(), "green frogs sing", 0, 16, 0, 3, Map.of()));
    var encoder = new WordEncoder();
    EngineProvider provider = settings.engines().provider(place.engine());
    var site =
        new EngineSite(
            folder,
            folder.resolve("indexes"),
            settings.engines().section(place.engine()),
            Map.<String, String>of()::get);

    try (Indexes indexes = provider.open(site, place.name())) {
      String generation;
      try (var writer = indexes.begin(encoder.space(), encoder.dimension())) {
        writer.upsert(passages, encoder.passages(passages, Progress.NONE));
        writer.commit(Map.of());
        generation = writer.generation();
      }
      indexes.promote(generation);
      try (var index = indexes.open()) {
        assertThat(index.words("owls", 5, Filter.ALL).ids()).containsExactly("owl");
      }
    }

    assertThat(place).hasToString("manual (paper)");
    assertThat(place.step()).isEqualTo("index-paper");
    assertThat(place.mapping(settings)).isEqualTo("paper 1 1 none");
    assertThat(retriever).isEqualTo(new Retriever(PAPER, "https://paper.example.com", "manual", 5));
    assertThat(IndexPlace.ofApp(settings, retriever)).isEqualTo(place);
    assertThatThrownBy(
            () -> IndexPlace.ofApp(settings, new Retriever(PAPER, "https://evil", "manual", 5)))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("under `paper: {hosts: [...]}`");
  }

  @Test
  void itsSectionIsCheckedAsThoseOfTheOthers() {
    assertThatThrownBy(() -> read("index: {engine: paper}"))
        .hasMessageContaining("index.engine is paper, and nothing says where that is");
    assertThatThrownBy(() -> read("name: a\npaper:\n  hosts: ['https://h']\n  quantization: int8"))
        .hasMessageContaining("line 4: paper.quantization: 'int8' is not one of [none]");
    assertThatThrownBy(() -> read("name: a\npaper:\n  hosts: ['https://h']\n  hots: 1"))
        .hasMessageContaining("line 4: unknown setting 'hots'; did you mean 'hosts'?");
    assertThatThrownBy(() -> read("name: a\npaper:\n  hosts: [none]"))
        .hasMessageContaining("line 3: paper.hosts: 'none' is no address");
    assertThatThrownBy(() -> read("name: a\npaper: 5"))
        .hasMessageContaining("line 2: paper: '5' stands here, where a section");
    assertThatThrownBy(() -> read("papre: {hosts: ['https://h']}"))
        .hasMessageContaining("did you mean 'paper'?");
    assertThatThrownBy(() -> read("index: {engine: solr}"))
        .hasMessageContaining(
            "line 1: index.engine: 'solr' is not one of [elasticsearch, lucene, paper]");
    assertThatThrownBy(() -> read("engines: {paper: 1}"))
        .hasMessageContaining("unknown setting 'engines'");
  }

  @Test
  void aProgramThatDoesNotKnowItListsItsAppsAndRefusesToSearch() throws IOException {
    Path file = folder.resolve("catalog.db");
    try (var catalog = Catalog.open(file)) {
      App made = catalog.create("a", new Retriever(PAPER, "https://paper.example.com", "docs", 5));

      assertThat(catalog.apps()).containsExactly(made);
    }
    Path yaml = folder.resolve(SettingsFile.NAME);
    Files.writeString(yaml, "paper: {hosts: ['https://paper.example.com']}");

    assertThatThrownBy(() -> SettingsFile.read(yaml))
        .hasMessageContaining("unknown setting 'paper'");
    assertThatThrownBy(
            () ->
                IndexPlace.ofApp(
                    Settings.DEFAULTS,
                    new Retriever(PAPER, "https://paper.example.com", "docs", 5)))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("does not know the engine paper")
        .hasMessageContaining("lucene, elasticsearch or opensearch");
  }
}
