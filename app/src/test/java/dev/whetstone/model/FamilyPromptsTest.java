package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Pooling;
import dev.whetstone.model.AddedModel.PromptChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders of families whose files state no prompts.
class FamilyPromptsTest {
  private static final String EMPTY = "{\"prompts\": {\"query\": \"\", \"document\": \"\"}}";

  @TempDir private Path folder;

  private Path silent(String name) throws IOException {
    Path place = folder.resolve(name);
    Files.createDirectories(place.getParent());
    NetworkFolders.copy("bert-cls", place);
    Files.writeString(place.resolve(PromptSettings.FILE), EMPTY);
    return place;
  }

  private Model base(Path place) {
    return BaseModels.open(place.toString(), folder.resolve("cache"));
  }

  @Test
  void aFolderAsABaseModelHasThePromptsOfItsFamily() throws IOException {
    var families =
        Map.of(
            "bge-base-en-v1.5",
            new Prompts("Represent this sentence for searching relevant passages: ", ""),
            "BGE-large-zh",
            new Prompts("为这个句子生成表示以用于检索相关文章：", ""),
            "multilingual-e5-base",
            new Prompts("query: ", "passage: "),
            "intfloat--e5-large-v2",
            new Prompts("query: ", "passage: "),
            "snowflake-arctic-embed-m-v2.0",
            new Prompts("query: ", ""),
            "modernbert-embed-base",
            new Prompts("search_query: ", "search_document: "),
            "my-encoder",
            Prompts.NONE,
            "gte-base",
            Prompts.NONE);
    for (var family : families.entrySet()) {
      Model model = base(silent(family.getKey()));

      assertThat(model.prompts()).as(family.getKey()).isEqualTo(family.getValue());
    }
  }

  @Test
  void aFolderOfTheHubsOwnCacheIsNamedByItsRepository() throws IOException {
    Path place = silent("models--intfloat--e5-base-v2/snapshots/0123abcd");

    assertThat(base(place).prompts()).isEqualTo(new Prompts("query: ", "passage: "));
  }

  @Test
  void itIsTheModelThatIsMadeByAddingTheFolder() throws IOException {
    Path place = silent("e5-base-v2");
    var models = new AddedModels(folder.resolve("cache"));
    Files.createDirectories(models.work());
    Path work = NetworkFolders.copy(place, models.work().resolve("copy"));

    AddedModel added = models.keep(work, place.toString(), "", "mine", PromptChoice.NONE);

    assertThat(base(place).space().value()).isEqualTo(added.identity());
    assertThat(base(place).prompts()).isEqualTo(added.prompts());
  }

  @Test
  void anAddedModelHasNoPromptsWhereItsUserWantsNone() throws IOException {
    var models = new AddedModels(folder.resolve("cache"));
    Path work = silent("cache/models/added/.work/copy");

    var none = new PromptChoice("", "");
    AddedModel added = models.keep(work, "hf:intfloat/e5-base-v2", "", null, none);

    assertThat(added.prompts()).isEqualTo(Prompts.NONE);
    assertThat(BaseModels.open("e5-base-v2", folder.resolve("cache")).space().value())
        .isEqualTo(added.identity());
    assertThat(Model.open(models.folder(added)).space().value()).isEqualTo(added.identity());
  }

  @Test
  void promptsThatTheFilesStateHold() throws IOException {
    Path place = silent("e5-base-v2");
    Files.writeString(place.resolve(PromptSettings.FILE), "{\"prompts\": {\"query\": \"ask: \"}}");

    assertThat(base(place).prompts()).isEqualTo(new Prompts("ask: ", ""));
  }

  @Test
  void aFolderThatWasWrittenHereStaysWhatItIs() {
    Model written = TinyBert.write(folder.resolve("e5-base-v2"), 1, Pooling.MEAN, Prompts.NONE, 32);

    Model opened = base(written.folder());

    assertThat(opened.prompts()).isEqualTo(Prompts.NONE);
    assertThat(opened.space()).isEqualTo(written.space());
    assertThat(opened.content()).isEqualTo(written.content());
  }

  @Test
  void aCopyUnderAnotherNameIsTheSameModel() throws IOException {
    Model model = base(silent("e5-base-v2"));
    Path copy = NetworkFolders.copy(model.folder(), folder.resolve("base"));

    model.statePrompts(copy);

    assertThat(Model.open(copy).space()).isEqualTo(model.space());
    assertThat(Model.open(copy).prompts()).isEqualTo(model.prompts());
  }
}
