package dev.whetstone.llm.gguf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `types.gguf` and the values of its tensors are made by `make_gguf_fixtures.py` with the Python
/// package `gguf`.
class GgufFileTest {
  @TempDir Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = requireNonNull(GgufFileTest.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    }
  }

  private GgufFile types() throws IOException {
    return GgufFile.open(GgufBytes.write(folder, resource("types.gguf")));
  }

  @Test
  void eachTypeHasTheValuesThatPythonGives() throws IOException {
    var expected =
        ByteBuffer.wrap(resource("types.bin")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();

    try (var file = types()) {
      List<String> names = file.texts("test.names");

      assertThat(names).containsAll(Arrays.stream(GgufType.values()).map(Enum::name).toList());
      for (String name : names) {
        long[] shape = file.shape(name);
        float[] values = file.rows(name, 0, shape.length == 1 ? 1 : (int) shape[0]);
        for (int i = 0; i < values.length; i++) {
          float right = expected.get();
          assertThat(values[i])
              .as("%s at %d", name, i)
              .isCloseTo(right, within(1e-6f * Math.max(1e-3f, Math.abs(right))));
        }
      }
      assertThat(expected.remaining()).isZero();
    }
  }

  @Test
  void rowsAreReadByThemselves() throws IOException {
    try (var file = types()) {
      for (String name : file.texts("test.names")) {
        long[] shape = file.shape(name);
        if (shape.length == 2) {
          int columns = (int) shape[1];
          float[] all = file.rows(name, 0, (int) shape[0]);

          assertThat(file.rows(name, 1, 1))
              .as(name)
              .isEqualTo(Arrays.copyOfRange(all, columns, 2 * columns));
        }
      }
      assertThat(file.shape("F16")).containsExactly(3, 64);
      assertThat(file.shape("vector")).containsExactly(48);
      assertThat(file.rows("Q4_0", 3, 0)).isEmpty();
    }
  }

  @Test
  void rowsThatATensorDoesNotHaveAreACallersBug() throws IOException {
    try (var file = types()) {
      assertThatThrownBy(() -> file.rows("F16", 2, 2)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.rows("vector", 0, 2))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.rows("F16", -1, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(file.has("absent")).isFalse();
      assertThatThrownBy(() -> file.rows("absent", 0, 1))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("has no tensor \"absent\"");
    }
  }

  @Test
  void metadataOfEachKindAreRead() throws IOException {
    try (var file = types()) {
      assertThat(file.text("test.text")).contains("Größe 消息 😀");
      assertThat(file.integer("test.u8")).hasValue(200);
      assertThat(file.integer("test.i8")).hasValue(-100);
      assertThat(file.integer("test.u16")).hasValue(60_000);
      assertThat(file.integer("test.i16")).hasValue(-30_000);
      assertThat(file.integer("test.u32")).hasValue(4_000_000_000L);
      assertThat(file.integer("test.i32")).hasValue(-2_000_000_000);
      assertThat(file.integer("test.u64")).hasValue(1L << 62);
      assertThat(file.integer("test.i64")).hasValue(-(1L << 62));
      assertThat(file.integer("test.bool")).hasValue(1);
      assertThat(file.number("test.f32")).hasValue(0.1f);
      assertThat(file.number("test.f64")).hasValue(0.1);
      assertThat(file.number("test.i8")).hasValue(-100);
      assertThat(file.texts("test.texts")).containsExactly("a", "", "日本");
      assertThat(file.integers("test.integers")).containsExactly(1, -2, 3);
    }
  }

  @Test
  void absentKeysAreEmptyAndOtherKindsAreRefused() throws IOException {
    try (var file = types()) {
      assertThat(file.text("absent")).isEmpty();
      assertThat(file.integer("absent")).isEmpty();
      assertThat(file.number("absent")).isEmpty();
      assertThat(file.texts("absent")).isEmpty();
      assertThat(file.integers("absent")).isEmpty();
      for (Runnable wrong :
          List.<Runnable>of(
              () -> file.text("test.u8"),
              () -> file.integer("test.text"),
              () -> file.integer("test.f32"),
              () -> file.number("test.texts"),
              () -> file.texts("test.text"),
              () -> file.texts("test.integers"),
              () -> file.integers("test.nested"),
              () -> file.integers("test.texts"))) {
        assertThatThrownBy(wrong::run)
            .isInstanceOf(Failure.BadInput.class)
            .hasMessageContaining("under the key \"test.");
      }
    }
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() throws IOException {
    byte[] whole = resource("types.gguf");

    for (int length = 0; length < whole.length; length += length < 1500 ? 1 : 97) {
      Path file = GgufBytes.write(folder, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> GgufFile.open(file).close())
          .as("cut at %d", length)
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aDamagedHeaderIsReadOrRefused() throws IOException {
    byte[] whole = resource("types.gguf");
    var random = new Random(3);

    for (int round = 0; round < 3000; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(1600)] = (byte) random.nextInt();
      Path path = GgufBytes.write(folder, damaged);
      try (var file = GgufFile.open(path)) {
        for (String name : file.texts("test.names")) {
          if (file.has(name)) {
            assertThat(file.rows(name, 0, 1)).isNotEmpty();
          }
        }
      } catch (Failure.BadInput e) {
        assertThat(e).hasMessageContaining(path.toString());
      }
    }
  }

  private void isRefused(GgufBytes bytes, String message) {
    Path file = bytes.in(folder);
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void version2IsReadAsVersion3() {
    try (var file = new GgufBytes().version(2).text("a", "b").open(folder)) {
      assertThat(file.text("a")).contains("b");
    }
  }

  @Test
  void otherFilesAndVersionsAreRefused() {
    Path other = GgufBytes.write(folder, "PK, and no model".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> GgufFile.open(other).close())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("does not begin with \"GGUF\"");
    assertThatThrownBy(() -> GgufFile.open(folder.resolve("absent.gguf")).close())
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("absent.gguf does not exist");
    assertThatThrownBy(() -> GgufFile.open(folder).close()).isInstanceOf(Failure.BadInput.class);
    isRefused(new GgufBytes().version(1), "version 1 of GGUF");
    isRefused(new GgufBytes().version(4), "version 4 of GGUF");
    isRefused(new GgufBytes().version(Integer.reverseBytes(3)), "it is big endian");
  }

  @Test
  void countsThatDoNotFitTheFileAreRefused() {
    isRefused(new GgufBytes().counts(0, Long.MAX_VALUE), "announces 9223372036854775807 keys");
    isRefused(new GgufBytes().counts(-1, 0), "announces 18446744073709551615 tensors");
    isRefused(new GgufBytes().counts(1L << 40, 0), "tensors");
    isRefused(new GgufBytes().counts(70_000, 0).data(4_000_000), "at most 65,536 are read");
    isRefused(new GgufBytes().key("a", GgufBytes.TEXT).raw(1L << 50, 8), "bytes of text");
    isRefused(new GgufBytes().array("a", 0, 1L << 62), "elements of an array");
    isRefused(new GgufBytes().array("a", GgufBytes.TEXT, 1000), "elements of an array");
    isRefused(new GgufBytes().array("a", 0, 5_000_000).data(6_000_000), "at most 4,194,304");
  }

  @Test
  void unknownKindsDeepArraysAndRepeatedNamesAreRefused() {
    isRefused(new GgufBytes().key("a", 13), "unknown kind (13) under the key \"a\"");
    isRefused(new GgufBytes().key("a", -1), "unknown kind (4294967295)");
    isRefused(new GgufBytes().text("a", "").text("a", ""), "the key \"a\" twice");
    var deep = new GgufBytes().array("a", GgufBytes.ARRAY, 1);
    for (int i = 0; i < 1000; i++) {
      deep.raw(GgufBytes.ARRAY, 4).raw(1, 8);
    }
    isRefused(deep, "nested too deeply under the key \"a\"");
    isRefused(
        new GgufBytes().tensor("t", 0, 0, 8).tensor("t", 0, 0, 8).data(32),
        "the tensor \"t\" twice");
    isRefused(
        new GgufBytes().integer("general.alignment", 0).tensor("t", 0, 0, 8).data(32),
        "general.alignment");
    isRefused(
        new GgufBytes().integer("general.alignment", 24).tensor("t", 0, 0, 8).data(32),
        "general.alignment");
  }

  @Test
  void tensorsThatDoNotFitTheFileAreRefused() {
    isRefused(new GgufBytes().tensor("t", 0, 0, 9).data(32), "\"t\" of the shape [9]");
    isRefused(new GgufBytes().tensor("t", 0, 32, 8).data(32), "cut off");
    isRefused(new GgufBytes().tensor("t", 0, -32, 8).data(32), "cut off");
    isRefused(new GgufBytes().tensor("t", 0, Long.MAX_VALUE - 31, 8).data(32), "cut off");
    isRefused(new GgufBytes().tensor("t", 0, 4, 4).data(32), "cut off");
    isRefused(new GgufBytes().tensor("t", 0, 0, 0).data(32), "the shape [0]");
    isRefused(new GgufBytes().tensor("t", 0, 0, 8, -1).data(32), "the shape [-1, 8]");
    isRefused(
        new GgufBytes().tensor("t", 0, 0, 8, 1L << 31, 1L << 31).data(32),
        "the shape [2147483648, 2147483648, 8]");
    isRefused(new GgufBytes().tensor("t", 0, 0, 1L << 32).data(32), "too long rows");
    isRefused(new GgufBytes().tensor("t", 0, 0).data(32), "has 0 dimensions");
    isRefused(new GgufBytes().tensor("t", 0, 0, 1, 1, 1, 1, 1).data(32), "has 5 dimensions");
    isRefused(new GgufBytes().tensor("t", 2, 0, 33).data(32), "rows of 33 values");
  }

  @Test
  void aTypeThatIsNotReadIsNamed() {
    isRefused(
        new GgufBytes().tensor("blk.0", 23, 0, 256).data(256),
        "stores the tensor \"blk.0\" as IQ4_XS, which is not read; known are F32, F16, Q4_0");
    isRefused(new GgufBytes().tensor("t", 99, 0, 8).data(32), "as number 99");
  }
}
