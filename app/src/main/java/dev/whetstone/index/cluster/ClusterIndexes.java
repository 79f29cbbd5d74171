package dev.whetstone.index.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.text.Analyzers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The generations of one named index in a cluster: generation N is the index `NAME-00000N`, and
/// the alias `NAME` is of the one that serves. Their whole state is stored in the cluster, so that
/// any machine can continue the work. Promoting and rolling back is one change of aliases, which
/// fails when another machine moved the alias in between.
public final class ClusterIndexes implements Indexes {
  private static final int MOST_DIMENSIONS = 4096;

  private final Requests requests;
  private final String name;
  private final ClusterAlias alias;

  /// Takes over the client: closing this closes it.
  ///
  /// @param name of the alias: lower-case letters, digits, `-`, `_` and `.`
  /// @throws Failure.BadInput if an index cannot be called so
  public ClusterIndexes(ClusterClient client, String name) {
    if (!name.matches("[a-z0-9][a-z0-9_.-]{0,199}")) {
      throw new Failure.BadInput(
          "an index cannot be called \""
              + name
              + "\": use lower-case letters, digits, - and _, and begin with a letter or digit");
    }
    this.requests = new Requests(client);
    this.name = name;
    this.alias = new ClusterAlias(requests, name);
  }

  /// The alias.
  public String name() {
    return name;
  }

  /// The cluster that they are in.
  public ClusterClient client() {
    return requests.client();
  }

