package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Model;
import dev.whetstone.remote.DlcStub;
import dev.whetstone.remote.JobRecords;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.TrainingElsewhere;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// `whet train --on pai` from end to end: the real SDK, a stub of the service, a folder for the
/// bucket, and a job that runs what its command says.
class PaiTrainingTest {
  private static final Map<String, String> KEYS =
      Map.of(
          "ALIBABA_CLOUD_ACCESS_KEY_ID", DlcStub.KEY,
          "ALIBABA_CLOUD_ACCESS_KEY_SECRET", DlcStub.SECRET);

  private static final PaiTraining.Elsewhere NOWHERE =
      new PaiTraining.Elsewhere() {
        @Override
        public void refresh() {}

        @Override
        public void save() {}
      };

  @TempDir private static Path once;

  @TempDir private Path folder;
  private PaiTraining.Elsewhere elsewhere = NOWHERE;
  private Workspace workspace;
  private DlcStub service;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void aPreparedWorkspace() throws IOException {
    var manual = new SmallManual(once, 10);
    var workshop = Workshops.open(Workspace.open(manual.workspace("workspace")), Progress.NONE);
    workshop.stage(manual.docs().toString());
    workshop.prepare();
    workshop.questions(manual.questions(), false);
    workshop.sendTraining(once.resolve("order"), "30s");
    TrainingElsewhere.run(
        once.resolve("order"),
        manual.docs(),
        once.resolve("result"),
        once.resolve("container"),
        Progress.NONE);
  }

  @BeforeEach
  void aCopyOfItAndAService() throws IOException {
    copy(once.resolve("workspace"), folder.resolve("workspace"));
    workspace = Workspace.open(folder.resolve("workspace"));
    service = new DlcStub();
  }

  @AfterEach
  void closed() {
    service.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
  }

  private static PaiOptions options() {
    var options = new PaiOptions();
    options.jobName = "custom-emb";
    options.input = "oss://corp/raw/";
    options.output = "oss://corp/models/";
    options.image = "registry.example.com/team/whetstone:0.1";
    options.type = "ecs.g8i.2xlarge";
    options.region = "cn-hangzhou";
    options.poll = Duration.ofMillis(20);
    return options;
  }

  private static PaiOptions attach() {
    var attach = new PaiOptions();
    attach.region = "cn-hangzhou";
    attach.attach = "dlc1000";
    attach.poll = Duration.ofMillis(20);
    return attach;
  }

  private int run(PaiOptions options, boolean again) {
    var terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    var environment = new HashMap<>(KEYS);
    environment.put("PAI_DLC_ENDPOINT", service.address());
    return new PaiTraining(
            workspace,
            elsewhere,
            terminal,
            new Output(),
            options,
            environment,
            place -> ObjectStores.open(bucket(place).toString()))
        .run("30s", again);
  }

