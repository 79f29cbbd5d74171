package dev.whetstone.llm;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import de.kherud.llama.args.LogFormat;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;

/// A GGUF file run by llama.cpp in this process. As many replies are written at once as the
/// settings say; others wait their turn. An interrupt ends waiting and writing.
///
/// **Several at once.** A token costs a pass over all weights, and on a CPU reading them takes
/// longer than computing with them: tokens of several replies that are computed in one pass cost
/// little more than one. llama.cpp has a *slot* for each reply and computes one batch at a time:
/// the next token of every reply under way, and pieces of the prompts that are waiting. A slot
/// keeps the keys and values of its last prompt, and computes of the next one only what follows
/// their common beginning, so that an instruction at the beginning of many prompts is read once a
/// slot. The slots' keys and values lie in one memory, and attention looks at all of it: long
/// contexts make further slots dearer.
///
/// With one slot nothing is shared between prompts, and the same prompt gets the same reply.
///
/// **Interrupts.** llama.cpp tells nothing until it has read the whole prompt, which takes seconds
/// on a CPU (a prompt of 1,200 tokens about 11 s at 110 tokens/s), and cannot be stopped meanwhile.
/// So with one slot a prompt is read in pieces of [#PIECE] tokens, each of which continues what the
/// slot has of the one before; an interrupt is noticed between two pieces, and between two tokens
/// of the reply. A piece costs the computation of one token more.
final class GgufChat implements ChatModel {
  private static final boolean MACOS = System.getProperty("os.name", "").startsWith("Mac");
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  /// Tokens of a prompt that are read at a time. It does not hang on how fast the machine is: a
  /// prompt that is read in other pieces may be rounded otherwise, and get another reply. 64 of a
  /// model of half a billion weights took 1.6 s of two busy cores.
  private static final int PIECE = 32;

  private final LlmSettings.Gguf settings;
  private final LlamaModel model;
  private final Semaphore turns; // fair
  private volatile boolean closed; // set with all turns taken

  private GgufChat(LlmSettings.Gguf settings, LlamaModel model) {
    this.settings = settings;
    this.model = model;
    this.turns = new Semaphore(settings.parallel(), true);
  }

  static GgufChat open(LlmSettings.Gguf settings) {
    Path file = settings.file();
    requireGguf(file);
    try {
      loadLibrary();
      var parameters =
          new ModelParameters()
              .setModel(file.toString())
              .setCtxSize(settings.contextTokens() * settings.parallel())
              .setThreads(settings.threads())
              .setThreadsBatch(settings.threads())
              .setParallel(settings.parallel())
              .disableLog()
              .disableContextShift();
      if (MACOS) { // elsewhere the library has no GPU, and complains about the option
        parameters.setGpuLayers(0);
      }
      return new GgufChat(settings, new LlamaModel(parameters));
    } catch (RuntimeException e) {
      throw new Failure.BadInput(
          "the language model " + file + " cannot be loaded: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new Failure.Unavailable(
          "GGUF files cannot be run on this machine ("
              + e.getMessage()
              + "): name an OpenAI-compatible server in the settings instead",
          e);
    }
  }

  /// Loads the native library. The binding says on standard output where it put it, among what a
  /// command prints there for other programs; llama.cpp is verbose on standard error.
  private static synchronized void loadLibrary() {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      LlamaModel.setLogger(LogFormat.TEXT, (_, _) -> {});
    } finally {
      System.setOut(out);
    }
  }

  static void requireGguf(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!Arrays.equals(in.readNBytes(4), MAGIC)) {
        throw new Failure.BadInput(file + " is not a GGUF file (it does not begin with \"GGUF\")");
      }
    } catch (IOException e) {
      throw ChatModels.unreadable(file, e);
    }
  }

  @Override
  public String name() {
    return settings.file().getFileName().toString();
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options) {
    return chat(messages, options, ReplyListener.NONE);
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options, ReplyListener listener) {
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      if (closed) {
        throw new Failure.Unavailable("the language model " + name() + " is closed");
      }
      return write(messages, options, listener);
    } finally {
      turns.release();
    }
  }

  private Reply write(List<Message> messages, ChatOptions options, ReplyListener listener) {
    String prompt = model.applyTemplate(parameters(messages));
    int read = model.encode(prompt).length;
    if (read + options.maxTokens() > settings.contextTokens()) {
      throw new Failure.BadInput(
          "the prompt has "
              + read
              + " tokens and the reply may have "
              + options.maxTokens()
              + ", but the context of "
              + name()
              + " is set to "
              + settings.contextTokens()
              + ": raise llm.context_tokens, or give the model fewer passages (app.top_k)");
    }
    boolean begun = settings.parallel() == 1 && readAhead(prompt, read);
    var asked =
        new InferenceParameters(prompt)
            .setNPredict(options.maxTokens())
            .setTemperature((float) options.temperature())
            .setSeed(options.seed())
            .setCachePrompt(begun || settings.parallel() > 1);
    if (!options.stop().isEmpty()) {
      asked.setStopStrings(options.stop().toArray(String[]::new));
    }
    var text = new StringBuilder();
    int written = 0;
    LlamaIterator tokens = model.generate(asked).iterator();
    while (tokens.hasNext()) {
      String piece = tokens.next().text;
      text.append(piece);
      written++;
      if (!piece.isEmpty()) {
        listener.text(piece);
      }
      if (Thread.currentThread().isInterrupted()) {
        tokens.cancel();
        throw interrupted(new InterruptedException());
      }
    }
    var finish = written >= options.maxTokens() ? Reply.Finish.LENGTH : Reply.Finish.STOP;
    return new Reply(text.toString(), finish, read, written);
  }

  /// Reads the prompt but its last piece.
  ///
  /// @return whether it has more than one
  private boolean readAhead(String prompt, int tokens) {
    int pieces = tokens / PIECE;
    for (int piece = 1; piece < pieces; piece++) {
      int cut = (int) ((long) prompt.length() * piece / pieces);
      int space =
          prompt.lastIndexOf(' ', cut); // few tokens hold white space but at their beginning
      int end = space > (long) prompt.length() * (piece - 1) / pieces ? space : cut;
      if (Character.isHighSurrogate(prompt.charAt(end - 1))) {
        end--;
      }
      LlamaIterator reading =
          model
              .generate(
                  new InferenceParameters(prompt.substring(0, end))
                      .setNPredict(0)
                      .setCachePrompt(piece > 1))
              .iterator();
      while (reading.hasNext()) {
        reading.next();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(new InterruptedException());
      }
    }
    return pieces > 1;
  }

  private static InferenceParameters parameters(List<Message> messages) {
    var system = new StringBuilder();
    var turns = new ArrayList<Pair<String, String>>();
    for (Message message : messages) {
      switch (message.role()) {
        case SYSTEM -> system.append(message.text()).append('\n');
        case USER -> turns.add(new Pair<>("user", message.text()));
        case ASSISTANT -> turns.add(new Pair<>("assistant", message.text()));
      }
    }
    return new InferenceParameters("").setMessages(system.toString().strip(), turns);
  }

  private Failure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new Failure.Unavailable("interrupted while " + name() + " was writing", e);
  }

  @Override
  public void close() {
    turns.acquireUninterruptibly(settings.parallel());
    try {
      if (!closed) {
        closed = true;
        model.close();
      }
    } finally {
      turns.release(settings.parallel());
    }
  }
}
