package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import java.util.regex.Pattern;

/// A folder in a bucket: `oss://bucket/prefix/`, or with an endpoint after the bucket as PAI itself
/// writes it (`oss://bucket.oss-cn-hangzhou-internal.aliyuncs.com/prefix/`).
///
/// @param endpoint empty where none is given: then the internal one of the job's region is meant
/// @param prefix empty, or ended by `/`
public record OssPlace(String bucket, String endpoint, String prefix) {
  private static final Pattern URI =
      Pattern.compile("oss://([a-z0-9][a-z0-9-]{1,62})(?:\\.([a-z0-9.-]+))?(?:/(.*))?");

  /// @param option that it was given with, for the message
  /// @throws Failure.BadInput if it is none
  public static OssPlace parse(String option, String uri) {
    var match = URI.matcher(uri);
    String prefix = "";
    if (match.matches()) {
      prefix = match.group(3) == null ? "" : match.group(3).replaceAll("/+$", "");
    }
    if (!match.matches() || prefix.contains("//") || prefix.matches(".*[\\s?#\\\\].*")) {
      throw new Failure.BadInput(
          option + ": '" + uri + "' is no folder in OSS; write it as oss://BUCKET/FOLDER/");
    }
    return new OssPlace(
        match.group(1),
        match.group(2) == null ? "" : match.group(2),
        prefix.isEmpty() ? "" : prefix + "/");
  }

  /// As the rest of the program names it.
  public String uri() {
    return "oss://" + bucket + "/" + prefix;
  }

  /// As a job's data source names it: with the endpoint, inside of the region's network.
  public String mountable(String region) {
    String at = endpoint.isEmpty() ? "oss-" + region + "-internal.aliyuncs.com" : endpoint;
    return "oss://" + bucket + "." + at + "/" + prefix;
  }
}