  /// The folder that stands for a place in OSS.
  private Path bucket(String place) {
    return folder.resolve("oss").resolve(place.substring("oss://".length()));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /// Does what a container of that job does, which is to train what was trained once for all tests.
  private void carryOut(DlcStub.Job job) {
    List<String> words = List.of(String.valueOf(job.body().get("UserCommand")).split(" "));
    assertThat(words).startsWith("whet", "train", "--job").contains("--raw");
    Path mounted = bucket("oss://corp/models");
    Path files =
        mounted.resolve(Path.of("/mnt/whetstone/output").relativize(Path.of(words.get(3))));
    assertThat(Artifact.open(files.resolve("order")).contentHash())
        .isEqualTo(Artifact.open(once.resolve("order")).contentHash());
    try {
      copy(once.resolve("result"), files.resolve("result"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void aServiceThatTrains() {
    service.whenMade(
        job -> {
          carryOut(job);
          job.logs("train      model manual/1");
          job.becomes("Creating", "Queuing", "Running", "Succeeded");
        });
  }

  private Model candidate() {
    return Model.open(workspace.models().resolve("manual/1"));
  }

  @Test
  void theJobsModelIsTheCandidateAndASecondCallFindsItUpToDate() {
    aServiceThatTrains();

    int code = run(options(), false);
    int second = run(options(), false);

    assertThat(code).isZero();
    assertThat(second).isZero();
    assertThat(service.jobs()).hasSize(1);
    assertThat(candidate().dimension()).isPositive();
    assertThat(out())
        .contains("the job dlc1000 (custom-emb) is sent")
        .contains("train      model manual/1: ")
        .contains("(up to date)");
    assertThat(err()).contains("Queuing").contains("  | train      model manual/1");
    assertThat(workspace.hidden().resolve("work")).isEmptyDirectory();
  }

  @Test
  void noSecretIsPrintedSentInTheJobOrKept() throws IOException {
    aServiceThatTrains();

    run(options(), false);

    assertThat(out() + err() + service.jobs().getFirst().body()).doesNotContain(DlcStub.SECRET);
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(DlcStub.SECRET);
      }
    }
  }

  @Test
  void aDryRunPrintsTheJobThatWouldBeSentAndSendsNothing() throws IOException {
    var dry = options();
    dry.dryRun = true;

    run(dry, false);
    ObjectNode printed = (ObjectNode) Json.MAPPER.readTree(out());
    assertThat(service.jobs()).isEmpty();
    assertThat(folder.resolve("oss")).doesNotExist();

    aServiceThatTrains();
    run(options(), false);
    ObjectNode sent = Json.MAPPER.valueToTree(service.jobs().getFirst().body());
    for (String variable : List.of("WHETSTONE_RUN", "WHETSTONE_ORDER")) {
      printed.withObject("/Envs").remove(variable);
      sent.withObject("/Envs").remove(variable);
    }
    printed.remove("UserCommand");
    sent.remove("UserCommand");
    assertThat(printed).isEqualTo(sent);
  }

  @Test
  void aJobThatIsLeftGoesOnAndIsFollowedAgain() throws Exception {
    var running = new CountDownLatch(1);
    service.whenMade(job -> job.becomes("Queuing", "Running"));
    service.whenLookedAt(_ -> running.countDown());
    var thrown = new Throwable[1];
    Thread command =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    run(options(), false);
                  } catch (Throwable e) {
                    thrown[0] = e;
                  }
                });
    running.await();
    command.interrupt();
    command.join();

    assertThat(thrown[0]).isInstanceOf(CancellationException.class);
    assertThat(err())
        .contains("the job dlc1000 goes on running")
        .contains("whet train --on pai --region cn-hangzhou --attach dlc1000");

    DlcStub.Job job = service.jobs().getFirst();
    carryOut(job);
    job.becomes("Succeeded");
    run(attach(), false);

    assertThat(candidate().dimension()).isPositive();
    assertThat(service.jobs()).hasSize(1);
  }

  @Test
  void theSameCommandAfterAKillGoesOnWithTheSameJob() throws IOException {
    aServiceThatTrains();
    var detached = options();
    detached.detach = true;
    run(detached, false);
    forget("job"); // as if killed after the job was made and before that was recorded

    run(options(), false);

    assertThat(service.jobs()).hasSize(1);
    assertThat(err()).contains("this training was sent before, as the job dlc1000");
    assertThat(candidate().dimension()).isPositive();
  }

  private void forget(String key) throws IOException {
    try (var records = Files.list(workspace.hidden().resolve("jobs"))) {
      for (Path record : records.toList()) {
        var known = (ObjectNode) Json.MAPPER.readTree(record.toFile());
        known.remove("sha256"); // the seal
        known.putNull(key);
        WholeFile.write(record, Json.pretty(known));
      }
    }
  }

  @Test
  void aJobIsFollowedFromAnotherMachineThatHasNoRecordOfIt() {
    aServiceThatTrains();
    var detached = options();
    detached.detach = true;
    run(detached, false);
    WholeFile.delete(workspace.hidden().resolve("jobs"));

    run(attach(), false);

    assertThat(candidate().dimension()).isPositive();
  }

  /// Lets the workspace stand at a store, from which other machines take it.
  private SharedFolder standsElsewhere() {
    SharedFolder shared = machine(workspace.folder());
    shared.save("test", Progress.NONE);
    elsewhere =
        new PaiTraining.Elsewhere() {
          @Override
          public void refresh() {
            shared.bring(Progress.NONE);
          }

          @Override
          public void save() {
            shared.save("test", Progress.NONE);
          }
        };
    return shared;
  }

  private SharedFolder machine(Path copy) {
    return new SharedFolder(
        ObjectStores.open(folder.resolve("bucket").toString()), copy, SharedWorkspace.LAYOUT);
  }

  @Test
  void anotherMachineKnowsOfAJobBeforeItIsMadeAndDoesNotPayForItAgain() {
    Path other = folder.resolve("other");
    var seen = new ArrayList<Integer>();
    try (var _ = standsElsewhere();
        var there = machine(other)) {
      service.whenMade(
          job -> {
            there.bring(Progress.NONE);
            seen.add(new JobRecords(other.resolve(".whetstone/jobs"), _ -> {}).all().size());
            carryOut(job);
            job.becomes("Queuing", "Running", "Succeeded");
          });
      var detached = options();
      detached.detach = true;
      run(detached, false);
      assertThat(seen).containsExactly(1);
      there.bring(Progress.NONE);
    }
    elsewhere = NOWHERE;
    workspace = Workspace.open(other);

    run(options(), false);

    assertThat(service.jobs()).hasSize(1);
    assertThat(err()).contains("this training was sent before, as the job dlc1000");
    assertThat(candidate().dimension()).isPositive();
  }

