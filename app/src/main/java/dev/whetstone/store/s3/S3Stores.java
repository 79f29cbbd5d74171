package dev.whetstone.store.s3;

import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingAddress;
import dev.whetstone.store.ObjectStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;

/// Opens buckets as the environment says.
public final class S3Stores {
  /// First try and five more: some 10 s of a server that asks to be spared.
  private static final int ATTEMPTS = 6;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final Pattern OSS_HOST =
      Pattern.compile("(?:s3\\.)?oss-([a-z0-9-]+?)(?:-internal)?\\.aliyuncs\\.com");

  private S3Stores() {}

  /// @param scheme `s3` or `oss`
  /// @param prefix empty, or ended by `/`
  /// @param journal a folder of this machine that remembers uploads under way
  /// @throws Failure.BadInput if there are no credentials or no endpoint
  public static ObjectStore open(
      String scheme, String bucket, String prefix, Map<String, String> environment, Path journal) {
    var http = UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE);
    return open(scheme, bucket, prefix, environment, journal, http.build());
  }

  static ObjectStore open(
      String scheme,
      String name,
      String prefix,
      Map<String, String> environment,
      Path journal,
      SdkHttpClient http) {
    if (name.isEmpty()) {
      throw new Failure.BadInput(
          scheme + "://" + prefix + " names no bucket: write " + scheme + "://bucket/prefix");
    }
    var variables = new Variables(environment);
    S3Dialect dialect = scheme.equals("oss") ? S3Dialect.OSS : S3Dialect.S3;
    Optional<URI> endpoint = endpoint(dialect, variables);
    String region = region(dialect, variables, endpoint);
    URI ossEndpoint = endpoint.orElse(URI.create("https://s3.oss-" + region + ".aliyuncs.com"));
    var builder =
        S3Client.builder()
            .httpClient(http)
            .region(Region.of(region))
            .credentialsProvider(credentials(dialect, variables, scheme + "://" + name))
            // Every checksum we need we send ourselves, in headers that all servers know; OSS
            // refuses the trailers that the SDK would choose.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(c -> c.chunkedEncodingEnabled(false).expectContinueEnabled(false))
            .addPlugin(LegacyMd5Plugin.create())
            .overrideConfiguration(
                c ->
                    c.retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .circuitBreakerEnabled(false)
                                .build())
                        .addExecutionInterceptor(new BoundedMetadata()));
    if (dialect == S3Dialect.OSS) {
      builder.endpointOverride(ossEndpoint).forcePathStyle(false);
    } else {
      endpoint.ifPresent(e -> builder.endpointOverride(e).forcePathStyle(pathStyle(e)));
    }
    String shown =
        dialect == S3Dialect.OSS
            ? ossEndpoint.toString()
            : endpoint.map(URI::toString).orElse("Amazon S3, region " + region);
    var bucket = new Bucket(dialect, name, prefix, shown, region);
    return new S3Store(
        builder.build(),
        bucket,
        new UploadJournal(journal, scheme + "://" + name + " at " + shown));
  }

  /// Servers of one's own seldom have a domain for each bucket.
  private static boolean pathStyle(URI endpoint) {
    String host = String.valueOf(endpoint.getHost());
    return !host.endsWith("amazonaws.com") && !host.endsWith("aliyuncs.com");
  }

  private static Optional<URI> endpoint(S3Dialect dialect, Variables variables) {
    Optional<String> given =
        switch (dialect) {
          case S3 -> variables.first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
          case OSS -> variables.first("OSS_ENDPOINT");
        };
    return given.map(
        text -> {
          String full = text.contains("://") ? text : "https://" + text;
          try {
            URI uri = URI.create(full);
            if (uri.getHost() != null && uri.getRawUserInfo() == null) {
              OutgoingAddress.check(uri);
              return uri;
            }
          } catch (IllegalArgumentException e) {
            // said below
          }
          throw new Failure.BadInput(
              dialect.endpointVariable() // it may hold a password
                  + " is no address: write https://host, without user or password");
        });
  }

  private static String region(S3Dialect dialect, Variables variables, Optional<URI> endpoint) {
    if (dialect == S3Dialect.S3) {
      return variables.first("AWS_REGION", "AWS_DEFAULT_REGION").orElse("us-east-1");
    }
    Optional<String> given = variables.first("OSS_REGION").map(r -> r.replaceFirst("^oss-", ""));
    if (given.isPresent()) {
      return given.get();
    }
    String host = endpoint.map(URI::getHost).orElse("");
    Matcher known = OSS_HOST.matcher(host);
    if (known.matches()) {
      return known.group(1);
    }
    throw new Failure.BadInput(
        "which region is the OSS bucket in? Set OSS_REGION, for example to cn-hangzhou"
            + (host.isEmpty() ? ", or OSS_ENDPOINT" : ""));
  }

  private static AwsCredentialsProvider credentials(
      S3Dialect dialect, Variables variables, String bucket) {
    boolean s3 = dialect == S3Dialect.S3;
    Optional<String> id = variables.first(s3 ? "AWS_ACCESS_KEY_ID" : "OSS_ACCESS_KEY_ID");
    Optional<String> secret =
        variables.first(s3 ? "AWS_SECRET_ACCESS_KEY" : "OSS_ACCESS_KEY_SECRET");
    Optional<String> token = variables.first(s3 ? "AWS_SESSION_TOKEN" : "OSS_SESSION_TOKEN");
    if (id.isPresent() && secret.isPresent()) {
      return StaticCredentialsProvider.create(
          token.isPresent()
              ? AwsSessionCredentials.create(id.get(), secret.get(), token.get())
              : AwsBasicCredentials.create(id.get(), secret.get()));
    }
    boolean noMachine =
        variables.first("AWS_EC2_METADATA_DISABLED").orElse("").equalsIgnoreCase("true");
    if (!s3 || id.isPresent() || secret.isPresent() || noMachine) {
      throw new Failure.BadInput(
          "no credentials for "
              + bucket
              + ": set "
              + dialect.keyVariables()
              + " in the environment");
    }
    var chain = AwsCredentialsProviderChain.builder();
    Stream.of(
            ProfileCredentialsProvider.create(),
            ContainerCredentialsProvider.create(),
            InstanceProfileCredentialsProvider.create())
        .forEach(chain::addCredentialsProvider);
    return chain.build();
  }

  private record Variables(Map<String, String> all) {
    Optional<String> first(String... names) {
      return Stream.of(names)
          .map(name -> all.getOrDefault(name, ""))
          .map(String::strip)
          .filter(value -> !value.isEmpty())
          .findFirst();
    }
  }
}
