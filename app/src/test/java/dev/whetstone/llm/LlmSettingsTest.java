package dev.whetstone.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.llm.LlmSettings.OpenAi;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlmSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "http://localhost:11434/v1, false",
    "http://127.0.0.1:8000/v1, false",
    "http://[::1]:8000/v1, false",
    "http://models.localhost/v1, false",
    "https://api.example.com/v1, true",
    "http://192.168.1.7:8000/v1, true",
    "http://localhost.example.com/v1, true",
    "http://127.0.0.1.example.com/v1, true"
  })
  void aServerIsRemoteUnlessItsAddressIsThisMachine(URI address, boolean remote) {
    var server = new OpenAi(address, "m", null, Duration.ofSeconds(1), OpenAi.MOST_REPLY_BYTES);

    assertThat(server.remote()).isEqualTo(remote);
  }

  @Test
  void ollamaIsOnThisMachineUnlessAnAddressIsGiven() {
    var here = OpenAi.ollama(null, "small", Duration.ofSeconds(1));
    var there = OpenAi.ollama(URI.create("http://gpu/v1"), "small", Duration.ofSeconds(1));

    assertThat(here.baseUrl()).isEqualTo(URI.create("http://127.0.0.1:11434/v1"));
    assertThat(here.remote()).isFalse();
    assertThat(there.remote()).isTrue();
  }

  @Test
  void aFileWritesBetweenOneAndSixtyFourRepliesAtOnce() {
    Path file = Path.of("m.gguf");

    assertThat(new LlmSettings.Gguf(file, 512, 1).parallel()).isEqualTo(1);
    assertThatThrownBy(() -> new LlmSettings.Gguf(file, 512, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LlmSettings.Gguf(file, 512, 1, 65))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
