package dev.whetstone.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PassageChoiceTest {
  private static final String PROSE =
      "The %s of the plant is looked at by a fitter in spring, because the %s suffers in winter"
          + " when the pipes that lead to the %s are cold. He writes down what he finds, and orders"
          + " a new %s where the old one is worn.";

  static Passage passage(String id, String document, String heading, String text) {
    return new Passage(
        id, document, List.of(heading), text, 0, text.length(), 0, 60, Map.of("language", "en"));
  }

  private static Passage about(String id, String document, String heading, String thing) {
    return passage(id, document, heading, PROSE.replace("%s", thing));
  }

  private static List<Passage> order(WriterInputs inputs, long seed) {
    var order = new ArrayList<Passage>();
    PassageChoice.of(inputs, seed).forEachRemaining(order::add);
    return order;
  }

  @Test
  void everyDocumentIsAskedAboutOnceBeforeOneIsTwice() {
    var passages =
        List.of(
            about("a1", "a", "One", "boiler"),
            about("a2", "a", "Two", "burner"),
            about("a3", "a", "Two", "chimney"),
            about("b1", "b", "One", "turbine"),
            about("c1", "c", "One", "generator"));

    var order = order(WriterInputs.of(passages), 1);

    assertThat(order).hasSize(5);
    assertThat(order.subList(0, 3)).extracting(Passage::document).doesNotHaveDuplicates();
    assertThat(order).containsExactlyElementsOf(order(WriterInputs.of(passages.reversed()), 1));
  }

  @Test
  void anotherHeadingComesBeforeTheSameOneAgain() {
    var passages =
        List.of(
            about("a1", "a", "One", "boiler"),
            about("a2", "a", "One", "burner"),
            about("a3", "a", "Two", "chimney"));

    assertThat(order(WriterInputs.of(passages), 1).subList(0, 2))
        .extracting(Passage::headings)
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsHeldOutIsNotAskedAbout() {
    var passages = List.of(about("a1", "a", "One", "boiler"), about("b1", "b", "One", "turbine"));
    var inputs = new WriterInputs(passages, p -> p.document().equals("b"), null, List.of());

    assertThat(order(inputs, 1)).extracting(Passage::id).containsExactly("b1");
  }

  @Test
  void withVectorsTheNextPassageIsFarFromThoseBefore() {
    var passages = new ArrayList<Passage>();
    var data = new float[6 * 2];
    for (int i = 0; i < 6; i++) {
      passages.add(about("p" + i, "d" + i, "One", "thing" + i));
      data[2 * i + (i < 4 ? 0 : 1)] = 1; // four about one subject, two about another
    }
    var vectors =
        new Vectors(
            new SpaceId("0123456789abcdef"), passages.stream().map(Passage::id).toList(), 2, data);

    var order = order(new WriterInputs(passages, _ -> true, vectors, List.of()), 1);

    assertThat(order).hasSize(6);
    assertThat(order.subList(0, 2).stream().map(p -> p.id().compareTo("p4") < 0))
        .containsExactlyInAnyOrder(true, false);
  }

  @Test
  void passagesThatStateNothingOfTheirOwnArePassedOver() {
    String boilerplate =
        "Copyright belongs to the company, and no part of the manual may be copied without asking"
            + " it for its consent in writing before. All rights that are not named here stay with"
            + " it.";
    var passages =
        new ArrayList<>(
            List.of(
                about("a1", "a", "One", "boiler"),
                about("a2", "a", "Other", "boiler"), // a copy
                passage("short", "a", "One", "See the other manual."),
                passage("numbers", "a", "One", "12.5 | 13.0 | 14.1 | 15.2 x y z\n".repeat(12)),
                passage(
                    "list",
                    "a",
                    "One",
                    ("Boilers Burners Valves Gauges Pumps Inspection Repair Warranty Addresses"
                            + " Index Glossary Forms Tables Figures Notes Errata Credits Contacts"
                            + " Terms History Parts Tools")
                        .replace(' ', '\n'))));
    for (String document : List.of("a", "b", "c")) {
      passages.add(
          passage(
              "legal-" + document,
              document,
              "Legal " + document,
              boilerplate + " The edition of " + document + " is the third one."));
    }

    var choice = PassageChoice.of(WriterInputs.of(passages), 1);

    assertThat(choice.passedOver())
        .containsEntry(PassageFault.SHORT, 1)
        .containsEntry(PassageFault.NUMBERS, 1)
        .containsEntry(PassageFault.LIST, 1)
        .containsEntry(PassageFault.COPY, 1)
        .containsEntry(PassageFault.BOILERPLATE, 3);
    assertThat(choice.next().id()).isEqualTo("a1");
    assertThat(choice.hasNext()).isFalse();
  }
}
