package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Vectors;
import dev.whetstone.index.GenerationWriter;
import dev.whetstone.index.VectorCheck;
import dev.whetstone.store.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Writes one generation of a cluster. A new generation is not refreshed before its commit and not
/// seen before it is promoted. Upserts and deletes of the one that serves are seen as they arrive;
/// a writer that is killed there has applied some of them, and repeating them all mends it.
public final class ClusterWriter implements GenerationWriter {
  private final ClusterGeneration generation;
  private final Bulk bulk;
  private final boolean fresh; // not committed before
  private final Map<String, String> writtenBefore; // id → hash: what a killed writer had written
  private final Set<String> written = ConcurrentHashMap.newKeySet(); // of a resumed generation
  private Instant renewed = Instant.now(); // guarded by this

  /// Takes over the lease in the generation's meta.
  ///
  /// @param writtenBefore of a generation begun by a writer that was killed; empty otherwise
  ClusterWriter(ClusterGeneration generation, Map<String, String> writtenBefore) {
    this.generation = generation;
    this.bulk = new Bulk(generation.requests(), generation.index());
    this.fresh = generation.meta().committed() == 0;
    this.writtenBefore = Map.copyOf(writtenBefore);
  }

  @Override
  public String generation() {
    return generation.number();
  }

  /// How many passages a writer that was killed left here; those of them that come again unchanged
  /// are not sent again.
  public int resumed() {
    return writtenBefore.size();
  }

  @Override
  public void upsert(List<Passage> passages, Vectors vectors) {
    GenerationMeta meta = generation.meta();
    if (!vectors.space().equals(meta.space())) {
      throw new Failure.Refused(
          generation.index()
              + " holds space "
              + meta.space()
              + ", these vectors are of space "
              + vectors.space()
              + ": a new space needs a new generation",
          new Remedy.RunSteps(List.of("embed", "index")));
    }
    if (vectors.dimension() != meta.dimension()) {
      throw new Failure.BadInput(
          "vectors of " + vectors.dimension() + " numbers for an index of " + meta.dimension());
    }
    renewLease();
    for (Passage passage : passages) {
      float[] vector = VectorCheck.of(vectors, passage.id());
      String hash = PassageJson.hash(passage, vector);
      if (!writtenBefore.isEmpty()) {
        if (!written.add(passage.id()) || !hash.equals(writtenBefore.get(passage.id()))) {
          bulk.index(passage, vector, hash);
        }
      } else {
        bulk.index(passage, vector, hash);
      }
    }
  }

  @Override
  public void delete(Collection<String> ids) {
    renewLease();
    ids.forEach(bulk::delete);
    written.removeAll(Set.copyOf(ids));
  }

  @Override
  public void deleteDocument(String document) {
    bulk.drain();
    generation.refresh();
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("_source", false).putArray("docvalue_fields").add(ClusterMapping.ID);
    body.putObject("query")
        .putObject("term")
        .put(ClusterMapping.LABELS, PassageJson.documentLabel(document));
    var ids = new ArrayList<String>();
    generation
        .requests()
        .all(
            "find the passages of " + document,
            generation.index(),
            body,
            hit -> ids.add(hit.path("fields").path(ClusterMapping.ID).path(0).asText()));
    delete(ids);
  }

  @Override
  public void commit(Map<String, String> provenance) {
    patiently(() -> generation.renewLease(Instant.now()));
    if (!writtenBefore.isEmpty()) {
      var leftOver = new HashSet<>(writtenBefore.keySet());
      leftOver.removeAll(written);
      leftOver.forEach(bulk::delete);
    }
    bulk.drain();
    if (fresh) {
      patiently(generation::serveReads);
    }
    patiently(generation::refresh);
    patiently(
        () -> {
          int passages = generation.count();
          generation.commit(passages, provenance);
        });
  }

  /// A step that can be repeated, so that one lost answer does not end an hour's work.
  private void patiently(Runnable step) {
    try {
      generation
          .requests()
          .client()
          .settings()
          .retry()
          .call(
              () -> {
                step.run();
                return true;
              },
              e -> e instanceof Failure.Unavailable);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("the writing of " + generation.index() + " was broken off", e);
    }
  }

  /// A new generation that was not committed stays for the next writer, which resumes or removes
  /// it.
  @Override
  public void close() {
    bulk.close();
    generation.release();
  }

  private synchronized void renewLease() {
    Instant now = Instant.now();
    if (renewed.plus(WriterLease.RENEW).isBefore(now)) {
      patiently(() -> generation.renewLease(now));
      renewed = now;
    }
  }
}
