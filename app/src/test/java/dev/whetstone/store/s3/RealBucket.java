package dev.whetstone.store.s3;

import dev.whetstone.servers.Servers;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A bucket of its own at the real S3 server that the tests share.
///
/// @param environment what the program reads credentials and endpoint from
public record RealBucket(String name, Map<String, String> environment) {

  public static RealBucket make() {
    URI endpoint = Servers.s3proxy().uri();
    var bucket =
        new RealBucket(
            "whetstone-" + UUID.randomUUID(),
            Map.of(
                "AWS_ACCESS_KEY_ID", Servers.s3Key(),
                "AWS_SECRET_ACCESS_KEY", Servers.s3Secret(),
                "AWS_ENDPOINT_URL_S3", endpoint.toString()));
    try (S3Client client = bucket.client()) {
      client.createBucket(r -> r.bucket(bucket.name()));
    }
    return bucket;
  }

  /// The SDK's own client, to look behind the program's back. Bodies go without the SDK's chunks:
  /// in them an empty body is not empty, and the server may close the connection before it is read.
  public S3Client client() {
    return S3Client.builder()
        .httpClient(UrlConnectionHttpClient.create())
        .endpointOverride(Servers.s3proxy().uri())
        .forcePathStyle(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(Servers.s3Key(), Servers.s3Secret())))
        .build();
  }

  public String uri(String prefix) {
    return "s3://" + name + "/" + prefix;
  }

  /// The environment with other credentials.
  Map<String, String> as(String key, String secret) {
    return Map.of(
        "AWS_ACCESS_KEY_ID", key,
        "AWS_SECRET_ACCESS_KEY", secret,
        "AWS_ENDPOINT_URL_S3", environment.getOrDefault("AWS_ENDPOINT_URL_S3", ""));
  }
}
