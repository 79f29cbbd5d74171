package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.core.Passage;
import dev.whetstone.encode.WordEncoder;
import dev.whetstone.text.Sentences;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class CitationCheckTest {
  /// A sentence beside the passage it cites.
  ///
  /// @param id below [#HELD_OUT] where the rules were made on it
  /// @param kind how it was made from the passage
  record Pair(
      int id,
      String language,
      String domain,
      String kind,
      boolean supported,
      String sentence,
      String passage) {
    Passage cited() {
      return new Passage(
          "p", "d", List.of(), passage, 0, passage.length(), 0, 0, Map.of("title", "Manual"));
    }
  }

  private static List<Pair> pairs() throws IOException {
    var json = new ObjectMapper();
    var pairs = new ArrayList<Pair>();
    try (InputStream in =
        Objects.requireNonNull(
            CitationCheckTest.class.getResourceAsStream("citation-pairs.jsonl"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        JsonNode node = json.readTree(line);
        pairs.add(
            new Pair(
                node.get("id").asInt(),
                node.get("language").asText(),
                node.get("domain").asText(),
                node.get("kind").asText(),
                node.get("supported").asBoolean(),
                node.get("sentence").asText(),
                node.get("passage").asText()));
      }
    }
    return pairs;
  }

  /// Pairs from this id on were written before the rules and are for measuring alone.
  private static final int HELD_OUT = 301;

  /// How often a half's pairs are judged wrongly.
  record Rates(int falseAccepted, int unsupported, int trueRejected, int supported) {
    @Override
    public String toString() {
      return "%d of %d unsupported sentences accepted (%.1f %%), %d of %d supported ones rejected (%.1f %%)"
          .formatted(
              falseAccepted,
              unsupported,
              100.0 * falseAccepted / unsupported,
              trueRejected,
              supported,
              100.0 * trueRejected / supported);
    }
  }

  private static Rates rates(Predicate<Pair> which) throws IOException {
    List<Pair> pairs = pairs();
    TermWeights terms = TermWeights.counted(c -> pairs.forEach(p -> c.accept(p.cited())), true);
    var vectors = new ExcerptVectors(new WordEncoder());
    var readings = new PassageReadings();
    int falseAccepted = 0;
    int unsupported = 0;
    int trueRejected = 0;
    int supported = 0;
    for (Pair pair : pairs.stream().filter(which).toList()) {
      boolean accepted =
          new CitationCheck(terms, vectors, readings)
              .supports(pair.sentence(), List.of(pair.cited()));
      supported += pair.supported() ? 1 : 0;
      unsupported += pair.supported() ? 0 : 1;
      falseAccepted += accepted && !pair.supported() ? 1 : 0;
      trueRejected += !accepted && pair.supported() ? 1 : 0;
    }
    return new Rates(falseAccepted, unsupported, trueRejected, supported);
  }

  @Test
  void aWordThatSaysAlmostNeverTurnsASentenceAround() {
    var pair =
        new Pair(
            0, "en", "manual", "negation", false, "", "The pump stops when the tank is empty.");
    var check =
        new CitationCheck(
            TermWeights.counted(c -> c.accept(pair.cited()), true),
            new ExcerptVectors(new WordEncoder()),
            new PassageReadings());

    assertThat(check.supports(pair.passage(), List.of(pair.cited()))).isTrue();
    for (String word : List.of("hardly", "barely", "scarcely", "seldom", "rarely", "never")) {
      String sentence = "The pump " + word + " stops when the tank is empty.";
      assertThat(check.supports(sentence, List.of(pair.cited()))).as(sentence).isFalse();
    }
  }

  @Test
  void thePairsAreManyAndOfBothLanguagesAndKinds() throws IOException {
    List<Pair> pairs = pairs();

    assertThat(pairs).hasSizeGreaterThanOrEqualTo(280);
    assertThat(pairs.stream().map(Pair::id)).doesNotHaveDuplicates();
    for (String language : List.of("en", "zh")) {
      for (boolean supported : List.of(true, false)) {
        assertThat(pairs)
            .filteredOn(p -> p.language().equals(language) && p.supported() == supported)
            .hasSizeGreaterThanOrEqualTo(35);
      }
    }
  }

  @Test
  void aSentenceOfThePassageIsSupportedWordForWordAndNothingWithoutACitation() throws IOException {
    var vectors = new ExcerptVectors(new WordEncoder());
    var readings = new PassageReadings();
    for (Pair pair : pairs()) {
      var check = new CitationCheck(TermWeights.NONE, vectors, readings);
      for (String sentence : Sentences.of(pair.passage(), pair.language())) {
        assertThat(check.broken(sentence, List.of(pair.cited()))).as(sentence).isEmpty();
        assertThat(check.supports(sentence, List.of())).isFalse();
      }
    }
  }

  /// What is replaced in a sentence, and by what, so that it says something else.
  private static final Map<String, String> CHANGES =
      Map.ofEntries(
          Map.entry(" is ", " is not "),
          Map.entry(" are ", " are not "),
          Map.entry(" not ", " "),
          Map.entry(" may ", " may not "),
          Map.entry(" before ", " after "),
          Map.entry(" after ", " before "),
          Map.entry("(?<![\\d.])[1-8](?![\\d.])", "9"),
          Map.entry("应当", "不得"),
          Map.entry("不得|请勿|禁止", "可以"),
          Map.entry("(?<!提)前(?!款)", "后"),
          Map.entry("以上", "以下"),
          Map.entry("[三六七](?=[个十日天小时年])", "五"));

  @Test
  void aSentenceOfThePassageWithOneWordTurnedAroundIsNotSupported() throws IOException {
    var vectors = new ExcerptVectors(new WordEncoder());
    var readings = new PassageReadings();
    var changed = new LinkedHashSet<String>();
    var accepted = new LinkedHashSet<String>();
    for (Pair pair : pairs()) {
      var check = new CitationCheck(TermWeights.NONE, vectors, readings);
      for (String sentence : Sentences.of(pair.passage(), pair.language())) {
        CHANGES.forEach(
            (from, to) -> {
              String other = sentence.replaceFirst(from, to);
              if (!other.equals(sentence) && changed.add(other)) {
                if (check.supports(other, List.of(pair.cited()))) {
                  accepted.add(other);
                }
              }
            });
      }
    }

    assertThat(changed).hasSizeGreaterThan(80);
    assertThat(accepted).isEmpty();
  }

  @Test
  void bothErrorRatesOnTheHeldOutPairsAreWithinTheirBounds() throws IOException {
    Rates made = rates(pair -> pair.id() < HELD_OUT);
    Rates heldOut = rates(pair -> pair.id() >= HELD_OUT);
    System.out.println("citation check, pairs it was made on: " + made);
    for (String language : List.of("en", "zh")) {
      System.out.println(
          "citation check, held out, %s: ".formatted(language)
              + rates(p -> p.id() >= HELD_OUT && p.language().equals(language)));
    }
    System.out.println("citation check, held out: " + heldOut);

    assertThat(made.falseAccepted()).isZero();
    assertThat(made.trueRejected()).isLessThanOrEqualTo(5);
    assertThat(heldOut.falseAccepted()).isLessThanOrEqualTo(1);
    assertThat(heldOut.trueRejected()).isLessThanOrEqualTo(5);
  }
}
