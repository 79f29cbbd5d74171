package dev.whetstone.store.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.EndlessServer;
import dev.whetstone.core.Failure;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedMetadataTest {
  @TempDir Path folder;

  @Test
  void aListingOrAnErrorWithoutEndIsNotReadWhole() throws Exception {
    for (int status : new int[] {200, 403}) {
      try (var server =
              new EndlessServer(
                  status,
                  EndlessServer.Form.CHUNKED,
                  status == 200 ? "<ListBucketResult>" : "<Error>",
                  Map.of("Content-Type", "application/xml"));
          var bucket =
              S3Stores.open(
                  "s3",
                  "docs",
                  "",
                  Map.of(
                      "AWS_ENDPOINT_URL_S3",
                      server.uri().toString(),
                      "AWS_ACCESS_KEY_ID",
                      "id",
                      "AWS_SECRET_ACCESS_KEY",
                      "secret"),
                  folder)) {
        assertThatThrownBy(() -> bucket.list("").count()).isInstanceOf(Failure.class);
      }
    }
  }

  @Test
  void anEndpointAtAMetadataAddressIsRefused() {
    Map<String, String> environment =
        Map.of(
            "AWS_ENDPOINT_URL_S3",
            "http://169.254.169.254",
            "AWS_ACCESS_KEY_ID",
            "id",
            "AWS_SECRET_ACCESS_KEY",
            "secret");

    assertThatThrownBy(() -> S3Stores.open("s3", "docs", "", environment, folder))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("169.254.169.254");
  }
}
