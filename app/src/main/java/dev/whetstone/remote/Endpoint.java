package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingAddress;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the service answers.
///
/// @param protocol `https`, or `http` inside of one's own network
public record Endpoint(String protocol, String host) {
  private static final Pattern REGION = Pattern.compile("[a-z]{2}-[a-z0-9-]{2,40}");
  private static final Pattern ADDRESS = Pattern.compile("(?:(https?)://)?([A-Za-z0-9.:-]+)/?");

  /// The region's public endpoint, or `address` instead, as `pai-dlc-vpc.cn-hangzhou.aliyuncs.com`.
  /// Source:
  /// <https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-endpoint>
  ///
  /// @throws Failure.BadInput if region or address cannot be one
  public static Endpoint of(String region, @Nullable String address) {
    if (!REGION.matcher(region).matches()) {
      throw new Failure.BadInput(
          "--region: '" + region + "' is no region; give one as cn-hangzhou or ap-southeast-1");
    }
    if (address == null || address.isBlank()) {
      return new Endpoint("https", "pai-dlc." + region + ".aliyuncs.com");
    }
    var match = ADDRESS.matcher(address.strip());
    if (!match.matches()) {
      throw new Failure.BadInput("PAI_DLC_ENDPOINT is no address: give a host, as HOST:PORT");
    }
    String protocol = match.group(1) == null ? "https" : match.group(1);
    OutgoingAddress.check(URI.create(protocol + "://" + match.group(2)));
    return new Endpoint(protocol, match.group(2));
  }
}
