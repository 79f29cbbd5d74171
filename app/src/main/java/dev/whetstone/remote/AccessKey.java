package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An access key of Alibaba Cloud. It is read from the environment and never printed.
///
/// @param token of temporary credentials; null for a lasting key
public record AccessKey(String id, String secret, @Nullable String token) {
  static final String ID = "ALIBABA_CLOUD_ACCESS_KEY_ID";
  static final String SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
  static final String TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN";

  /// @throws Failure.BadInput naming the variables that are missing
  public static AccessKey of(Map<String, String> environment) {
    String id = environment.getOrDefault(ID, "");
    String secret = environment.getOrDefault(SECRET, "");
    if (id.isBlank() || secret.isBlank()) {
      throw new Failure.BadInput(
          "PAI needs an access key: set "
              + ID
              + " and "
              + SECRET
              + " (and "
              + TOKEN
              + " for temporary credentials) in the environment");
    }
    String token = environment.getOrDefault(TOKEN, "");
    return new AccessKey(id, secret, token.isBlank() ? null : token);
  }

  @Override
  public String toString() {
    return "AccessKey[hidden]";
  }
}
