package dev.whetstone.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.whetstone.core.Failure;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What models replied, kept by passage and prompt: a run that was killed goes on, and a passage
/// that did not change is not asked about again. Only replies are kept, not what the checks found
/// of them: those depend on all passages and on the base model.
///
/// A reply is appended to a file as it comes, one JSON object a line, in one write. A line that a
/// killed process left unfinished is passed over, and the next one begins on a line of its own. For
/// one process at a time; safe for many threads.
public final class ReplyCache {
  /// A reply with what it took.
  ///
  /// @param key a hash of the model, the prompt with its passage, and the model's settings
  /// @param model its name
  /// @param text of the reply
  /// @param cut whether it broke off at its longest length
  /// @param tokensRead of the prompt
  /// @param tokensWritten of the reply
  /// @param millis of the run's time that fell to it: replies that were written at once share the
  ///   time
  record CachedReply(
      String key,
      String model,
      String text,
      boolean cut,
      int tokensRead,
      int tokensWritten,
      long millis) {}

  private final Path file;
  private final Map<String, CachedReply> replies = new HashMap<>(); // guarded by this

  /// Reads what is there.
  ///
  /// @param file made by the first reply
  /// @throws Failure.Unavailable if it cannot be read
  public ReplyCache(Path file) {
    this.file = file;
    if (!Files.exists(file)) {
      return;
    }
    try {
      new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(this::read);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private void read(String line) {
    try {
      CachedReply reply = Json.MAPPER.readValue(line, CachedReply.class);
      replies.put(reply.key(), reply);
    } catch (JsonProcessingException _) {
      // what a killed process left; the passage is asked about again
    }
  }

  synchronized Optional<CachedReply> get(String key) {
    return Optional.ofNullable(replies.get(key));
  }

  synchronized boolean holds(String key) {
    return replies.containsKey(key);
  }

  synchronized int size() {
    return replies.size();
  }

  /// How long a reply of this model took: the median, as one may have waited for a server that was
  /// down; empty where it gave none.
  synchronized OptionalDouble millisEach(String model) {
    long[] millis =
        replies.values().stream()
            .filter(reply -> reply.model().equals(model))
            .mapToLong(CachedReply::millis)
            .sorted()
            .toArray();
    return millis.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((millis[(millis.length - 1) / 2] + millis[millis.length / 2]) / 2.0);
  }

  /// What the kept replies of a model took.
  ///
  /// @param read tokens of prompts
  /// @param written tokens of replies
  record Tokens(long read, long written) {}

  /// What all kept replies of this model took.
  synchronized Tokens tokens(String model) {
    long read = 0;
    long written = 0;
    for (CachedReply reply : replies.values()) {
      if (reply.model().equals(model)) {
        read += reply.tokensRead();
        written += reply.tokensWritten();
      }
    }
    return new Tokens(read, written);
  }

  /// Keeps a reply.
  ///
  /// @throws Failure.Unavailable if the disk refuses
  synchronized void add(CachedReply reply) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (var out = new RandomAccessFile(file.toFile(), "rw")) {
        long length = out.length();
        boolean unfinished = false;
        if (length > 0) {
          out.seek(length - 1);
          unfinished = out.read() != '\n';
        }
        out.seek(length);
        out.write(
            ((unfinished ? "\n" : "") + Json.line(reply) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot write " + file + ": " + e.getMessage(), e);
    }
    replies.put(reply.key(), reply);
  }
}
