package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.SmallManual;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/// Bad input at the command line: each ends with its exit code, and says what is wrong, where, and
/// what to do.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CliTest {
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  @TempDir private Path folder;
  private SmallManual manual;
  private Path workspace;

  @BeforeEach
  void aWorkspace() throws IOException {
    // Fewer passages than a training takes: a run is over in a moment.
    manual = new SmallManual(folder, 3);
    workspace = manual.workspace("workspace");
  }

  record Ended(int code, String out, String err) {}

  static Ended whet(Object... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var saidOut = new ByteArrayOutputStream();
    var saidErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(saidOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(saidErr, true, StandardCharsets.UTF_8));
    try {
      int code = Cli.run(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
      return new Ended(
          code, saidOut.toString(StandardCharsets.UTF_8), saidErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Ended stage(Path source) {
    return whet("stage", source, "--workspace", workspace);
  }

  private void staged() {
    assertThat(stage(manual.docs()).code()).isZero();
  }

  private void ran() {
    staged();
    assertThat(whet("run", "--workspace", workspace)).extracting(Ended::code).isEqualTo(0);
  }

  @Test
  void aMissingFolderIsNamed() {
    var ended = stage(folder.resolve("nowhere"));

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err())
        .contains("no such folder: " + folder.resolve("nowhere"))
        .contains("whet stage DIR");
  }

  @Test
  void aFolderWithoutDocumentsSaysWhatItHoldsAndWhatIsRead() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("pictures"));
    Files.write(empty.resolve("cat.png"), new byte[] {1});

    var ended = stage(empty);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err())
        .contains(empty + " holds no document that can be read")
        .contains("PDF, DOCX")
        .contains("1 × picture");
  }

  @Test
  void aQuestionIsAsLongAsOverHttp() {
    var ended = whet("ask", "how? ".repeat(401), "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("the question has 2004 characters: at most 2000 are read");
  }

  @Test
  void documentsOfWhichNoneCanBeReadAreAnErrorThatNamesTheFirst() throws IOException {
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.write(broken.resolve("a.pdf"), new byte[] {1, 2, 3});
    assertThat(stage(broken).code()).isZero();

    var ended = whet("run", "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("none of the 1 staged documents").contains("a.pdf");
  }

  @Test
  void anUnknownSettingIsNamedWithItsLineAndTheNearestKnownOne() throws IOException {
    Files.writeString(workspace.resolve("whetstone.yaml"), "name: manual\nsevre: {port: 1}\n");

    var ended = whet("run", "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err())
        .contains("whetstone.yaml, line 2")
        .contains("unknown setting 'sevre'; did you mean 'serve'?");
  }

  @Test
  void everyCommandShowsItsHelpWithAnExampleAndIsSummedUpInASentence() {
    var commands = new ArrayDeque<>(new CommandLine(new Cli()).getSubcommands().values());
    while (!commands.isEmpty()) {
      CommandLine command = commands.pop();
      commands.addAll(command.getSubcommands().values());
      var spec = command.getCommandSpec();
      String name = spec.qualifiedName().substring("whet ".length());

      var help = whet(Stream.concat(Stream.of(name.split(" ")), Stream.of("--help")).toArray());

      assertThat(help.code()).as(help.err()).isZero();
      assertThat(help.out()).contains("Usage: whet " + name);
      assertThat(spec.usageMessage().description()[0]).as(name).endsWith(".");
      if (command.getSubcommands().isEmpty()) {
        assertThat(help.out()).contains("Example", "  whet " + name);
      }
    }
  }

  @Test
  void anUnknownCommandOrOptionPointsAtTheHelp() {
    var command = whet("indexx");
    var option = whet("train", "--bugdet", "10m");

    assertThat(command.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(command.err()).contains("indexx").contains("`whet --help`");
    assertThat(option.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(option.err()).contains("--bugdet").contains("`whet train --help`");
  }

  @Test
  void aFolderThatIsNoWorkspaceSaysHowToMakeOne() {
    var ended = whet("run", "--workspace", folder);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err())
        .contains(folder + " is no workspace")
        .contains("whetstone.yaml")
        .contains("whet init");
  }

  @Test
  void runBeforeAnythingIsStagedSaysWhereToBegin() {
    var ended = whet("run", "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("nothing is staged in " + workspace).contains("whet stage");
  }

  @Test
  void askBeforeRunSaysWhatMakesTheApp() {
    staged();

    var ended = whet("ask", "how?", "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("there is no app 'manual'").contains("whet run");
  }

  @Test
  void proveOnAFolderThatIsNoCollectionSaysWhatIsMissing() {
    var ended = whet("prove", manual.docs());
    var missing = whet("prove", folder.resolve("nowhere"));

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains(manual.docs().toString()).contains("corpus.jsonl");
    assertThat(missing.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(missing.err()).contains(folder.resolve("nowhere").toString());
  }

  @Test
  void optionsOfACollectionAreRefusedWithoutOne() {
    var ended = whet("prove", "--split", "test", "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("--split goes with a collection: `whet prove DIR --split");
  }

  @Test
  void aNameThatCannotBeOneLeavesNoWorkspaceBehind() {
    Path bad = folder.resolve("bad");

    var ended = whet("init", bad, "--name", "two words");

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("--name: 'two words' must be 1 to 64 letters");
    assertThat(bad).doesNotExist();
  }

  @Test
  void aWorkspaceIsMadeWithGivenSettingsAndUnusableOnesChangeNothing() throws IOException {
    Path place = folder.resolve("given");
    Path settings =
        Files.writeString(folder.resolve("mine.yaml"), "name: mine\nserve: {port: 1}\n");
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "name: [1, 2\n");

    assertThat(whet("init", place, "--settings", settings).code()).isZero();
    var refused = whet("init", place, "--settings", broken);

    assertThat(refused.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(refused.err()).contains(broken.toString());
    assertThat(place.resolve("whetstone.yaml")).hasSameTextualContentAs(settings);
  }

  @Test
  void badRowsOfAQuestionFileAreListedAndTheGoodOnesTaken() throws IOException {
    Path file = folder.resolve("questions.jsonl");
    Files.writeString(
        file,
        """
        {"id":"1","question":"how to clean it?","document":"partaa.md","phrase":"For cleaning the partaa"}
        not json
        {"id":"3","document":"partaa.md","phrase":"x"}
        """);

    var ended = whet("questions", "import", file, "--workspace", workspace);

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .contains("1 new")
        .contains("not taken: " + file + ", line 2")
        .contains("not taken: " + file + ", line 3");
  }

  @Test
  void aQuestionFileThatIsNotThereIsNamed() {
    Path file = folder.resolve("nowhere.csv");

    var ended = whet("questions", "import", file, "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains(file.toString());
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ended = whet("serve", "--port", taken.getLocalPort(), "--workspace", workspace);

      assertThat(ended.code()).isEqualTo(Cli.UNAVAILABLE);
      assertThat(ended.err())
          .contains("port " + taken.getLocalPort())
          .contains("in use")
          .contains("another port");
    }
  }

  @Test
  void aServerThatOthersReachWithoutAKeyIsWarnedOf() throws IOException {
    try (var taken = new ServerSocket(0)) { // so that neither stays
      int port = taken.getLocalPort();

      var others = whet("serve", "--host", "0.0.0.0", "--port", port, "--workspace", workspace);
      var here = whet("serve", "--host", "localhost", "--port", port, "--workspace", workspace);

      assertThat(others.code()).isEqualTo(Cli.UNAVAILABLE);
      assertThat(others.err())
          .containsOnlyOnce("warning: anyone who reaches this address")
          .contains("set serve.api_key_env in whetstone.yaml");
      assertThat(here.code()).isEqualTo(Cli.UNAVAILABLE);
      assertThat(here.err()).doesNotContain("warning");
    }
  }

  @Test
  void aPortThatIsNoneIsBadInput() {
    var ended = whet("serve", "--port", "70000", "--workspace", workspace);

    assertThat(ended.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(ended.err()).contains("70000").doesNotContain("fault of the program");
  }

  @Test
  void aSecondWriterIsRefusedAndToldOfTheFirst() {
    try (var _ = WorkspaceLock.take(workspace, "whet train")) {
      var ended = stage(manual.docs());

      assertThat(ended.code()).isEqualTo(Cli.REFUSED);
      assertThat(ended.err())
          .contains(workspace.toString())
          .contains("whet train, process " + ProcessHandle.current().pid())
          .contains("Wait for it to end");
    }
  }

  @Test
  void aReadOnlyWorkspaceIsNamed() throws IOException {
    assertThat(workspace.toFile().setWritable(false)).isTrue();
    assumeFalse(Files.isWritable(workspace), "this user may write anywhere (root)");

    var ended = stage(manual.docs());

    assertThat(ended.code()).isEqualTo(Cli.UNAVAILABLE);
    assertThat(ended.err()).contains(workspace.toString());
  }

  @Test
  void damageOfWhatServesIsNamedAndEndsWithItsOwnCode() throws IOException {
    ran();
    Path vectors = find(workspace.resolve("vectors"), "vectors.parquet");
    Path index = largest(workspace.resolve("indexes"));

    flip(vectors);
    Files.delete(workspace.resolve(".whetstone/steps/index.json"));
    var indexing = whet("index", "--workspace", workspace);
    flip(index);
    var asking = whet("ask", "how to clean partaa?", "--workspace", workspace);

    assertThat(indexing.code()).isEqualTo(Cli.CORRUPT);
    assertThat(indexing.err()).contains(vectors.toString()).contains("whet run");
    assertThat(asking.code()).isEqualTo(Cli.CORRUPT);
    assertThat(asking.err()).contains(index.getFileName().toString()).contains("whet index");
  }

  private static Path find(Path under, String name) throws IOException {
    try (Stream<Path> files = Files.walk(under)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private static Path largest(Path under) throws IOException {
    Path largest = under;
    try (Stream<Path> files = Files.walk(under)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        largest = largest.equals(under) || Files.size(file) > Files.size(largest) ? file : largest;
      }
    }
    return largest;
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aRunBesideAServerIsServedByItWithoutARestart() throws Exception {
    ran();
    Path logs = folder.resolve("logs");
    Process server =
        SmallManual.whet(logs, "serve", "--port", "0", "--workspace", workspace.toString());
    try {
      String address = address(server, logs.resolve("out"));
      assertThat(retrieve(address, "lubricating the sprocket")).doesNotContain("sprocket.md");
      Files.writeString(
          manual.docs().resolve("sprocket.md"),
          "# Sprocket\n\n## Lubricating\n\nFor lubricating the sprocket take the small oil can.\n");

      var beside = whet("run", "--workspace", workspace);

      assertThat(beside.code()).isZero();
      String found = "";
      for (int i = 0; i < 50 && !found.contains("sprocket.md"); i++) {
        Thread.sleep(200);
        found = retrieve(address, "lubricating the sprocket");
      }
      assertThat(found).contains("sprocket.md");
    } finally {
      server.destroy();
      boolean ended = server.waitFor(20, TimeUnit.SECONDS);
      server.destroyForcibly().waitFor();
      assertThat(ended).as("a server that is told to stop ends").isTrue();
    }
    assertThat(Files.readString(logs.resolve("err"))).doesNotContain("fault of the program");
    assertThat(Files.readString(logs.resolve("out"))).contains("Stopping");
  }

  private static String address(Process server, Path out) throws Exception {
    while (server.isAlive()) {
      var matcher = ADDRESS.matcher(Files.readString(out));
      if (matcher.find()) {
        return matcher.group();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the server has ended: " + server.exitValue());
  }

  private static String retrieve(String address, String question) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(address + "/v1/apps/manual/retrieve"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"query\": \"" + question + "\"}"))
              .build();
      var reply = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
      return reply.body();
    }
  }
}
