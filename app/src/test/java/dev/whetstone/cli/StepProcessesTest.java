package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.jobs.Job;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StepProcessesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private Workspace workspace(String settings) throws Exception {
    Files.writeString(folder.resolve("whetstone.yaml"), settings);
    return Workspace.open(folder);
  }

  @Test
  void aStepGetsTheVariablesThatItNeedsAndNoSecretOfTheServer() throws Exception {
    Workspace workspace =
        workspace(
            """
            serve: {api_key_env: SERVER_KEY}
            llm: {kind: openai, url: 'http://127.0.0.1:1/v1', model: m, api_key_env: ANSWER_KEY}
            questions: {writer: {kind: openai, url: 'http://127.0.0.1:1/v1', model: m, api_key_env: WRITER_KEY}}
            elasticsearch: {hosts: ['https://es.example:9200'], api_key_env: ES_KEY}
            """);
    var environment =
        Map.ofEntries(
            Map.entry("PATH", "/bin"),
            Map.entry("LC_ALL", "C.UTF-8"),
            Map.entry("https_proxy", "http://proxy.example"),
            Map.entry("SERVER_KEY", "s"),
            Map.entry("ANSWER_KEY", "a"),
            Map.entry("WRITER_KEY", "w"),
            Map.entry("ES_KEY", "e"),
            Map.entry("AWS_SECRET_ACCESS_KEY", "b"),
            Map.entry("DATABASE_PASSWORD", "d"));

    var local = new StepProcesses(workspace, folder.toString(), environment).variables();
    var inBucket = new StepProcesses(workspace, "s3://bucket/w/", environment).variables();

    assertThat(local).containsOnlyKeys("PATH", "LC_ALL", "https_proxy", "WRITER_KEY", "ES_KEY");
    assertThat(inBucket).containsKey("AWS_SECRET_ACCESS_KEY").doesNotContainKey("SERVER_KEY");
  }

  @Test
  void aStepEndsWithALineThatTellsHowAlsoWhereItFails() throws Exception {
    Workspace workspace = workspace("name: empty\n");
    var steps = new StepProcesses(workspace, folder.toString(), System.getenv());
    Path out = folder.resolve("out");

    steps.start(new Job.Request("prepare", null, false), out, folder.resolve("err")).onExit().get();

    List<String> lines = Files.readAllLines(out);
    JsonNode end = JSON.readTree(lines.getLast()).get("end");
    assertThat(end.get("exit").intValue()).isEqualTo(Cli.BAD_INPUT);
    assertThat(end.get("message").textValue()).contains("nothing is staged");
  }
}