  @Test
  void aJobWhoseRecordCannotBeSavedIsNotMade() throws IOException {
    try (var _ = standsElsewhere();
        var there = machine(folder.resolve("other"))) {
      there.bring(Progress.NONE);
      Files.writeString(folder.resolve("other/questions.jsonl"), "");
      there.save("test", Progress.NONE);

      assertThatThrownBy(() -> run(options(), false))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("was written by someone else meanwhile");

      assertThat(service.jobs()).isEmpty();
    }
  }

  @Test
  void whatOthersSavedWhileTheJobRanIsThereAndSoIsItsModel() {
    Path other = folder.resolve("other");
    try (var _ = standsElsewhere();
        var there = machine(other)) {
      service.whenMade(
          job -> {
            there.bring(Progress.NONE);
            WholeFile.write(other.resolve("reports/of-another/report.json"), "{}");
            there.save("test", Progress.NONE);
            carryOut(job);
            job.becomes("Queuing", "Running", "Succeeded");
          });

      run(options(), false);

      assertThat(workspace.folder().resolve("reports/of-another/report.json")).exists();
      assertThat(there.bring(Progress.NONE).setAside()).isEmpty();
      assertThat(Model.open(other.resolve("models/manual/1")).space())
          .isEqualTo(candidate().space());
      assertThat(new JobRecords(other.resolve(".whetstone/jobs"), _ -> {}).all())
          .singleElement()
          .returns(true, JobRecords.JobRecord::done)
          .returns("dlc1000", JobRecords.JobRecord::job);
    }
  }

  @Test
  void aJobThatFailedIsDoneWithAndTheSameCommandSendsAnother() {
    service.whenMade(
        job -> {
          job.logs("java.lang.OutOfMemoryError: Java heap space");
          job.because("UserError", "exit code 3");
          job.becomes("Running", "Failed");
        });

    assertThatThrownBy(() -> run(options(), false))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("UserError: exit code 3")
        .hasMessageContaining("OutOfMemoryError");

    aServiceThatTrains();
    run(options(), false);
    assertThat(service.jobs()).hasSize(2);
    assertThat(candidate().dimension()).isPositive();
  }

  @Test
  void aJobThatSucceededAndLeftNothingIsSaidToBeSo() {
    assertThatThrownBy(() -> run(options(), false))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("left no result")
        .hasMessageContaining("jobs/");
    assertThat(workspace.models().resolve("manual")).doesNotExist();
  }

  @Test
  void aJobIsStopped() {
    service.whenMade(job -> job.becomes("Running"));
    var detached = options();
    detached.detach = true;
    run(detached, false);

    var stop = new PaiOptions();
    stop.region = "cn-hangzhou";
    stop.stop = "dlc1000";
    run(stop, false);

    assertThat(out()).contains("the job dlc1000 is being stopped");
    aServiceThatTrains();
    run(options(), false);
    assertThat(service.jobs()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --framework=tensorflow                 | is not pytorch
          --instance-count=3                     | runs on one node
          --oss-output=s3://corp/models/         | is no folder in OSS
          --oss-output=oss://corp/a b/           | is no folder in OSS
          --job-name=a;b                         | --job-name
          --image=a b                            | --image
          --region=hangzhou                      | is no region
          --resource-id=quota1                   | --instance-type TYPE
          --cpu=8                                | belong to --resource-id
          --vpc=vpc-1,vsw-1                      | three ids
          --timeout=soon                         | is no duration
          """)
  void whatCannotBeIsRefusedBeforeAnythingIsMade(String option, String words) {
    var command = new TrainCommand();
    var line = new CommandLine(command);
    var base =
        List.of(
            "--region=cn-hangzhou",
            "--oss-output=oss://corp/models/",
            "--image=i",
            "--instance-type=t");
    String name = option.substring(0, option.indexOf('='));
    var all = new ArrayList<>(base.stream().filter(o -> !o.startsWith(name)).toList());
    all.add(option.strip());
    line.parseArgs(all.toArray(String[]::new));

    assertThatThrownBy(() -> run(command.pai(), false))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(words);
    assertThat(service.jobs()).isEmpty();
    assertThat(workspace.hidden().resolve("jobs")).doesNotExist();
    assertThat(folder.resolve("oss")).doesNotExist();
  }

  @Test
  void anOptionOfPaiAloneIsNotPassedOver() {
    var before = System.err;
    try {
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      assertThat(Cli.run("train", "--image", "i")).isEqualTo(Cli.BAD_INPUT);
    } finally {
      System.setErr(before);
    }
    assertThat(err()).contains("without --on pai");
  }
}
