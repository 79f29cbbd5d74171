package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.workspace.QuestionSettings.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterNameTest {
  @Test
  void eachKindIsReadFromItsName() {
    Writer file = Writer.named("gguf:models/a:b.gguf", null);
    Writer ollama = Writer.named("ollama:qwen2.5:1.5b", 16);
    Writer server = Writer.named("openai:qwen@http://127.0.0.1:8000/v1", null);

    assertThat(file.file()).isEqualTo("models/a:b.gguf");
    assertThat(file.model()).isNull();
    assertThat(ollama.model()).isEqualTo("qwen2.5:1.5b");
    assertThat(ollama.concurrent()).isEqualTo(16);
    assertThat(server.model()).isEqualTo("qwen");
    assertThat(server.url()).isEqualTo("http://127.0.0.1:8000/v1");
    assertThat(server.concurrent()).isEqualTo(4);
    assertThat(file.concurrent()).isEqualTo(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model.gguf", "gguf:", "openai:qwen", "other:x", "openai:@http://a"})
  void anythingElseIsRefusedWithExamples(String name) {
    assertThatThrownBy(() -> Writer.named(name, null))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("gguf:FILE")
        .hasMessageContaining("openai:MODEL@URL");
  }
}
