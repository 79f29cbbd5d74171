package dev.whetstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
  @TempDir Path folder;

  private Path file(long length, String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length < 0 ? text.length : length).put(text).put(data);
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  static NamedTensors all(Path file) {
    return SafeTensors.read(
        file,
        sizes -> sizes.keySet().stream().collect(Collectors.toMap(name -> name, name -> name)));
  }

  @Test
  void whatIsWrittenIsRead() {
    var tensors = new NamedTensors();
    tensors.put(
        "b", new NamedTensors.Array(new long[] {2, 3}, new float[] {1, -2, 3, 4, 5, 6e-30f}));
    tensors.put("a", new NamedTensors.Array(new long[] {0}, new float[0]));
    tensors.put("scalar", new NamedTensors.Array(new long[0], new float[] {7}));

    SafeTensors.write(folder.resolve("x"), tensors);
    var read = all(folder.resolve("x"));

    assertThat(read.names()).containsExactlyInAnyOrder("b", "a", "scalar");
    assertThat(read.get("b").shape()).containsExactly(2, 3);
    assertThat(read.get("b").data()).containsExactly(1, -2, 3, 4, 5, 6e-30f);
    assertThat(read.get("scalar").data()).containsExactly(7);
  }

  @Test
  void halfAndBrainFloatsAreRead() throws IOException {
    // 1.5 is 0x3E00 in IEEE half and 0x3FC0 in bfloat16; -2 is 0xC000 in both
    byte[] data = {0x00, 0x3E, 0x00, (byte) 0xC0, (byte) 0xC0, 0x3F, 0x00, (byte) 0xC0};
    var read =
        all(
            file(
                -1,
                """
                {"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
                 "b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}\
                """,
                data));

    assertThat(read.get("h").data()).containsExactly(1.5f, -2);
    assertThat(read.get("b").data()).containsExactly(1.5f, -2);
  }

  @Test
  void integersAreLeftOut() throws IOException {
    var read =
        all(
            file(
                -1,
                """
                {"position_ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},
                 "w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}\
                """,
                new byte[12]));

    assertThat(read.names()).containsExactly("w");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}  | claims bytes 0 to 16 of 8
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}   | claims bytes 8 to 0 of 8
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}  | impossible size or offset
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}     | impossible size or offset
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}   | cannot be 8 bytes
          {"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,8]}} | impossible shape
          {"a":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}} | cannot be 8 bytes
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}  | impossible size or offset
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   | its tensors end at byte 4
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}   | there is a hole at byte 0
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensors overlap
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | its header is no JSON
          {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}   | is of type F64
          {"a":{"dtype":"F32","shape":{},"data_offsets":[0,8]}}    | has no shape
          {"a":7}                                                  | impossible size or offset
          [1,2]                                                    | no JSON object
          {"a":                                                    | no JSON
          """)
  void aLyingHeaderIsRefused(String header, String complaint) throws IOException {
    Path file = file(-1, header, new byte[8]);

    assertThatThrownBy(() -> all(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("x.safetensors")
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775807", "1000000000", "0", "99", "-9223372036854775808"})
  void aLyingHeaderLengthIsRefused(long length) throws IOException {
    Path file = file(0, "{}", new byte[8]);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    Files.write(file, bytes);

    assertThatThrownBy(() -> all(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("its header claims");
  }

  @Test
  void aFileOfAFewBytesIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("short"), new byte[3]);

    assertThatThrownBy(() -> all(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("only 3 bytes");
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() throws IOException {
    byte[] nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN).array();
    Path file = file(-1, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", nan);

    assertThatThrownBy(() -> all(file))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("the tensor a holds NaN");
  }
}
