package dev.whetstone.servers;

import java.util.List;
import java.util.Map;

/// How a server is started.
///
/// @param port for HTTP; 0 takes a free one
/// @param heapMegabytes the Java heap, from 128
/// @param settings lines of the server's own settings file, which come after and win over the
///   harness's
/// @param node its name, unique in its cluster
/// @param transportPort where the nodes of a cluster talk to each other; 0 takes a free one
/// @param seeds the transport ports of all nodes of its cluster; empty for a node on its own
public record ServerOptions(
    int port,
    int heapMegabytes,
    Map<String, String> settings,
    String node,
    int transportPort,
    List<Integer> seeds) {
  public ServerOptions {
    settings = Map.copyOf(settings);
    seeds = List.copyOf(seeds);
  }

  /// A node on its own: free ports, 384 MB.
  public static ServerOptions single() {
    return new ServerOptions(0, 384, Map.of(), "n1", 0, List.of());
  }

  public ServerOptions withPort(int port) {
    return new ServerOptions(port, heapMegabytes, settings, node, transportPort, seeds);
  }

  public ServerOptions withHeap(int megabytes) {
    return new ServerOptions(port, megabytes, settings, node, transportPort, seeds);
  }

  public ServerOptions withSettings(Map<String, String> settings) {
    return new ServerOptions(port, heapMegabytes, settings, node, transportPort, seeds);
  }

  ServerOptions inCluster(String node, int transportPort, List<Integer> seeds) {
    return new ServerOptions(port, heapMegabytes, settings, node, transportPort, seeds);
  }
}
