package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.ParseNotes;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// The process that [SafeParser] starts: reads requests on its standard input, answers on its
/// standard output, and ends when its input does, even in the middle of a file. Output of libraries
/// is discarded.
final class ParserProcess {
  /// Deep enough for documents nested a few thousand levels; deeper ones are refused.
  private static final long STACK_BYTES = 64L << 20;

  private static final int LARGEST_REQUEST = 1 << 20;

  private ParserProcess() {}

  /// @param args [ParseOptions#arguments()]
  public static void main(String[] args) throws IOException {
    ParseOptions options = ParseOptions.of(List.of(args));
    var in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    var out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, System.out.charset()));
    System.setErr(System.out);
    System.setIn(InputStream.nullInputStream());

    BlockingQueue<SourceFile> requests = new LinkedBlockingQueue<>();
    var worker = new Thread(null, () -> work(requests, out, options), "parser", STACK_BYTES);
    worker.setDaemon(true);
    worker.start();
    try {
      while (true) {
        requests.add(PipeProtocol.request(PipeProtocol.read(in, LARGEST_REQUEST)));
      }
    } catch (IOException _) {
      Runtime.getRuntime().halt(0); // the program has ended or closed the pipe
    }
  }

  private static void work(
      BlockingQueue<SourceFile> requests, DataOutputStream out, ParseOptions options) {
    try {
      PipeProtocol.write(out, new byte[0]);
      while (true) {
        SourceFile source = requests.take();
        PipeProtocol.write(out, PipeProtocol.answer(parse(source, options)));
      }
    } catch (IOException | InterruptedException _) {
      Runtime.getRuntime().halt(0);
    } catch (OutOfMemoryError _) {
      Runtime.getRuntime().halt(SafeParser.EXIT_OUT_OF_MEMORY);
    }
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  static ParseOutcome parse(SourceFile source, ParseOptions options) {
    try {
      Document document = Parsers.parse(source, options);
      return document.blocks().isEmpty()
          ? new ParseOutcome.Failed(source.id(), withoutText(document), document.pictures())
          : new ParseOutcome.Parsed(document);
    } catch (Failure failure) {
      return new ParseOutcome.Failed(source.id(), reason(source, failure));
    } catch (StackOverflowError _) {
      return new ParseOutcome.Failed(source.id(), "is nested too deeply to be read");
    } catch (RuntimeException | LinkageError broken) {
      return new ParseOutcome.Failed(source.id(), "is damaged: " + detail(broken));
    }
  }

  private static String withoutText(Document document) {
    if (!document.pictures().isEmpty()) {
      return ParseNotes.ONLY_PICTURES;
    }
    return document.notes().isEmpty()
        ? "holds no text"
        : "holds no text that could be read: " + String.join("; ", document.notes());
  }

  private static String reason(SourceFile source, Failure failure) {
    String message = detail(failure);
    for (String where : new String[] {source.id(), source.file().toString()}) {
      if (message.startsWith(where + ": ")) {
        return message.substring(where.length() + 2);
      }
    }
    return message;
  }

  private static String detail(Throwable broken) {
    String message = broken.getMessage();
    return message == null || message.isBlank() ? broken.getClass().getSimpleName() : message;
  }
}
