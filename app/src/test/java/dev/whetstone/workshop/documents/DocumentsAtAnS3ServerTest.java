package dev.whetstone.workshop.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.store.s3.RealBucket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The same in a bucket of a real S3 server.
@Timeout(240)
class DocumentsAtAnS3ServerTest extends DocumentsInABucketTest {
  private RealBucket bucket = new RealBucket("", java.util.Map.of());

  @BeforeEach
  void aBucket() {
    bucket = RealBucket.make();
  }

  @Override
  ObjectStore bucket(Path machine) {
    return ObjectStores.open(
        bucket.uri("handbook"), bucket.environment(), machine.resolveSibling("journal"));
  }

  /// Nothing of the workspace stands beside its prefix.
  @AfterEach
  void allThatWasWrittenIsBelowItsPrefix() {
    try (var client = bucket.client()) {
      assertThat(client.listObjectsV2(r -> r.bucket(bucket.name())).contents())
          .isNotEmpty()
          .extracting(S3Object::key)
          .allMatch(key -> key.startsWith("handbook/"));
    }
  }
}
