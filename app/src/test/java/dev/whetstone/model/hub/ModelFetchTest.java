package dev.whetstone.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Time;
import dev.whetstone.model.AddedModel;
import dev.whetstone.model.AddedModel.Kind;
import dev.whetstone.model.AddedModel.PromptChoice;
import dev.whetstone.model.AddedModels;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFetchTest {
  private static final Path ENCODERS = Path.of("src/test/resources/networks");
  private static final Path RERANKERS = Path.of("src/test/resources/rerankers");

  @TempDir private Path cache;
  private StubHub hub;
  private final List<Duration> pauses = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    hub = new StubHub(ENCODERS.resolve("bert-unigram-dense"));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private final Time time =
      new Time() {
        @Override
        public Instant instant() {
          return Instant.EPOCH;
        }

        @Override
        public void sleep(Duration time) {
          pauses.add(time);
        }
      };

  private ModelFetch fetch(String token) {
    var environment =
        Map.of(
            "HF_ENDPOINT",
            hub.address() + "/",
            "HF_TOKEN",
            token,
            "MODELSCOPE_ENDPOINT",
            hub.address());
    return new ModelFetch(cache, environment, Progress.NONE, time);
  }

  private ModelFetch.Added add(String address) {
    return fetch("").add(ModelAddress.parse(address), null, PromptChoice.NONE);
  }

  private long downloads(String path) {
    return hub.requests.stream().filter(r -> r.contains(path)).count();
  }

  @Test
  void aModelOfTheHubMakesTheVectorsOfItsFolder() {
    var added = add("hf:acme/tiny");

    Model model = BaseModels.open("acme/tiny", cache);
    assertThat(added.fetched()).isTrue();
    assertThat(added.model().revision()).isEqualTo(StubHub.COMMIT);
    assertThat(model.space()).isEqualTo(Model.open(ENCODERS.resolve("bert-unigram-dense")).space());
    assertThat(BaseModels.open("tiny", cache).space()).isEqualTo(model.space());
    assertThat(new AddedModels(cache).list()).containsExactly(added.model());
  }

  @Test
  void picklesAndGraphsAreNotFetched() {
    add("hf:acme/tiny");

    assertThat(hub.requests).noneMatch(r -> r.contains("pytorch_model") || r.contains(".onnx"));
  }

  @Test
  void addedAgainItIsNotFetchedAgain() {
    var first = add("hf:acme/tiny");
    long before = downloads("/resolve/");

    var again = add("hf:acme/tiny");

    assertThat(again.fetched()).isFalse();
    assertThat(again.model()).isEqualTo(first.model());
    assertThat(downloads("/resolve/")).isEqualTo(before);
  }

  @Test
  void aBrokenDownloadGoesOnWhereItBroke() {
    hub.breaks.set(1);

    add("hf:acme/tiny");

    int size = hub.content("2_Dense/model.safetensors").length;
    assertThat(hub.requests)
        .contains("elsewhere /blobs/2_Dense/model.safetensors bytes=" + size / 2 + "-");
    assertThat(pauses).hasSize(1);
  }

  @Test
  void aServerWithoutRangesSendsTheWholeAgain() {
    hub.ranges = false;
    hub.breaks.set(1);

    add("hf:acme/tiny");

    assertThat(BaseModels.open("tiny", cache).dimension()).isPositive();
  }

  @Test
  void aServerThatKeepsBreakingIsGivenUpAndTheNextCommandGoesOn() throws IOException {
    hub.statuses.addAll(List.of(503, 503, 503, 503, 503));

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("503");
    add("hf:acme/tiny");

    assertThat(new AddedModels(cache).list()).hasSize(1);
  }

  @Test
  void aFileWithAnotherHashIsFetchedOnceMoreAndThenRefused() {
    byte[] wrong = hub.content("model.safetensors").clone();
    wrong[wrong.length - 1] ^= 1;
    hub.sent.put("model.safetensors", wrong);

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining("SHA-256");
    assertThat(downloads("elsewhere /blobs/model.safetensors")).isEqualTo(2);
    assertThat(new AddedModels(cache).list()).isEmpty();
  }

  @Test
  void aSmallFileIsHeldAgainstItsGitHash() {
    byte[] wrong = hub.content("config.json").clone();
    wrong[0] = ' ';
    hub.sent.put("config.json", wrong);

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining("git");
  }

  @Test
  void moreThanTheListSaysIsNotKept() {
    byte[] longer = new byte[hub.content("model.safetensors").length + 1000];
    hub.sent.put("model.safetensors", longer);

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("sent a wrong model.safetensors of acme/tiny twice")
        .hasMessageContaining("longer than the")
        .hasMessageContaining("HF_ENDPOINT");
    assertThat(pauses).as("it answers: nothing is waited for").isEmpty();
  }

  @Test
  void aHubThatListsNoHashesIsRefusedBeforeAnythingIsFetched() {
    hub.hashes = false;

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("the hub at " + hub.address() + " lists ")
        .hasMessageContaining("of acme/tiny without its hash")
        .hasMessageContaining("Set HF_ENDPOINT");
    assertThatThrownBy(() -> add("ms:acme/tiny"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("ModelScope at " + hub.address() + " lists ")
        .hasMessageContaining("Set MODELSCOPE_ENDPOINT");
    assertThat(downloads("/resolve/") + downloads("FilePath=")).isZero();
  }

  @Test
  void aHubThatListsNoSizesIsRefused() {
    hub.sizes = false;

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("without its size");
  }

  @Test
  void theTokenGoesToTheHubAndToNoOtherHost() {
    hub.token = "hf_secret";

    fetch("hf_secret").add(ModelAddress.parse("hf:acme/tiny"), null, PromptChoice.NONE);

    assertThat(hub.requests).anyMatch(r -> r.startsWith("elsewhere"));
    assertThat(hub.authorizationsElsewhere).isEmpty();
  }

  @Test
  void withoutATokenAGatedModelIsRefusedWithTheVariable() {
    hub.token = "hf_secret";

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("HF_TOKEN");
  }

  @Test
  void aRedirectToAMetadataAddressIsNotFollowed() {
    hub.redirectTo = "http://169.254.169.254/latest/meta-data";

    assertThatThrownBy(() -> add("hf:acme/tiny")).isInstanceOf(Failure.BadInput.class);
  }

  @Test
  void aRedirectInACircleEnds() {
    hub.redirectTo = "/acme/tiny/resolve/" + StubHub.COMMIT + "/model.safetensors";

    assertThatThrownBy(() -> add("hf:acme/tiny")).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void anUnknownArchitectureIsRefusedBeforeItsWeightsAreFetched() {
    hub.files.put(
        "config.json", "{\"model_type\": \"deberta-v2\"}".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("deberta-v2");
    assertThat(downloads("model.safetensors")).isZero();
  }

  @Test
  void aRepositoryWithAPickleAloneIsRefusedWithTheReason() {
    hub.files.remove("model.safetensors");

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("pickle");
  }

  @Test
  void aRepositoryThatIsNotThereIsTold() {
    assertThatThrownBy(() -> add("hf:acme/other"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("acme/other");
  }

  @Test
  void hostilePathsInAListAreNotFetched() {
    hub.files.put("../../evil.json", new byte[10]);
    hub.files.put("1_Pooling/../../config.json", new byte[10]);

    add("hf:acme/tiny");

    assertThat(hub.requests).noneMatch(r -> r.contains(".."));
  }

  @Test
  void modelScopeGivesTheSameModel() {
    var added = add("ms:acme/tiny");

    assertThat(added.model().source()).isEqualTo("ms:acme/tiny");
    assertThat(BaseModels.open("ms:acme/tiny", cache).space())
        .isEqualTo(Model.open(ENCODERS.resolve("bert-unigram-dense")).space());
  }

  @Test
  void ofModelScopeTheSameFilesAreNotFetchedAgain() {
    var first = add("ms:acme/tiny");
    long before = downloads("FilePath=");

    var again = add("ms:acme/tiny");

    assertThat(again.fetched()).isFalse();
    assertThat(again.model()).isEqualTo(first.model());
    assertThat(downloads("FilePath=")).isEqualTo(before);
  }

  @Test
  void ofModelScopeASmallFileThatChangedUnderTheBranchIsFetched() {
    var first = add("ms:acme/tiny");
    String settings = new String(hub.content("tokenizer_config.json"), StandardCharsets.UTF_8);
    byte[] mended = (settings + "\n").getBytes(StandardCharsets.UTF_8);
    hub.files.put("tokenizer_config.json", mended);

    var again = add("ms:acme/tiny");

    assertThat(again.fetched()).isTrue();
    assertThat(again.model().revision())
        .startsWith("master+")
        .isNotEqualTo(first.model().revision());
    assertThat(new AddedModels(cache).folder(again.model()).resolve("tokenizer_config.json"))
        .hasBinaryContent(mended);
  }

  @Test
  void aRerankerIsAddedAsOneAndMakesNoVectors() throws IOException {
    try (var rerankers = new StubHub(RERANKERS.resolve("bert"))) {
      var environment = Map.of("HF_ENDPOINT", rerankers.address());
      var added =
          new ModelFetch(cache, environment, Progress.NONE, time)
              .add(ModelAddress.parse("hf:acme/tiny"), "judge", PromptChoice.NONE);

      assertThat(added.model().network().kind()).isEqualTo(Kind.RERANKER);
      assertThatThrownBy(() -> BaseModels.open("judge", cache))
          .isInstanceOf(Failure.BadInput.class);
    }
  }

  @Test
  void aFamilyWithoutPromptsInItsFilesGetsThoseOfItsCard() throws IOException {
    Path folder = copyOf("bert-cls", "bge-base-en-v1.5");
    Files.writeString(folder.resolve("config_sentence_transformers.json"), "{}");

    AddedModel added = add(folder.toString()).model();

    assertThat(added.prompts().query()).startsWith("Represent this sentence");
    assertThat(added.prompts().passage()).isEmpty();
  }

  @Test
  void promptsOfTheUserHold() throws IOException {
    Path folder = copyOf("bert-cls", "mine");

    AddedModel added =
        fetch("")
            .add(ModelAddress.parse(folder.toString()), null, new PromptChoice("ask: ", "text: "))
            .model();

    assertThat(BaseModels.open("mine", cache).prompts()).isEqualTo(added.prompts());
    assertThat(added.prompts().query()).isEqualTo("ask: ");
    assertThat(added.prompts().passage()).isEqualTo("text: ");
  }

  @Test
  void theFolderInAJarIsFound() throws IOException {
    Path jar = cache.resolve("model.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar));
        var all = Files.walk(ENCODERS.resolve("bert-cls"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry("com/acme/" + ENCODERS.resolve("bert-cls").relativize(file)));
        zip.write(Files.readAllBytes(file));
      }
    }
    Path to = cache.resolve("unpacked");

    FolderCopy.ofJar(jar, to);

    assertThat(Model.open(to).space()).isEqualTo(Model.open(ENCODERS.resolve("bert-cls")).space());
  }

  @Test
  void aNameThatIsTakenIsRefusedBeforeAnythingIsFetched() throws IOException {
    add(copyOf("bert-cls", "tiny").toString());

    assertThatThrownBy(() -> add("hf:acme/tiny"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("tiny");
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void aDamagedFileIsNotOpened() throws IOException {
    AddedModel added = add("hf:acme/tiny").model();
    Path weights = new AddedModels(cache).folder(added).resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    assertThatThrownBy(() -> BaseModels.open("tiny", cache))
        .isInstanceOf(Failure.CorruptArtifact.class);
  }

  @Test
  void aRemovedModelIsGone() {
    add("hf:acme/tiny");

    new AddedModels(cache).remove("acme/tiny");

    assertThat(new AddedModels(cache).list()).isEmpty();
    assertThatThrownBy(() -> BaseModels.open("tiny", cache)).isInstanceOf(Failure.BadInput.class);
  }

  @Test
  void addressesThatAreNoneAreRefused() {
    for (String address :
        List.of(
            "hf:", "hf:../x", "hf:a/b/c", "hf:a/b@../c", "ms:a b", "maven:a:b", "nowhere", "")) {
      assertThatThrownBy(() -> ModelAddress.parse(address)).isInstanceOf(Failure.BadInput.class);
    }
  }

  private Path copyOf(String fixture, String name) throws IOException {
    Path to = cache.resolve("folders").resolve(name);
    Path from = ENCODERS.resolve(fixture);
    try (var all = Files.walk(from)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return to;
  }
}
