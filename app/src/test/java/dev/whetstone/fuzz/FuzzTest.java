package dev.whetstone.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// A short walk around the seeds of every target, the same each time; `make test-fuzz` goes far,
/// guided by coverage.
class FuzzTest {
  private static final long SEED = 20_261_128;
  private static final int INPUTS = 150;

  /// PDFBox warns of each thing that is wrong with a file.
  @BeforeAll
  static void silence() {
    ((Logger) LoggerFactory.getLogger("org.apache.pdfbox")).setLevel(Level.OFF);
  }

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void whateverBytesComeTheReaderReturnsOrRefuses(FuzzTarget target) throws IOException {
    var random = new Random(SEED);
    List<byte[]> seeds = target.seeds();
    seeds.forEach(target::check);
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = mutated(seeds, random);
      try {
        target.check(input);
      } catch (Throwable broken) {
        throw new AssertionError(
            "seed " + SEED + ", input " + i + ": " + HexFormat.of().formatHex(input), broken);
      }
    }
  }

  private static byte[] mutated(List<byte[]> seeds, Random random) {
    byte[] input = seeds.get(random.nextInt(seeds.size()));
    for (int n = 1 + random.nextInt(8); n > 0; n--) {
      int at = random.nextInt(input.length + 1);
      int to = at + Math.min(input.length - at, random.nextInt(24));
      input =
          switch (random.nextInt(6)) {
            case 0 -> joined(input, at, new byte[] {(byte) random.nextInt(256)}, at);
            case 1 -> joined(input, at, new byte[0], to);
            case 2 -> joined(input, at, Arrays.copyOfRange(input, at, to), at);
            case 3 -> joined(input, at, String.valueOf(random.nextLong()).getBytes(US_ASCII), to);
            case 4 -> joined(input, at, seeds.get(random.nextInt(seeds.size())), input.length);
            default ->
                joined(
                    input,
                    at,
                    new byte[] {"<>{}[]()|&'\"\n\0 #".getBytes(US_ASCII)[random.nextInt(16)]},
                    Math.min(input.length, at + 1));
          };
    }
    return input;
  }

  /// `input` up to `at`, then `middle`, then `input` from `to`.
  private static byte[] joined(byte[] input, int at, byte[] middle, int to) {
    var out = new ByteArrayOutputStream();
    out.write(input, 0, at);
    out.writeBytes(middle);
    out.write(input, to, input.length - to);
    return out.toByteArray();
  }
}
