package dev.whetstone.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Progress;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTrialTest {
  private static final String QUESTION = "How long are undelivered messages kept?";

  @TempDir private Path folder;

  /// Times are of two threads in fp32 and of one in 8 bits.
  @ParameterizedTest
  @CsvSource({
    "10, 7, .9975, true",
    "10, 11, .9975, true",
    "10, 13, .9975, false",
    "10, 7, .9969, false",
    "10, 7, NaN, false"
  })
  void eightBitsAreUsedWhereTheyAreCloseAndTakeLess(
      double fp32, double int8, double cosine, boolean used) {
    assertThat(new QuestionTrial("a processor", 2, fp32, int8, cosine).int8()).isEqualTo(used);
  }

  @Test
  void aSmallModelIsNotTried() {
    Model model = TinyBert.write(folder.resolve("m"), 11);
    var settings = EncoderSettings.of(RuntimeChoice.AUTO, folder.resolve("cache")).serving();
    try (var encoder = Encoders.open(model, settings)) {
      encoder.prepareQuestions();

      assertThat(QuestionTrial.kept(model, settings)).isEmpty();
      assertThat(encoder.query("salt")).hasSize(model.dimension());
    }
  }

  @Test
  void whatServesIsOpenedOnceAndStaysInTheSpaceOfFp32() {
    Model model = BaseModelTest.model();
    var settings = EncoderSettings.of(RuntimeChoice.AUTO, folder.resolve("cache")).serving();
    int before = Encoders.openSessions();
    try (var encoder = Encoders.open(model, settings)) {
      float[] exact = encoder.query(QUESTION);
      float[] passage = encoder.texts(List.of("p"), List.of(QUESTION), Progress.NONE).vector(0);

      encoder.prepareQuestions();

      QuestionTrial trial = QuestionTrial.kept(model, settings).orElseThrow();
      assertThat(trial.cosine()).isBetween(.99, 1.0);
      assertThat(Encoders.openSessions()).isEqualTo(before + 1);
      float[] served = encoder.query(QUESTION);
      assertThat(cosine(served, exact)).isCloseTo(1, within(1 - least(trial)));
      assertThat(encoder.texts(List.of("p"), List.of(QUESTION), Progress.NONE).vector(0))
          .as("what is kept is in fp32")
          .isEqualTo(passage);
    }
    assertThat(Encoders.openSessions()).isEqualTo(before);
  }

  private static double least(QuestionTrial trial) {
    return trial.int8() ? .997 : .99999;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
