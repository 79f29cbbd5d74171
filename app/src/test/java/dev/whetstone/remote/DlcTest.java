package dev.whetstone.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.EndlessServer;
import dev.whetstone.core.Failure;
import dev.whetstone.core.ManualTime;
import dev.whetstone.core.Time;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real SDK against a stub of the documented service, on loopback.
class DlcTest {
  private static final Instant SENT = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration LONG = Duration.ofHours(9);

  private DlcStub service;
  private final ManualTime time = new ManualTime(SENT);
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void aService() throws IOException {
    service = new DlcStub();
  }

  @AfterEach
  void closed() {
    service.close();
  }

  private Dlc dlc() {
    return dlc(new AccessKey(DlcStub.KEY, DlcStub.SECRET, null));
  }

  private Dlc dlc(AccessKey key) {
    return new Dlc(Endpoint.of(DlcStub.REGION, service.address()), DlcStub.REGION, key, time);
  }

  private Follower follower() {
    return new Follower(dlc(), told::add, Duration.ofSeconds(10), time);
  }

  private static DlcJob job(String run) {
    return new DlcJob(
        "custom-emb",
        run,
        new DlcJob.Program(
            "registry.example.com/team/whetstone:0.1",
            "whet train --job /mnt/whetstone/output/jobs/" + run,
            Map.of(
                "/mnt/whetstone/output",
                new DlcJob.Mount(
                    OssPlace.parse("x", "oss://corp/models/").mountable("cn-hangzhou"), true),
                "/mnt/whetstone/input",
                new DlcJob.Mount(
                    OssPlace.parse("x", "oss://corp/raw").mountable("cn-hangzhou"), false)),
            Map.of("WHETSTONE_OUTPUT", "oss://corp/models/")),
        new DlcJob.Machine("ecs.g8i.2xlarge", null, Map.of()),
        "268",
        null,
        Duration.ofMinutes(70));
  }

  @Test
  void anAnswerWithoutEndIsNotReadWholePackedOrNot() throws IOException {
    for (EndlessServer.Form form : EndlessServer.Form.values()) {
      try (var server =
          new EndlessServer(200, form, "{", Map.of("Content-Type", "application/json"))) {
        var key = new AccessKey(DlcStub.KEY, DlcStub.SECRET, null);
        String address = server.uri().toString();
        var dlc = new Dlc(Endpoint.of(DlcStub.REGION, address), DlcStub.REGION, key, time);

        assertThatThrownBy(() -> dlc.find("job", "run-1", null))
            .isInstanceOf(Failure.Unavailable.class);
      }
    }
  }

  @Test
  void aJobIsMadeWithExactlyTheDocumentedBody() throws IOException {
    String id = dlc().create(job("run-1"));

    assertThat(id).isEqualTo("dlc1000");
    JsonNode expected =
        Json.MAPPER.readTree(
            """
            {"DisplayName": "custom-emb",
             "JobType": "PyTorchJob",
             "JobSpecs": [{"Type": "Worker", "PodCount": 1, "EcsSpec": "ecs.g8i.2xlarge",
                           "Image": "registry.example.com/team/whetstone:0.1"}],
             "UserCommand": "whet train --job /mnt/whetstone/output/jobs/run-1",
             "DataSources": [
               {"Uri": "oss://corp.oss-cn-hangzhou-internal.aliyuncs.com/raw/",
                "MountPath": "/mnt/whetstone/input", "MountAccess": "RO"},
               {"Uri": "oss://corp.oss-cn-hangzhou-internal.aliyuncs.com/models/",
                "MountPath": "/mnt/whetstone/output", "MountAccess": "RW"}],
             "Envs": {"WHETSTONE_OUTPUT": "oss://corp/models/", "WHETSTONE_RUN": "run-1"},
             "JobMaxRunningTimeMinutes": 70,
             "WorkspaceId": "268"}
            """);
    JsonNode sent = Json.MAPPER.valueToTree(service.jobs().getFirst().body());
    assertThat(sent).isEqualTo(expected);
    assertThat(service.headers().getFirst().get("X-acs-action")).containsExactly("CreateJob");
    assertThat(service.headers().getFirst().get("X-acs-version")).containsExactly("2020-12-03");
  }

