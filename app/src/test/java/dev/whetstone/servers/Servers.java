package dev.whetstone.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Starts real servers. The shared ones are started once a JVM and kept until it ends: a test that
/// uses one makes names of its own and removes what it made. Whoever kills, stops or blocks a
/// server takes one of its own from {@link #start}.
public final class Servers {
  private static final Map<ServerKind, RealServer> SHARED = new EnumMap<>(ServerKind.class);
  private static final Set<RealServer> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(RealServer::close)));
  }

  private Servers() {}

  /// The Elasticsearch node that the tests of this JVM share.
  public static RealServer elasticsearch() {
    return shared(ServerKind.ELASTICSEARCH);
  }

  /// The OpenSearch node that the tests of this JVM share.
  public static RealServer opensearch() {
    return shared(ServerKind.OPENSEARCH);
  }

  /// The S3 server that the tests of this JVM share.
  public static RealServer s3proxy() {
    return shared(ServerKind.S3PROXY);
  }

  /// The key that every S3 server knows.
  public static String s3Key() {
    return NodeFiles.S3_KEY;
  }

  public static String s3Secret() {
    return NodeFiles.S3_SECRET;
  }

  private static synchronized RealServer shared(ServerKind kind) {
    return SHARED.computeIfAbsent(kind, k -> start(k, ServerOptions.single()));
  }

  /// A server of the caller's own, ready to serve.
  ///
  /// @throws IllegalStateException if it is not put together, or did not start, with the end of its
  ///   log
  public static RealServer start(ServerKind kind, ServerOptions options) {
    var server = launch(kind, options);
    try {
      server.awaitReady(1);
      return server;
    } catch (IllegalStateException e) {
      server.close();
      throw e;
    }
  }

  /// A cluster of so many nodes, `n1`, `n2` and so on, which all know of each other.
  public static Cluster cluster(ServerKind kind, int nodes, ServerOptions options) {
    var transport = new ArrayList<Integer>();
    for (int i = 0; i < nodes; i++) {
      transport.add(freePort());
    }
    var servers = new ArrayList<RealServer>();
    for (int i = 0; i < nodes; i++) {
      var node = options.inCluster("n" + (i + 1), transport.get(i), transport);
      servers.add(launch(kind, node));
    }
    var cluster = new Cluster(List.copyOf(servers));
    try {
      cluster.awaitWhole();
      return cluster;
    } catch (IllegalStateException e) {
      cluster.close();
      throw e;
    }
  }

  private static RealServer launch(ServerKind kind, ServerOptions options) {
    var ports =
        options
            .withPort(options.port() == 0 ? freePort() : options.port())
            .inCluster(
                options.node(),
                options.transportPort() == 0 ? freePort() : options.transportPort(),
                options.seeds());
    try {
      kind.home(); // before a folder is made
      var server =
          new RealServer(kind, Files.createTempDirectory("whetstone-" + kind.id() + "-"), ports);
      RUNNING.add(server);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
