package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Json;
import dev.whetstone.text.Analyzers;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The index of one generation in a cluster. Safe for many threads.
final class ClusterGeneration {
  private static final System.Logger LOG = System.getLogger(ClusterGeneration.class.getName());

  private static final String MEND = ". Roll back to the generation before, or build it anew";

  private final Requests requests;
  private final String index;
  private volatile GenerationMeta meta; // as last read or written
  private volatile @Nullable WriterLease ownLease; // of the writer here, while there is one

  ClusterGeneration(Requests requests, String index, GenerationMeta meta) {
    this.requests = requests;
    this.index = index;
    this.meta = meta;
  }

  /// One that is there.
  ///
  /// @throws Failure.CorruptArtifact if it is not
  static ClusterGeneration of(Requests requests, String index) {
    return new ClusterGeneration(requests, index, read(requests, index));
  }

  /// One that was made just now, with the lease in `meta`.
  static ClusterGeneration begun(Requests requests, String index, GenerationMeta meta) {
    var generation = new ClusterGeneration(requests, index, meta);
    generation.ownLease = meta.lease();
    return generation;
  }

  Requests requests() {
    return requests;
  }

  String index() {
    return index;
  }

  GenerationMeta meta() {
    return meta;
  }

  /// As a user reads it, for example `000002`.
  String number() {
    return index.substring(index.lastIndexOf('-') + 1);
  }

  /// Reads the meta again.
  ///
  /// @throws Failure.CorruptArtifact if the index no longer exists or is not one of this program
  GenerationMeta read() {
    GenerationMeta now = read(requests, index);
    meta = now;
    return now;
  }

  private static GenerationMeta read(Requests requests, String index) {
    JsonNode answer =
        requests.getIfThere(
            "read " + index, "/" + index + "/_mapping", Map.of("filter_path", "*.mappings._meta"));
    GenerationMeta now =
        answer == null
            ? null
            : GenerationMeta.of(answer.path(index).path("mappings").path("_meta"), index);
    if (now == null) {
      throw new Failure.CorruptArtifact(
          index + " is missing at " + requests.where() + MEND, Remedy.index());
    }
    return now;
  }

  /// Changes the meta: read, changed, written.
  synchronized void change(UnaryOperator<GenerationMeta> change) {
    GenerationMeta next = change.apply(read());
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.set("_meta", next.toJson());
    requests.put("write the state of " + index, "/" + index + "/_mapping", body);
    meta = next;
  }

  /// @throws Failure.Refused if another writer is at work
  void takeLease() {
    WriterLease lease = WriterLease.take(Instant.now());
    try {
      change(
          now -> {
            WriterLease other = now.lease();
            if (other != null && other.holds(Instant.now())) {
              throw beingWritten(other);
            }
            return now.withLease(lease);
          });
      ownLease = lease;
      ownLease(read()); // two may have written at once: the last one has it
    } catch (RuntimeException e) {
      ownLease = null;
      lease.release();
      throw e;
    }
  }

  /// @throws Failure.Refused if another writer has taken over
  void renewLease(Instant now) {
    change(read -> read.withLease(ownLease(read).renewed(now)));
  }

  /// Notes that the writer here is done.
  ///
  /// @throws Failure.Refused if another writer has taken over
  void commit(int passages, Map<String, String> provenance) {
    change(
        read -> {
          var _ = ownLease(read);
          return read.withCommit(passages, provenance);
        });
  }

  /// Our lease, as long as it is the one that stands there.
  private WriterLease ownLease(GenerationMeta now) {
    WriterLease own = ownLease;
    WriterLease there = now.lease();
    if (own == null || there == null || !there.writer().equals(own.writer())) {
      throw lost();
    }
    return own;
  }

