package dev.whetstone.servers;

import java.io.OutputStream;

/// Starts one server by hand, prints its address and its process id, and runs until it is told to
/// end: by a signal, or, with `--until-eof`, when its standard input closes.
///
/// `java -cp app/target/test-classes dev.whetstone.servers.Start opensearch --port 9200`
public final class Start {
  private static final String USAGE =
      "Usage: Start elasticsearch|opensearch|s3proxy [--port N] [--heap MEGABYTES] [--until-eof]";

  private Start() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      System.err.println(USAGE);
      System.exit(2);
    }
    var kind = ServerKind.named(args[0]);
    var options = ServerOptions.single();
    boolean untilEof = false;
    for (int i = 1; i < args.length; i++) {
      switch (args[i]) {
        case "--port" -> options = options.withPort(Integer.parseInt(args[++i]));
        case "--heap" -> options = options.withHeap(Integer.parseInt(args[++i]));
        case "--until-eof" -> untilEof = true;
        default -> throw new IllegalArgumentException("'" + args[i] + "' is unknown. " + USAGE);
      }
    }
    try (var server = Servers.start(kind, options)) {
      System.out.printf("%s %s %d%n", kind.id(), server.uri(), server.pid());
      if (kind == ServerKind.S3PROXY) {
        System.out.printf("key %s secret %s%n", Servers.s3Key(), Servers.s3Secret());
      }
      if (untilEof) {
        System.in.transferTo(OutputStream.nullOutputStream());
      } else {
        Thread.currentThread().join();
      }
    }
  }
}
