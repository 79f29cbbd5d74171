package dev.whetstone.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.model.ProvenVersions.ServingVersion;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The file `serving`: which versions serve, which did, and the proofs that allowed it. It is
/// replaced in one operation, so a reader sees the old state or the new one.
///
/// @param history promoted versions, the one that serves last
/// @param withdrawn versions that were rolled back
/// @param retired versions that served until a later proof no longer found a gain
/// @param weights identity → number that the last proof of it settled: of a model, by its space,
///   the weight of the dense ranking; of a reranker how many passages it reorders
record ServingHistory(
    int format,
    List<ServingVersion> history,
    List<ServingVersion> withdrawn,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ServingVersion> retired,
    Map<String, Double> weights) {
  private static final int FORMAT = 2;

  ServingHistory { // format 1 knew a history of versions and nothing of their proofs
    withdrawn = withdrawn == null ? List.of() : List.copyOf(withdrawn);
    retired = retired == null ? List.of() : List.copyOf(retired);
    weights = weights == null ? Map.of() : Map.copyOf(weights);
    history = List.copyOf(history);
  }

  private static ServingHistory of(
      List<ServingVersion> history,
      List<ServingVersion> withdrawn,
      List<ServingVersion> retired,
      Map<String, Double> weights) {
    return new ServingHistory(FORMAT, history, withdrawn, retired, weights);
  }

  /// @throws Failure.CorruptArtifact if it is not what was written
  static ServingHistory read(Path file) {
    return Files.exists(file)
        ? Json.read(
            file,
            ServingHistory.class,
            "Restore it from a copy, or delete it: the newest model is then proven again",
            new Remedy.RunAll())
        : of(List.of(), List.of(), List.of(), Map.of());
  }

  void write(Path file) {
    WholeFile.write(file, Json.sealed(Json.pretty(this)));
  }

  /// With a version that serves from now on; for the one that serves already, with its new proof.
  ServingHistory with(ServingVersion served) {
    var all = new ArrayList<>(history);
    if (!all.isEmpty()
        && all.getLast().id().equals(served.id())
        && Objects.equals(all.getLast().beside(), served.beside())) {
      all.removeLast();
    }
    all.add(served);
    return of(all, others(withdrawn, served), others(retired, served), weights);
  }

  private static List<ServingVersion> others(List<ServingVersion> of, ServingVersion served) {
    return of.stream().filter(one -> !one.id().equals(served.id())).toList();
  }

  /// Without a version, and without those of its name that were promoted after it.
  ///
  /// @param beside those that serve only with something else stay; null for none
  ServingHistory without(ServingVersion last, @Nullable String beside) {
    int at = history.lastIndexOf(last);
    var left = new ArrayList<ServingVersion>();
    var rolledBack = new ArrayList<>(withdrawn);
    for (int i = 0; i < history.size(); i++) {
      ServingVersion one = history.get(i);
      boolean stays = i < at || !one.name().equals(last.name()) || !one.servesBeside(beside);
      (stays ? left : rolledBack).add(one);
    }
    return of(left, rolledBack, retired, weights);
  }

  /// Without all of a name that serve with this, which count as retired.
  ServingHistory withoutAll(String name, String beside) {
    var left = new ArrayList<ServingVersion>();
    var gone = new ArrayList<>(retired);
    for (ServingVersion one : history) {
      (one.name().equals(name) && one.servesBeside(beside) ? gone : left).add(one);
    }
    return of(left, withdrawn, gone, weights);
  }

  ServingHistory withWeights(Map<String, Double> more) {
    var all = new TreeMap<>(weights);
    all.putAll(more);
    return of(history, withdrawn, retired, all);
  }
}
