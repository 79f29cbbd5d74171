package dev.whetstone.index;

import static dev.whetstone.index.Corpora.passage;
import static dev.whetstone.index.Corpora.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.encode.WordScorer;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.search.HybridSearch;
import dev.whetstone.search.Reranking;
import dev.whetstone.search.TimedScorer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every engine behind [PassageIndex] does. An engine's test extends this.
public abstract class PassageIndexContract {
  /// What is done to the passages of an index, in one batch.
  public record Change(List<Passage> upserts, Vectors vectors, List<String> deletes) {}

  /// A new index, opened after the changes were made one after the other.
  protected abstract PassageIndex index(List<Change> changes);

  /// What words score after these changes, by id.
  ///
  /// @param now the passages that are left
  protected Map<String, Double> reference(
      String question, List<Change> changes, Collection<Passage> now) {
    return new ReferenceBm25(now).scores(question);
  }

  private PassageIndex index(List<Passage> passages, Vectors vectors) {
    return index(List.of(new Change(passages, vectors, List.of())));
  }

  private PassageIndex index(Passage... passages) {
    return index(List.of(passages), vectors(List.of(passages), 1));
  }

  @Test
  void wordsAreScoredByTheFormula() {
    for (long seed = 1; seed <= 3; seed++) {
      var random = new Random(seed);
      List<Passage> passages = Corpora.random(250, random);
      var reference = new ReferenceBm25(passages);
      try (PassageIndex index = index(passages, vectors(passages, seed))) {
        for (int i = 0; i < 40; i++) {
          String question = Corpora.words(random, 1 + random.nextInt(8));

          Ranking found = index.words(question, 1000, Filter.ALL);

          assertMatches(found, reference.scores(question), "seed " + seed + ": " + question);
        }
      }
    }
  }

  @Test
  void theBestKWordsAreTheFirstKOfAll() {
    var random = new Random(4);
    List<Passage> passages = Corpora.random(200, random);
    try (PassageIndex index = index(passages, vectors(passages, 4))) {
      Ranking all = index.words("w1 w2 w7", 1000, Filter.ALL);

      Ranking best = index.words("w1 w2 w7", 10, Filter.ALL);

      assertThat(best.hits()).isEqualTo(all.hits().subList(0, 10));
    }
  }

  @Test
  void equalScoresStandByIdAlsoWhereTheListIsCut() {
    try (PassageIndex index =
        index(passage("c", "owl"), passage("a", "owl"), passage("d", "owl"), passage("b", "owl"))) {
      assertThat(index.words("owl", 2, Filter.ALL).ids()).containsExactly("a", "b");
    }
  }

  @Test
  void onlyPassagesThatShareATermAreReturned() {
    try (PassageIndex index = index(passage("a", "red owls"), passage("b", "blue whales"))) {
      assertThat(index.words("owl", 10, Filter.ALL).ids()).containsExactly("a");
      assertThat(index.words("the of", 10, Filter.ALL).hits()).isEmpty();
      assertThat(index.words("", 10, Filter.ALL).hits()).isEmpty();
    }
  }

