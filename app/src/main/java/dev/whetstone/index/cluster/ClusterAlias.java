package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The alias that points at the generation that serves. Safe for many threads and machines.
final class ClusterAlias {
  private final Requests requests;
  private final String name;

  ClusterAlias(Requests requests, String name) {
    this.requests = requests;
    this.name = name;
  }

  /// The number of the generation that serves.
  ///
  /// @throws Failure.Refused if it points at an index of another program, or at several
  Optional<String> current() {
    JsonNode answer = requests.getIfThere("read the alias " + name, "/_alias/" + name, Map.of());
    if (answer == null || answer.isEmpty()) {
      return Optional.empty();
    }
    List<String> served = Requests.names(answer);
    if (served.size() > 1) {
      throw new Failure.Refused(
          "the alias "
              + name
              + " at "
              + requests.where()
              + " is of several indices ("
              + String.join(", ", served)
              + "): leave it to one of them");
    }
    String index = served.getFirst();
    if (!index.matches(Pattern.quote(name) + "-[0-9]{6,9}")) {
      throw new Failure.Refused(
          "the alias "
              + name
              + " at "
              + requests.where()
              + " is of "
              + index
              + ", which others made: choose another name, or adopt it",
          new Remedy.AdoptIndex(index, null));
    }
    return Optional.of(index.substring(name.length() + 1));
  }

  /// Moves the alias in one operation. What served before is written to the next one first, where
  /// it has no meaning until the alias is there.
  void move(Optional<String> now, ClusterGeneration next, List<String> before, int highest) {
    next.change(meta -> meta.withHistory(before, highest));
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode actions = body.putArray("actions");
    now.ifPresent(
        served ->
            actions
                .addObject()
                .putObject("remove")
                .put("index", name + "-" + served)
                .put("alias", name)
                .put("must_exist", true));
    actions.addObject().putObject("add").put("index", next.index()).put("alias", name);
    String what = "let " + next.index() + " serve";
    Failure failure;
    try {
      ClusterReply reply = requests.reply(what, "POST", "/_aliases", Map.of(), body);
      if (reply.ok() && reply.json().path("acknowledged").asBoolean()) {
        return;
      }
      failure =
          reply.type().contains("aliases_not_found")
              ? new Failure.Refused(
                  "cannot "
                      + what
                      + ": the alias "
                      + name
                      + " at "
                      + requests.where()
                      + " was moved by another machine just now. Look at what serves, then decide")
              : ClusterFailures.of(requests.client(), what, reply);
    } catch (Failure.Unavailable e) {
      failure = e; // it may have been applied nevertheless
    }
    if (!current().equals(Optional.of(next.number()))) {
      throw failure;
    }
  }

  /// @throws Failure.BadInput if an index of that name stands where the alias is to be
  void checkName() {
    ClusterReply reply =
        requests.reply("look for " + name, "GET", "/" + name + "/_mapping", Map.of(), null);
    if (reply.ok() && reply.json().has(name)) {
      throw new Failure.BadInput(
          requests.where()
              + " has an index called "
              + name
              + ", so no alias can be: set another index name, or adopt it",
          new Remedy.AdoptIndex(name, null));
    }
  }
}
