package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.deploy.StubMlCommons;
import dev.whetstone.workshop.SmallManual;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(60)
class DeployCommandTest {
  @TempDir private Path folder;
  private Path workspace;

  @BeforeEach
  void aWorkspace() throws IOException {
    workspace = new SmallManual(folder, 1).workspace("workspace");
  }

  record Ended(int code, String out, String err) {}

  private Ended deploy(Object... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var saidOut = new ByteArrayOutputStream();
    var saidErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(saidOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(saidErr, true, StandardCharsets.UTF_8));
    try {
      int code =
          Cli.run(
              Stream.concat(Stream.of("deploy", "--workspace", workspace), Stream.of(arguments))
                  .map(String::valueOf)
                  .toArray(String[]::new));
      return new Ended(
          code, saidOut.toString(StandardCharsets.UTF_8), saidErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void aDeploymentHereIsListedAndRemoved() {
    var made = deploy("--to", "here", "--name", "custom-emb-v1", "--url", "http://127.0.0.1:1");

    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("custom-emb-v1").contains("`whet serve` will serve it");
    assertThat(deploy("--list").out()).contains("custom-emb-v1  tiny-bert, 16 dimensions");
    assertThat(deploy("--remove", "custom-emb-v1").code()).isZero();
    assertThat(deploy("--list").out()).isEmpty();
    assertThat(deploy("--remove", "custom-emb-v1").code()).isEqualTo(Cli.BAD_INPUT);
  }

  @Test
  void toOpenSearchTheModelIsUploadedOnceAndFoundAgain() throws IOException {
    try (var cluster = new StubMlCommons(folder.resolve("cluster"))) {
      cluster.pollsUntilDone = 0;

      var first = deploy("--to", "opensearch", "--url", cluster.url(), "--quiet");
      var again = deploy("--to", "opensearch", "--url", cluster.url(), "--quiet");

      assertThat(first.code()).as(first.err()).isZero();
      assertThat(first.out()).contains("1 chunks sent").contains("SHA-256");
      assertThat(again.out()).contains("model-1 (was there)");
    }
  }

  @Test
  void whatIsMissingIsSaid() {
    var noCluster = deploy("--to", "opensearch");
    var noName =
        deploy("--to", "opensearch", "--url", "http://127.0.0.1:1", "--connector", "http://h:1");

    assertThat(noCluster.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(noCluster.err()).contains("--url").contains("section opensearch");
    assertThat(noName.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(noName.err()).contains("whet deploy --to here --name NAME");
  }
}
