package dev.whetstone.workshop.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.GenerationWriter;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.workspace.SettingsFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Brings an index to the workspace's passages, at any engine. In the same space only what differs
/// is written, into the generation that serves. Where space, mapping or analyzers differ, a new
/// generation is built beside it, checked, and takes its place in one operation. Whatever moment it
/// is killed at, the same call again ends in the same result.
public final class Indexing {
  private static final System.Logger LOG = System.getLogger(Indexing.class.getName());
  private static final int BATCH = 1000;

  /// How often what others write meanwhile is caught up with before the alias moves.
  private static final int CATCH_UPS = 3;

  private static final String PASSAGES = "passages";
  private static final String MAPPING = "mapping";

  /// @param generation that was written
  /// @param kind whether it is a new one
  /// @param serves whether it serves now
  /// @param check of a new generation; null where the serving one was updated
  /// @param carriedOver what others wrote into the generation before, in order
  public record Loaded(
      String generation,
      Kind kind,
      boolean serves,
      int upserted,
      int deleted,
      PromotionCheck.@Nullable Findings check,
      List<CarriedOver> carriedOver) {
    public Loaded {
      carriedOver = List.copyOf(carriedOver);
    }
  }

  public enum Kind {
    /// The serving generation was brought up to date.
    UPDATED,
    /// A generation was built now.
    NEW,
    /// A generation that was built before, and did not serve, holds exactly this.
    BUILT_BEFORE
  }

  /// What others wrote into the generation before while the new one was built.
  public record CarriedOver(int written, int deleted) {}

  private final Indexes indexes;
  private final String mapping;
  private final int keep;
  private final PromotionCheck check;

  /// @param indexes owned by the caller
  /// @param mapping all that shapes a generation but the passages and their space
  /// @param keep how many generations stay, the serving one counted
  public Indexing(Indexes indexes, String mapping, int keep, PromotionCheck check) {
    this.indexes = indexes;
    this.mapping = mapping;
    this.keep = keep;
    this.check = check;
  }

  public Loaded load(
      List<Passage> passages, Vectors vectors, IndexOptions options, Progress progress) {
    try (PassageIndex serving = serving()) {
      if (serving != null
          && !options.fresh()
          && options.promote()
          && fits(serving, vectors.space())) {
        return update(serving, passages, vectors, progress);
      }
      String built = options.fresh() ? null : left(passages, vectors.space(), serving);
      ConcurrentChanges changes =
          serving == null || built != null ? null : new ConcurrentChanges(indexes, serving);
      var carriedOver = new ArrayList<CarriedOver>();
      int expected = passages.size();
      Kind kind = built == null ? Kind.NEW : Kind.BUILT_BEFORE;
      if (built == null) {
        var held = new HashSet<String>();
        built = build(passages, vectors, changes, held, carriedOver, progress);
        expected = held.size();
      }
      PromotionCheck.Findings findings = check(built, serving, vectors, expected, options);
      if (options.promote()) {
        indexes.promote(built);
        if (changes != null) {
          catchUpLate(changes, vectors, carriedOver);
        }
        indexes.keep(keep);
      }
      return new Loaded(built, kind, options.promote(), passages.size(), 0, findings, carriedOver);
    }
  }

  /// The generation that serves; null where there is none that can be read.
  private @Nullable PassageIndex serving() {
    if (indexes.current().isEmpty()) {
      return null;
    }
    try {
      return indexes.open();
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      LOG.log(System.Logger.Level.WARNING, "{0}; it is built anew", e.getMessage());
      return null;
    }
  }

  private boolean fits(PassageIndex index, SpaceId space) {
    return index.space().equals(space)
        && index.termsAreCurrent()
        && index.provenance().getOrDefault(MAPPING, mapping).equals(mapping);
  }

  private Loaded update(
      PassageIndex serving, List<Passage> passages, Vectors vectors, Progress progress) {
    var old = new HashMap<String, Passage>();
    serving.passages().forEach(passage -> old.put(passage.id(), passage));
    var changed = passages.stream().filter(p -> !p.equals(old.remove(p.id()))).toList();
    // `old` now holds what is gone; what changed under the same id is upserted.
    try (GenerationWriter writer = indexes.update(vectors.space())) {
      upsert(writer, changed, vectors, progress);
      writer.delete(old.keySet());
      writer.commit(provenance(passages.size()));
      return new Loaded(
          writer.generation(), Kind.UPDATED, true, changed.size(), old.size(), null, List.of());
    }
  }