  /// Begins a new generation. If a writer of the same space was killed, its work is resumed:
  /// passages that are added again unchanged are not sent again, and those that are not added again
  /// are removed at the commit.
  @Override
  public ClusterWriter begin(SpaceId space, int dimension) {
    if (dimension < 1 || dimension > MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "dimension not from 1 to " + MOST_DIMENSIONS + ": " + dimension);
    }
    alias.checkName();
    Map<String, ClusterGeneration> all = all();
    ClusterGeneration unfinished = sweep(all, space, dimension);
    if (unfinished != null) {
      unfinished.takeLease();
      try {
        return new ClusterWriter(unfinished, unfinished.contentHashes());
      } catch (RuntimeException e) {
        unfinished.release();
        throw e;
      }
    }
    int next = 1;
    for (ClusterGeneration each : all.values()) {
      next = Math.max(next, Math.max(number(each.number()), each.meta().highest()) + 1);
    }
    WriterLease lease = WriterLease.take(Instant.now());
    var meta =
        GenerationMeta.begun(
            new GenerationMeta.StorageForm(
                space,
                dimension,
                Analyzers.VERSION,
                client().settings().layout().quantization() != Quantization.NONE),
            lease);
    String index = index("%06d".formatted(next));
    try {
      ClusterReply reply =
          requests.reply(
              "make " + index, "PUT", "/" + index, Map.of(), ClusterMapping.index(client(), meta));
      if (reply.type().equals("resource_already_exists_exception")) {
        throw new Failure.Refused(
            index
                + " at "
                + requests.where()
                + " was begun by another writer just now: wait for it");
      }
      if (!reply.ok()) {
        throw ClusterFailures.of(client(), "make " + index, reply);
      }
    } catch (RuntimeException e) {
      lease.release();
      throw e;
    }
    return new ClusterWriter(ClusterGeneration.begun(requests, index, meta), Map.of());
  }

  @Override
  public ClusterWriter update(SpaceId space) {
    ClusterGeneration current = generation(needCurrent());
    if (!current.meta().space().equals(space)) {
      throw new Failure.Refused(
          current.index()
              + " at "
              + requests.where()
              + " holds space "
              + current.meta().space()
              + ", not "
              + space
              + ": a new space needs a new generation",
          new Remedy.RunSteps(List.of("embed", "index")));
    }
    current.checkWritable();
    current.takeLease();
    return new ClusterWriter(current, Map.of());
  }

  @Override
  public void promote(String generation) {
    ClusterGeneration next = generation(generation);
    next.checkWhole();
    Optional<String> now = current();
    if (now.isPresent() && now.get().equals(generation)) {
      return;
    }
    var before = new ArrayList<String>();
    int highest = number(generation);
    if (now.isPresent()) {
      GenerationMeta meta = generation(now.get()).meta();
      before.add(now.get());
      before.addAll(meta.before());
      before.remove(generation);
      highest = Math.max(highest, meta.highest());
    }
    alias.move(now, next, before, highest);
  }

  @Override
  public String rollback() {
    Optional<String> now = current();
    GenerationMeta meta = now.map(this::generation).map(ClusterGeneration::meta).orElse(null);
    if (meta == null || meta.before().isEmpty()) {
      throw new Failure.Refused(
          "no generation of "
              + name
              + " served before the present one at "
              + requests.where()
              + ", so there is none to go back to");
    }
    String before = meta.before().getFirst();
    ClusterGeneration next = generation(before);
    next.checkWhole();
    alias.move(now, next, meta.before().subList(1, meta.before().size()), meta.highest());
    return before;
  }

  @Override
  public void keep(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("the serving generation stays: " + k);
    }
    Optional<String> now = current();
    var remaining = new ArrayList<String>();
    if (now.isPresent()) {
      ClusterGeneration current = generation(now.get());
      List<String> before = current.meta().before();
      remaining.addAll(before.subList(0, Math.min(before.size(), k - 1)));
      current.change(
          meta -> meta.withHistory(remaining, Math.max(meta.highest(), number(now.get()))));
      remaining.add(now.get());
    }
    for (ClusterGeneration each : all().values()) {
      WriterLease lease = each.meta().lease();
      boolean written = lease != null && lease.holds(Instant.now());
      if (!remaining.contains(each.number()) && !written) {
        requests.delete("delete " + each.index(), "/" + each.index());
      }
    }
  }

  @Override
  public Optional<String> current() {
    return alias.current();
  }

  /// All that were committed, oldest first, also those that do not serve.
  @Override
  public List<String> generations() {
    return all().values().stream()
        .filter(each -> each.meta().committed() > 0)
        .map(ClusterGeneration::number)
        .toList();
  }

  @Override
  public ClusterIndex open() {
    String current = needCurrent();
    try {
      return open(current);
    } catch (Failure.CorruptArtifact | Failure.BadInput e) {
      String now = needCurrent(); // it may have been replaced and removed in between
      if (now.equals(current)) {
        throw e;
      }
      return open(now);
    }
  }

  @Override
  public ClusterIndex open(String generation) {
    ClusterGeneration opened = generation(generation);
    opened.checkReadable();
    return new ClusterIndex(opened);
  }

  @Override
  public boolean isCurrent(PassageIndex open) {
    if (!(open instanceof ClusterIndex index)) {
      return false;
    }
    int committed = generation(index.generation()).meta().committed();
    return committed == index.meta().committed();
  }

  @Override
  public void close() {
    client().close();
  }

  /// Removes the unfinished generations of killed writers, except the one that a writer of this
  /// space resumes.
  private @Nullable ClusterGeneration sweep(
      Map<String, ClusterGeneration> all, SpaceId space, int dimension) {
    ClusterGeneration unfinished = null;
    for (ClusterGeneration each : List.copyOf(all.values())) {
      GenerationMeta meta = each.meta();
      if (meta.committed() > 0) {
        continue;
      }
      WriterLease lease = meta.lease();
      if (lease != null && lease.holds(Instant.now())) {
        throw new Failure.Refused(
            each.index()
                + " at "
                + requests.where()
                + " is being written by "
                + lease
                + ": wait for it");
      }
      boolean same =
          meta.space().equals(space)
              && meta.dimension() == dimension
              && meta.analyzers() == Analyzers.VERSION
              && meta.quantized()
                  == (client().settings().layout().quantization() != Quantization.NONE);
      if (same && unfinished == null) {
        unfinished = each;
      } else {
        requests.delete("delete " + each.index(), "/" + each.index());
        all.remove(each.number());
      }
    }
    return unfinished;
  }

  /// Our generations by number, also the unfinished.
  private Map<String, ClusterGeneration> all() {
    JsonNode answer =
        requests.get(
            "list the generations of " + name,
            "/" + name + "-*/_mapping",
            Map.of("filter_path", "*.mappings._meta", "expand_wildcards", "open"));
    var all = new TreeMap<String, ClusterGeneration>();
    for (String index : Requests.names(answer)) {
      String number = index.substring(Math.min(index.length(), name.length() + 1));
      if (number.matches("[0-9]{6,9}")) {
        GenerationMeta meta =
            GenerationMeta.of(answer.path(index).path("mappings").path("_meta"), index);
        if (meta != null) {
          all.put(number, new ClusterGeneration(requests, index, meta));
        }
      }
    }
    return all;
  }

  private ClusterGeneration generation(String generation) {
    if (!generation.matches("[0-9]{6,9}")) {
      throw new IllegalArgumentException("not a generation: " + generation);
    }
    return ClusterGeneration.of(requests, index(generation));
  }

  private String needCurrent() {
    return current()
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "no index " + name + " serves at " + requests.where(), Remedy.index()));
  }

  private String index(String generation) {
    return name + "-" + generation;
  }

  private static int number(String generation) {
    return Integer.parseInt(generation);
  }
}
