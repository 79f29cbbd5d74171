package dev.whetstone.store.s3;

import dev.whetstone.core.BoundedReply;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/// Bounds what a bucket's server may say beside the objects themselves: listings, receipts and
/// errors, which the SDK reads whole. Objects are streams and bounded by their own length.
final class BoundedMetadata implements ExecutionInterceptor {
  /// A listing of 1,000 keys of 1,024 characters, each written as six, has some 7 MB.
  private static final long MOST_BYTES = 16 << 20;

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    boolean object =
        context.request() instanceof GetObjectRequest && context.httpResponse().isSuccessful();
    return object
        ? context.responseBody()
        : context.responseBody().map(body -> new BoundedReply(body, MOST_BYTES));
  }
}
