package dev.whetstone.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.DecoderDescription;
import dev.whetstone.core.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufNetworkTest {
  @TempDir Path folder;

  private static GgufBytes llama() {
    return TinyChat.bytes("llama", 1, 1);
  }

  private Optional<DecoderDescription> described(GgufBytes bytes) {
    try (GgufFile file = bytes.open(folder)) {
      return GgufNetwork.of(file);
    }
  }

  /// The file with another whole number under a key.
  private GgufFile changed(String key, int value) {
    byte[] bytes = llama().bytes();
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(key);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(at + key.length() + Integer.BYTES, value); // behind the kind of value
    return GgufFile.open(GgufBytes.write(folder, bytes));
  }

  @Test
  void aFileThatHoldsWhatItsFamilyHasIsDescribed() {
    assertThat(described(llama())).isPresent();
    assertThat(described(llama().integer("llama.rope.dimension_count", 4))).isPresent();
    assertThat(described(llama().floats("rope_freqs.weight", new float[2], 2))).isPresent();
  }

  @Test
  void whatItWouldComputeOtherwiseIsLeftToOthers() {
    assertThat(described(llama().integer("llama.rope.dimension_count", 2))).isEmpty();
    assertThat(described(llama().integer("llama.attention.value_length", 8))).isEmpty();
    assertThat(described(llama().number("llama.logit_scale", 8))).isEmpty();
    assertThat(described(llama().floats("blk.0.attn_output.bias", new float[16], 16))).isEmpty();
    assertThat(described(llama().floats("blk.1.attn_q.bias", new float[16], 16))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 48}) // it is 24
  void aTensorOfAnotherShapeIsNamed(int width) {
    try (GgufFile file = changed("llama.feed_forward_length", width)) {
      assertThatThrownBy(() -> GgufNetwork.of(file))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("ffn_")
          .hasMessageContaining("24")
          .hasMessageContaining(String.valueOf(width));
    }
  }

  @Test
  void moreLayersThanTensorsAreRefused() {
    try (GgufFile file = changed("llama.block_count", 1 << 24)) {
      assertThatThrownBy(() -> GgufNetwork.of(file))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("layers");
    }
  }

  @Test
  void tokensWithoutWeightsAreRefused() {
    byte[] bytes = llama().bytes();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String table = "token_embd.weight";
    int rows = text.indexOf(table) + table.length() + Integer.BYTES + Long.BYTES;
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(rows, 20);
    try (GgufFile file = GgufFile.open(GgufBytes.write(folder, bytes))) {
      assertThatThrownBy(() -> GgufNetwork.of(file))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("30 tokens");
    }
  }
}
