package dev.whetstone.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /// A set on which a base answers all or nothing could not show that it forgot anything.
  @ParameterizedTest
  @CsvSource({"en,bge-small-en-v1.5", "zh,bge-small-zh-v1.5"})
  void theBaseOfItsLanguageAnswersMostOfItAndNotAll(
      String language, String base, @TempDir Path folder) {
    GeneralSet set = set(language);
    try (Encoder encoder = Encoders.open(model(base), EncoderSettings.auto())) {
      var guard = new ForgettingGuard(folder, Progress.NONE);

      GuardReport report = guard.check(List.of(set), "", encoder, encoder, 1);

      assertThat(report.parts().getFirst().base()).isBetween(.5, .85);
    }
  }

  private static Model model(String name) {
    try {
      return BaseModels.open(name, MavenArtifact.defaultCache());
    } catch (Failure.Unavailable e) {
      return Assumptions.abort("Maven cannot bring the base model: " + e.getMessage());
    }
  }
}
