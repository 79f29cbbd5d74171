package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.store.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Marks a generation as being written, until the lease is released or expires. A process that was
/// killed leaves its lease behind: the same machine detects at once that the process no longer
/// exists, other machines wait until the lease expires.
///
/// @param writer a random name
/// @param until in milliseconds since 1970
record WriterLease(String writer, String host, long process, long until) {
  static final Duration LENGTH = Duration.ofMinutes(3);
  static final Duration RENEW = Duration.ofMinutes(1);

  private static final Set<String> OURS = ConcurrentHashMap.newKeySet();
  private static final String HOST = hostName();

  /// A lease of this process, from now on.
  static WriterLease take(Instant now) {
    String writer = UUID.randomUUID().toString();
    OURS.add(writer);
    return new WriterLease(
        writer, HOST, ProcessHandle.current().pid(), now.plus(LENGTH).toEpochMilli());
  }

  WriterLease renewed(Instant now) {
    return new WriterLease(writer, host, process, now.plus(LENGTH).toEpochMilli());
  }

  void release() {
    OURS.remove(writer);
  }

  /// Whether its writer may still be at work.
  boolean holds(Instant now) {
    if (host.equals(HOST)) {
      return process == ProcessHandle.current().pid()
          ? OURS.contains(writer)
          : now.toEpochMilli() < until && ProcessHandle.of(process).isPresent();
    }
    return now.toEpochMilli() < until;
  }

  @Override
  public String toString() {
    return "process "
        + process
        + " on "
        + host
        + ", at the latest until "
        + Instant.ofEpochMilli(until);
  }

  ObjectNode toJson() {
    ObjectNode node = Json.MAPPER.createObjectNode();
    return node.put("name", writer).put("host", host).put("process", process).put("until", until);
  }

  static @Nullable WriterLease of(JsonNode node) {
    return node.isObject()
        ? new WriterLease(
            node.path("name").asText(),
            node.path("host").asText(),
            node.path("process").asLong(),
            node.path("until").asLong())
        : null;
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    try {
      return name != null ? name : java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "unknown";
    }
  }
}