  /// A newer generation than the serving one that holds exactly this: a run that was killed before
  /// it let it serve, or was told not to, left it, or one was rolled back.
  private @Nullable String left(
      List<Passage> passages, SpaceId space, @Nullable PassageIndex serving) {
    List<String> all = indexes.generations();
    if (all.isEmpty() || (serving != null && all.getLast().equals(serving.generation()))) {
      return null;
    }
    String newest = all.getLast();
    try (PassageIndex index = indexes.open(newest)) {
      boolean same =
          fits(index, space)
              && index.size() == passages.size()
              && new HashSet<>(index.passages()).equals(new HashSet<>(passages));
      return same ? newest : null;
    } catch (Failure e) {
      return null;
    }
  }

  private String build(
      List<Passage> passages,
      Vectors vectors,
      @Nullable ConcurrentChanges others,
      Set<String> held,
      List<CarriedOver> carriedOver,
      Progress progress) {
    try (GenerationWriter writer = indexes.begin(vectors.space(), vectors.dimension())) {
      upsert(writer, passages, vectors, progress);
      passages.forEach(passage -> held.add(passage.id()));
      for (int i = 0; others != null && i < CATCH_UPS; i++) {
        ConcurrentChanges.Changes changes = others.changes();
        if (changes.none()) {
          break;
        }
        carry(writer, changes, vectors, carriedOver);
        changes.written().forEach(passage -> held.add(passage.id()));
        held.removeAll(changes.deleted());
      }
      writer.commit(provenance(held.size()));
      return writer.generation();
    }
  }

  /// What was written in the moment before the alias moved; since then nobody writes to the old
  /// generation through it.
  private void catchUpLate(
      ConcurrentChanges others, Vectors vectors, List<CarriedOver> carriedOver) {
    ConcurrentChanges.Changes changes;
    try {
      changes = others.changes();
    } catch (Failure e) {
      LOG.log(System.Logger.Level.WARNING, "the generation before is gone: {0}", e.getMessage());
      return;
    }
    if (!changes.none()) {
      try (GenerationWriter writer = indexes.update(vectors.space())) {
        carry(writer, changes, vectors, carriedOver);
        writer.commit(provenance(-1));
      }
    }
  }

  /// Writes what others wrote, embedded in the new space.
  private void carry(
      GenerationWriter writer,
      ConcurrentChanges.Changes changes,
      Vectors vectors,
      List<CarriedOver> carriedOver) {
    var known = changes.written().stream().filter(p -> vectors.row(p.id()) >= 0).toList();
    var unknown = changes.written().stream().filter(p -> vectors.row(p.id()) < 0).toList();
    writer.upsert(known, vectors);
    if (!unknown.isEmpty()) {
      try (Lease<Encoder> lease = check.encoders().take(vectors.space())) {
        writer.upsert(unknown, lease.value().passages(unknown, Progress.NONE));
      }
    }
    writer.delete(changes.deleted());
    carriedOver.add(new CarriedOver(changes.written().size(), changes.deleted().size()));
  }

  private PromotionCheck.Findings check(
      String built,
      @Nullable PassageIndex serving,
      Vectors vectors,
      int expected,
      IndexOptions options) {
    try (PassageIndex index = indexes.open(built)) {
      if (index.size() != expected) {
        throw new Failure.Refused(
            "generation %s holds %,d passages, not the %,d written: it is not let serve"
                .formatted(built, index.size(), expected),
            new Remedy.BuildIndex(Remedy.BuildIndex.Build.FRESH, null));
      }
      PromotionCheck.Findings findings = check.of(index, vectors, serving);
      double recall = findings.recall().recall();
      if (recall < check.leastRecall() && !options.force() && options.promote()) {
        throw new Failure.Refused(
            String.format(
                Locale.ROOT,
                "generation %s is not let serve: it finds %.3f of the 10 nearest that exact search"
                    + " finds (%d searches), and %s is the least. What served goes on serving. Ask"
                    + " for more oversampling or less quantization in %s, then build it again, or"
                    + " let it serve as it is",
                built,
                recall,
                findings.recall().probes(),
                check.leastRecall(),
                SettingsFile.NAME),
            Remedy.index(),
            new Remedy.BuildIndex(Remedy.BuildIndex.Build.FORCE, null));
      }
      return findings;
    }
  }

  private static void upsert(
      GenerationWriter writer, Collection<Passage> passages, Vectors vectors, Progress progress) {
    List<Passage> all = List.copyOf(passages);
    try (var task = progress.start("index", all.size(), "passages")) {
      for (int from = 0; from < all.size(); from += BATCH) {
        var batch = all.subList(from, Math.min(all.size(), from + BATCH));
        writer.upsert(batch, vectors);
        task.advance(batch.size());
      }
    }
  }

  private Map<String, String> provenance(int passages) {
    return provenance(mapping, passages);
  }

  static Map<String, String> provenance(String mapping, int passages) {
    return passages < 0
        ? Map.of(MAPPING, mapping)
        : Map.of(MAPPING, mapping, PASSAGES, String.valueOf(passages));
  }
}
