package dev.whetstone.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.net.URI;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The protocol of ModelScope's hub.
///
/// `GET /api/v1/models/ID/repo/files?Revision=REV&Recursive=true` gives `Data.Files` with each
/// file's `Path`, `Type`, `Size`, `Sha256` and the commit that last changed it, and says `Success`.
/// `GET /api/v1/models/ID/repo?Revision=REV&FilePath=PATH` gives a file; `Range` is served. There
/// is no commit of the whole list, so files are fetched by the revision and held against the hashes
/// of the list, which together name its state. `MODELSCOPE_ENDPOINT` names another address,
/// `MODELSCOPE_API_TOKEN` a token.
///
/// Source: the client library `modelscope`.
final class ModelScope implements Hub {
  private static final String ENDPOINT = "MODELSCOPE_ENDPOINT";
  private static final String PUBLIC = "https://www.modelscope.cn";

  private final URI endpoint;
  private final @Nullable String token;

  ModelScope(Map<String, String> environment) {
    this.endpoint = HubReplies.endpoint(ENDPOINT, environment, PUBLIC);
    this.token = HubReplies.secret("MODELSCOPE_API_TOKEN", environment);
  }

  @Override
  public String name() {
    return "ModelScope at " + endpoint;
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
    return "MODELSCOPE_API_TOKEN";
  }

  @Override
  public Map<String, String> credentials() {
    return token == null
        ? Map.of()
        : Map.of("Authorization", "Bearer " + token, "Cookie", "m_session_id=" + token);
  }

  @Override
  public URI listing(String id, String revision) {
    return URI.create(
        "%s/api/v1/models/%s/repo/files?Revision=%s&Recursive=true"
            .formatted(endpoint, id, HubReplies.encoded(revision)));
  }

  @Override
  public Listing read(byte[] reply, String revision) {
    JsonNode root = HubReplies.json(reply, name());
    if (!root.path("Success").asBoolean(root.path("Code").asInt() == 200)) {
      throw new Failure.BadInput(
          name() + " says: " + HubReplies.shortened(root.path("Message").asText("no reason")));
    }
    var files = new ArrayList<HubFile>();
    for (JsonNode each : root.path("Data").path("Files")) {
      if (!each.path("Type").asText("blob").equals("tree")) {
        files.add(
            new HubFile(
                each.path("Path").asText(),
                each.path("Size").asLong(-1),
                HubReplies.hash(each.path("Sha256"), 64),
                null));
      }
    }
    return new Listing(revision, false, files);
  }

  @Override
  public URI file(String id, String commit, String path) {
    return URI.create(
        "%s/api/v1/models/%s/repo?Revision=%s&FilePath=%s"
            .formatted(endpoint, id, HubReplies.encoded(commit), HubReplies.encoded(path)));
  }

  @Override
  public String defaultRevision() {
    return "master";
  }
}
