package dev.whetstone.core;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.stream.Stream;

/// Resolves names for the whole process and leaves refused addresses out ([OutgoingAddress]). The
/// JDK finds it as a service, so every client passes through it: java.net.http, the clients of the
/// clusters and the SDKs of the object stores. The address that is checked is the one that is
/// connected to; a name that changes its address between two lookups gains nothing.
public final class OutgoingResolver extends InetAddressResolverProvider {
  /// Called by the JDK.
  public OutgoingResolver() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return guarded(configuration.builtinResolver(), configuration.lookupLocalHostName());
  }

  @Override
  public String name() {
    return "whetstone";
  }

  /// @param own this machine's name, which may resolve to any address: libraries look it up to name
  ///   the machine and do not call it
  static InetAddressResolver guarded(InetAddressResolver resolver, String own) {
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        if (host.equalsIgnoreCase(own)) {
          return resolver.lookupByName(host, policy);
        }
        List<InetAddress> allowed =
            resolver
                .lookupByName(host, policy)
                .filter(address -> !OutgoingAddress.refused(address))
                .toList();
        if (allowed.isEmpty()) {
          throw new UnknownHostException(
              host + " resolves only to addresses that are not called (link-local or metadata)");
        }
        return allowed.stream();
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return resolver.lookupByAddress(address);
      }
    };
  }
}
