package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.cli.CliTest.Ended;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.SmallManual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `whet models` as a process of its own, so that its cache is another than the user's.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ModelsCommandTest {
  @TempDir private Path folder;

  private Ended whet(Object... arguments) throws Exception {
    Path logs = folder.resolve("logs");
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    Process process =
        SmallManual.whet(logs, List.of("env", "WHETSTONE_CACHE=" + folder.resolve("cache")), words);
    int code = process.waitFor();
    return new Ended(
        code, Files.readString(logs.resolve("out")), Files.readString(logs.resolve("err")));
  }

  private List<JsonNode> listed() throws Exception {
    var rows = new ArrayList<JsonNode>();
    for (String line : whet("models", "--json").out().lines().toList()) {
      rows.add(Json.MAPPER.readTree(line));
    }
    return rows;
  }

  private Path encoder(String name) throws IOException {
    return NetworkFolders.copy("bert-cls", folder.resolve(name));
  }

  @Test
  void aFolderIsAddedListedAndRemoved() throws Exception {
    Path finder = encoder("finder");

    Ended added = whet("models", "add", finder, "--query-prompt", "ask: ");

    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out())
        .contains("added finder: an encoder, bert")
        .contains("from " + finder)
        .contains("before questions \"ask: \", before passages \"\"")
        .contains("use it as model.base: finder");
    List<JsonNode> rows = listed();
    assertThat(rows.stream().map(row -> row.path("name").asText()).toList())
        .containsAll(BaseModels.names())
        .contains("finder");
    JsonNode row = rows.getLast();
    assertThat(row.path("name").asText()).isEqualTo("finder");
    assertThat(row.path("kind").asText()).isEqualTo("encoder");
    assertThat(row.path("from").asText()).isEqualTo(finder.toString());
    assertThat(row.path("here").asBoolean()).isTrue();
    assertThat(rows.getFirst().path("here").asBoolean()).isFalse();

    Ended removed = whet("models", "remove", "finder");

    assertThat(removed.code()).as(removed.err()).isZero();
    assertThat(removed.out()).contains("removed finder (" + finder);
    assertThat(listed()).hasSize(BaseModels.names().size());
    assertThat(finder).exists();
  }

  @Test
  void theListForPeopleIsATable() throws Exception {
    assertThat(whet("models", "add", encoder("finder")).code()).isZero();

    Ended listed = whet("models");

    assertThat(listed.code()).isZero();
    assertThat(listed.out())
        .containsPattern("(?m)^\\| bge-small-en-v1.5 +\\| encoder +\\| Maven +\\| at first use")
        .containsPattern("(?m)^\\| finder +\\| encoder +\\| .*/finder +\\| yes +\\| bert, ");
  }

  @Test
  void anAddedRerankerIsUsedByItsName() throws Exception {
    Path workspace = new SmallManual(folder.resolve("manual"), 3).workspace("workspace");

    Ended added = whet("models", "add", NetworkFolders.reranker("bert"), "--name", "judge");

    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out())
        .contains("added judge: a reranker, bert")
        .contains("use it as rerank.base: judge");
    assertThat(whet("train", "--reranker", "--from", "jugde", "-w", workspace).err())
        .contains("--from jugde")
        .contains("nor is there such a folder")
        .contains("whet models add");
    assertThat(whet("train", "--reranker", "--from", "judge", "-w", workspace).err())
        .as("the name is known, and the workspace has no model yet")
        .contains("the step train was not done yet");
  }

  @Test
  void whatCannotBeAddedOrRemovedIsNamed() throws Exception {
    Ended nowhere = whet("models", "add", folder.resolve("nowhere"));
    Ended taken = whet("models", "add", encoder("finder"), "--name", "e5-small-v2");
    Ended unknown = whet("models", "remove", "nothing");

    assertThat(nowhere.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(nowhere.err()).contains("nowhere").contains("hf:ORG/NAME");
    assertThat(taken.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(taken.err()).contains("e5-small-v2 is the name of a base model");
    assertThat(unknown.code()).isEqualTo(Cli.BAD_INPUT);
    assertThat(unknown.err()).contains("no added model is named \"nothing\"");
  }
}
