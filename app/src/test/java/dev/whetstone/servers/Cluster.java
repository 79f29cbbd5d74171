package dev.whetstone.servers;

import java.net.URI;
import java.util.List;

/// Several nodes that form one cluster.
public record Cluster(List<RealServer> nodes) implements AutoCloseable {
  public Cluster {
    nodes = List.copyOf(nodes);
  }

  /// Where its nodes answer, dead ones too.
  public List<URI> uris() {
    return nodes.stream().map(RealServer::uri).toList();
  }

  /// A node that is alive.
  public RealServer alive() {
    return nodes.stream().filter(RealServer::isAlive).findFirst().orElseThrow();
  }

  /// The node that its cluster elected to manage it.
  public RealServer manager() {
    var name = alive().call("GET", "/_cat/master?h=node", "").body().strip();
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  /// Starts the nodes that died again, on their data, and waits until all are together.
  public void revive() {
    nodes.stream().filter(node -> !node.isAlive()).forEach(node -> node.launchAgain(true));
    awaitWhole();
  }

  void awaitWhole() {
    nodes.forEach(node -> node.awaitReady(nodes.size()));
  }

  @Override
  public void close() {
    nodes.forEach(RealServer::close);
  }
}
