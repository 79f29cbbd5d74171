package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.model.ModelVersions.Served;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The file `serving`: which models serve, which did, and what let them. It is replaced in one
/// operation, so a reader sees the old state or the new one.
///
/// @param history what serves stands last, what served before stands before it
/// @param withdrawn what was rolled back
/// @param weights space → weight of the dense ranking, as the last proof of that space found it
/// @param check hash of the rest; null in format 1, which knew versions and nothing of their proof
record Serving(
    int format,
    List<Served> history,
    List<Served> withdrawn,
    Map<String, Double> weights,
    @Nullable String check) {
  private static final int FORMAT = 2;

  static final Serving NONE = of(List.of(), List.of(), Map.of());

  Serving {
    history = history == null ? List.of() : List.copyOf(history);
    withdrawn = withdrawn == null ? List.of() : List.copyOf(withdrawn);
    weights = weights == null ? Map.of() : Map.copyOf(weights);
  }

  private static Serving of(
      List<Served> history, List<Served> withdrawn, Map<String, Double> weights) {
    var unchecked = new Serving(FORMAT, history, withdrawn, weights, null);
    return new Serving(FORMAT, history, withdrawn, weights, Sha256.id(Json.line(unchecked)));
  }

  /// @throws Failure.CorruptArtifact if it is not what was written
  static Serving read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    Serving serving = Json.read(file, Serving.class);
    Serving whole = of(serving.history, serving.withdrawn, serving.weights);
    if (serving.format == 1 && serving.check == null) {
      return whole;
    }
    if (!serving.equals(whole)) {
      throw new Failure.CorruptArtifact(
          file
              + " is damaged: its content is not what was written. Restore it from a copy, or delete it and run `whet run`: the newest model is then proven again");
    }
    return serving;
  }

  void write(Path file) {
    WholeFile.write(file, Json.pretty(this));
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
