package dev.whetstone.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The protocol of Hugging Face's hub and its mirrors.
///
/// `GET /api/models/ID/revision/REV?blobs=true` gives the commit (`sha`) and for each file its size
/// and hash: SHA-256 where it is stored by LFS (`lfs.sha256`), else git's SHA-1 of the blob
/// (`blobId`). `GET /ID/resolve/COMMIT/PATH` gives a file, by a redirect to another host where it
/// is large; `Range` is served. `HF_ENDPOINT` names a mirror, `HF_TOKEN` a token.
///
/// Source: `huggingface_hub`, hub API documentation.
final class HuggingFace implements Hub {
  private static final String ENDPOINT = "HF_ENDPOINT";
  private static final String PUBLIC = "https://huggingface.co";

  private final URI endpoint;
  private final @Nullable String token;

  HuggingFace(Map<String, String> environment) {
    this.endpoint = HubReplies.endpoint(ENDPOINT, environment, PUBLIC);
    this.token = HubReplies.secret("HF_TOKEN", environment);
  }

  @Override
  public String name() {
    return "the hub at " + endpoint;
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public String endpointVariable() {
    return ENDPOINT;
  }

  @Override
  public String tokenVariable() {
    return "HF_TOKEN";
  }

  @Override
  public Map<String, String> credentials() {
    return token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
  }

  @Override
  public URI listing(String id, String revision) {
    return URI.create(
        endpoint
            + "/api/models/"
            + id
            + "/revision/"
            + HubReplies.encoded(revision)
            + "?blobs=true");
  }

  @Override
  public Listing read(byte[] reply, String revision) {
    JsonNode root = HubReplies.json(reply, name());
    var files = new ArrayList<HubFile>();
    for (JsonNode each : root.path("siblings")) {
      JsonNode lfs = each.path("lfs");
      files.add(
          new HubFile(
              each.path("rfilename").asText(),
              each.path("size").asLong(lfs.path("size").asLong(-1)),
              HubReplies.hash(lfs.path("sha256"), 64),
              lfs.isObject() ? null : HubReplies.hash(each.path("blobId"), 40)));
    }
    return new Listing(HubReplies.commit(root.path("sha"), name()), true, files);
  }

  @Override
  public URI file(String id, String commit, String path) {
    return URI.create(endpoint + "/" + id + "/resolve/" + commit + "/" + HubReplies.path(path));
  }

  @Override
  public String defaultRevision() {
    return "main";
  }
}