  @Test
  void aJobOnAQuotaInOnesOwnNetworkNamesBoth() {
    DlcJob on =
        new DlcJob(
            "custom-emb",
            "run-1",
            new DlcJob.Program("image", "true", Map.of(), Map.of()),
            new DlcJob.Machine(null, "quota-1", Map.of("CPU", "8", "Memory", "32Gi")),
            null,
            new DlcJob.Network("vpc-1", "vsw-1", "sg-1"),
            Duration.ofSeconds(5));

    dlc().create(on);

    var body = service.jobs().getFirst().body();
    assertThat(body)
        .containsEntry("ResourceId", "quota-1")
        .containsEntry("JobMaxRunningTimeMinutes", 1)
        .containsEntry(
            "UserVpc", Map.of("VpcId", "vpc-1", "SwitchId", "vsw-1", "SecurityGroupId", "sg-1"))
        .doesNotContainKey("WorkspaceId");
    assertThat(String.valueOf(body.get("JobSpecs")))
        .contains("ResourceConfig={CPU=8, Memory=32Gi}")
        .doesNotContain("EcsSpec");
  }

  @Test
  void aWrongSecretIsRefusedAndShownNowhere() {
    var key = new AccessKey(DlcStub.KEY, "another-secret", "a-token");

    assertThatThrownBy(() -> dlc(key).get("dlc1"))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("SignatureDoesNotMatch")
        .hasMessageContaining("ALIBABA_CLOUD_ACCESS_KEY_ID")
        .hasMessageContaining("paidlc:GetJob")
        .hasMessageNotContaining("another-secret")
        .hasMessageNotContaining("a-token");
    assertThat(key.toString()).doesNotContain("another-secret").doesNotContain("a-token");
    assertThat(time.slept).isEmpty();
  }

  @Test
  void temporaryCredentialsCarryTheirToken() {
    String id = dlc(new AccessKey(DlcStub.KEY, DlcStub.SECRET, "a-token")).create(job("run-1"));

    assertThat(id).isEqualTo("dlc1000");
    assertThat(service.headers().getFirst().get("X-acs-security-token")).containsExactly("a-token");
  }

  @Test
  void missingCredentialsAreNamed() {
    assertThatThrownBy(() -> AccessKey.of(Map.of("ALIBABA_CLOUD_ACCESS_KEY_ID", "x")))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
  }

