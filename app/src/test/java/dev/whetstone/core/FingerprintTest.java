package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static Fingerprint train() {
    return Fingerprint.of("train").with("seed", 1).with("budget", Duration.ofMinutes(10));
  }

  /// A format: it stands in records and in the names of artifacts.
  @Test
  void itIsTheHashOfItsSubjectAndOfNamesAndValuesInTheOrderOfNames() {
    assertThat(train().id()).isEqualTo(Sha256.id("train", "budget", "PT10M", "seed", "1"));
    assertThat(Fingerprint.of("train").with("budget", Duration.ofMinutes(10)).with("seed", 1))
        .isEqualTo(train());
  }

  @Test
  void anotherSubjectNameOrValueIsAnotherFingerprint() {
    assertThat(train().id())
        .isNotEqualTo(Fingerprint.of("prove").with("seed", 1).with("budget", "PT10M").id())
        .isNotEqualTo(Fingerprint.of("train").with("seeds", 1).with("budget", "PT10M").id())
        .isNotEqualTo(Fingerprint.of("train").with("seed", 2).with("budget", "PT10M").id());
  }

  @Test
  void whatChangedSinceIsNamedWithBothValues() {
    var recorded = Map.of("seed", "2", "budget", "PT10M", "gone", "x");

    assertThat(train().with("language", "en").changesSince(recorded))
        .containsExactly(
            new Fingerprint.Change("gone", "x", null),
            new Fingerprint.Change("language", null, "en"),
            new Fingerprint.Change("seed", "2", "1"));
  }

  @Test
  void aLongValueIsKeptAsItsHash() {
    String files = "model.safetensors 34792 1700000000000\n".repeat(10);

    assertThat(Fingerprint.of("train").with("base model", files).fields())
        .containsEntry("base model", Sha256.id(files));
  }

  @Test
  void twoFieldsOfOneNameAreAFaultOfTheProgram() {
    assertThatThrownBy(() -> train().with("seed", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed");
  }
}
