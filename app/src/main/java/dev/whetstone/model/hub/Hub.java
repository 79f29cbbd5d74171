package dev.whetstone.model.hub;

import java.net.URI;
import java.util.Map;

/// What a hub's protocol says: where a repository's list and its files are, and how they are read.
/// Implementations make addresses and read replies; [HubClient] sends.
interface Hub {
  /// As a person calls it, with its address.
  String name();

  /// To which requests with a token may go.
  URI endpoint();

  /// The variable of the environment that names another address.
  String endpointVariable();

  /// The variable of the environment that holds the token.
  String tokenVariable();

  /// Headers that carry the token; empty without one. For the endpoint's host alone.
  Map<String, String> credentials();

  URI listing(String id, String revision);

  /// @throws dev.whetstone.core.Failure.Unavailable if it is no such list
  Listing read(byte[] reply, String revision);

  URI file(String id, String commit, String path);

  /// The branch that is meant where none is named.
  String defaultRevision();
}
