package dev.whetstone.index.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// The credentials that a request to a cluster carries. `toString` never contains the secret.
public sealed interface Credentials {
  /// A cluster without security.
  record None() implements Credentials {
    @Override
    public String toString() {
      return "no credentials";
    }
  }

  /// An API key as Elasticsearch hands it out: the base64 of `id:key`.
  record ApiKey(String encoded) implements Credentials {
    public ApiKey {
      encoded = encoded.strip();
      if (encoded.isEmpty()) {
        throw new IllegalArgumentException("an empty API key");
      }
    }

    @Override
    public String toString() {
      return "an API key";
    }
  }

  /// User and password.
  record Basic(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return "user " + user + " and a password";
    }
  }

  /// The value of the header `Authorization`.
  default Optional<String> header() {
    return switch (this) {
      case None _ -> Optional.empty();
      case ApiKey key -> Optional.of("ApiKey " + key.encoded());
      case Basic basic ->
          Optional.of(
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString(
                          (basic.user() + ":" + basic.password())
                              .getBytes(StandardCharsets.UTF_8)));
    };
  }
}
