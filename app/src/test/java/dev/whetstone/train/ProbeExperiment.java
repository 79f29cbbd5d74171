package dev.whetstone.train;

import dev.whetstone.store.Json;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which signal that needs no judgements predicts what training on documents alone gains?
///
/// For each recipe, rate and seed a [ProbeCollection] is trained on once, on passages that the
/// signals do not use; then, for several shares of the trained weights, the true nDCG@10 of the
/// scored questions and every signal ([ProbeSignals]) are written as one line of JSON. Shares
/// between 0 and 1 mix the vectors instead of the weights, which costs no further pass: on two
/// collections, half of the weights moved the vectors 1.05 and 1.5 times as far as half of the
/// vectors' way. With a `+` after its name a collection is cut to passages that keyword search
/// confuses with the answers ([ProbePool#confusable]). A run that stands in the file is not done
/// again.
///
/// ```text
/// ProbeExperiment COLLECTIONS RESULTS.jsonl WORK RUNS
/// ProbeExperiment collections results.jsonl /tmp/probe npl:mix:1,npl:key:1,npl+:mix:1
/// ```
///
/// `ProbeScores` reads the file and scores the signals as predictors.
public final class ProbeExperiment {
  private final Path data;
  private final Path results;
  private final Path work;
  private final Set<String> done = new HashSet<>();

  private ProbeExperiment(Path data, Path results, Path work) {
    this.data = data;
    this.results = results;
    this.work = work;
  }

  public static void main(String[] arguments) throws IOException {
    var experiment =
        new ProbeExperiment(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    experiment.run(List.of(arguments[3].split(",")));
    System.exit(0); // native threads do not end by themselves
  }

  private void run(List<String> runs) throws IOException {
    Files.createDirectories(work);
    if (Files.exists(results)) {
      for (String line : Files.readAllLines(results)) {
        var node = Json.MAPPER.readTree(line);
        done.add(node.get("key").asText());
      }
    }
    Precision precision = Calibration.measure().fastestTraining();
    System.out.println(precision);
    var open = new HashMap<String, ProbeCollection>();
    for (String key : runs) {
      if (!done.add(key)) {
        continue;
      }
      String[] parts = key.split(":", -1);
      ProbeCollection pool =
          open.computeIfAbsent(
              parts[0],
              name ->
                  new ProbeCollection(
                      data.resolve(name.replace("+", "")), name.endsWith("+"), precision));
      long began = System.nanoTime();
      Map<String, Object> row = pool.run(parts[1], Long.parseLong(parts[2]), work.resolve("steps"));
      if (row.isEmpty()) {
        System.out.println(key + ": too few pairs");
        continue;
      }
      var line = new LinkedHashMap<String, Object>();
      line.put("key", key);
      line.put("seconds", Math.round((System.nanoTime() - began) / 1e9));
      line.putAll(row);
      Files.writeString(
          results, Json.line(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      System.out.println(key + " " + line.get("seconds") + " s");
    }
  }
}
