package dev.whetstone.llm.gguf;

import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.torch.Decoder;
import dev.whetstone.torch.DecoderSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A GGUF file computed with libtorch, many replies at once: for work that asks a small model
/// hundreds of times, such as writing questions.
///
/// llama.cpp keeps a model in the few bits of its file, which makes large models run at all, and
/// rounds what goes into each product as well; on a CPU its products are several times slower than
/// those of libtorch's libraries. So small models are computed here, in fp32 or, where the
/// processor multiplies it faster, bf16; others are left to it ([GgufModels]).
///
/// Each core has a [DecoderSession] of its own and takes prompts from one queue. Prompts that begin
/// alike ([CommonBeginnings]) join the replies under way. A prompt that begins otherwise waits
/// until a core has none under way; others overtake it meanwhile, at most [#MOST_OVERTAKING] and
/// those of one more pass.
///
/// **Choice of words.** At a temperature of 0 the likeliest; else one is drawn from those that are
/// at least a twentieth as likely as the likeliest (*min-p*, Nguyen et al., ICLR 2025), which is
/// also what llama.cpp does.
final class BatchedGguf implements ChatModel {
  /// A word of a lower score than this under the best is not drawn: ln 20.
  private static final double BELOW = 3;

  /// Tokens of new prompts in a pass: with more, replies under way would wait long.
  private static final int MOST_READ = 2048;

  /// A core that has nothing to do waits so long for more prompts to begin with.
  private static final long GATHER_MILLIS = 20;

  /// A prompt that begins otherwise than the replies under way lets so many pass.
  private static final int MOST_OVERTAKING = 64;

  private final LlmSettings.Gguf settings;
  private final GgufFile file;
  private final GgufTokenizer tokenizer;
  private final ChatTemplate template;
  private final Set<Integer> ends;
  private final Decoder decoder;
  private final List<Thread> cores = new ArrayList<>();
  private final int threads;

  /// Replies at once on each core.
  private final int places;

  private final AtomicBoolean released = new AtomicBoolean();

  private final Object lock = new Object();
  private final Deque<Asked> queue = new ArrayDeque<>(); // lock
  private final CommonBeginnings beginnings = new CommonBeginnings(); // lock
  private boolean closed; // lock
  private @Nullable Throwable failure; // lock: why a core closed it

  /// Takes over what it is given; [#close] closes that.
  BatchedGguf(
      LlmSettings.Gguf settings,
      GgufFile file,
      GgufTokenizer tokenizer,
      ChatTemplate template,
      Decoder decoder) {
    this.settings = settings;
    this.file = file;
    this.tokenizer = tokenizer;
    this.template = template;
    this.decoder = decoder;
    this.ends = ends();
    this.threads = Math.min(settings.threads(), settings.parallel());
    this.places = Math.ceilDiv(settings.parallel(), threads);
  }

  /// Begins to compute.
  void start() {
    for (int i = 0; i < threads; i++) {
      cores.add(Thread.ofPlatform().daemon().name("replies-" + i).start(this::compute));
    }
  }

  private Set<Integer> ends() {
    Set<Integer> ends = new HashSet<>();
    for (String mark : template.endMarks()) {
      tokenizer.id(mark).ifPresent(ends::add);
    }
    return ends;
  }

  @Override
  public String name() {
    return settings.file().getFileName().toString();
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options) {
    Asked asked = queued(template.prompt(messages), options);
    try {
      return asked.reply.get();
    } catch (InterruptedException e) {
      asked.stopped = true;
      synchronized (lock) {
        var _ = queue.remove(asked);
      }
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("interrupted while " + name() + " was writing", e);
    } catch (ExecutionException e) {
      throw failed(Objects.requireNonNull(e.getCause()));
    }
  }

  private Asked queued(String text, ChatOptions options) {
    synchronized (lock) { // while the tokenizer is open
      if (closed) {
        throw closedFailure();
      }
      int[] prompt = tokenizer.ids(text);
      if (prompt.length + options.maxTokens() > settings.contextTokens()) {
        throw new Failure.BadInput(
            "the prompt has %d tokens and the reply may have %d, but the context of %s is set to %d"
                .formatted(prompt.length, options.maxTokens(), name(), settings.contextTokens()));
      }
      beginnings.add(prompt);
      var asked = new Asked(prompt, options, tokenizer);
      queue.add(asked);
      lock.notifyAll();
      return asked;
    }
  }

  /// Why there is no reply: this is closed, or a core failed before.
  private Failure closedFailure() {
    synchronized (lock) {
      return failure == null
          ? new Failure.Unavailable("the language model " + name() + " is closed")
          : failed(failure);
    }
  }

  private Failure failed(Throwable cause) {
    return cause instanceof Failure known
        ? known
        : new Failure.Unavailable("the language model " + name() + " stopped: " + cause, cause);
  }

