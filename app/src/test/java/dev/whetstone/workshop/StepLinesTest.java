package dev.whetstone.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.Question;
import dev.whetstone.workshop.prepare.Preparing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepLinesTest {
  @Test
  void notesThatDifferInFiguresAloneAreShownTenTimesAndThenCounted() {
    var parts = new ArrayList<Preparing.Unread>();
    for (int page = 1; page <= 300; page++) {
      parts.add(
          new Preparing.Unread("page%d.html".formatted(page), "%,d letters".formatted(page * 17)));
    }
    parts.add(new Preparing.Unread("prices.xlsx", "1 hidden sheet"));

    List<String> lines = StepLines.inPart(parts);

    assertThat(lines).hasSize(12);
    assertThat(lines).filteredOn(line -> line.contains(".html: ")).hasSize(10);
    assertThat(lines).anyMatch(line -> line.contains("prices.xlsx"));
    assertThat(lines.getLast()).contains("290").contains("failures.json");
  }

  @Test
  void aFewNotesAreAllShown() {
    var parts = List.of(new Preparing.Unread("a.html", "x"), new Preparing.Unread("b.html", "x"));

    assertThat(StepLines.inPart(parts)).hasSize(2);
  }

  @Test
  void aQuestionIsNamedByItsIdOnlyWhereItsFileGivesOne() {
    String text = "How long is it kept?";

    assertThat(StepLines.name(new Question("q7", text, List.of()))).isEqualTo("q7");
    assertThat(StepLines.name(new Question(Sha256.id(text), text, List.of()))).contains(text);
  }
}
