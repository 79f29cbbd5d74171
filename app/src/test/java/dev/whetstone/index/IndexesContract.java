package dev.whetstone.index;

import static dev.whetstone.index.Corpora.DIMENSION;
import static dev.whetstone.index.Corpora.OTHER_SPACE;
import static dev.whetstone.index.Corpora.SPACE;
import static dev.whetstone.index.Corpora.passage;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The rules of generations at every engine. An engine's test extends this.
public abstract class IndexesContract {
  public static final List<Passage> OWLS = List.of(passage("owl", "red owls"));
  public static final List<Passage> FROGS = List.of(passage("frog", "green frogs"));

  /// Empty before each test, and always the same within one.
  protected abstract Indexes indexes();

  /// The same seen by another process, or from another machine. Close it.
  protected abstract Indexes others();

  /// Lets a committed generation say that this analysis made its terms.
  protected abstract void analysed(String generation, int version) throws IOException;

  /// What messages call the place.
  protected abstract String where();

  @Test
  void beforeTheFirstGenerationServesThereIsNothingToOpen() {
    assertThat(indexes().current()).isEmpty();
    assertThat(indexes().generations()).isEmpty();
    assertThatThrownBy(() -> indexes().open())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContainingAll("no index ", " serves ", where())
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(Remedy.index()));
  }

  @Test
  void aGenerationIsNotSeenBeforeItIsPromoted() {
    indexes().promote(built(OWLS));
    String next = built(FROGS);

    assertThat(serving()).containsExactly("owl");
    indexes().promote(next);
    assertThat(serving()).containsExactly("frog");
    assertThat(indexes().current()).contains(next);
    assertThat(indexes().generations()).containsExactly("000001", "000002");
  }

  @Test
  void whoeverRollsBackWhatServedBeforeServesAgain() {
    String first = built(OWLS);
    indexes().promote(first);
    indexes().promote(built(FROGS));

    try (var others = others()) {
      assertThat(others.rollback()).isEqualTo(first);
    }

    assertThat(serving()).containsExactly("owl");
    assertThatThrownBy(() -> indexes().rollback())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContainingAll("no generation ", " served before ", where());
  }

  @Test
  void aNumberIsNotGivenTwice() {
    indexes().promote(built(OWLS));
    indexes().promote(built(FROGS));
    indexes().rollback();
    indexes().keep(1);

    assertThat(indexes().generations()).containsExactly("000001");
    assertThat(built(FROGS)).isEqualTo("000003");
  }

  @Test
  void keepingTwoLeavesTheServingOneAndTheOneBefore() {
    for (int i = 0; i < 4; i++) {
      indexes().promote(built(OWLS));
    }
    built(FROGS); // never promoted

    indexes().keep(2);

    assertThat(indexes().generations()).containsExactly("000003", "000004");
    assertThat(indexes().rollback()).isEqualTo("000003");
    assertThat(serving()).containsExactly("owl");
  }

  @Test
  void anUpdateIsSeenByWhoOpensAfterItsCommit() {
    indexes().promote(built(OWLS));
    try (PassageIndex before = indexes().open()) {
      try (GenerationWriter writer = indexes().update(SPACE)) {
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.deleteDocument("d");
        writer.upsert(FROGS, vectors(FROGS, 1));
        writer.commit(Map.of("passages", "abc"));
      }

      assertThat(indexes().isCurrent(before)).isFalse();
    }
    try (PassageIndex after = indexes().open()) {
      assertThat(after.passages()).isEqualTo(FROGS);
      assertThat(after.provenance()).isEqualTo(Map.of("passages", "abc"));
      assertThat(indexes().isCurrent(after)).isTrue();
    }
  }

  @Test
  void aNewGenerationThatIsNotCommittedIsNone() {
    indexes().promote(built(OWLS));

    try (GenerationWriter writer = indexes().begin(SPACE, DIMENSION)) {
      writer.upsert(FROGS, vectors(FROGS, 1));
    }

    assertThat(serving()).containsExactly("owl");
    assertThat(indexes().generations()).containsExactly("000001");
  }

  @Test
  void vectorsOfAnotherSpaceAreRefusedWithTheCommandThatMends() {
    indexes().promote(built(OWLS));

    assertThatThrownBy(() -> indexes().update(OTHER_SPACE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining(where())
        .hasMessageContaining("holds space " + SPACE + ", not " + OTHER_SPACE)
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(new Remedy.RunSteps(List.of("embed", "index"))));
    try (GenerationWriter writer = indexes().update(SPACE)) {
      assertThatThrownBy(() -> writer.upsert(FROGS, vectors(OTHER_SPACE, FROGS, 1)))
          .isInstanceOf(Failure.Refused.class)
          .extracting(e -> ((Failure) e).remedies())
          .isEqualTo(List.of(new Remedy.RunSteps(List.of("embed", "index"))));
    }
  }

  @Test
  void vectorsThatNoCosineCanBeTakenOfAreRefused() {
    try (GenerationWriter writer = indexes().begin(SPACE, 2)) {
      for (float[] bad :
          List.of(new float[] {0, 0}, new float[] {Float.NaN, 1}, new float[] {2, 0})) {
        assertThatThrownBy(() -> writer.upsert(OWLS, new Vectors(SPACE, List.of("owl"), 2, bad)))
            .isInstanceOf(Failure.BadInput.class)
            .hasMessageContaining("passage owl (row 0) is not of unit length");
      }
      assertThatThrownBy(
              () -> writer.upsert(OWLS, new Vectors(SPACE, List.of("owl"), 1, new float[] {1})))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("vectors of 1 numbers for an index of 2");
      assertThatThrownBy(() -> writer.upsert(OWLS, new Vectors(SPACE, List.of(), 2, new float[0])))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessage("no vector for passage owl: embed the passages again");
    }
  }

  @Test
  void oneWritesAtATime() {
    try (GenerationWriter _ = indexes().begin(SPACE, DIMENSION);
        var others = others()) {
      assertThatThrownBy(() -> others.begin(SPACE, DIMENSION))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContainingAll(where(), "is being written by ");
    }
    indexes().promote(built(OWLS));
    try (GenerationWriter writer = indexes().update(SPACE)) {
      assertThat(writer.generation()).isEqualTo("000001");
      assertThatThrownBy(() -> indexes().update(SPACE)).isInstanceOf(Failure.Refused.class);
      assertThat(serving()).containsExactly("owl"); // readers take no lock
    }
    indexes().update(SPACE).close();
  }

  @Test
  void aGenerationOfAnEarlierAnalysisIsAskedWithItAndBuiltAnewBeforeItIsWritten()
      throws IOException {
    String first = built(List.of(passage("plain", "red cafe"), passage("accent", "green café")));
    analysed(first, 1);
    indexes().promote(first);

    try (PassageIndex index = indexes().open()) {
      assertThat(index.termsAreCurrent()).isFalse();
      // Version 1 asks for `café` as it is, and these terms have no accents.
      assertThat(index.words("cafe", 10, Filter.ALL).ids()).containsOnly("plain", "accent");
      assertThat(index.words("café", 10, Filter.ALL).hits()).isEmpty();
    }
    assertThatThrownBy(() -> indexes().update(SPACE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContaining("analysis 1")
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(Remedy.index()));
    String next = built(OWLS);
    indexes().promote(next);
    try (PassageIndex index = indexes().open()) {
      assertThat(index.termsAreCurrent()).isTrue();
    }
    assertThat(indexes().rollback()).isEqualTo(first);
  }

  @Test
  void aGenerationOfAnEarlierAnalysisOfTheSameTermsIsCurrentAndWrittenToAsItIs()
      throws IOException {
    String first = built(OWLS); // English: its terms are the same since version 2
    analysed(first, 2);
    indexes().promote(first);

    try (PassageIndex index = indexes().open()) {
      assertThat(index.termsAreCurrent()).isTrue();
    }
    var japanese = List.of(passage("ja", "d", "ポンプを停止しました", Map.of("language", "ja")));
    try (GenerationWriter writer = indexes().update(SPACE)) {
      writer.upsert(japanese, vectors(japanese, 1));
      writer.commit(Map.of());
    }
    try (PassageIndex index = indexes().open()) {
      assertThat(index.termsAreCurrent()).isTrue();
      assertThat(index.words("停止", 10, Filter.ALL).ids()).containsExactly("ja");
      assertThat(index.words("owl", 10, Filter.ALL).ids()).containsExactly("owl");
    }
  }

  @Test
  void aGenerationOfAnEarlierAnalysisOfOtherTermsIsOutOfDate() throws IOException {
    var japanese = List.of(passage("ja", "d", "ポンプを停止しました", Map.of("language", "ja")));
    String first = built(japanese);
    analysed(first, 2);
    indexes().promote(first);

    try (PassageIndex index = indexes().open()) {
      assertThat(index.termsAreCurrent()).isFalse();
    }
    assertThatThrownBy(() -> indexes().update(SPACE))
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContainingAll("analysis 2");
  }

  @Test
  void aGenerationOfAnAnalysisThatIsNotKnownIsRefusedWithTheCommandThatMends() throws IOException {
    indexes().promote(built(OWLS));
    analysed("000001", 99);

    assertThatThrownBy(() -> indexes().open())
        .isInstanceOf(Failure.Refused.class)
        .hasMessageContainingAll("000001", "analysis 99")
        .extracting(e -> ((Failure) e).remedies())
        .isEqualTo(List.of(Remedy.index()));
  }

  protected final String built(List<Passage> passages) {
    return built(indexes(), passages);
  }

  protected static String built(Indexes indexes, List<Passage> passages) {
    try (GenerationWriter writer = indexes.begin(SPACE, DIMENSION)) {
      writer.upsert(passages, vectors(passages, 1));
      writer.commit(Map.of());
      return writer.generation();
    }
  }

  protected final List<String> serving() {
    try (PassageIndex index = indexes().open()) {
      return found(index);
    }
  }

  protected static List<String> found(PassageIndex index) {
    return index.words("owl frog", 10, Filter.ALL).ids();
  }
}