  @Test
  void aQuestionIsTextAndNeverSyntax() {
    try (PassageIndex index = index(passage("a", "red owls"), passage("b", "blue whales"))) {
      assertThat(index.words("+owls -red \"whales NOT (id:a* OR", 10, Filter.ALL).ids())
          .containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void aQuestionOfThousandsOfWordsIsAnswered() {
    String question =
        "owl " + IntStream.range(0, 9000).mapToObj(i -> "x" + i).collect(Collectors.joining(" "));
    try (PassageIndex index = index(passage("a", "red owls"), passage("b", "blue whales"))) {
      assertThat(index.words(question, 10, Filter.ALL).ids()).containsExactly("a");
    }
  }

  @Test
  void headingsAreFoundAsWellAsText() {
    var passage =
        new Passage("a", "d", List.of("Birds", "Owls"), "They see.", 0, 9, 0, 0, Map.of());
    try (PassageIndex index = index(passage, passage("b", "blue whales"))) {
      assertThat(index.words("owl", 10, Filter.ALL).ids()).containsExactly("a");
    }
  }

  @Test
  void chineseIsFoundByBigramsAndTheLatinWordsInItByTheirStems() {
    Map<String, String> chinese = Map.of("language", "zh");
    try (PassageIndex index =
        index(
            passage("a", "d", "个体工商户的债务，由个人财产承担", chinese),
            passage("b", "d", "合同的订立 Contracts 与履行", chinese))) {
      assertThat(index.words("工商户欠债务谁还", 10, Filter.ALL).ids()).containsExactly("a");
      assertThat(index.words("contract", 10, Filter.ALL).ids()).containsExactly("b");
    }
  }

  @Test
  void aWordIsFoundByEachOfItsFormsAndTheExactOneComesFirst() {
    List<Passage> passages =
        List.of(
            passage("version", "Firmware 3.2.1 mends the slow start of the lock gate"),
            passage("version2", "Firmware v3.12.1 adds a lamp to the lock gate"),
            passage("accents", "The café sells crêpes, and a naïve résumé hangs on its wall"),
            passage("apart", "The cafe\u0301 by the lock sells soup"),
            passage("camel", "Its method getUserProfileById is slow in TideGaugeReader"),
            passage("snake", "The call atomic_write_json puts the log on the disk"),
            passage("parts", "write json, then write json anew: an atomic write of the json"),
            passage("dotted", "The class com.acme.harbor.PumpConfig begins at direct:start"),
            passage("units", "The server has 16GB of memory and bolts of 5mm"),
            passage("hyphen", "Send an e-mail from the on-board computer"),
            passage("cpp", "The driver of the winch is written in C++ on the quay"),
            passage("csharp", "The driver of the lamp is written in C# in the office"),
            passage("ora", "Fault ORA-00942 is raised by the loader"),
            passage("ora2", "Fault ORA-01555 is raised by the loader"),
            passage("fault", "d", "故障代码Ｅ－２０４表示电机过载", Map.of("language", "zh")));
    var first =
        Map.ofEntries(
            Map.entry("v3.2.1", "version"),
            Map.entry("firmware v3.2.1", "version"),
            Map.entry("3.12.1", "version2"),
            Map.entry("firmware 3.12", "version2"),
            Map.entry("resume", "accents"),
            Map.entry("NAIVE", "accents"),
            Map.entry("crepes", "accents"),
            Map.entry("cafe\u0301 crêpes", "accents"),
            Map.entry("café soup", "apart"),
            Map.entry("user profile by id", "camel"),
            Map.entry("tide gauge reader", "camel"),
            Map.entry("atomic_write_json", "snake"),
            Map.entry("atomicWriteJson", "snake"),
            Map.entry("PumpConfig", "dotted"),
            Map.entry("direct start", "dotted"),
            Map.entry("16 GB", "units"),
            Map.entry("5 mm bolts", "units"),
            Map.entry("email", "hyphen"),
            Map.entry("onboard", "hyphen"),
            Map.entry("C++", "cpp"),
            Map.entry("C#", "csharp"),
            Map.entry("ORA-00942", "ora"),
            Map.entry("ora01555", "ora2"),
            Map.entry("E-204", "fault"),
            Map.entry("Ｅ－２０４", "fault"));
    try (PassageIndex index = index(passages, vectors(passages, 1))) {
      first.forEach(
          (question, id) ->
              assertThat(index.words(question, 20, Filter.ALL).ids().getFirst())
                  .as(question)
                  .isEqualTo(id));
      assertThat(index.words("atomic write json", 20, Filter.ALL).ids()).contains("snake", "parts");
      assertThat(index.words("3.12.1", 20, Filter.ALL).ids()).doesNotContain("version");
    }
  }

  @Test
  void inEachLanguageAnInflectedQuestionFindsThePassageAndStopWordsFindNone() {
    for (LanguageFacts facts : LanguageFacts.ALL) {
      try (PassageIndex index = index(facts.relevant(), facts.irrelevant())) {
        assertThat(index.words(facts.inflected(), 10, Filter.ALL).ids())
            .as(facts.inflected())
            .containsExactly(facts.language());
        assertThat(index.words(facts.stopWords(), 10, Filter.ALL).hits())
            .as(facts.stopWords())
            .isEmpty();
      }
    }
  }

  @Test
  void passagesOfAllLanguagesTogetherAreScoredByTheFormula() {
    var passages = new ArrayList<Passage>();
    for (LanguageFacts facts : LanguageFacts.ALL) {
      passages.add(facts.relevant());
      passages.add(facts.irrelevant());
    }
    var reference = new ReferenceBm25(passages);
    try (PassageIndex index = index(passages, vectors(passages, 1))) {
      for (LanguageFacts facts : LanguageFacts.ALL) {
        Ranking inflected = index.words(facts.inflected(), 1000, Filter.ALL);
        Ranking same = index.words(facts.passage(), 1000, Filter.ALL);

        assertMatches(inflected, reference.scores(facts.inflected()), facts.inflected());
        assertMatches(same, reference.scores(facts.passage()), facts.passage());
        assertThat(inflected.ids()).as(facts.inflected()).contains(facts.language());
        assertThat(same.ids().getFirst()).as(facts.passage()).isEqualTo(facts.language());
      }
    }
  }

  @Test
  void eachLanguagesWordsAreFoundByTheirOwnForms() {
    try (PassageIndex index =
        index(
            passage("de", "d", "Die alten Häuser", Map.of("language", "de")),
            passage("en", "d", "the old houses", Map.of("language", "en")))) {
      assertThat(index.words("Haus", 10, Filter.ALL).ids()).containsExactly("de");
      assertThat(index.words("house", 10, Filter.ALL).ids()).containsExactly("en");
    }
  }

  @Test
  void theNearestOfASmallIndexAreThoseOfLookingAtAll() {
    var random = new Random(6);
    List<Passage> passages = Corpora.random(90, random);
    Vectors vectors = vectors(passages, 6);
    try (PassageIndex index = index(passages, vectors)) {
      for (int i = 0; i < 20; i++) {
        float[] query = Corpora.direction(Corpora.DIMENSION, random);

        Ranking found = index.nearest(query, 10, Filter.ALL);

        assertThat(found.ids()).isEqualTo(exact(vectors, query, 10).ids());
        for (Hit hit : found.hits()) {
          assertThat(hit.score())
              .isCloseTo(vectors.dot(vectors.row(hit.passageId()), query), within(1e-5));
        }
      }
    }
  }

  @Test
  void theTenBestAreThoseOfTheEmbeddedEngineAndOfLookingAtAll() {
    var random = new Random(12);
    List<Passage> passages = Corpora.random(600, random);
    Vectors vectors = vectors(passages, 12);
    int questions = 30;
    int found = 0;
    try (PassageIndex index = index(passages, vectors);
        PassageIndex embedded = LuceneIndex.inMemory(passages, vectors)) {
      for (int i = 0; i < questions; i++) {
        String question = Corpora.words(random, 4);
        float[] query = Corpora.direction(Corpora.DIMENSION, random);

        Ranking words = index.words(question, 10, Filter.ALL);
        Ranking nearest = index.nearest(query, 10, Filter.ALL);

        Ranking all = embedded.words(question, 1000, Filter.ALL);
        double last = all.hits().get(9).score() - 1e-5; // what ties with the tenth may stand there
        assertThat(all.hits().stream().filter(hit -> hit.score() >= last).map(Hit::passageId))
            .as(question)
            .containsAll(words.ids());
        var exact = new HashSet<>(exact(vectors, query, 10).ids());
        exact.retainAll(nearest.ids());
        found += exact.size();
      }
    }
    assertThat(found / (questions * 10.0)).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void anIdMayHoldAnything() {
    List<Passage> passages =
        Stream.of(
                "a/b?c=d&e#f",
                "ü 字 \uD83E\uDD9C",
                "\"quoted\"\n\t\\",
                " with blanks ",
                "_id",
                "..",
                "a,b*",
                "%2F+%20",
                "x".repeat(600),
                "")
            .map(id -> passage(id, "owl " + id.length()))
            .toList();
    Vectors vectors = vectors(passages, 13);
    List<String> ids = vectors.ids();
    try (PassageIndex index =
        index(
            List.of(
                new Change(passages, vectors, List.of()),
                new Change(passages.subList(0, 9), vectors, List.of("..", "x".repeat(600)))))) {
      List<String> left = ids.stream().filter(id -> !id.equals("..") && id.length() < 600).toList();

      assertThat(index.words("owl", 100, Filter.ALL).ids())
          .containsExactlyInAnyOrderElementsOf(left);
      assertThat(index.passages(ids)).extracting(Passage::id).containsExactlyElementsOf(left);
      assertThat(index.passages())
          .extracting(Passage::id)
          .containsExactlyInAnyOrderElementsOf(left);
      for (String id : left) {
        float[] own = vectors.vector(vectors.row(id));
        assertThat(index.nearest(own, 1, Filter.ALL).ids()).containsExactly(id);
        assertThat(index.cosines(own, ids).get(id)).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void ofManyPassagesAboutAsManyAsAskedForAreDrawnFromAllOfThemAndNoneTwice() {
    List<Passage> passages = Corpora.random(600, new Random(5));
    try (PassageIndex index = index(passages, vectors(passages, 5))) {
      var drawn = new ArrayList<Passage>();
      index.forEach(200, drawn::add);
      var all = new ArrayList<Passage>();
      index.forEach(600, all::add);

      assertThat(drawn).doesNotHaveDuplicates().isSubsetOf(passages);
      assertThat(drawn.size()).isBetween(130, 270); // six standard deviations
      var last = passages.subList(300, 600);
      assertThat(drawn.stream().filter(last::contains).count()).isBetween(51L, 149L);
      assertThat(all).containsExactlyInAnyOrderElementsOf(passages);
    }
  }

  @Test
  void metadataMayBeCalledAnything() {
    var odd =
        Map.of("a.b", "1", "a", "2", "x=y", "3", "back\\slash", "4", " ", "5", "title", "Ünï");
    try (PassageIndex index =
        index(passage("a", "d", "red owls", odd), passage("b", "blue whales"))) {
      assertThat(index.passages(List.of("a")).getFirst().metadata()).isEqualTo(odd);
      odd.forEach(
          (key, value) ->
              assertThat(index.words("owl whale", 10, filter(key, value)).ids())
                  .as(key)
                  .containsExactly("a"));
      assertThat(index.words("owl", 10, filter("x", "y=3")).hits()).isEmpty();
    }
  }

  @Test
  void cosinesAreOfThePassagesAskedForHoweverFar() {
    List<Passage> passages = Corpora.random(700, new Random(7));
    Vectors vectors = vectors(passages, 7);
    var changes =
        IntStream.range(0, 7)
            .mapToObj(i -> new Change(passages.subList(100 * i, 100 * i + 100), vectors, List.of()))
            .toList();
    try (PassageIndex index = index(changes)) {
      for (int wanted : new int[] {1, 2, 90, 700}) {
        float[] query = Corpora.direction(Corpora.DIMENSION, new Random(wanted));
        var ids = new ArrayList<>(vectors.ids().subList(700 - wanted, 700));
        Collections.shuffle(ids, new Random(8));
        ids.addAll(List.of("absent", "p699"));

        Map<String, Double> cosines = index.cosines(query, ids);

        assertThat(cosines.keySet()).hasSize(wanted).isSubsetOf(ids);
        cosines.forEach(
            (id, cosine) ->
                assertThat(cosine).isCloseTo(vectors.dot(vectors.row(id), query), within(1e-5)));
      }
      assertThat(index.cosines(vectors.vector(0), List.of())).isEmpty();
    }
  }

  @Test
  void aFilterActsInsideEachArm() {
    var random = new Random(9);
    List<Passage> passages = Corpora.random(300, random);
    Vectors vectors = vectors(passages, 9);
    var reference = new ReferenceBm25(passages);
    List<Filter> filters =
        List.of(
            new Filter(Map.of("document", Set.of("d3"))),
            new Filter(Map.of("document", Set.of("d1", "d2"), "format", Set.of("pdf"))),
            new Filter(Map.of("format", Set.of("docx"))),
            new Filter(Map.of("author", Set.of("d3"))),
            new Filter(Map.of("format", Set.of())),
            Filter.noneOf("document", Set.of("d3", "absent")),
            Filter.noneOf("format", Set.of("pdf")),
            Filter.noneOf("author", Set.of("d3")),
            Filter.noneOf("format", Set.of()),
            new Filter(
                Map.of("document", Set.of("d1", "d2")),
                Map.of("format", Set.of("pdf"), "document", Set.of("d1"))));
    try (PassageIndex index = index(passages, vectors)) {
      for (Filter filter : filters) {
        List<Passage> let = passages.stream().filter(filter::matches).toList();
        Set<String> ids = let.stream().map(Passage::id).collect(Collectors.toSet());
        float[] query = Corpora.direction(Corpora.DIMENSION, random);

        Ranking words = index.words("w1 w3", 1000, filter);
        Ranking nearest = index.nearest(query, 1000, filter);

        Map<String, Double> expected = reference.scores("w1 w3"); // statistics are of all passages
        expected.keySet().retainAll(ids);
        assertMatches(words, expected, filter.toString());
        assertThat(nearest.ids()).containsExactlyInAnyOrderElementsOf(ids);
      }
    }
  }

  @Test
  void passagesComeWholeInTheOrderAskedFor() {
    var whole =
        new Passage(
            "a",
            "docs/a.pdf",
            List.of("Guide", "第一章"),
            "Naïve \uD83E\uDD9C\n text",
            3,
            17,
            2,
            5,
            Map.of("language", "en", "title", "x".repeat(50_000)));
    var other = passage("b", "blue whales");
    try (PassageIndex index = index(whole, other)) {
      assertThat(index.passages(List.of("b", "absent", "a"))).containsExactly(other, whole);
      assertThat(index.words("naïve", 1, filter("title", "x".repeat(50_000))).ids())
          .containsExactly("a");
    }
  }

  @Test
  void anUpsertReplacesAndADeleteRemoves() {
    var before = List.of(passage("a", "red owls"), passage("b", "blue whales"));
    var after = List.of(passage("a", "green frogs"));
    try (PassageIndex index =
        index(
            List.of(
                new Change(before, vectors(before, 1), List.of()),
                new Change(after, vectors(after, 2), List.of("b", "absent"))))) {
      assertThat(index.size()).isEqualTo(1);
      assertThat(index.words("owl whale frog", 10, Filter.ALL).ids()).containsExactly("a");
      assertThat(index.passages(List.of("a", "b"))).isEqualTo(after);
      float[] query = vectors(after, 2).vector(0);
      assertThat(index.nearest(query, 10, Filter.ALL).ids()).containsExactly("a");
      assertThat(index.cosines(query, List.of("a")).get("a")).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void theSamePassagesScoreTheSameWhateverWayLedToThem() {
    var random = new Random(10);
    var now = new LinkedHashMap<String, Passage>();
    var changes = new ArrayList<Change>();
    for (int batch = 0; batch < 6; batch++) {
      List<Passage> some = new ArrayList<>(Corpora.random(120, random));
      Collections.shuffle(some, random);
      List<Passage> upserts = some.subList(0, 60);
      upserts.forEach(passage -> now.put(passage.id(), passage));
      List<String> deletes =
          IntStream.range(0, 15).mapToObj(_ -> "p" + random.nextInt(120)).distinct().toList();
      deletes.forEach(now::remove);
      changes.add(new Change(upserts, vectors(upserts, batch), deletes));
    }
    try (PassageIndex index = index(changes)) {
      assertThat(index.size()).isEqualTo(now.size());
      for (int i = 0; i < 40; i++) {
        String question = Corpora.words(random, 1 + random.nextInt(6));

        Ranking found = index.words(question, 1000, Filter.ALL);

        assertMatches(found, reference(question, changes, now.values()), question);
      }
    }
  }

  @Test
  void theBestOfItsHybridAreRerankedAndWhatLiesBehindFollows() {
    var encoder = new WordEncoder();
    List<Passage> passages = Corpora.random(300, new Random(9));
    Vectors vectors = encoder.passages(passages, Progress.NONE);
    RetrievalPlan plan = RetrievalPlan.hybrid(.4);
    int depth = 7;
    var model = new RetrievalPlan.Reranker.Model("judge", "1", depth, 1);
    try (PassageIndex index = index(passages, vectors)) {
      for (Filter filter : List.of(Filter.ALL, filter("format", "pdf"))) {
        String question = "w1 w2 w30";
        var fused = new HybridSearch(encoder, index, plan).retrieve(question, 12, filter);
        var scorer = new WordScorer();

        var found =
            new HybridSearch(encoder, index, plan.withReranker(model), TimedScorer.untimed(scorer))
                .retrieve(question, 12, filter);

        List<String> before = fused.ranking().ids();
        var scores =
            fused.passages().stream()
                .limit(depth)
                .map(p -> (float) (WordScorer.common(question, p.embedded()) - 1))
                .toList();
        assertThat(before).hasSize(12);
        assertThat(found.ranking()).isEqualTo(Reranking.reorder(fused.ranking(), scores, 1));
        assertThat(found.ranking().ids().subList(0, depth))
            .containsExactlyInAnyOrderElementsOf(before.subList(0, depth));
        assertThat(found.ranking().ids().subList(depth, 12)).isEqualTo(before.subList(depth, 12));
        assertThat(found.passages()).extracting(Passage::id).isEqualTo(found.ranking().ids());
        assertThat(scorer.calls).hasValue(1);
        assertThat(scorer.passages).hasValue(depth);
      }
    }
  }

  @Test
  void spaceAndSizeAreThoseOfWhatWasPut() {
    try (PassageIndex index = index(passage("a", "red owls"), passage("b", "blue whales"))) {
      assertThat(index.space()).isEqualTo(Corpora.SPACE);
      assertThat(index.size()).isEqualTo(2);
    }
  }

  @Test
  void whatCannotBeAskedIsTheCallersMistake() {
    try (PassageIndex index = index(passage("a", "red owls"))) {
      float[] query = Corpora.direction(Corpora.DIMENSION, new Random(1));

      assertThatThrownBy(() -> index.words("owl", 0, Filter.ALL))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.nearest(query, 1001, Filter.ALL))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.nearest(new float[3], 1, Filter.ALL))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.nearest(new float[Corpora.DIMENSION], 1, Filter.ALL))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Filter filter(String field, String value) {
    return new Filter(Map.of(field, Set.of(value)));
  }

  private static Ranking exact(Vectors vectors, float[] query, int k) {
    var hits = new ArrayList<Hit>();
    for (int row = 0; row < vectors.size(); row++) {
      hits.add(new Hit(vectors.ids().get(row), vectors.dot(row, query)));
    }
    return Ranking.best(hits, k);
  }

  /// Same passages, same scores but for single precision, in a ranking's order.
  private static void assertMatches(Ranking found, Map<String, Double> expected, String about) {
    assertThat(found.ids()).as(about).containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Hit hit : found.hits()) {
      assertThat(hit.score()).as(about).isCloseTo(expected.get(hit.passageId()), within(1e-4));
    }
    assertThat(found.hits()).as(about).isSortedAccordingTo(Ranking.BEST_FIRST);
  }
}
