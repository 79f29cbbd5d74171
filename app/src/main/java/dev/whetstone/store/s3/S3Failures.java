package dev.whetstone.store.s3;

import dev.whetstone.core.Failure;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What a server's refusal means, and what to do about it.
final class S3Failures {
  private static final int MOVED = 301;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION = 412;
  private static final int RANGE = 416;
  private static final int TOO_MANY = 429;
  private static final int SERVER = 500;
  private static final Set<String> BAD_KEYS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidToken",
          "ExpiredToken",
          "SecurityTokenExpired",
          "AuthFailure");
  private static final Set<String> OTHER_REGION =
      Set.of(
          "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException",
          "SecondLevelDomainForbidden",
          "TemporaryRedirect");

  private S3Failures() {}

  /// Whether a create-only request found an object in its place.
  static boolean exists(SdkException e) {
    return e instanceof S3Exception s3
        && (s3.statusCode() == PRECONDITION || code(s3).equals("FileAlreadyExists"));
  }

  /// Whether two create-only requests met: the server says that one may be repeated.
  static boolean collided(SdkException e) {
    return e instanceof S3Exception s3
        && s3.statusCode() == CONFLICT
        && code(s3).equals("ConditionalRequestConflict");
  }

  /// Whether a read found another object, or another range of one, than it was for.
  static boolean changed(SdkException e) {
    return e instanceof S3Exception s3
        && (s3.statusCode() == PRECONDITION || s3.statusCode() == RANGE);
  }

  static boolean notFound(SdkException e) {
    return e instanceof S3Exception s3 && s3.statusCode() == NOT_FOUND;
  }

  static boolean noBucket(SdkException e) {
    return e instanceof S3Exception s3 && code(s3).equals("NoSuchBucket");
  }

  private static String code(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  /// @param doing what was tried: `read`, `write`, `list`, `delete`
  /// @param uri of what it was tried on
  static Failure explain(SdkException e, Bucket bucket, String doing, String uri) {
    String what = "cannot " + doing + " " + uri + ": ";
    if (e instanceof S3Exception s3) {
      return explain(s3, bucket, what);
    }
    String words = words(e);
    if (e instanceof SdkClientException && words.toLowerCase(Locale.ROOT).contains("credentials")) {
      return new Failure.BadInput(
          what + "no credentials: set " + bucket.dialect().keyVariables() + " in the environment",
          e);
    }
    return new Failure.Unavailable(
        what
            + bucket.endpoint()
            + " does not answer ("
            + words
            + "). Check the network and "
            + bucket.dialect().endpointVariable()
            + ", then try again",
        e);
  }

  private static Failure explain(S3Exception e, Bucket bucket, String what) {
    S3Dialect dialect = bucket.dialect();
    String code = code(e);
    int status = e.statusCode();
    String said = said(e);
    boolean elsewhere = said.contains("must be addressed using the specified endpoint");
    if (status == MOVED || OTHER_REGION.contains(code) || elsewhere) {
      String region =
          e.awsErrorDetails() == null || e.awsErrorDetails().sdkHttpResponse() == null
              ? ""
              : e.awsErrorDetails()
                  .sdkHttpResponse()
                  .firstMatchingHeader("x-amz-bucket-region")
                  .map(r -> " to " + r)
                  .orElse("");
      return new Failure.BadInput(
          what
              + "the bucket is in another region than "
              + bucket.region()
              + " ("
              + said
              + "). Set "
              + dialect.regionVariable()
              + region
              + ", or "
              + dialect.endpointVariable(),
          e);
    }
    if (noBucket(e)) {
      return new Failure.BadInput(
          what
              + "there is no bucket "
              + bucket.name()
              + " at "
              + bucket.endpoint()
              + ". Make it, or correct the name or the region",
          e);
    }
    if (BAD_KEYS.contains(code)) {
      return new Failure.Refused(
          what
              + "the credentials are not accepted ("
              + said
              + "). Check "
              + dialect.keyVariables()
              + ", and that they belong to "
              + bucket.endpoint());
    }
    if (code.equals("RequestTimeTooSkewed")) {
      return new Failure.Refused(what + "this machine's clock is wrong (" + said + "). Set it");
    }
    if (code.equals("BadDigest") || code.equals("InvalidDigest")) {
      return new Failure.Unavailable(
          what
              + "what arrived is not what was read ("
              + said
              + "). Was the file written to"
              + " meanwhile? Try again",
          e);
    }
    if (status == FORBIDDEN) {
      return new Failure.Refused(
          what
              + "access denied ("
              + said
              + "). Let the owner of these credentials do it in the"
              + " bucket's policy, or use others");
    }
    if (status == NOT_FOUND) {
      return new Failure.BadInput(what + "there is no such object. Check the name", e);
    }
    if (status == TOO_MANY || status >= SERVER) {
      return new Failure.Unavailable(
          what + bucket.endpoint() + " answers " + said + " again and again. Try again later", e);
    }
    return new Failure.Unavailable(what + bucket.endpoint() + " answers " + said, e);
  }

  private static String said(S3Exception e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String message =
        details == null || details.errorMessage() == null ? "" : details.errorMessage();
    return (e.statusCode() + " " + code(e) + (message.isEmpty() ? "" : ": " + message)).strip();
  }

  private static String words(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    return e.getCause() == null ? message : root.getClass().getSimpleName() + ": " + message;
  }
}
