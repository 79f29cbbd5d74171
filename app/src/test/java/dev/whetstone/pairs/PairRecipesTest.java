package dev.whetstone.pairs;

import static dev.whetstone.pairs.PassageMaker.passage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairRecipesTest {
  private static final List<Passage> PROSE =
      Stream.of(
              "The broker keeps every message until it is acknowledged. A consumer that dies"
                  + " returns its messages to the queue. Set the lease long enough for slow work.",
              "The queue has a lease for each consumer. When the lease ends another consumer takes"
                  + " the message. The broker counts how often that happened.",
              "A dead letter queue holds what nobody could read. The broker moves a message there"
                  + " after five attempts. Slow work is no attempt by itself.",
              "Every consumer sends a heartbeat to the broker. Without a heartbeat the consumer"
                  + " counts as dead. The heartbeat costs little work.")
          .map(text -> passage("p" + text.hashCode(), "broker.md", "Broker > Delivery", text))
          .toList();

  private static final Passage TABLE =
      passage(
          "t1",
          "options.md",
          "Netty Component",
          """
          | Name | Description | Default
          | connectionTimeout | How long a connection may take to open | 10
          | keepAlive | Whether the socket stays open | true
          """);

  @Test
  void theQuestionIsTakenOutOfThePassage() {
    var pairs = new PairRecipes(1).fromDocuments(PROSE, 100);

    assertThat(pairs)
        .filteredOn(pair -> pair.origin().endsWith("sentence"))
        .isNotEmpty()
        .allSatisfy(pair -> assertThat(pair.passageText()).doesNotContain(pair.question()))
        .allSatisfy(pair -> assertThat(pair.passageText()).startsWith("Broker > Delivery. "));
    assertThat(pairs)
        .filteredOn(pair -> pair.origin().equals("heading"))
        .isNotEmpty()
        .allSatisfy(pair -> assertThat(pair.passageText()).doesNotContain("Broker > Delivery"));
  }

  @Test
  void eachRecipeHasItsTurn() {
    var pairs = new PairRecipes(1).fromDocuments(PROSE, 4);

    assertThat(PairRecipes.counts(pairs))
        .isEqualTo(Map.of("first sentence", 1, "heading", 1, "keywords", 1, "salient sentence", 1));
    assertThat(pairs).extracting(Pair::passageId).doesNotHaveDuplicates();
  }

  @Test
  void passagesWithoutSentencesGiveRunsOfWordsAndKeywordsAreAThirdAtMost() {
    var random = new Random(5);
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < 90; i++) {
      String text =
          random.ints(40, 0, 120).mapToObj(word -> "word" + word).collect(Collectors.joining(" "));
      passages.add(passage("n" + i, "notes.txt", "", text));
    }

    var pairs = new PairRecipes(1).fromDocuments(passages, 90);

    var counts = PairRecipes.counts(pairs);
    assertThat(pairs).hasSizeGreaterThan(80);
    assertThat(counts).containsOnlyKeys("keywords", "run of words");
    assertThat(counts.getOrDefault("keywords", 0)).isBetween(1, pairs.size() / 3 + 1);
    assertThat(pairs)
        .filteredOn(pair -> pair.origin().equals("run of words"))
        .allSatisfy(
            pair -> {
              assertThat(pair.question().split(" ", -1)).hasSize(10);
              assertThat(pair.passageText()).doesNotContain(pair.question());
            });
    assertThat(new PairRecipes(1).fromDocuments(passages, 90)).isEqualTo(pairs);
  }

  @Test
  void keywordsStandInTheOrderOfTheText() {
    var pairs = new PairRecipes(1).fromDocuments(PROSE, 100);

    var keywords = pairs.stream().filter(p -> p.origin().equals("keywords")).toList();
    assertThat(keywords).isNotEmpty();
    for (Pair pair : keywords) {
      int at = 0;
      for (String word : pair.question().split(" ", -1)) {
        at = pair.passageText().indexOf(word, at);
        assertThat(at).as("%s in %s", word, pair).isNotNegative();
      }
    }
  }

  @Test
  void theSameSeedGivesTheSamePairsAndNoneTwice() {
    var pairs = new PairRecipes(7).fromDocuments(PROSE, 100);

    assertThat(new PairRecipes(7).fromDocuments(PROSE, 100)).isEqualTo(pairs);
    assertThat(pairs.stream().map(p -> p.question() + p.passageId())).doesNotHaveDuplicates();
  }

  @Test
  void aTableRowIsAskedForByTheWordsOfItsName() {
    var pairs = new PairRecipes(1, 1).fromDocuments(List.of(TABLE), 10);

    assertThat(pairs).hasSize(1);
    assertThat(pairs.getFirst().origin()).isEqualTo("table row");
    assertThat(pairs.getFirst().question()).isIn("connection timeout", "keep alive");
    assertThat(OptionTables.words("HTTPMaxSize")).isEqualTo("http max size");
  }

  @Test
  void tablesGiveFewPairs() {
    var passages = new ArrayList<>(PROSE);
    for (int i = 0; i < 96; i++) {
      passages.add(
          passage("t" + i, "options.md", "Options", TABLE.text().replace("Timeout", "Limit" + i)));
    }

    var counts = PairRecipes.counts(new PairRecipes(.1, 1).fromDocuments(passages, 1000));

    assertThat(counts).containsEntry("table row", 10);
  }

  @Test
  void chineseIsCutAtItsOwnStops() {
    String text = "合同的变更应当采用书面形式。当事人对合同变更的内容约定不明确的，推定为未变更。债权人可以将债权的全部转让给第三人。";

    assertThat(Sentences.of(text, "zh"))
        .containsExactly("合同的变更应当采用书面形式。", "当事人对合同变更的内容约定不明确的，推定为未变更。", "债权人可以将债权的全部转让给第三人。");
    var passages =
        List.of(
            passage("a", "law.md", "合同编", text),
            passage("b", "law.md", "合同编", text.substring(14) + "合同的转让应当通知。"));
    assertThat(new PairRecipes(1).fromDocuments(passages, 10)).isNotEmpty();
  }

  @Test
  void chineseKeywordsAreWholeRunsBetweenStops() {
    String text = "投保机构有下列情形的，可以建议监督管理机构，依法采取相应措施，并且予以公告，限期改正。";
    var passages =
        List.of(passage("a", "law.md", "", text), passage("b", "law.md", "", text + "。"));

    var terms = new TermFrequencies(passages);

    assertThat(text.split("[，。]", -1))
        .contains(String.valueOf(Salience.keywords(passages.getFirst(), terms)).split(" ", -1));
  }

  @Test
  void headingsThatAreOnlyNumbersOfASeriesAskNothing() {
    var passages =
        Stream.of("一", "二", "三", "四", "十五", "二十")
            .map(n -> passage("p" + n, "law.md", "合同法第" + n + "条", PROSE.getFirst().text()))
            .toList();
    var headings = new Headings(passages);

    assertThat(passages).allSatisfy(p -> assertThat(headings.question(p)).isNull());
    assertThat(headings.question(PROSE.getFirst())).isEqualTo("Broker > Delivery");
  }

  @Test
  void abbreviationsAndInitialsEndNoSentence() {
    String text = "J. Smith wrote it, e.g. for tests. It holds! Does it? Yes";

    assertThat(Sentences.of(text, "en"))
        .containsExactly("J. Smith wrote it, e.g. for tests.", "It holds!", "Does it?", "Yes");
  }

  @Test
  void everyRelevantPassageOfAQuestionMakesALabelPair() {
    var passages = PROSE.stream().collect(Collectors.toMap(Passage::id, p -> p));
    String first = PROSE.get(0).id();
    String second = PROSE.get(1).id();

    var pairs =
        PairRecipes.fromJudgements(
            Map.of("q", "what if a consumer dies?"),
            Map.of("q", Map.of(first, 1, second, 0, "gone", 1)),
            passages);

    assertThat(pairs).hasSize(1);
    assertThat(pairs.getFirst().passageText()).isEqualTo(PROSE.get(0).embedded());
  }
}
