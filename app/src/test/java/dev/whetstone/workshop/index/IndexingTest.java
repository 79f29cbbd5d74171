package dev.whetstone.workshop.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.index.lucene.LuceneIndexes;
import dev.whetstone.workshop.TwoSpaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexingTest {
  private static final IndexOptions BESIDE = new IndexOptions(null, false, false, false);

  @TempDir private Path folder;
  private TwoSpaces two;
  private LuceneIndexes indexes;

  @BeforeEach
  void twoSpaces() throws IOException {
    two = new TwoSpaces(folder);
    indexes = new LuceneIndexes(folder.resolve("indexes"));
  }

  @AfterEach
  void close() {
    two.close();
  }

  @Test
  void aNewSpaceIsBuiltBesideCheckedComparedAndServes() {
    var first = two.load(indexes, 0, 3, IndexOptions.DEFAULT);
    var second = two.load(indexes, 1, 3, IndexOptions.DEFAULT);

    assertThat(second.kind()).isEqualTo(Indexing.Kind.NEW);
    assertThat(indexes.generations()).containsExactly(first.generation(), second.generation());
    assertThat(indexes.current()).contains(second.generation());
    var check = Objects.requireNonNull(second.check());
    assertThat(check.recall().recall()).isEqualTo(1);
    var shadow = Objects.requireNonNull(check.shadow());
    assertThat(shadow.questions()).isEqualTo(12);
    assertThat(shadow.origin()).isEqualTo(PromotionCheck.Origin.HEADINGS);
    assertThat(indexes.rollback()).isEqualTo(first.generation());
    try (var index = indexes.open()) {
      assertThat(index.space()).isEqualTo(two.space(0));
    }
  }

  @Test
  void builtBesideItServesWhenAskedAgainWithoutBeingBuiltAgain() {
    var first = two.load(indexes, 0, 3, IndexOptions.DEFAULT);
    var beside = two.load(indexes, 1, 3, BESIDE);
    assertThat(beside.serves()).isFalse();
    assertThat(indexes.current()).contains(first.generation());

    var again = two.load(indexes, 1, 3, IndexOptions.DEFAULT);

    assertThat(again.generation()).isEqualTo(beside.generation());
    assertThat(again.kind()).isEqualTo(Indexing.Kind.BUILT_BEFORE);
    assertThat(indexes.current()).contains(beside.generation());
    assertThat(indexes.generations()).hasSize(2);
  }

  @Test
  void whereTheServingTermsAreOfAnEarlierAnalysisTheSameVectorsMakeANewGeneration()
      throws IOException {
    var first = two.load(indexes, 0, 3, IndexOptions.DEFAULT);
    Path generation = folder.resolve("indexes").resolve(first.generation());
    try (var directory = FSDirectory.open(generation);
        var writer = new IndexWriter(directory, new IndexWriterConfig())) {
      var data = new HashMap<String, String>();
      writer.getLiveCommitData().forEach(each -> data.put(each.getKey(), each.getValue()));
      data.put("analyzers", "1");
      writer.setLiveCommitData(data.entrySet());
      writer.commit();
    }

    var next = two.load(indexes, 0, 3, IndexOptions.DEFAULT);

    assertThat(next.kind()).isEqualTo(Indexing.Kind.NEW);
    assertThat(indexes.generations()).containsExactly(first.generation(), next.generation());
    assertThat(indexes.current()).contains(next.generation());
    assertThat(two.load(indexes, 0, 3, IndexOptions.DEFAULT).kind())
        .isEqualTo(Indexing.Kind.UPDATED);
  }

  @Test
  void whatStandsBesideOfOtherPassagesIsNotTakenForTheseOnes() {
    two.load(indexes, 0, 3, IndexOptions.DEFAULT);
    String partial;
    try (var writer = indexes.begin(two.space(1), two.vectors.get(1).dimension())) {
      writer.upsert(two.passages.subList(0, 5), two.vectors.get(1));
      writer.commit(Map.of());
      partial = writer.generation();
    }

    var loaded = two.load(indexes, 1, 3, IndexOptions.DEFAULT);

    assertThat(loaded.generation()).isNotEqualTo(partial);
    try (var index = indexes.open()) {
      assertThat(index.size()).isEqualTo(two.passages.size());
    }
    assertThat(indexes.generations()).as("what never served is removed").hasSize(2);
  }

  @Test
  void aGenerationThatFindsTooLittleIsRefusedAndServesOnlyWhenForced() {
    var first = two.load(indexes, 0, 3, IndexOptions.DEFAULT);
    var vectors = two.vectors.get(1);
    var strict = two.indexing(indexes, 3, 1.01); // more than all

    assertThatThrownBy(
            () -> strict.load(two.passages, vectors, IndexOptions.DEFAULT, Progress.NONE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("is not let serve")
        .hasMessageContaining("finds 1.000 of the 10 nearest")
        .extracting(e -> ((Failure) e).remedies(), InstanceOfAssertFactories.LIST)
        .contains(new Remedy.BuildIndex(Remedy.BuildIndex.Build.FORCE, null));
    assertThat(indexes.current()).contains(first.generation());

    var forced = new IndexOptions(null, false, true, true);
    var loaded = strict.load(two.passages, vectors, forced, Progress.NONE);
    assertThat(indexes.current()).contains(loaded.generation());
  }

  @Test
  void recallIsTheShareOfTheExactNearestThatAreFound() {
    var vectors = two.vectors.get(0);
    var half = two.passages.stream().filter(p -> p.id().hashCode() % 2 == 0).toList();
    var check =
        new PromotionCheck(
            two.encoders, two.questions, PromotionCheck.Origin.LOG, RetrievalPlan.hybrid(.5), .95);

    try (var whole = LuceneIndex.inMemory(two.passages, vectors);
        var part = LuceneIndex.inMemory(half, vectors)) {
      assertThat(check.recall(whole, vectors).recall()).isEqualTo(1);
      double share = (double) half.size() / two.passages.size();
      assertThat(check.recall(part, vectors).recall()).isCloseTo(share, within(.15));
    }
  }

  @Test
  void oneGenerationComparedWithItselfChangesNoAnswerAndWithAnotherSpaceDoes() {
    var check =
        new PromotionCheck(
            two.encoders, two.questions, PromotionCheck.Origin.LOG, RetrievalPlan.hybrid(1), .95);
    try (var old = LuceneIndex.inMemory(two.passages, two.vectors.get(0));
        var fresh = LuceneIndex.inMemory(two.passages, two.vectors.get(1))) {
      assertThat(check.shadow(old, old))
          .isEqualTo(new PromotionCheck.Shadow(12, PromotionCheck.Origin.LOG, 1, 0));
      var shadow = Objects.requireNonNull(check.shadow(old, fresh));
      assertThat(shadow.overlap()).isLessThan(1);
      assertThat(shadow.changed()).isPositive();
    }
  }

  @Test
  void whatOthersWriteIntoTheServingGenerationIsSeen() {
    two.load(indexes, 0, 3, IndexOptions.DEFAULT);
    Passage first = two.passages.get(0);
    Passage second = two.passages.get(1);
    var edited = new HashSet<>(Set.of(second));
    try (var before = indexes.open()) {
      var meanwhile = new ConcurrentChanges(indexes, before);
      assertThat(meanwhile.changes().none()).isTrue();
      try (var writer = indexes.update(two.space(0))) {
        writer.delete(List.of(first.id()));
        var changed =
            new Passage(second.id(), "other.md", List.of(), second.text(), 0, 1, 0, 1, Map.of());
        edited.clear();
        edited.add(changed);
        writer.upsert(List.of(changed), two.vectors.get(0));
        writer.commit(Map.of());
      }

      var changes = meanwhile.changes();

      assertThat(changes.deleted()).containsExactly(first.id());
      assertThat(changes.written()).containsExactlyElementsOf(edited);
      assertThat(meanwhile.changes().none()).isTrue();
    }
  }
}