  /// Releases the lease. An error is only logged: the lease expires by itself.
  void release() {
    WriterLease own = ownLease;
    if (own == null) {
      return;
    }
    ownLease = null;
    try {
      change(
          now ->
              now.lease() != null && now.lease().writer().equals(own.writer())
                  ? now.withLease(null)
                  : now);
    } catch (Failure e) {
      LOG.log(System.Logger.Level.WARNING, "the lease of {0} runs out by itself: {1}", index, e);
    } finally {
      own.release();
    }
  }

  void refresh() {
    requests.post("refresh " + index, "/" + index + "/_refresh", Map.of(), null);
  }

  int count() {
    return requests.get("count " + index, "/" + index + "/_count", Map.of()).path("count").asInt();
  }

  int shards() {
    JsonNode settings =
        requests.get(
            "open " + index,
            "/" + index + "/_settings",
            Map.of("filter_path", "*.settings.index.number_of_shards"));
    return settings.path(index).path("settings").path("index").path("number_of_shards").asInt(1);
  }

  /// The languages of its passages.
  Collection<String> languages() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("size", 0);
    body.putObject("aggs")
        .putObject("languages")
        .putObject("terms")
        .put("field", ClusterMapping.LANGUAGE)
        .put("size", 200);
    var languages = new TreeSet<String>();
    requests
        .search("open " + index, index, Map.of(), body)
        .path("aggregations")
        .path("languages")
        .path("buckets")
        .forEach(bucket -> languages.add(bucket.path("key").asText()));
    return languages;
  }

  /// @throws Failure.Refused if its terms were made by an analysis that is not known here
  void checkReadable() {
    if (!Analyzers.reads(meta.analyzers())) {
      throw Analyzers.unknown(index, meta.analyzers());
    }
  }

  /// @throws Failure.Refused if its terms are not those that this program makes
  void checkWritable() {
    if (meta.analyzers() != Analyzers.VERSION
        && !Analyzers.isCurrent(meta.analyzers(), languages())) {
      throw Analyzers.outdated(index, meta.analyzers());
    }
  }

  /// Checks that the generation may serve: committed, all shards available, no passage missing.
  void checkWhole() {
    checkReadable();
    if (meta.committed() == 0) {
      throw new Failure.Refused(index + " was not finished", Remedy.index());
    }
    ClusterReply health =
        requests.reply(
            "look at " + index,
            "GET",
            "/_cluster/health/" + index,
            Map.of("wait_for_status", "yellow", "timeout", "30s"),
            null);
    String where = index + " at " + requests.where();
    if (!health.ok() || health.json().path("timed_out").asBoolean()) {
      throw new Failure.Unavailable(
          "shards of " + where + " are missing: look at the cluster's health");
    }
    refresh();
    int count = count();
    if (count != meta.passages()) {
      throw new Failure.CorruptArtifact(
          where + " is damaged: " + count + " passages, not " + meta.passages() + MEND,
          Remedy.index());
    }
  }

  /// id → hash of the content, of all that is there.
  Map<String, String> contentHashes() {
    refresh();
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("_source", false)
        .putArray("docvalue_fields")
        .add(ClusterMapping.ID)
        .add(ClusterMapping.HASH);
    var hashes = new HashMap<String, String>();
    requests.all(
        "list " + index,
        index,
        body,
        hit ->
            hashes.put(
                hit.path("fields").path(ClusterMapping.ID).path(0).asText(),
                hit.path("fields").path(ClusterMapping.HASH).path(0).asText()));
    return hashes;
  }

  /// Ends the settings of loading.
  void serveReads() {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("index").putNull("refresh_interval");
    requests.put("change the settings of " + index, "/" + index + "/_settings", body);
  }

  private Failure.Refused beingWritten(WriterLease other) {
    return new Failure.Refused(
        index + " at " + requests.where() + " is being written by " + other + ": wait for it");
  }

  private Failure.Refused lost() {
    return new Failure.Refused(
        "another writer took over "
            + index
            + " at "
            + requests.where()
            + ": run the same command again when it has ended");
  }
}