  @Test
  void aThrottledCallWaitsLongerEachTimeAndIsSentAgain() {
    service.throttle(3);

    dlc().create(job("run-1"));

    assertThat(service.jobs()).hasSize(1);
    assertThat(time.slept).hasSize(3);
    assertThat(time.slept.get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(time.slept.get(2)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
  }

  @Test
  void aServiceThatThrottlesForEverIsGivenUp() {
    service.throttle(99);

    assertThatThrownBy(() -> dlc().get("dlc1"))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("did not answer 6 times")
        .hasMessageContaining("user flow control");
  }

  @Test
  void aJobWhoseAnswerWasLostIsFoundAndNotMadeTwice() {
    var dlc = dlc();
    dlc.create(job("run-0"));
    service.loseAnswers(1);

    String id = dlc.create(job("run-1"));

    assertThat(id).isEqualTo("dlc1001");
    assertThat(service.jobs()).hasSize(2);
  }

  @Test
  void aJobThatTheServiceFailedToMakeIsSentAgain() {
    service.failInside(2);

    String id = dlc().create(job("run-1"));

    assertThat(id).isEqualTo("dlc1000");
    assertThat(service.jobs()).hasSize(1);
  }

  @Test
  void aJobIsFollowedThroughItsStatusesAndEachLineOfItsLogIsToldOnce() {
    service.whenMade(
        job -> {
          job.events.add("2026-01-02T03:04:06Z job is accepted");
          job.becomes("Creating", "Queuing", "Queuing", "Running", "Running", "Succeeded");
        });
    service.whenLookedAt(
        job -> {
          if (job.status.equals("Running")) {
            job.logs("step " + job.logs.size(), "same line");
          }
        });
    String id = dlc().create(job("run-1"));

    follower().untilSucceeded(id, SENT, LONG);

    assertThat(told)
        .containsExactly(
            "Creating",
            "  2026-01-02T03:04:06Z job is accepted",
            "Queuing",
            "Running",
            "  | step 0",
            "  | same line",
            "  | step 2",
            "  | same line",
            "Succeeded");
  }

  @Test
  void aJobWhoseLogsMayNotBeReadIsFollowedToItsEndAndThatIsToldOnce() {
    service.whenMade(job -> job.becomes("Running", "Running", "Running", "Succeeded"));
    service.closeLogs();
    String id = dlc().create(job("run-1"));

    follower().untilSucceeded(id, SENT, LONG);

    assertThat(told).hasSize(4);
    assertThat(told).first().isEqualTo("Running");
    assertThat(told)
        .element(1)
        .asString()
        .startsWith("  its events cannot be read, the job is followed on: GetJobEvents at ")
        .contains("NoPermission", "paidlc:GetJobEvents");
    assertThat(told)
        .element(2)
        .asString()
        .startsWith("  the log of dlc1000-worker-0 cannot be read");
    assertThat(told).last().isEqualTo("Succeeded");
  }

  @Test
  void aFailedJobSaysWhyAndShowsItsLastLines() {
    service.whenMade(
        job -> {
          job.becomes("Running", "Failed");
          job.because("UserError", "Container exited with code 2");
          for (int i = 0; i < 30; i++) {
            job.logs("line " + i);
          }
        });
    String id = dlc().create(job("run-1"));

    assertThatThrownBy(() -> follower().untilSucceeded(id, SENT, LONG))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("dlc1000 failed: UserError: Container exited with code 2")
        .hasMessageContaining("line 29")
        .hasMessageContaining("line 10")
        .hasMessageNotContaining("line 9\n");
  }

  @Test
  void aStoppedJobIsNoResult() {
    service.whenMade(job -> job.becomes("Running"));
    String id = dlc().create(job("run-1"));
    dlc().get(id);

    dlc().stop(id);

    assertThatThrownBy(() -> follower().untilSucceeded(id, SENT, LONG))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("dlc1000 was stopped: JobStoppedByUser");
  }

  @Test
  void aJobThatDoesNotEndIsLeftAfterTheTimeAndGivesSignsOfLife() {
    service.whenMade(job -> job.becomes("Queuing"));
    String id = dlc().create(job("run-1"));

    assertThatThrownBy(() -> follower().untilSucceeded(id, SENT, Duration.ofMinutes(3)))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("dlc1000 is still Queuing after 3 min");
    assertThat(told).contains("still Queuing, 1 min", "still Queuing, 2 min");
    assertThat(service.jobs().getFirst().stops).isZero();
  }

  @Test
  void whatIsInterruptedWhileItWaitsLeavesTheJobRunning() {
    service.whenMade(job -> job.becomes("Running"));
    String id = dlc().create(job("run-1"));
    var follower = new Follower(dlc(), told::add, Duration.ofSeconds(10), Time.SYSTEM);

    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> follower.untilSucceeded(id, SENT, LONG))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(service.jobs().getFirst().stops).isZero();
  }

  @Test
  void aWordThatIsNewIsFollowedOn() {
    service.whenMade(job -> job.becomes("Defragmenting", "Succeeded"));
    String id = dlc().create(job("run-1"));

    follower().untilSucceeded(id, SENT, LONG);

    assertThat(told).containsExactly("Defragmenting", "Succeeded");
  }

  @Test
  void anUnknownJobIsBadInput() {
    assertThatThrownBy(() -> dlc().get("dlc9"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("JobNotFound");
    assertThatThrownBy(() -> dlc().get("../../secrets"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("is no job's id");
  }

  @Test
  void aServiceThatIsNotThereIsSaidToBeSo() {
    service.close();

    assertThatThrownBy(() -> dlc().get("dlc1"))
        .isInstanceOf(Failure.Unavailable.class)
        .hasMessageContaining("127.0.0.1");
  }

  @Test
  void placesInOssAreReadWithAndWithoutAnEndpoint() {
    assertThat(OssPlace.parse("--x", "oss://corp/a/b/").mountable("cn-beijing"))
        .isEqualTo("oss://corp.oss-cn-beijing-internal.aliyuncs.com/a/b/");
    assertThat(
            OssPlace.parse("--x", "oss://corp.oss-cn-shanghai.aliyuncs.com")
                .mountable("cn-beijing"))
        .isEqualTo("oss://corp.oss-cn-shanghai.aliyuncs.com/");
    assertThat(OssPlace.parse("--x", "oss://corp.oss-cn-shanghai.aliyuncs.com/m").uri())
        .isEqualTo("oss://corp/m/");
    for (String bad :
        List.of("s3://corp/a", "oss:///a", "oss://corp/a b", "oss://corp/a//b", "corp")) {
      assertThatThrownBy(() -> OssPlace.parse("--oss-input", bad))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("--oss-input");
    }
  }
}
