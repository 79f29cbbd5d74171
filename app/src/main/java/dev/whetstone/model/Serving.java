package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.model.ModelVersions.Served;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The file `serving`: which models serve, which did, and what let them. It is replaced in one
/// operation, so a reader sees the old state or the new one.
///
/// @param history what serves stands last, what served before stands before it
/// @param withdrawn what was rolled back
/// @param weights space → weight of the dense ranking, as the last proof of that space found it
record Serving(
    int format, List<Served> history, List<Served> withdrawn, Map<String, Double> weights) {
  private static final int FORMAT = 2;

  Serving { // format 1 knew a history of versions and nothing of their proofs
    withdrawn = withdrawn == null ? List.of() : List.copyOf(withdrawn);
    weights = weights == null ? Map.of() : Map.copyOf(weights);
    history = List.copyOf(history);
  }

  private static Serving of(
      List<Served> history, List<Served> withdrawn, Map<String, Double> weights) {
    return new Serving(FORMAT, history, withdrawn, weights);
  }

  /// @throws Failure.CorruptArtifact if it is not what was written
  static Serving read(Path file) {
    return Files.exists(file)
        ? Json.read(
            file,
            Serving.class,
            "Restore it from a copy, or delete it: the newest model is then proven again",
            new Remedy.RunAll())
        : of(List.of(), List.of(), Map.of());
  }

  void write(Path file) {
    WholeFile.write(file, Json.sealed(Json.pretty(this)));
  }

  /// With one that serves from now on; of the one that serves already, the proof is noted.
  Serving promoted(Served served) {
    var all = new ArrayList<>(history);
    if (!all.isEmpty() && all.getLast().id().equals(served.id())) {
      all.removeLast();
    }
    all.add(served);
    var left = withdrawn.stream().filter(one -> !one.id().equals(served.id())).toList();
    return of(all, left, weights);
  }

  /// Without one that was let serve, and without those of its name that were after it.
  Serving withdrawn(Served last) {
    int at = history.lastIndexOf(last);
    var left = new ArrayList<Served>();
    var gone = new ArrayList<>(withdrawn);
    for (int i = 0; i < history.size(); i++) {
      Served one = history.get(i);
      (i < at || !one.name().equals(last.name()) ? left : gone).add(one);
    }
    return of(left, gone, weights);
  }

  Serving weighed(Map<String, Double> more) {
    var all = new TreeMap<>(weights);
    all.putAll(more);
    return of(history, withdrawn, all);
  }
}
