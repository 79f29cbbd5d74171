package dev.whetstone.questions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.questions.ReplyCache.CachedReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplyCacheTest {
  @TempDir Path folder;

  private static CachedReply reply(String key, long millis) {
    return new CachedReply(key, "m", "fact: 为什么?\nplain: why", false, 10, 5, millis);
  }

  @Test
  void aReplyIsThereAfterTheProcessEnded() {
    Path file = folder.resolve("written/replies.jsonl");
    new ReplyCache(file).add(reply("a", 100));

    var cache = new ReplyCache(file);
    cache.add(reply("b", 300));

    assertThat(cache.get("a")).contains(reply("a", 100));
    assertThat(cache.get("c")).isEmpty();
    assertThat(cache.millisEach("m")).hasValue(200);
    assertThat(cache.millisEach("other")).isEmpty();
    assertThat(cache.tokens("m")).isEqualTo(new ReplyCache.Tokens(20, 10));
    assertThat(cache.tokens("other")).isEqualTo(new ReplyCache.Tokens(0, 0));
  }

  @Test
  void oneSlowReplyDoesNotTellHowLongAReplyTakes() {
    var cache = new ReplyCache(folder.resolve("replies.jsonl"));
    cache.add(reply("slow", 480_000));

    for (int i = 0; i < 4; i++) {
      cache.add(reply("r" + i, 2_000 + i));
    }
    assertThat(cache.millisEach("m")).hasValue(2_002);
  }

  @Test
  void aLineThatAKilledProcessLeftUnfinishedCostsThatReplyAlone() throws Exception {
    Path file = folder.resolve("replies.jsonl");
    new ReplyCache(file).add(reply("a", 1));
    byte[] torn = "{\"key\":\"b\",\"text\":\"为".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Files.write(file, java.util.Arrays.copyOf(torn, torn.length - 1), StandardOpenOption.APPEND);

    new ReplyCache(file).add(reply("c", 1));

    var cache = new ReplyCache(file);
    assertThat(cache.holds("a")).isTrue();
    assertThat(cache.holds("b")).isFalse();
    assertThat(cache.holds("c")).isTrue();
  }
}
