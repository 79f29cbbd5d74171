package dev.whetstone.corpus.split;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.whetstone.core.Document;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.DocumentBuilder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Twice the text is twice the work, whatever its shape. Work is counted, not timed: the characters
/// that the tokenizer is given, and the bytes that the thread allocates, which grow with each copy
/// of the text.
class SplitterWorkTest {
  private static final int CHARACTERS = 100_000;

  enum Shape {
    WORDS("and so on "),
    SENTENCES("The pump is run by hand. "),
    ORDINALS("Am 12. "),
    INITIALS("J. R. "),
    ONE_WORD("abcdefghij"),
    SIGNS("(((....)))"),
    CHINESE("\u4e2d\u6587"),
    UNCOUNTED("x y "),
    LONG_HEADING(""),
    SHORT_PARAGRAPHS("");

    private final String repeated;

    Shape(String repeated) {
      this.repeated = repeated;
    }

    Document document(int characters) {
      var builder = new DocumentBuilder("d.md", "markdown").title("Title");
      switch (this) {
        case LONG_HEADING -> {
          builder.heading(1, "heading ".repeat(characters / 16));
          for (int i = 0; i < characters / 500; i++) {
            builder.heading(2, "Section " + i).paragraph("The pump of section " + i + " is run.");
          }
        }
        case SHORT_PARAGRAPHS -> {
          for (int i = 0; i < characters / 5; i++) {
            builder.paragraph("a " + i % 10);
          }
        }
        default -> builder.paragraph(repeated.repeat(characters / repeated.length()));
      }
      return builder.build();
    }
  }

  /// @param counted characters that the tokenizer was given
  /// @param allocated bytes
  private record Work(long counted, long allocated) {}

  private static Work work(Shape shape, int characters) {
    Document document = shape.document(characters);
    var counted = new long[1];
    var splitter =
        new Splitter(
            text -> {
              counted[0] += text.length();
              return shape == Shape.UNCOUNTED ? 0 : ApproximateTokens.WORDS.count(text);
            },
            256);
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    var passages = splitter.split(document);
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    assertThat(passages).isNotEmpty();
    return new Work(counted[0], allocated);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void twiceTheTextIsTwiceTheWork(Shape shape) {
    work(shape, CHARACTERS); // what is made once is made

    Work once = work(shape, CHARACTERS);
    Work twice = work(shape, 2 * CHARACTERS);

    assertThat(twice.counted()).isLessThan(3 * once.counted() + CHARACTERS);
    assertThat(twice.allocated()).isLessThan(3 * once.allocated());
    assertThat(once.counted()).isLessThan(12L * CHARACTERS);
  }
}
