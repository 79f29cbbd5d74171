package dev.whetstone.core;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;

/// Decides which network addresses this program may open connections to.
///
/// Problem: the program calls the servers that the settings name (a language model, a search
/// cluster, an object store). Settings may come from a shared bucket, and a name may resolve to
/// another address tomorrow. A call must then not reach the services at which a machine gives its
/// own credentials to its programs. Loopback and private addresses are allowed: language models and
/// clusters mostly run there.
///
/// Method: an address is refused if it is link-local (169.254.0.0/16, fe80::/10, where the metadata
/// services of AWS, Azure, Google Cloud and OpenStack listen), multicast, or one of the metadata
/// addresses outside of those ranges. IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4)
/// are judged by that address. Literals are checked by [#check], also those in decimal form; names
/// are checked by [OutgoingResolver] on every lookup, so that there is no time between the check
/// and the connection in which a name could change.
///
/// Example: `http://169.254.169.254/v1`, `http://[::ffff:a9fe:a9fe]/v1` and a name that resolves to
/// one of them are refused; `http://127.0.0.1:11434/v1` and `https://10.0.0.7:9200` are not.
///
/// Cost: a few comparisons for each lookup and each call.
public final class OutgoingAddress {
  private static final Set<String> METADATA =
      Set.of(
          "100.100.100.200", // Alibaba Cloud
          "168.63.129.16", // Azure's host
          "192.0.0.192", // Oracle Cloud
          "fd00:ec2:0:0:0:0:0:254"); // AWS over IPv6

  private OutgoingAddress() {}

  /// Checks an address before it is called.
  ///
  /// @throws Failure.BadInput if its host is a literal of a refused address. Names pass: their
  ///   addresses are checked when they are looked up
  public static void check(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost().replaceAll("[\\[\\]]", "");
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return; // a name
    }
    if (refused(address)) {
      throw new Failure.BadInput(
          host
              + " is an address at which machines give out their own credentials, or no host's: no"
              + " server is called there. Name another address");
    }
  }

  /// Whether no connection may be opened to this address.
  static boolean refused(InetAddress address) {
    InetAddress inner = embedded(address);
    return inner.isLinkLocalAddress()
        || inner.isMulticastAddress()
        || METADATA.contains(inner.getHostAddress().replaceFirst("%.*", ""));
  }

  /// The IPv4 address within an IPv6 address of NAT64 (64:ff9b::/96) or 6to4 (2002::/16); else the
  /// address itself. The JDK turns mapped addresses (::ffff:0:0/96) into IPv4 on its own.
  private static InetAddress embedded(InetAddress address) {
    byte[] b = address.getAddress();
    if (b.length != 16) {
      return address;
    }
    boolean nat64 = b[0] == 0 && b[1] == 0x64 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b;
    boolean sixToFour = b[0] == 0x20 && b[1] == 0x02;
    if (!nat64 && !sixToFour) {
      return address;
    }
    int from = nat64 ? 12 : 2;
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(b, from, from + 4));
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
