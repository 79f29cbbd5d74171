package dev.whetstone.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.guard.GuardReport.Outcome;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgettingGuardTest {
  private static final List<String> THINGS =
      List.of("salt", "pasta", "queue", "broker", "key", "oil", "file", "water", "user", "error");

  @TempDir Path folder;
  private ForgettingGuard guard;

  @BeforeEach
  void aGuard() {
    guard = new ForgettingGuard(folder.resolve("cache"), Progress.NONE);
  }

  /// Thirty passages, and a question about each in nearly its words.
  private static GeneralSet kitchen() {
    var passages = new ArrayList<Passage>();
    var questions = new LinkedHashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (int i = 0; i < 30; i++) {
      String one = THINGS.get(i % 10);
      String other = THINGS.get((i / 10 * 3 + i + 1) % 10);
      passages.add(GeneralSet.passage("p" + i, one + " " + other + " " + one + " the", "en"));
      questions.put("q" + i, one + " " + other + " " + one);
      gains.put("q" + i, Map.of("p" + i, 1));
    }
    return new GeneralSet("en", "own text", passages, questions, new Qrels(gains));
  }

  private static Encoder encoder(Model model) {
    return Encoders.open(model, EncoderSettings.auto());
  }

  @Test
  void theBaseItselfForgotNothing() {
    try (Encoder base = encoder(TinyBert.write(folder.resolve("base"), 1))) {
      GuardReport report = guard.check(List.of(kitchen()), "", base, base, 1);

      assertThat(report.outcome()).isEqualTo(Outcome.KEPT);
      GuardReport.Part part = report.parts().getFirst();
      assertThat(part.base()).isGreaterThan(.5).isCloseTo(part.candidate(), within(1e-9));
      assertThat(part.change()).isEqualTo(Gain.NONE);
      assertThat(part.questions()).isEqualTo(30);
    }
  }

  @Test
  void aModelWhoseWordEmbeddingsAreWipedIsNotPromotedWhateverItGained() {
    try (Encoder base = encoder(TinyBert.write(folder.resolve("base"), 1));
        Encoder spoiled = encoder(TinyBert.writeBlind(folder.resolve("spoiled"), 1))) {
      GuardReport report = guard.check(List.of(kitchen()), "", base, spoiled, 1);

      Verdict verdict = report.judge(new Verdict.Promoted("+9 points"));

      assertThat(report.outcome()).isEqualTo(Outcome.FORGOT);
      assertThat(report.parts().getFirst().change().high95()).isLessThan(-.02);
      assertThat(verdict).isInstanceOf(Verdict.Forgot.class);
      assertThat(verdict.promoted()).isFalse();
      assertThat(verdict.reason()).contains("+9 points").contains(report.words());
    }
  }

  @Test
  void aSetInALanguageThatTheBaseDoesNotKnowIsLeftOut() {
    try (Encoder blind = encoder(TinyBert.writeBlind(folder.resolve("blind"), 1))) {
      GuardReport report = guard.check(List.of(kitchen()), "", blind, blind, 1);

      assertThat(report.outcome()).isEqualTo(Outcome.NOT_RUN);
      assertThat(report.words()).startsWith("not run").contains("no language");
    }
  }

  @Test
  void whatMavenCannotBringIsNamedWhetherTheOtherLanguageRanOrNot() {
    try (Encoder base = encoder(TinyBert.write(folder.resolve("base"), 1))) {
      GuardReport one = guard.check(List.of(kitchen()), "no Chinese", base, base, 1);
      GuardReport none = guard.check(List.of(), "no mirror", base, base, 1);

      assertThat(one.outcome()).isEqualTo(Outcome.KEPT);
      assertThat(one.words()).contains("no Chinese");
      assertThat(none.outcome()).isEqualTo(Outcome.NOT_RUN);
      assertThat(none.words()).contains("not run").contains("no mirror");
    }
  }

  @Test
  void theBasesVectorsAreKeptAndTheCandidatesAreNot() {
    try (Encoder base = encoder(TinyBert.write(folder.resolve("base"), 1));
        Encoder other = encoder(TinyBert.write(folder.resolve("other"), 2))) {
      guard.check(List.of(kitchen()), "", base, other, 1);

      assertThat(folder.resolve("cache").resolve("guard"))
          .isDirectoryContaining(f -> f.getFileName().toString().startsWith(base.space().value()));
      assertThat(Files.exists(folder.resolve("cache").resolve("guard"))).isTrue();
      assertThat(folder.resolve("cache").resolve("guard"))
          .isDirectoryNotContaining(
              f -> f.getFileName().toString().startsWith(other.space().value()));
    }
  }

  @Test
  void twoPointsMayBeLostAndNoMore() {
    assertThat(GuardReport.of(List.of(part(-.0199, .01)), "").outcome()).isEqualTo(Outcome.KEPT);
    assertThat(GuardReport.of(List.of(part(.01, .01), part(-.0201, .01)), "").outcome())
        .isEqualTo(Outcome.FORGOT);
  }

  @Test
  void aGuardThatDidNotRunSaysSoAndLeavesTheVerdict() {
    GuardReport report = GuardReport.notRun("there is no mvn on the PATH");
    var gate = new Verdict.Promoted("+2 points");

    assertThat(report.judge(gate)).isSameAs(gate);
    assertThat(report.outcome()).isEqualTo(Outcome.NOT_RUN);
    assertThat(report.words()).contains("not run").contains("no mvn");
  }

  @Test
  void anUnprovenCandidateKeepsTheGatesReason() {
    var gate = new Verdict.NotPromoted("not proven");

    assertThat(GuardReport.of(List.of(part(-.5, .1)), "").judge(gate)).isSameAs(gate);
  }

  private static GuardReport.Part part(double change, double half) {
    var gain = new Gain(change, change - half, change + half);
    return new GuardReport.Part("en", 100, 2200, .6, .6 + change, gain, "own text");
  }
}
