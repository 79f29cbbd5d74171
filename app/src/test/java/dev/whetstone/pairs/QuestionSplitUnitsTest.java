package dev.whetstone.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.DocumentSplit.Shares;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuestionSplitUnitsTest {
  private static final Shares SHARES = new Shares(.3, .2, .5);
  private final List<Passage> passages = new ArrayList<>();
  private final List<Question> questions = new ArrayList<>();

  private void passage(String document, String text, String... headings) {
    int from = passages.size() * 1000;
    passages.add(
        new Passage(
            document + "#" + passages.size(),
            document,
            List.of(headings),
            text,
            from,
            from + text.length(),
            0,
            0,
            Map.of()));
  }

  private void question(String document, String phrase) {
    String id = "q" + questions.size();
    questions.add(new Question(id, id + "?", List.of(new Place(document, phrase, 0))));
  }

  private static String prose(Random random) {
    return IntStream.range(0, 40)
        .mapToObj(_ -> "w" + random.nextInt(900))
        .collect(Collectors.joining(" "));
  }

  private QuestionSplitUnits split() {
    return QuestionSplitUnits.of(questions, passages, SHARES, 1);
  }

  /// The texts that answer the questions of each group have none in common.
  private void assertNoTextInTwoGroups(DocumentSplit split) {
    var resolver = new QuestionResolver(passages);
    var seen = new HashSet<>(Set.of("none"));
    for (Group group : Group.values()) {
      Set<String> ids =
          resolver.resolve(split.questions(group)).gains().values().stream()
              .flatMap(gains -> gains.keySet().stream())
              .collect(Collectors.toSet());
      Set<String> texts =
          passages.stream()
              .filter(passage -> ids.contains(passage.id()))
              .map(Passage::text)
              .collect(Collectors.toSet());
      assertThat(texts).as(group.toString()).doesNotContainAnyElementsOf(seen);
      seen.addAll(texts);
    }
  }

  @Test
  void copiesOfADocumentAreOneDocument() {
    var random = new Random(4);
    for (int i = 0; i < 12; i++) {
      String text = prose(random);
      passage("v1/" + i, text);
      passage("v2/" + i, text.replaceFirst("w\\d+", "edited")); // no passage is equal
      question("v1/" + i, text.substring(20, 40));
      question("v2/" + i, text.substring(20, 40));
    }

    QuestionSplitUnits split = split();

    assertThat(split.bySection()).isFalse();
    for (int i = 0; i < 12; i++) {
      assertThat(split.split().group("v1/" + i))
          .isNotNull()
          .isEqualTo(split.split().group("v2/" + i));
    }
    assertThat(split.split().questions(Group.TRAIN)).isNotEmpty();
    assertThat(split.split().questions(Group.TEST)).isNotEmpty();
  }

  @Test
  void documentsThatShareOnePassageThatAnswersBelongTogether() {
    var random = new Random(5);
    for (int i = 0; i < 12; i++) {
      String shared =
          "The same notice %d: ".formatted(i / 2) + "keep clear of the lines ".repeat(4);
      passage("d" + i, prose(random));
      passage("d" + i, shared);
      question("d" + i, shared);
    }

    QuestionSplitUnits split = split();

    assertNoTextInTwoGroups(split.split());
    for (int i = 0; i < 12; i += 2) {
      assertThat(split.split().group("d" + i)).isEqualTo(split.split().group("d" + (i + 1)));
    }
  }

  @Test
  void withoutCopiesTheSplitIsThatOfTheDocuments() {
    var random = new Random(6);
    for (int i = 0; i < 20; i++) {
      String text = prose(random);
      passage("d" + i, text);
      question("d" + i, text.substring(0, 20));
    }

    DocumentSplit split = split().split();

    var plain = DocumentSplit.of(questions, SHARES, 1);
    for (Group group : Group.values()) {
      assertThat(split.questions(group)).isEqualTo(plain.questions(group));
    }
  }

  @Test
  void questionsAboutOneDocumentAreSplitByItsTopHeadings() {
    var random = new Random(7);
    for (int i = 0; i < 20; i++) {
      for (int part = 0; part < 2; part++) {
        String text = prose(random);
        passage("handbook.md", text, "Handbook", "Chapter " + i, "Part " + part);
        question("handbook.md", text.substring(0, 30));
      }
    }
    passage("handbook.md", "How to read this book.", "Handbook");
    question("handbook.md", "How to read");

    QuestionSplitUnits split = split();

    assertThat(split.bySection()).isTrue();
    var chapters = new HashSet<>(Set.of("none"));
    for (Group group : Group.values()) {
      List<Question> of = split.split().questions(group);
      assertThat(of).as(group.toString()).isNotEmpty();
      Set<String> names = split.names(of);
      assertThat(names).doesNotContainAnyElementsOf(chapters);
      chapters.addAll(names);
    }
    assertThat(chapters)
        .hasSize(22)
        .contains("handbook.md § Handbook > Chapter 3", "handbook.md § Handbook >");
    assertNoTextInTwoGroups(split.split());
    assertThat(QuestionSplitUnits.sections(passages.get(6)))
        .contains("handbook.md § Handbook > Chapter 3")
        .doesNotContain("handbook.md § Handbook >");
  }

  @Test
  void aDocumentWithoutHeadingsIsNotSplit() {
    var random = new Random(8);
    for (int i = 0; i < 20; i++) {
      String text = prose(random);
      passage("notes.txt", text);
      question("notes.txt", text.substring(0, 30));
    }

    QuestionSplitUnits split = split();

    assertThat(split.bySection()).isFalse();
    assertThat(split.split().questions(Group.TEST)).hasSize(20);
  }
}
