package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TruncatedListTest {
  @Test
  void textsThatDifferInFiguresAloneAreShownTenTimesAndThenCounted() {
    var notes = new ArrayList<String>();
    for (int page = 1; page <= 300; page++) {
      notes.add("%,d letters".formatted(page * 17));
    }
    notes.add("1 hidden sheet");

    TruncatedList<String> excerpt = TruncatedList.ofUnlike(notes, Function.identity());

    assertThat(excerpt.items()).hasSize(11);
    assertThat(excerpt.items().getLast()).isEqualTo("1 hidden sheet");
    assertThat(excerpt.total()).isEqualTo(301);
    assertThat(excerpt.more()).isEqualTo(290);
  }

  @Test
  void aFewNotesAreAllShown() {
    assertThat(TruncatedList.ofUnlike(List.of("x", "x"), Function.identity()).items()).hasSize(2);
  }

  @Test
  void ofALongListTheFirstAreShown() {
    var all = new ArrayList<Integer>();
    for (int i = 0; i < 10_000; i++) {
      all.add(i);
    }

    TruncatedList<Integer> excerpt = TruncatedList.of(all);

    assertThat(excerpt.items()).hasSize(500).startsWith(0, 1);
    assertThat(excerpt.more()).isEqualTo(9_500);
  }
}
