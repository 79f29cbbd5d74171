package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplySentencesTest {
  private static final List<String> REPLIES =
      List.of(
          "The pump stops. [1] It starts again by hand [2]. The oil is clean.[1][3]\nThe end [1].",
          "The pump stops at 3.5 bar, e.g. at night [1]. Dr. Lee said \"stop.\" [2] Then it waits.",
          "- The pump stops [1].\n- It starts [2].\n\n1. Open the valve [3].\n2. Close it [1].",
          "水泵停止。[1]阀门打开【2】。电机需要油。[1][2] 报警器响。",
          "It is so. [1] and so on [2]. Next [1]? Yes! [2]",
          "One sentence without an end",
          "He said so [see page 3]. [1] Then [2.",
          "");

  private static List<CitedReply.Cited> read(String reply, int piece) {
    var reader = new ReplySentences(3);
    var sentences = new ArrayList<CitedReply.Cited>();
    for (int from = 0; from < reply.length(); from += piece) {
      sentences.addAll(reader.add(reply.substring(from, Math.min(reply.length(), from + piece))));
    }
    sentences.addAll(reader.end());
    return sentences;
  }

  @Test
  void aReplyHasTheSameSentencesInOnePieceAndInMany() {
    for (String reply : REPLIES) {
      List<CitedReply.Cited> whole = CitedReply.parse(reply, 3);
      for (int piece : new int[] {1, 2, 3, 7, 20, 1000}) {
        assertThat(read(reply, piece)).as("pieces of %d: %s", piece, reply).isEqualTo(whole);
      }
    }
  }

  @Test
  void aSentenceIsOverWhenTheNextOneHasBegun() {
    var reader = new ReplySentences(3);

    assertThat(reader.add("The pump stops.")).as("a mark may follow").isEmpty();
    assertThat(reader.add(" [1")).isEmpty();
    assertThat(reader.add("] ")).as("another mark may follow").isEmpty();
    assertThat(reader.add("It"))
        .containsExactly(new CitedReply.Cited("The pump stops.", List.of(0)));
    assertThat(reader.add(" waits [2]\n"))
        .containsExactly(new CitedReply.Cited("It waits", List.of(1)));
    assertThat(reader.end()).isEmpty();
  }

  @Test
  void noMoreIsReadOfAReplyThanOfAWholeOne() {
    var reader = new ReplySentences(3);
    int sentences = 0;
    for (int i = 0; i < 1000 && !reader.full(); i++) {
      sentences += reader.add("The pump stops [1]. ").size();
    }
    assertThat(sentences).isEqualTo(CitedReply.MOST_SENTENCES);

    var endless = new ReplySentences(3);
    int characters = 0;
    while (!endless.full()) {
      assertThat(endless.add("word ".repeat(100))).isEmpty();
      characters += 500;
    }
    assertThat(characters).isBetween(CitedReply.MOST_CHARACTERS, CitedReply.MOST_CHARACTERS + 500);
  }
}
