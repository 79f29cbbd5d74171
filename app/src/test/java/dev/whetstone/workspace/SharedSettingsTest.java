package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workshop.index.BulkExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSettingsTest {
  private static final String BUCKET = "s3://bucket/handbook/";

  private static final String SETTINGS =
      """
      llm: {kind: openai, url: "https://llm.example.com/v1", model: m, api_key_env: LLM_KEY}
      elasticsearch: {hosts: ["https://es:9200", "https://es2:9200"], api_key_env: ES_KEY}
      opensearch: {hosts: ["https://os:9200"], user: u, password_env: OS_PASSWORD}
      """;

  @TempDir private Path folder;

  private Settings settings(String text) throws IOException {
    return SettingsFile.read(Files.writeString(folder.resolve("whetstone.yaml"), text));
  }

  private void check(String text, Map<String, String> environment) throws IOException {
    SharedSettings.check(settings(text), folder, BUCKET, environment);
  }

  @Test
  void eachSecretThatIsSetHereIsRefusedToEachAddressThatIsNotPermitted() throws IOException {
    var environment = Map.of("LLM_KEY", "a", "ES_KEY", "b", "OS_PASSWORD", "c");

    assertThatThrownBy(() -> check(SETTINGS, environment))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(BUCKET)
        .hasMessageContaining(
            "WHETSTONE_PERMIT='LLM_KEY=https://llm.example.com ES_KEY=https://es:9200"
                + " ES_KEY=https://es2:9200 OS_PASSWORD=https://os:9200'");
  }

  @Test
  void whatTheMessageSaysToPermitIsPermittedThen() throws IOException {
    var environment =
        new HashMap<>(Map.of("LLM_KEY", "a", "ES_KEY", "b", "OS_PASSWORD", "c", "OTHER", "d"));
    try {
      check(SETTINGS, environment);
    } catch (Failure.Refused e) {
      String[] parts = String.valueOf(e.getMessage()).split("'", -1);
      environment.put(SharedSettings.PERMIT, parts[parts.length - 2]);
    }

    check(SETTINGS, environment);
    assertThatThrownBy(() -> check(SETTINGS.replace("llm.example", "evil.example"), environment))
        .isInstanceOf(Failure.Refused.class);
    assertThatThrownBy(() -> check(SETTINGS.replace("LLM_KEY", "OTHER"), environment))
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aCertificateOfTheSettingsVouchesOnlyForAnAddressThatIsPermittedWithIt() throws IOException {
    String text =
        "elasticsearch: {hosts: ['https://es:9200'], api_key_env: ES_KEY, ca_file: ca.pem}";
    var environment = new HashMap<>(Map.of("ES_KEY", "b"));
    Path certificate = Files.writeString(folder.resolve("ca.pem"), "theirs");
    environment.put(SharedSettings.PERMIT, "ES_KEY=https://es:9200");
    assertThatThrownBy(() -> check(text, environment))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("ES_KEY=https://es:9200#" + Sha256.of(certificate).substring(0, 16));

    environment.put(
        SharedSettings.PERMIT, "ES_KEY=https://es:9200#" + Sha256.of(certificate).substring(0, 16));
    check(text, environment);

    Files.writeString(certificate, "another");
    assertThatThrownBy(() -> check(text, environment)).isInstanceOf(Failure.Refused.class);
    Files.delete(certificate);
    assertThatThrownBy(() -> check(text, environment)).isInstanceOf(Failure.Refused.class);
    assertThatThrownBy(() -> check(text.replace(", ca_file: ca.pem", ""), environment))
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aVariableThatIsNotSetHereHasNothingToSend() throws IOException {
    check(SETTINGS, Map.of("LLM_KEY", " "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://llm.example.com.evil.example/v1",
        "https://llm.example.com@evil.example/v1",
        "https://llm.example.com:444/v1",
        "http://llm.example.com/v1",
        "//llm.example.com/v1"
      })
  void anAddressThatLooksLikeAPermittedOneIsAnother(String address) {
    var environment =
        Map.of("LLM_KEY", "a", SharedSettings.PERMIT, "LLM_KEY=https://llm.example.com");

    assertThatThrownBy(
            () -> check(SETTINGS.replace("https://llm.example.com/v1", address), environment))
        .isInstanceOf(Failure.Refused.class);
  }

  @Test
  void theSameHostInAnotherWritingIsPermitted() throws IOException {
    for (String entry : new String[] {"https://LLM.example.com:443/", "https://llm.example.com"}) {
      check(SETTINGS, Map.of("LLM_KEY", "a", SharedSettings.PERMIT, "X=y, LLM_KEY=" + entry));
    }
  }

  /// PATH is set wherever a test runs.
  private Path asking(String name) throws IOException {
    Path place = folder.resolve(name);
    Workspace.create(place, "test");
    String settings =
        "llm: {kind: openai, url: 'http://127.0.0.1:1/v1', model: m, api_key_env: PATH}";
    Files.writeString(place.resolve(SettingsFile.NAME), settings);
    return place;
  }

  @Test
  void commandsToBeRunLaterAreNotWrittenForAVariableThatIsNotSetYet() throws IOException {
    Path copy = asking("copy");
    Files.writeString(
        copy.resolve(SettingsFile.NAME),
        "elasticsearch: {hosts: ['https://evil:9200'], api_key_env: NOT_SET_HERE}");
    SharedSettings.mark(copy, BUCKET);
    Workspace workspace = Workspace.open(copy);
    var export =
        new BulkExport(
            folder.resolve("bulk"), "rag", new ElasticsearchProvider(), BulkExport.FILE_BYTES);

    assertThatThrownBy(
            () -> export.write(workspace, new SpaceId("0123456789abcdef"), Progress.NONE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("NOT_SET_HERE=https://evil:9200");
  }

  @Test
  void noCommandOpensACopyOfABucketThatAsksForASecret() throws IOException {
    Path copy = asking("copy");
    assertThatCode(() -> Workspace.open(copy)).doesNotThrowAnyException();
    SharedSettings.mark(copy, BUCKET);

    assertThatThrownBy(() -> Workspace.open(copy))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContainingAll(BUCKET, "PATH to http://127.0.0.1:1 (llm.api_key_env)");
  }

  @Test
  void settingsThatSomebodyElseSavedAreRefusedWhenTheyAreOpenedAndWhenTheyAreLookedAt()
      throws IOException {
    Path bucket = folder.resolve("bucket");
    Path theirs = folder.resolve("theirs");
    try (var shared =
        new SharedWorkspace(
            new SharedFolder(
                ObjectStores.open(bucket.toString()), theirs, SharedWorkspace.LAYOUT))) {
      shared.create(copy -> Workspace.create(copy, "test"), Progress.NONE);
      Files.copy(
          asking("hostile").resolve(SettingsFile.NAME),
          theirs.resolve(SettingsFile.NAME),
          StandardCopyOption.REPLACE_EXISTING);
      try (var _ = WorkspaceLock.take(theirs, "test")) {
        shared.save("test", Progress.NONE);
      }
    }

    Path mine = folder.resolve("mine");
    try (var shared =
            new SharedWorkspace(
                new SharedFolder(
                    ObjectStores.open(bucket.toString()), mine, SharedWorkspace.LAYOUT));
        var store = ObjectStores.open(bucket.toString())) {
      assertThatThrownBy(() -> shared.open(Progress.NONE))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContainingAll("PATH to http://127.0.0.1:1", "nothing was sent");
      Path glance = Files.createDirectories(folder.resolve("glance"));
      assertThatThrownBy(() -> SharedWorkspace.glance(store, glance))
          .isInstanceOf(Failure.Refused.class);
    }
    assertThatThrownBy(() -> Workspace.open(mine)).isInstanceOf(Failure.Refused.class);
  }

  @Test
  void aFolderWhoseSettingsAllUsersMayWriteIsShared() throws IOException {
    Path place = asking("open");
    var all = PosixFilePermissions.fromString("rw-rw-rw-");
    Files.setPosixFilePermissions(place.resolve(SettingsFile.NAME), all);

    assertThatThrownBy(() -> Workspace.open(place)).isInstanceOf(Failure.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X$(touch PWNED)",
        "lower",
        "A B",
        "A=B",
        "9A",
        "A\\nB",
        "sk-0123456789abcdef",
        ""
      })
  void aVariablesNameIsACapitalNameAndNothingElse(String name) {
    for (String section :
        new String[] {
          "serve: {api_key_env: \"%s\"}",
          "llm: {api_key_env: \"%s\"}",
          "elasticsearch: {hosts: [http://h], api_key_env: \"%s\"}",
          "opensearch: {hosts: [http://h], user: u, password_env: \"%s\"}"
        }) {
      assertThatThrownBy(() -> settings(section.formatted(name)))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("NAME of an environment variable");
    }
  }

  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Anyone who can write to the bucket can write the list of the documents.
  @Test
  void aFolderThatOnlyTheListOfASharedWorkspaceNamesIsNotStagedByARun() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("letter.md"), "# private");
    Workspace.create(folder.resolve("copy"), "test");
    SharedSettings.mark(folder.resolve("copy"), BUCKET);
    Workspace copy = Workspace.open(folder.resolve("copy"));
    String time = "2026-01-01T00:00:00Z";
    new Manifest(List.of(new Manifest.Entry("x.md", "0".repeat(64), 1, time, mine.toString())))
        .write(copy);
    var told = new ArrayList<StepOutcome<?>>();

    assertThatThrownBy(
            () ->
                Workshops.open(copy)
                    .run(
                        new Workshop.RunListener() {
                          @Override
                          public void planned(StepPlan plan) {}

                          @Override
                          public void ended(StepOutcome<?> outcome) {
                            told.add(outcome);
                            throw new Enough();
                          }
                        }))
        .isInstanceOf(Enough.class);

    assertThat(told.getFirst().result())
        .isInstanceOfSatisfying(
            StepResult.Staged.class,
            staged -> {
              assertThat(staged.source()).isEqualTo(mine.toString());
              assertThat(staged.notStaged())
                  .isEqualTo(
                      new StepResult.NotStaged(StepResult.NotStaged.Why.NAMED_ELSEWHERE, null));
            });
    assertThat(copy.raw().resolve("letter.md")).doesNotExist();
  }

  @Test
  void aSharedWorkspaceIsStagedAgainFromItsOwnBucketAndFromWhatWasNamedHereAlone()
      throws IOException {
    var own = Workspace.create(folder.resolve("own"), "test");
    var shared = new Workspace(own.folder(), own.settings(), BUCKET);
    Path cache = folder.resolve("cache");

    assertThat(new LocalSources(own, cache).permits("/home/me")).isTrue();
    var here = new LocalSources(shared, cache);
    assertThat(here.permits("/home/me")).isFalse();
    assertThat(here.permits("s3://other/private/")).isFalse();
    assertThat(here.permits("s3://bucket-of-mine/raw/")).isFalse();
    assertThat(here.permits("oss://bucket/raw/")).isFalse();
    assertThat(here.permits("s3://bucket/raw/")).isTrue();
    here.add("/home/me");
    assertThat(new LocalSources(shared, cache).permits("/home/me")).isTrue();
    assertThat(new LocalSources(shared, cache).permits("/home/me/.ssh")).isFalse();
  }
}
