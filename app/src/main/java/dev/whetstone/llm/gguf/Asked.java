package dev.whetstone.llm.gguf;

import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Reply;
import dev.whetstone.torch.DecoderSession;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// A reply under way. Used by the thread that computes it, but for `reply` and `stopped`.
final class Asked {
  final int[] prompt;

  /// What the prompt begins with in common with those that are computed with it; from when it
  /// leaves the queue.
  int[] beginning = {};

  final CompletableFuture<Reply> reply = new CompletableFuture<>();
  volatile boolean stopped;

  /// Prompts behind it in the queue that were taken before it; guarded by the queue's lock.
  int overtaken;

  private final ChatOptions options;
  private final GgufTokenizer tokenizer;
  private final Random random;
  private int[] words = new int[16];
  private int count;

  Asked(int[] prompt, ChatOptions options, GgufTokenizer tokenizer) {
    this.prompt = prompt;
    this.options = options;
    this.tokenizer = tokenizer;
    this.random = new Random(options.seed());
  }

  /// The prompt without its beginning.
  int[] rest() {
    return Arrays.copyOfRange(prompt, beginning.length, prompt.length);
  }

  int last() {
    return words[count - 1];
  }

  /// Takes a word of those that may follow.
  ///
  /// @return the word
  int choose(DecoderSession.Next next) {
    int best = next.best();
    if (options.temperature() == 0) {
      return next.word(best);
    }
    var weights = new double[next.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp((next.score(i) - next.score(best)) / options.temperature());
      sum += weights[i];
    }
    double at = random.nextDouble() * sum;
    for (int i = 0; i < weights.length; i++) {
      at -= weights[i];
      if (at < 0) {
        return next.word(i);
      }
    }
    return next.word(best);
  }

  /// Adds a word.
  ///
  /// @return whether the reply has ended with it
  boolean add(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = word;
    return count == options.maxTokens() || stopAt(text()) >= 0;
  }

  private String text() {
    return options.stop().isEmpty() ? "" : tokenizer.text(Arrays.copyOf(words, count));
  }

  /// Where the first stop sequence stands; -1: none does.
  private int stopAt(String text) {
    return options.stop().stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
  }

  void finish() {
    String text = tokenizer.text(Arrays.copyOf(words, count));
    int stop = stopAt(text);
    boolean cut = stop < 0 && count == options.maxTokens();
    reply.complete(
        new Reply(
            stop < 0 ? text : text.substring(0, stop),
            cut ? Reply.Finish.LENGTH : Reply.Finish.STOP,
            prompt.length,
            count));
  }
}
