package dev.whetstone.store.s3;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Acl;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/// In what S3 and OSS differ. OSS takes S3's requests and signatures, with headers of its own for
/// what S3 says otherwise. Sources, of Alibaba Cloud's documentation: "S3 API on OSS: supported
/// operations and limitations", "PutObject", "CompleteMultipartUpload" and the error pages
/// 0026-00000002 and 0042-00000214.
enum S3Dialect {
  S3("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"),
  OSS("OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET", "OSS_REGION", "OSS_ENDPOINT");

  private final String keyVariables;
  private final String regionVariable;
  private final String endpointVariable;

  S3Dialect(String keyVariables, String regionVariable, String endpointVariable) {
    this.keyVariables = keyVariables;
    this.regionVariable = regionVariable;
    this.endpointVariable = endpointVariable;
  }

  String keyVariables() {
    return keyVariables;
  }

  String regionVariable() {
    return regionVariable;
  }

  String endpointVariable() {
    return endpointVariable;
  }

  /// The headers of a request that writes an object, or begins or completes one in parts.
  ///
  /// @param begins whether this request says what the object shall be, not only completes it
  AwsRequestOverrideConfiguration headers(boolean createOnly, Acl acl, boolean begins) {
    var headers = new LinkedHashMap<String, String>();
    switch (this) {
      case S3 -> {
        if (createOnly) {
          headers.put("If-None-Match", "*");
        }
        if (acl != Acl.DEFAULT && begins) {
          headers.put("x-amz-acl", acl.key());
        }
      }
      case OSS -> {
        if (createOnly) {
          headers.put("x-oss-forbid-overwrite", "true");
        }
        if (acl != Acl.DEFAULT) {
          headers.put("x-oss-object-acl", acl.key());
        }
      }
    }
    var configuration = AwsRequestOverrideConfiguration.builder();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      configuration.putHeader(header.getKey(), header.getValue());
    }
    return configuration.build();
  }

  /// @throws Failure.BadInput if OSS does not know it
  void check(Acl acl) {
    if (this == OSS && !acl.knownToOss()) {
      throw new Failure.BadInput(
          "OSS has no access list '"
              + acl.key()
              + "': give default, private, public-read or public-read-write");
    }
  }
}
