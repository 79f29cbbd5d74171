package dev.whetstone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir private Path folder;

  private Settings read(String yaml) throws IOException {
    Path file = folder.resolve("whetstone.yaml");
    Files.writeString(file, yaml);
    return SettingsFile.read(file);
  }

  @Test
  void theCommentedFileOfANewWorkspaceHoldsTheDefaults() {
    Workspace workspace = Workspace.create(folder.resolve("new"), "documents");

    assertThat(workspace.settings()).isEqualTo(Settings.DEFAULTS);
  }

  @Test
  void theDefaultsAreThese() {
    var defaults = Settings.DEFAULTS;

    assertThat(defaults.name()).isEqualTo("documents");
    assertThat(defaults.language()).isEqualTo("auto");
    assertThat(defaults.model()).isEqualTo(new Settings.Model("auto", "auto"));
    assertThat(defaults.passages().tokens()).isEqualTo(256);
    assertThat(defaults.parse()).isEqualTo(new Settings.Parse(60, 768, 200));
    assertThat(defaults.train().time()).isEqualTo(Duration.ofMinutes(10));
    assertThat(defaults.train().seed()).isEqualTo(1);
    assertThat(defaults.prove()).isEqualTo(new Settings.Prove(.95, "hybrid"));
    assertThat(defaults.index().keep()).isEqualTo(3);
    assertThat(defaults.app().topK()).isEqualTo(5);
    assertThat(defaults.llm().kind()).isEqualTo("none");
    assertThat(defaults.serve().host()).isEqualTo("127.0.0.1");
    assertThat(defaults.serve().port()).isEqualTo(8088);
  }

  @Test
  void anUnknownSettingNamesFileLineAndTheNearestKnownOne() {
    assertThatThrownBy(() -> read("name: manual\ntrain:\n  bugdet: 5m\n"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("whetstone.yaml, line 3")
        .hasMessageContaining("unknown setting 'bugdet'")
        .hasMessageContaining("did you mean 'budget'?");
  }

  @Test
  void aValueThatCannotBeIsExplained() {
    record Wrong(String yaml, String words) {}
    for (var wrong :
        new Wrong[] {
          new Wrong("train: {budget: soon}", "write for example 90s, 10m or 2h"),
          new Wrong("passages: {tokens: 5000}", "5000 is not between 32 and 480"),
          new Wrong("prove: {ranking: best}", "'best' is not one of [dense, hybrid]"),
          new Wrong("prove: {level: 1.5}", "prove.level"),
          new Wrong("llm: {kind: openai}", "llm.url is missing"),
          new Wrong("name: ../up", "letters, digits"),
          new Wrong("serve: {port: many}", "port"),
          new Wrong("name: a\nname: b", "Duplicate"),
          new Wrong("train: [", "line 1")
        }) {
      assertThatThrownBy(() -> read(wrong.yaml()))
          .as(wrong.yaml())
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("whetstone.yaml")
          .hasMessageContaining(wrong.words());
    }
  }

  @Test
  void aWorkspaceIsFoundUpwards() throws IOException {
    Workspace.create(folder, "manual");
    Path below = Files.createDirectories(folder.resolve("a").resolve("b"));

    assertThat(Workspace.find(below).folder()).isEqualTo(folder);
    assertThat(Workspace.find(below).name()).isEqualTo("manual");
  }
}
