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
  void whateverFailsWhileTheMachineGoesDownIsNoFaultOfTheProgram() throws Exception {
    String workspace = workspace().toString();
    List<List<String>> commands =
        List.of(
            List.of("serve", "--port", "0", "--workspace", workspace),
            List.of("ask", "--workspace", workspace, "how long does cleaning take"),
            List.of("run", "--workspace", workspace));
    for (int i = 0; i < commands.size(); i++) {
      Path logs = folder.resolve("logs" + i);

      Process process =
          SmallManual.program(
              CommandWhileGoingDown.class.getName(), logs, List.of(), commands.get(i));
      process.waitFor();

      assertThat(Files.readString(logs.resolve("err")))
          .as(commands.get(i).toString())
          .doesNotContain("fault of the program")
          .doesNotContain("native library")
          .doesNotContain("Exception");
    }
    assertThat(Files.readString(folder.resolve("logs0").resolve("out")))
        .contains("the command's code: 130");
    assertThat(Files.readString(folder.resolve("logs0").resolve("err"))).doesNotContain("whet:");
  }

  @Test
  void aServerThatIsStoppedWhileItStartsEndsWithTheSignalsCode() throws Exception {
    Path workspace = workspace();
    for (int wait = 200; wait < 1400; wait += 300) {
      Path logs = folder.resolve("interrupted" + wait);
      Process process =
          SmallManual.whet(logs, "serve", "--port", "0", "--workspace", workspace.toString());
      boolean early = process.waitFor(wait, TimeUnit.MILLISECONDS);
      assertThat(early).as(Files.readString(logs.resolve("err"))).isFalse();

      process.destroy();

      assertThat(process.waitFor()).as("after %d ms", wait).isIn(130, 143);
      assertThat(Files.readString(logs.resolve("err")))
          .as("after %d ms", wait)
          .doesNotContain("fault of the program")
          .doesNotContain("Exception");
    }
  }
}
