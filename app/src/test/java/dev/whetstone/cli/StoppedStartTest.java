package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands that are stopped while they start: that is no fault of the program.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StoppedStartTest {
  @TempDir private Path folder;

  private Path workspace() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2);
    Path place = manual.workspace("workspace");
    var workshop = Workshops.open(Workspace.open(place));
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    return place;
  }

  @Test
  void whateverFailsOnceItIsAskedToEndIsNoFaultOfTheProgram() {
    String nowhere = folder.resolve("nowhere").toString();

    assertThat(Cli.run("status", "--workspace", nowhere)).isEqualTo(Cli.BAD_INPUT);
    assertThat(Cli.run(() -> true, "status", "--workspace", nowhere)).isEqualTo(Cli.STOPPED);
  }

  /// The models are opened at some time that depends on the machine, so it is stopped at many.
  @Test
  void aCommandThatIsStoppedWhileItStartsEndsWithTheSignalsCode() throws Exception {
    String workspace = workspace().toString();
    List<List<String>> commands =
        List.of(
            List.of("serve", "--port", "0", "--workspace", workspace),
            List.of("ask", "--workspace", workspace, "how long does cleaning take"));
    for (List<String> command : commands) {
      int ended = 0;
      for (int wait = 200; ended == 0 && wait < 3200; wait += 200) {
        Path logs = folder.resolve(command.getFirst() + wait);
        Process process = SmallManual.whet(logs, command.toArray(String[]::new));
        ended += process.waitFor(wait, TimeUnit.MILLISECONDS) ? 1 : 0;

        process.destroy();

        assertThat(process.waitFor())
            .as("%s after %d ms", command, wait)
            .isIn(
                command.contains("serve") ? List.of(143) : List.of(0, 143)); // it may just be done
        assertThat(Files.readString(logs.resolve("err")))
            .as("%s after %d ms", command, wait)
            .doesNotContain("fault of the program")
            .doesNotContain("native library")
            .doesNotContain("Exception")
            .doesNotContain("fatal error");
      }
    }
  }

  /// `timeout`, a terminal that is closed and a server with a job all send two signals.
  @Test
  void aSignalThatIsRepeatedAtOnceChangesNothing() throws Exception {
    Path logs = folder.resolve("repeated");
    Process process =
        SmallManual.whet(logs, "serve", "--port", "0", "--workspace", workspace().toString());
    while (process.isAlive() && !Files.readString(logs.resolve("out")).contains("Ready")) {
      Thread.sleep(20);
    }

    process.destroy();
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    process.destroy();

    assertThat(process.waitFor()).isEqualTo(143);
    assertThat(Files.readString(logs.resolve("out")))
        .contains("Stopping: requests under way are answered first.");
  }
}