  /// What one core does until this is closed.
  private void compute() {
    List<Asked> under = new ArrayList<>();
    try (DecoderSession session = session()) {
      while (true) {
        List<Asked> fresh = taken(under, session.beginning());
        if (isClosed()) {
          fresh.forEach(this::end);
          under.forEach(this::end);
          return;
        }
        int before = under.size();
        under.addAll(fresh);
        if (before == 0 && !Arrays.equals(fresh.getFirst().beginning, session.beginning())) {
          session.begin(fresh.getFirst().beginning);
        }
        int[] chosen = under.stream().limit(before).mapToInt(Asked::last).toArray();
        advance(session, under, chosen, fresh);
      }
    } catch (RuntimeException | Error e) {
      fail(under, e);
      if (!(e instanceof Failure)) {
        throw e;
      }
    }
  }

  private DecoderSession session() {
    DecoderSession.onOneCore();
    return decoder.session();
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  private void end(Asked asked) {
    asked.reply.completeExceptionally(closedFailure());
  }

  /// Prompts for a core that writes these replies; none where it has enough to do, or this is
  /// closed.
  ///
  /// @param begins what the core's texts begin with
  private List<Asked> taken(List<Asked> under, int[] begins) {
    synchronized (lock) {
      if (under.isEmpty()) {
        awaitPrompts();
      }
      return closed ? List.of() : picked(under.size(), begins);
    }
  }

  /// Waits until a prompt is in the queue, and a moment for more, or until this is closed. The lock
  /// is held.
  private void awaitPrompts() {
    try {
      while (queue.isEmpty() && !closed) {
        while (queue.isEmpty() && !closed) {
          lock.wait();
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS);
        while (queue.size() < places && !closed && System.nanoTime() - until < 0) {
          lock.wait(GATHER_MILLIS);
        } // another core may have taken all meanwhile
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("unexpected interrupt of " + Thread.currentThread(), e);
    }
  }

  /// Takes prompts of one beginning out of the queue: that of the replies under way, or where there
  /// are none, that of the first prompt. Others may overtake the first prompt, but not without end.
  /// The lock is held.
  private List<Asked> picked(int under, int[] begins) {
    var picked = new ArrayList<Asked>();
    Asked first = queue.peek();
    if (first == null) {
      return picked;
    }
    int[] firstBegins = beginnings.of(first.prompt);
    int[] wanted = under == 0 ? firstBegins : begins;
    boolean overtake = !Arrays.equals(firstBegins, wanted);
    if (overtake && first.overtaken >= MOST_OVERTAKING) {
      return picked;
    }
    int read = 0;
    for (var each = queue.iterator(); each.hasNext() && under + picked.size() < places; ) {
      Asked next = each.next();
      if (!Arrays.equals(beginnings.of(next.prompt), wanted)) {
        continue;
      }
      int rest = next.prompt.length - wanted.length;
      if (read > 0 && read + rest > MOST_READ) {
        break;
      }
      each.remove();
      next.beginning = wanted;
      picked.add(next);
      read += rest;
    }
    if (overtake) {
      first.overtaken += picked.size();
    }
    return picked;
  }

  private void advance(DecoderSession session, List<Asked> under, int[] chosen, List<Asked> fresh) {
    List<DecoderSession.Next> next =
        session.advance(chosen, fresh.stream().map(Asked::rest).toList(), BELOW);
    for (int i = under.size() - 1; i >= 0; i--) { // those that take a place were seen before
      Asked asked = under.get(i);
      if (next.get(i).size() == 0) {
        throw new Failure.CorruptArtifact(
            "the scores of the language model %s are no numbers: its weights are damaged, fetch it"
                    .formatted(settings.file())
                + " again");
      }
      int word = asked.choose(next.get(i));
      boolean ended = ends.contains(word);
      if (ended || asked.stopped || asked.add(word)) {
        asked.finish();
        session.leave(i);
        Asked last = under.removeLast();
        if (i < under.size()) {
          under.set(i, last);
        }
      }
    }
  }

  private void fail(List<Asked> under, Throwable e) {
    List<Asked> all = new ArrayList<>(under);
    synchronized (lock) {
      if (!closed) {
        closed = true;
        failure = e;
      }
      all.addAll(queue);
      queue.clear();
      lock.notifyAll();
    }
    all.forEach(asked -> asked.reply.completeExceptionally(e));
  }

  /// Ends what is under way without its reply.
  @Override
  public void close() {
    if (released.getAndSet(true)) {
      return;
    }
    List<Asked> waiting;
    synchronized (lock) {
      closed = true;
      waiting = List.copyOf(queue);
      queue.clear();
      lock.notifyAll();
    }
    waiting.forEach(this::end);
    boolean interrupted = false;
    for (Thread core : cores) {
      interrupted |= !joined(core);
    }
    decoder.close();
    tokenizer.close();
    file.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until the thread ended, whatever interrupts.
  ///
  /// @return whether nothing did
  private static boolean joined(Thread core) {
    boolean calm = true;
    while (core.isAlive()) {
      try {
        core.join();
      } catch (InterruptedException _) {
        calm = false;
      }
    }
    return calm;
  }
}
