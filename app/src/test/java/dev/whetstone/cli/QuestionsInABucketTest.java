package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Pooling;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.workshop.SmallManual;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Written questions of a workspace in a bucket of a real S3 server, as two users see them, each
/// with a cache of its own.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class QuestionsInABucketTest {
  @TempDir private Path folder;
  private Map<String, String> environment = Map.of();

  private String whet(String user, String input, String... arguments) throws Exception {
    var variables = new HashMap<>(environment);
    variables.put("WHETSTONE_CACHE", folder.resolve("cache-" + user).toString());
    variables.put("WHETSTONE_PERMIT", "models=" + folder);
    var wrapper = new ArrayList<>(List.of("env"));
    variables.forEach((name, value) -> wrapper.add(name + "=" + value));
    Path logs = folder.resolve("logs");
    Process process = SmallManual.whet(logs, wrapper, List.of(arguments));
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    int exit = process.waitFor();
    String said = Files.readString(logs.resolve("out")) + Files.readString(logs.resolve("err"));
    assertThat(exit).as(said).isZero();
    return said;
  }

  private Path copy(String user) throws IOException {
    try (Stream<Path> copies = Files.list(folder.resolve("cache-" + user).resolve("workspaces"))) {
      return copies.findFirst().orElseThrow();
    }
  }

  @Test
  void whatOneUserHasWrittenTheOtherReviewsAndTheFirstSeesIt() throws Exception {
    RealBucket bucket = RealBucket.make();
    environment = bucket.environment();
    String uri = bucket.uri("houses");
    Path docs = ServerManual.write(folder.resolve("docs"));
    TinyBert.write(folder.resolve("tiny"), 3, Pooling.MEAN, Prompts.NONE, 64);
    try (var model = new ScriptedModel(ServerManual::reply)) {
      whet("anna", "", "init", uri, "--name", "houses");
      Path settings =
          Files.writeString(
              folder.resolve("settings.yaml"),
              "name: houses\nmodel: {base: '%s', runtime: onnx_fp32}\nquestions: {writer: {kind: openai, url: '%s', model: scripted}, count: 12, review: 8}\n"
                  .formatted(folder.resolve("tiny"), model.url()));
      Files.copy(
          settings, copy("anna").resolve("whetstone.yaml"), StandardCopyOption.REPLACE_EXISTING);
      whet("anna", "", "stage", docs.toString(), "-w", uri);
      whet("anna", "", "questions", "generate", "-w", uri);
      int asked = model.prompts().size();

      String review = whet("ben", "a\nd\nq\n", "questions", "review", "-w", uri);
      String again = whet("ben", "", "questions", "generate", "-w", uri);
      String status = whet("anna", "", "status", "-w", uri);

      assertThat(review).contains("1 accepted").contains("1 dropped");
      assertThat(again).contains("up to date");
      assertThat(model.prompts()).hasSize(asked);
      assertThat(status).contains("1 reviewed").contains("1 held out for the proof");
      assertThat(copy("anna").resolve("reviews.jsonl")).exists();
    }
  }
}
