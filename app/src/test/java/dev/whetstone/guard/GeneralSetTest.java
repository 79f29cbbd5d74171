package dev.whetstone.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.store.MavenArtifact;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneralSetTest {
  private static GeneralSet set(String language) {
    try {
      return GeneralSet.open(language, MavenArtifact.defaultCache());
    } catch (Failure.Unavailable e) {
      return Assumptions.abort("Maven cannot bring the passages: " + e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void everyQuestionIsAnsweredByAPassageAndNoTextStandsTwice(String language) {
    GeneralSet set = set(language);

    assertThat(set.questions()).hasSizeGreaterThanOrEqualTo(100);
    assertThat(set.qrels().queries()).containsExactlyElementsOf(set.questions().keySet());
    assertThat(set.passages()).extracting(Passage::id).doesNotHaveDuplicates();
    assertThat(set.passages()).extracting(Passage::text).doesNotHaveDuplicates();
    assertThat(set.questions().values()).doesNotHaveDuplicates();
    assertThat(set.source()).containsAnyOf("licence", "LGPL");
    Set<String> answers = new HashSet<>();
    set.questions().keySet().forEach(id -> answers.addAll(set.qrels().relevant(id)));
    assertThat(set.passages()).extracting(Passage::id).containsAll(answers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void thePassagesAreTheSameEachTime(String language) {
    assertThat(set(language)).isEqualTo(set(language));
  }
}
