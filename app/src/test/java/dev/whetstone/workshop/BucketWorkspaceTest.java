package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.store.s3.RealBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program as two users run it, each with a cache of its own, on a workspace in a bucket of a
/// real S3 server.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BucketWorkspaceTest {
  @TempDir private Path folder;
  private String uri = "";
  private Map<String, String> environment = Map.of();

  @SuppressWarnings("NullAway.Init") // made anew for each test
  private SmallManual manual;

  @BeforeEach
  void makeBucket() throws IOException {
    RealBucket bucket = RealBucket.make();
    uri = bucket.uri("handbook");
    environment = bucket.environment();
    manual = new SmallManual(folder.resolve("manual"), 4);
  }

  /// Runs `whet` as `user`.
  ///
  /// @return what it wrote
  private String whet(String user, int code, String... arguments) throws Exception {
    var variables = new HashMap<>(environment);
    variables.put("WHETSTONE_CACHE", cache(user).toString());
    Path logs = folder.resolve("logs");
    var wrapper = new ArrayList<>(List.of("env"));
    variables.forEach((name, value) -> wrapper.add(name + "=" + value));
    Process process = SmallManual.whet(logs, wrapper, List.of(arguments));
    int exit = process.waitFor();
    String said = Files.readString(logs.resolve("out")) + Files.readString(logs.resolve("err"));
    assertThat(exit).as(said).isEqualTo(code);
    return said;
  }

  private Path cache(String user) {
    return folder.resolve("cache-" + user);
  }

  private Path copy(String user) throws IOException {
    try (Stream<Path> copies = Files.list(cache(user).resolve("workspaces"))) {
      return copies.filter(c -> !isSetAside(c)).findFirst().orElseThrow();
    }
  }

  private static boolean isSetAside(Path copy) {
    return copy.getFileName().toString().contains("-set-aside-");
  }

  @Test
  void whatOneUserPreparesTheOtherSeesFinishesAndTheFirstAsks() throws Exception {
    whet("anna", 0, "init", uri, "--name", "manual");
    Path settings = manual.workspace("settings").resolve("whetstone.yaml");
    Files.copy(
        settings,
        copy("anna").resolve("whetstone.yaml"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    whet("anna", 0, "stage", manual.docs().toString(), "--workspace", uri);
    whet("anna", 0, "questions", "import", manual.questions().toString(), "--workspace", uri);
    whet("anna", 0, "prepare", "--workspace", uri);

    String run = whet("ben", 0, "run", "--workspace", uri);
    assertThat(run).contains("train").contains("index").doesNotContain("prepare ");
    assertThat(whet("ben", 0, "run", "--workspace", uri)).contains("Everything is up to date");

    String answer =
        whet(
            "anna",
            0,
            "ask",
            "How long does cleaning the partaa take?",
            "--json",
            "--workspace",
            uri);
    assertThat(answer).contains("\"document\" : \"partaa.md\"", "For cleaning the partaa take");
    for (String user : List.of("anna", "ben")) { // nobody's change stood in another's way
      try (Stream<Path> copies = Files.list(cache(user).resolve("workspaces"))) {
        assertThat(copies).noneMatch(BucketWorkspaceTest::isSetAside);
      }
    }
  }

  @Test
  void aPlaceWithoutAWorkspaceSaysHowToMakeOne() throws Exception {
    assertThat(whet("anna", 2, "prepare", "--workspace", uri))
        .contains(uri + "/ is no workspace. Run `whet init " + uri + "/`");
  }

  @Test
  void aStoreThatDoesNotAnswerIsSaidTo() throws Exception {
    whet("anna", 0, "init", uri);
    environment = new HashMap<>(environment);
    environment.put("AWS_SECRET_ACCESS_KEY", "wrong");

    assertThat(whet("anna", 3, "prepare", "--workspace", uri))
        .contains("the credentials are not accepted");
    assertThat(copy("anna").resolve("whetstone.yaml")).exists();
  }
}
