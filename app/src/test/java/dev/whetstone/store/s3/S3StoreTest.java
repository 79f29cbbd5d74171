package dev.whetstone.store.s3;

import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.ObjectStoreContract;
import dev.whetstone.store.ObjectStores;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;

/// On a real server with a bucket `whetstone`.
class S3StoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore open() {
    String endpoint = System.getenv("WHETSTONE_S3");
    Assumptions.assumeTrue(endpoint != null, "WHETSTONE_S3 names no server");
    return ObjectStores.open(
        "s3://whetstone/" + UUID.randomUUID(),
        Map.of(
            "AWS_ACCESS_KEY_ID", "testkey",
            "AWS_SECRET_ACCESS_KEY", "testsecret",
            "AWS_ENDPOINT_URL_S3", endpoint),
        folder.resolve("journal"));
  }
}
