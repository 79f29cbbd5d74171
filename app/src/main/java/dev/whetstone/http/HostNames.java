package dev.whetstone.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The names under which a server without a key may be reached.
///
/// A page of `evil.example` may point that name at this server's address (DNS rebinding), and the
/// browser then takes the server for the page's own site. The `Host` header still says
/// `evil.example`. An address in `Host` cannot be rebound, so on a public interface every address
/// is taken; on loopback only loopback's.
final class HostNames {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}\\]");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean addresses;
  private final Set<String> names = new HashSet<>(LOOPBACK);

  HostNames(ServerSettings settings) {
    this.addresses = !settings.loopback();
    settings.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.add(settings.host().toLowerCase(Locale.ROOT));
    if (addresses) {
      try {
        InetAddress here = InetAddress.getLocalHost();
        names.add(here.getHostName().toLowerCase(Locale.ROOT));
      } catch (UnknownHostException _) {
        // a machine without a name is reached by its address
      }
    }
  }

  /// @param host a `Host` header without its port, in lower case
  boolean include(String host) {
    return names.contains(host)
        || (addresses && (IPV4.matcher(host).matches() || IPV6.matcher(host).matches()));
  }
}
