package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Parallel;
import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Parses files of unknown origin in child processes, with limits on time and memory. A file that
/// hangs, crashes or fills its process costs that process alone; the next file gets a new one.
/// Processes are kept between files and end with this object, or with the program however it ends.
/// Safe for many threads; each thread that parses at the same time gets its own process.
public final class SafeParser implements AutoCloseable {
  /// The exit code of a JVM run with `-XX:+ExitOnOutOfMemoryError` that ran out of memory.
  static final int EXIT_OUT_OF_MEMORY = 3;

  private final ParseLimits limits;
  private final Deque<ParserChild> idle = new ArrayDeque<>();
  private final Set<ParserChild> all = new HashSet<>();
  private boolean closed;

  public SafeParser(ParseLimits limits) {
    this.limits = limits;
  }

  /// Parses one file. Returns an [ParseOutcome.Failed] for every fault of the file.
  ///
  /// @throws dev.whetstone.core.Failure.Unavailable if no process can be started
  public ParseOutcome parse(Path file, String id) {
    return parse(new SourceFile(file, id));
  }

  /// As [#parse(Path, String)], of a file that may have a text beside it.
  public ParseOutcome parse(SourceFile source) {
    String id = source.id();
    String refused = refusal(source.file());
    if (refused != null) {
      return new ParseOutcome.Failed(id, refused);
    }
    while (true) {
      ParserChild child = take();
      boolean fresh = child.parsed() == 0;
      ParseOutcome outcome = null;
      try {
        outcome = child.parse(source);
      } catch (ParserChild.Died died) {
        // An earlier file may have damaged the process; the file is tried again in a new one.
        if (fresh || died.timedOut()) {
          return new ParseOutcome.Failed(id, died.reason());
        }
      } finally {
        giveBack(child, outcome != null);
      }
      if (outcome != null) {
        return outcome;
      }
    }
  }

  /// Parses many files, `parallel` at a time, and hands each outcome to `consumer` in the order of
  /// `sources`, on the calling thread.
  public void parseAll(List<SourceFile> sources, int parallel, Consumer<ParseOutcome> consumer) {
    // Without the processes' end the threads would wait for the files that they are in.
    Parallel.inOrder(parallel, sources, this::parse, consumer, this::close);
  }

  /// Stops every process, also those in the middle of a file.
  @Override
  public void close() {
    List<ParserChild> children;
    synchronized (this) {
      closed = true;
      children = new ArrayList<>(all);
      all.clear();
      idle.clear();
    }
    children.forEach(ParserChild::close);
  }

  private @Nullable String refusal(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        return Files.exists(file) ? "is not a regular file" : "does not exist";
      }
      if (!Files.isReadable(file)) {
        return "may not be read: check its permissions";
      }
      long size = Files.size(file);
      if (size == 0) {
        return "is empty";
      }
      if (size > limits.maxFileBytes()) {
        return "is larger than %,d MB".formatted(limits.maxFileBytes() >> 20);
      }
      return null;
    } catch (IOException e) {
      return "cannot be read: " + e.getMessage();
    }
  }

  private ParserChild take() {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the parser is closed");
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    ParserChild child = ParserChild.start(limits);
    synchronized (this) {
      if (!closed) {
        all.add(child);
        return child;
      }
    }
    child.close();
    throw new IllegalStateException("the parser is closed");
  }

  private void giveBack(ParserChild child, boolean healthy) {
    synchronized (this) {
      if (healthy && !closed) {
        idle.push(child);
        return;
      }
      all.remove(child);
    }
    child.close();
  }
}
