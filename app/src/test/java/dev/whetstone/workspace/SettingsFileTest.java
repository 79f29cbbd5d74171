package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.serving.Answering;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir private Path folder;

  private Settings read(String yaml) throws IOException {
    Path file = folder.resolve("whetstone.yaml");
    Files.writeString(file, yaml);
    return SettingsFile.read(file);
  }

  @Test
  void theCommentedFileOfANewWorkspaceHoldsTheDefaults() {
    Workspace workspace = Workspace.create(folder.resolve("new"), "documents");

    assertThat(workspace.settings()).isEqualTo(Settings.DEFAULTS);
  }

  @Test
  void theDefaultsAreThese() {
    var defaults = Settings.DEFAULTS;

    assertThat(defaults.name()).isEqualTo("documents");
    assertThat(defaults.language()).isEqualTo("auto");
    assertThat(defaults.model()).isEqualTo(new Settings.Model("auto", null, "auto"));
    assertThat(defaults.passages().tokens()).isEqualTo(256);
    assertThat(defaults.parse())
        .isEqualTo(new Settings.Parse(60, 768, 200, 20_000_000, 500_000, 300, false));
    assertThat(defaults.train().time()).isEqualTo(Duration.ofMinutes(10));
    assertThat(defaults.train().seed()).isEqualTo(1);
    assertThat(defaults.train().memory()).isNull();
    assertThat(defaults.train().memoryBytes()).isZero();
    assertThat(defaults.prove()).isEqualTo(new Settings.Prove(.95, "hybrid", true));
    assertThat(defaults.rerank()).isEqualTo(new Settings.Rerank("auto", null, "150ms", null));
    assertThat(defaults.index()).isEqualTo(new Settings.Index("lucene", null, 3, null));
    assertThat(defaults.engines().clusters()).isEmpty();
    assertThat(defaults.app().topK()).isEqualTo(5);
    assertThat(defaults.llm().kind()).isEqualTo("none");
    assertThat(defaults.llm().timeoutSeconds()).isEqualTo(20);
    assertThat(defaults.llm().contextTokens()).isEqualTo(4096);
    assertThat(defaults.llm().maxReplyBytes()).isEqualTo(1 << 20);
    assertThat(defaults.serve().address().host()).isEqualTo("127.0.0.1");
    assertThat(defaults.serve().address().port()).isEqualTo(8088);
    assertThat(defaults.serve().address().names()).isEmpty();
    assertThat(defaults.serve().limits().connections()).isEqualTo(1000);
    assertThat(defaults.serve().limits().apps()).isEqualTo(500);
    assertThat(defaults.serve().work().write()).isTrue();
    assertThat(defaults.serve().work().jobHeapMegabytes()).isNull();
    assertThat(defaults.serve().work().watch()).isNull();
    assertThat(defaults.llm().concurrent()).isEqualTo(8);
  }

  @Test
  void memoryIsAnAmountWithItsUnit() {
    assertThat(Settings.bytes("train.memory", "6 GB")).isEqualTo(6_000_000_000L);
    assertThat(Settings.bytes("train.memory", "500m")).isEqualTo(500_000_000L);
    assertThat(Settings.bytes("train.memory", "1.5g")).isEqualTo(1_500_000_000L);
    for (String wrong : new String[] {"6", "0 GB", "much", "-1 GB", "6 GB 2"}) {
      assertThatThrownBy(() -> Settings.bytes("train.memory", wrong))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageStartingWith("train.memory: '" + wrong + "' is no amount of memory");
    }
  }

  @Test
  void theLanguageModelsTimeOutIsHowLongAnAnswerWaits() throws IOException {
    for (int seconds : new int[] {1, 90}) {
      Settings settings = read("llm: {timeout_seconds: " + seconds + "}");

      assertThat(Answering.answers(settings.llm()).chatBudget())
          .isEqualTo(Duration.ofSeconds(seconds));
    }
  }

  @Test
  void aMessageRepeatsLittleOfAHugeFile() {
    for (String yaml :
        List.of(
            "# " + "c".repeat(4 << 20) + "\nname: a\n",
            "name: a\n" + "x".repeat(500_000) + "\n",
            "n".repeat(500_000) + ": 1\n",
            "name: " + "n".repeat(500_000) + "\n",
            "llm: {kind: \"" + "n".repeat(500_000) + "\"}\n",
            "serve: {port: \"" + "n".repeat(500_000) + "\"}\n",
            "name: [" + "[".repeat(5000) + "\n")) {
      assertThatThrownBy(() -> read(yaml))
          .isInstanceOf(Failure.BadInput.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
    }
  }

  @Test
  void aReferenceOfYamlIsRefusedByItsName() {
    String anchored = "name: &n manual\nindex: {name: *n}\n";
    assertThatThrownBy(() -> read(anchored)).hasMessageContainingAll("line 2", "*n");
    assertThatThrownBy(() -> read("language: en\nname: *n\n"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContainingAll("line 2", "*n");
    assertThatThrownBy(() -> read("stage: &s {exclude: []}\n")).hasMessageContaining("&s");
    assertThatThrownBy(() -> read("stage: {exclude: &s [a]}\n")).hasMessageContaining("&s");
    assertThatThrownBy(() -> read("serve:\n  <<: *s\n")).hasMessageContaining("*s");
  }

  @Test
  void anUnknownSettingNamesFileLineAndTheNearestKnownOne() {
    assertThatThrownBy(() -> read("name: manual\ntrain:\n  bugdet: 5m\n"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("whetstone.yaml, line 3")
        .hasMessageContaining("unknown setting 'bugdet'")
        .hasMessageContaining("did you mean 'budget'?");
  }

  @Test
  void aValueThatCannotBeIsExplained() {
    record Wrong(String yaml, String words) {}
    for (var wrong :
        new Wrong[] {
          new Wrong("train: {budget: soon}", "write for example 90s, 10m or 2h"),
          new Wrong("rerank: {budget: 10m}", "write for example 150ms"),
          new Wrong("rerank: {budget: 0ms}", "write for example 150ms"),
          new Wrong("rerank: {enabled: maybe}", "is not one of [auto, never]"),
          new Wrong("passages: {tokens: 5000}", "5000 is not between 32 and 480"),
          new Wrong("prove: {ranking: best}", "'best' is not one of [dense, hybrid]"),
          new Wrong("prove: {level: 1.5}", "prove.level"),
          new Wrong("llm: {kind: openai}", "llm.url is missing"),
          new Wrong("llm: {context_tokens: 10}", "llm.context_tokens: 10 is not between"),
          new Wrong("llm: {max_reply_bytes: 10}", "llm.max_reply_bytes: 10 is not between"),
          new Wrong("name: ../up", "letters, digits"),
          new Wrong("serve: {port: many}", "port"),
          new Wrong("serve: {names: ['rag.example:8088']}", "no host name"),
          new Wrong("name: a\nname: b", "line 2: name: it is set twice"),
          new Wrong("train: [", "line 1"),
          new Wrong("index: {engine: solr}", "'solr' is not one of [elasticsearch, lucene, opens"),
          new Wrong("index: {engine: opensearch}", "nothing says where that is"),
          new Wrong("index: {name: Manual}", "lower-case"),
          new Wrong("elasticsearch: {shards: 2}", "hosts is missing"),
          new Wrong("elasticsearch: {hosts: ['search:9200']}", "'search:9200' is no address"),
          new Wrong("elasticsearch: {hosts: ['http://u:p@s']}", "without user or password"),
          new Wrong("elasticsearch: {hosts: ['http://s'], user: u}", "password_env"),
          new Wrong("opensearch: {hosts: ['http://s'], quantization: bbq}", "[int8, none]"),
          new Wrong("opensearch: {hosts: ['http://s'], hybrid: both}", "[auto, native, ours]"),
          new Wrong("opensearch: {hosts: ['http://s'], oversample: 0.5}", "oversample")
        }) {
      assertThatThrownBy(() -> read(wrong.yaml()))
          .as(wrong.yaml())
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("whetstone.yaml")
          .hasMessageContaining(wrong.words());
    }
  }

  @Test
  void aMessageNamesTheLineTheSettingWhatIsFoundAndWhatIsAllowedInNoParsersWords() {
    record Wrong(String yaml, String words) {}
    for (var wrong :
        new Wrong[] {
          new Wrong(
              "name: a\nserve:\n  port: many\n",
              "line 3: serve.port: 'many' stands here, where a whole number belongs"),
          new Wrong(
              "serve: {port: 80.5}",
              "line 1: serve.port: '80.5' stands here, where a whole number belongs"),
          new Wrong(
              "train:\n  seed: 99999999999999999999\n",
              "line 2: train.seed: '99999999999999999999' stands here, where a whole number"),
          new Wrong(
              "passages:\n  tokens:\n    most: 100\n",
              "line 2: passages.tokens: a section stands here, where a whole number belongs"),
          new Wrong(
              "name: [a, b]\nlanguage: en\n",
              "line 1: name: a list stands here, where a text belongs"),
          new Wrong(
              "prove: {level: high}",
              "line 1: prove.level: 'high' stands here, where a number belongs"),
          new Wrong(
              "name: a\ntrain: 5m\nprove:\n  level: .95\n",
              "line 2: train: '5m' stands here, where a section with settings of its own (budget,"
                  + " seed, matryoshka, memory, recipe) belongs"),
          new Wrong("train: {matryoshka: [~]}", "line 1: train.matryoshka: an element of the list"),
          new Wrong("train: {matryoshka: [4]}", "line 1: train.matryoshka: 4 is not between 8 and"),
          new Wrong("index: {dimensions: 3}", "line 1: index.dimensions: 3 is not between 8 and"),
          new Wrong(
              "elasticsearch:\n  hosts: http://s\n",
              "line 2: elasticsearch.hosts: 'http://s' stands here, where a list, as [a, b],"),
          new Wrong(
              "serve:\n  prot: 1\n",
              "line 2: unknown setting 'prot'; did you mean 'port'? Known here: port, "),
          new Wrong(
              "serve: {address: {port: 1}}", "line 1: unknown setting 'address'; did you mean"),
          new Wrong("serve:\n  max_apps: 0\n", "line 2: serve.max_apps: 0 is not between 1"),
          new Wrong(
              "serve:\n  session_age: long\n", "line 2: serve.session_age: 'long' is no duration"),
          new Wrong(
              "serve:\n  keep_questions:\n    days: 0\n",
              "line 3: serve.keep_questions.days: 0 is not between 1"),
          new Wrong(
              "serve: 5m\n",
              "line 1: serve: '5m' stands here, where a section with settings of its own (host,"
                  + " port, names, api_key_env, model_paths, max_connections"),
          new Wrong("just words\n", "line 1: 'just words' stands here, where a section"),
          new Wrong(
              "serve:\n  port: 1\nprove:\n  ranking: dense\n  level: 1.5\n",
              "line 5: prove.level: 1.5 must be at least 0.5"),
          new Wrong(
              "elasticsearch:\n  hosts: ['http://s']\n  shards: 0\n",
              "line 3: elasticsearch.shards: 0 is not between 1 and 1024"),
          new Wrong("llm:\n  kind: openai\n", "line 1: llm.url is missing"),
          new Wrong("stage: {exclude: [~]}", "line 1: stage.exclude: an element of the list is"),
          new Wrong("opensearch: {hosts: [~]}", "opensearch.hosts: an element of the list is"),
          new Wrong("stage:\n  exclude: ['[']\n", "line 2: stage.exclude: '[' is no pattern"),
          new Wrong("serve:\n  host: a\n  host: b\n", "line 3: host: it is set twice"),
          new Wrong("name: a\nserve:\n\tport: 1\n", "line 3: what stands here"),
          new Wrong("name: a: b\n", "line 1: what stands here, or begins above, is not YAML"),
          new Wrong("name: 'a\n", "close every bracket and quote")
        }) {
      assertThatThrownBy(() -> read(wrong.yaml()))
          .as(wrong.yaml())
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("whetstone.yaml, line ")
          .hasMessageContaining(wrong.words())
          .message()
          .doesNotContain("dev.whetstone", "java.", "eserializ", "(token", "instance", "reader");
    }
  }

  @Test
  void dimensionsToTrainAndToIndexAreRead() throws IOException {
    Settings settings = read("train: {matryoshka: [192, 96]}\nindex: {dimensions: 96}\n");

    assertThat(settings.train().matryoshka()).containsExactly(192, 96);
    assertThat(settings.index().dimensions()).isEqualTo(96);
    assertThat(read("name: a\n").train().matryoshka()).isEmpty();
  }

  @Test
  void aFileOfAnotherEncodingIsSaidToBe() throws IOException {
    Path file = folder.resolve("whetstone.yaml");
    Files.write(file, "name: a # caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> SettingsFile.read(file))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("is not UTF-8");
  }

  @Test
  void aClusterIsReadWithItsDefaultsAndKnowsItsHosts() throws IOException {
    var settings =
        read(
            "elasticsearch: {hosts: ['https://one.example.com:9200', 'HTTPS://Two.example.com/']}");

    var cluster = Objects.requireNonNull(settings.engines().section(ElasticsearchProvider.KIND));

    assertThat(cluster)
        .isEqualTo(
            new ClusterSection(
                List.of("https://one.example.com:9200", "HTTPS://Two.example.com/"),
                null,
                null,
                null,
                null,
                1,
                1,
                "none",
                null,
                "ours"));
    assertThat(cluster.host("https://ONE.example.com:9200/")).isEqualTo(cluster.hosts().get(0));
    assertThat(cluster.host("https://two.example.com:443")).isEqualTo(cluster.hosts().get(1));
    for (String other :
        List.of(
            "http://one.example.com:9200",
            "https://one.example.com:9201",
            "https://one.example.com:9200/other",
            "https://one.example.com:9200@evil.example.com",
            "https://<es-endpoint>",
            "http://169.254.169.254/latest")) {
      assertThat(cluster.host(other)).as(other).isNull();
    }
  }

  @Test
  void aWorkspaceIsFoundUpwards() throws IOException {
    Workspace.create(folder, "manual");
    Path below = Files.createDirectories(folder.resolve("a").resolve("b"));

    assertThat(Workspace.find(below).folder()).isEqualTo(folder);
    assertThat(Workspace.find(below).name()).isEqualTo("manual");
  }

  @Test
  void theWriterOfQuestionsNeedsWhatItsKindNeeds() throws IOException {
    var defaults = Settings.DEFAULTS.questions();
    assertThat(defaults.writer().configured()).isFalse();
    assertThat(defaults.count()).isEqualTo(500);
    assertThat(defaults.review()).isEqualTo(150);
    assertThat(defaults.time()).isEqualTo(Duration.ofMinutes(20));
    assertThat(defaults.kinds()).containsExactly("fact", "how-to", "symptom", "keywords", "plain");
    assertThat(read("questions: {writer: {kind: ollama, model: m}}").questions().writer().url())
        .isNull();

    for (var each :
        java.util.Map.of(
                "writer: {kind: openai, model: m}", "questions.writer.url is missing",
                "writer: {kind: ollama}", "questions.writer.model is missing",
                "writer: {kind: gguf}", "questions.writer.file is missing",
                "writer: {api_key_env: sk-123}", "questions.writer.api_key_env",
                "kinds: [fact, riddle]", "riddle",
                "limits: {cost: 2}", "price_read",
                "limits: {tokens: 0}", "questions.limits.tokens",
                "budget: soon", "questions.budget")
            .entrySet()) {
      assertThatThrownBy(() -> read("questions: {" + each.getKey() + "}"))
          .as(each.getKey())
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining(each.getValue());
    }
  }
}
