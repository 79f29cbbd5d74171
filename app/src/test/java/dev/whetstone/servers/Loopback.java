package dev.whetstone.servers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Which of this machine's own addresses answer on a port.
final class Loopback {
  private Loopback() {}

  static List<String> addressesListeningOn(int port) throws IOException {
    var answering = new ArrayList<String>();
    for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (var address : Collections.list(network.getInetAddresses())) {
        try (var socket = new Socket()) {
          socket.connect(new InetSocketAddress(address, port), 1000);
          answering.add(address.getHostAddress());
        } catch (IOException refused) {
          // nothing listens there
        }
      }
    }
    return answering;
  }
}
