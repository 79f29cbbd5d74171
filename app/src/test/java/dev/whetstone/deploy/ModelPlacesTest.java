package dev.whetstone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Pooling;
import dev.whetstone.core.Progress;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelVersions;
import dev.whetstone.model.NetworkFolders;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.ProvenVersions;
import dev.whetstone.model.TinyBert;
import dev.whetstone.store.Acl;
import dev.whetstone.store.Content;
import dev.whetstone.store.Transfers;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import dev.whetstone.store.shared.SharedFolder;
import dev.whetstone.workspace.SharedWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models in a real bucket.
class ModelPlacesTest {
  @TempDir private Path folder;

  @Test
  void aModelInABucketWhoseQueryPromptChangedIsDeployedWithTheNewOne() throws IOException {
    RealBucket bucket = RealBucket.make();
    Path theirs =
        TinyBert.write(folder.resolve("theirs"), 1, Pooling.MEAN, new Prompts("query: ", ""), 32)
            .folder();
    for (String ours : List.of("manifest.json", "whetstone.json")) {
      Files.delete(theirs.resolve(ours));
    }
    var places =
        new ModelPlaces(
            folder,
            null,
            folder.resolve("models"),
            folder.resolve("copies"),
            List.of(bucket.uri("models/")),
            bucket.environment());
    var deployments = new Deployments(folder, folder.resolve("deployments"));
    upload(bucket, theirs);
    Deployment before =
        deployments.put("theirs", bucket.uri("models/"), places.open(bucket.uri("models/")));

    Files.writeString(
        theirs.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"question: \"}}");
    upload(bucket, theirs);
    Model changed = places.open(bucket.uri("models/"));
    Deployment after = deployments.put("theirs", bucket.uri("models/"), changed);

    assertThat(changed.prompts().query()).isEqualTo("question: ");
    assertThat(after.space()).isEqualTo(before.space());
    assertThat(after.content()).isNotEqualTo(before.content());
    assertThat(deployments.open(after).prompts().query()).isEqualTo("question: ");
    assertThat(deployments.open(before).prompts().query()).isEqualTo("query: ");
    assertThat(places.open(bucket.uri("models/")).folder()).isEqualTo(changed.folder());
  }

  @Test
  void inAWorkspacesModelsTheOneThatServesNowIsDeployedNotTheFirstThatDid() throws IOException {
    RealBucket bucket = RealBucket.make();
    Path copy = folder.resolve("workspace");
    var versions = new ModelVersions(copy.resolve("models"));
    Model first = TinyBert.write(copy.resolve("models/manual/1"), 1);
    versions.serve(new ProvenVersions.VersionId("manual", 1), "proof");
    save(bucket, copy);
    Model second = TinyBert.write(copy.resolve("models/manual/2"), 2);
    versions.serve(new ProvenVersions.VersionId("manual", 2), "proof");
    save(bucket, copy);

    Model models = places(bucket, "models/").open(bucket.uri("handbook/models/"));
    Model named = places(bucket, "named/").open(bucket.uri("handbook/models/manual/1"));

    assertThat(models.space()).isEqualTo(second.space());
    assertThat(named.space()).isEqualTo(first.space());
  }

  @Test
  void theModuleOfAModelIsNoModel() throws IOException {
    Path place = Files.createDirectories(folder.resolve("released"));
    NetworkFolders.copy("distilbert-mean-dense", place.resolve("only"));
    var places =
        new ModelPlaces(
            folder,
            null,
            folder.resolve("models"),
            folder.resolve("copies"),
            List.of(place.toString()),
            Map.of());

    assertThat(places.open(place.toString()).name()).isEqualTo("only");
  }

  private static void save(RealBucket bucket, Path copy) {
    var store =
        ObjectStores.open(
            bucket.uri("handbook/"), bucket.environment(), copy.resolveSibling("journal"));
    try (var shared = new SharedFolder(store, copy, SharedWorkspace.LAYOUT)) {
      shared.save("test", Progress.NONE);
    }
  }

  private ModelPlaces places(RealBucket bucket, String copies) {
    return new ModelPlaces(
        folder,
        null,
        folder.resolve("models"),
        folder.resolve(copies),
        List.of(bucket.uri("handbook/models/")),
        bucket.environment());
  }

  private void upload(RealBucket bucket, Path model) throws IOException {
    var files = new TreeMap<String, Content>();
    try (Stream<Path> all = Files.walk(model)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(model.relativize(file).toString(), Content.of(file)));
    }
    try (var store =
        ObjectStores.open(bucket.uri("models/"), bucket.environment(), folder.resolve("journal"))) {
      Transfers.upload(store, files, Acl.DEFAULT, "model", Progress.NONE);
    }
  }
}
