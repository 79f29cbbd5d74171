package dev.whetstone.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsTest {
  @TempDir private Path folder;
  private Path workspace;
  private Path records;
  private Model secret;

  @BeforeEach
  void aDeploymentWhoseFileNamesAModelElsewhere() throws IOException {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    records = workspace.resolve("deployments");
    secret = TinyBert.write(folder.resolve("home/secret-model"), 3);
    new Deployments(workspace, records, List.of(folder), CommitScope.DIRECT)
        .put("theirs", "models/theirs", secret);
  }

  private Model open(Deployments deployments) {
    return deployments.open(deployments.find("theirs").orElseThrow());
  }

  @Test
  void aDeploymentOpensNoModelOutsideOfTheWorkspaceWhateverItsFileSays() {
    assertThatThrownBy(() -> open(new Deployments(workspace, records)))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("theirs")
        .hasMessageContaining("serve.model_paths");
  }

  @Test
  void noLinkAndNoPathUpwardsLeadsOutside() throws IOException {
    Files.createSymbolicLink(workspace.resolve("linked"), secret.folder());
    Path file = records.resolve("theirs.json");
    String text = Files.readString(file).replaceFirst("\\{\"sha256\":\"[0-9a-f]{64}\",", "{");
    for (String place : List.of("linked", "../home/secret-model")) {
      Files.writeString(file, text.replace(secret.folder().toString(), place));

      assertThatThrownBy(() -> open(new Deployments(workspace, records)))
          .as(place)
          .isInstanceOf(Failure.Refused.class);
    }
  }

  @Test
  void aFolderThatTheOperatorAllowsIsOpened() {
    var allowed = List.of(workspace, folder.resolve("home"));

    assertThat(open(new Deployments(workspace, records, allowed, CommitScope.DIRECT)).space())
        .isEqualTo(secret.space());
  }
}
