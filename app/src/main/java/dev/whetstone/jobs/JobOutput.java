package dev.whetstone.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.whetstone.core.Failure;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the process of a job wrote, read while it writes. A line counts once it is ended.
final class JobOutput {
  /// Read at once, in bytes.
  private static final int CHUNK = 1 << 20;

  private static final int TAIL = 4000;

  private final Path file;

  JobOutput(Path file) {
    this.file = file;
  }

  /// Whole lines from an offset on.
  ///
  /// @param next the offset behind them
  record Lines(List<JobEvent> events, long next) {}

  /// @param from 0, or what a call before gave
  Lines read(long from) {
    if (!Files.exists(file)) {
      return new Lines(List.of(), from);
    }
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      long left = in.length() - from;
      if (left <= 0) {
        return new Lines(List.of(), from);
      }
      var bytes = new byte[(int) Math.min(left, CHUNK)];
      in.seek(from);
      in.readFully(bytes);
      var events = new ArrayList<JobEvent>();
      int begin = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          String line = new String(bytes, begin, i - begin, StandardCharsets.UTF_8);
          begin = i + 1;
          events.add(new JobEvent(from + begin, kind(line), line));
        }
      }
      if (begin == 0 && bytes.length == CHUNK) { // no line of ours is so long
        begin = bytes.length;
      }
      return new Lines(events, from + begin);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + FileTrouble.reason(e), e);
    }
  }

  /// What the process said last of its end; missing where it said nothing.
  JsonNode end() {
    JsonNode end = MissingNode.getInstance();
    long at = 0;
    while (true) {
      Lines lines = read(at);
      if (lines.next() == at) {
        return end;
      }
      at = lines.next();
      for (JobEvent event : lines.events()) {
        if (event.kind() == JobEvent.Kind.END) {
          end = parse(event.json()).path("end");
        }
      }
    }
  }

  /// The last words of a file, for a message.
  static String tail(Path file) {
    try {
      byte[] all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      int from = Math.max(0, all.length - TAIL);
      List<String> lines =
          new String(all, from, all.length - from, StandardCharsets.UTF_8).lines().toList();
      return lines.isEmpty() ? "" : lines.getLast();
    } catch (IOException _) {
      return "";
    }
  }

  static JsonNode parse(String line) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      return node == null ? MissingNode.getInstance() : node;
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }

  private static JobEvent.Kind kind(String line) {
    JsonNode node = parse(line);
    return node.has("progress")
        ? JobEvent.Kind.PROGRESS
        : node.has("plan")
            ? JobEvent.Kind.PLAN
            : node.has("end")
                ? JobEvent.Kind.END
                : node.has("watch")
                    ? JobEvent.Kind.WATCH
                    : node.has("step") ? JobEvent.Kind.STEP : JobEvent.Kind.OTHER;
  }
}
