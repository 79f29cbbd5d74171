package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.EmbeddingTable;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkDescription.Parameter;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The weights of a model folder: `model.safetensors` with the encoder's and those of a
/// classifier's head, and one in the folder of each module of sentence-transformers, which calls
/// its tensors `linear.weight` and `linear.bias`, or `norm.weight` and `norm.bias`. Pickles
/// (`pytorch_model.bin`) are never read. A file's length and this process's memory bound what is
/// read, whatever the sizes in `config.json` or in the header claim: a file may be short, or long
/// with nothing in it.
final class WeightFiles {
  static final String NAME = "model.safetensors";

  /// Of a number in half precision.
  private static final int FEWEST_BYTES = 2;

  /// In full precision, with heads of pre-training of thrice its size.
  private static final long MOST_BYTES_A_NUMBER = 16;

  private static final long SMALL = 16L << 20;

  /// What of BERT's head is part of its encoder in a checkpoint.
  private static final String POOLER = "pooler.";

  private WeightFiles() {}

  /// Reads all weights that the configuration asks for, in the order of the network.
  ///
  /// @throws Failure.CorruptArtifact naming a file that cannot hold what is asked for, or a tensor
  ///   that is missing or of another size
  /// @throws Failure.Unavailable if they do not fit into memory
  static NamedTensors read(Path folder, ModelConfig config) {
    NetworkDescription main = config.mainNetwork();
    Path file = require(folder, "", main.count());
    NamedTensors weights =
        SafeTensors.read(file, sizes -> NetworkTensors.select(main, sizes, file.toString()));
    NamedTensors head = head(folder, config);
    head.names().forEach(name -> weights.put(name, head.get(name)));
    return weights;
  }

  /// Reads the weights of the modules that have files of their own, under the description's names.
  static NamedTensors head(Path folder, ModelConfig config) {
    var weights = new NamedTensors();
    for (int i = 0; i < config.headFolders().size(); i++) {
      Parameter parameter = config.module(i).parameter();
      Path file = require(folder, config.headFolders().get(i), count(parameter));
      NamedTensors read =
          SafeTensors.read(
              file,
              sizes -> {
                Map<String, String> names = names(parameter);
                names.forEach(
                    (ours, name) -> {
                      long[] size = sizes.get(name);
                      if (size == null) {
                        throw new Failure.CorruptArtifact(file + " lacks the tensor " + name);
                      }
                      long[] asked =
                          ours.equals(parameter.weightName())
                              ? parameter.shape()
                              : new long[] {parameter.shape()[0]};
                      NetworkTensors.requireSize(name, size, asked, file.toString());
                    });
                return names;
              });
      read.names().forEach(name -> weights.put(name, read.get(name)));
    }
    return weights;
  }

  /// What a module's own file calls its tensors, by the description's names.
  private static Map<String, String> names(Parameter parameter) {
    String own =
        switch (parameter) {
          case Linear _ -> "linear";
          case LayerNorm _ -> "norm";
          case EmbeddingTable _ -> throw new IllegalArgumentException("a table in a head");
        };
    var names = new LinkedHashMap<String, String>();
    names.put(parameter.weightName(), own + ".weight");
    if (parameter.bias()) {
      names.put(parameter.biasName(), own + ".bias");
    }
    return names;
  }

  private static long count(Parameter parameter) {
    long weight = Arrays.stream(parameter.shape()).reduce(1, (a, b) -> a * b);
    return weight + (parameter.bias() ? parameter.shape()[0] : 0);
  }

  /// Checks that the weights can be there and be read, by the files' lengths alone.
  static void requireAll(Path folder, ModelConfig config) {
    require(folder, "", config.mainNetwork().count());
    for (int i = 0; i < config.headFolders().size(); i++) {
      require(folder, config.headFolders().get(i), count(config.module(i).parameter()));
    }
  }

  /// The files, relative to the folder: the encoder's first.
  static List<String> names(ModelConfig config) {
    var names = new ArrayList<String>();
    names.add(NAME);
    config.headFolders().forEach(each -> names.add(each + "/" + NAME));
    return names;
  }

  /// One SHA-256 over those of the files.
  ///
  /// @param hashes of each, in the order of [#names]
  static String hash(List<String> hashes) {
    return hashes.size() == 1 ? hashes.getFirst() : Sha256.id(hashes.toArray(String[]::new));
  }

  private static Path require(Path folder, String module, long numbers) {
    Path parent = folder.resolve(module);
    Path file = FolderFiles.inside(folder, module.isEmpty() ? NAME : module + "/" + NAME);
    if (!Files.isRegularFile(file)) {
      throw new Failure.CorruptArtifact(
          parent
              + " has no "
              + NAME
              + (Files.exists(parent.resolve("pytorch_model.bin"))
                  ? "; its pytorch_model.bin is a pickle, which is never read: convert it"
                  : ""));
    }
    requireRoom(file, numbers);
    return file;
  }

  private static void requireRoom(Path file, long numbers) {
    try {
      long bytes = Files.size(file);
      if (numbers > bytes / FEWEST_BYTES) {
        throw new Failure.CorruptArtifact(
            "%s has %,d bytes, but config.json asks for %,d numbers"
                .formatted(file, bytes, numbers));
      }
      if (bytes > MOST_BYTES_A_NUMBER * numbers + SMALL) {
        throw new Failure.BadInput(
            "%s has %,d bytes, far more than the %,d numbers that config.json asks for"
                .formatted(file, bytes, numbers));
      }
      long heap = Runtime.getRuntime().maxMemory();
      if (numbers * Float.BYTES > heap / 4 * 3) {
        throw new Failure.Unavailable(
            "the weights in %s take %,d MB of memory, and the program has %,d MB: give it more"
                    .formatted(file, (numbers * Float.BYTES) >> 20, heap >> 20)
                + " with -Xmx in JAVA_TOOL_OPTIONS");
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Writes the weights of the encoder and of each module of the head into their files.
  static void write(Path folder, ModelConfig config, NamedTensors weights) throws IOException {
    NetworkDescription main = config.mainNetwork();
    Set<String> head = NetworkTensors.headNames(main);
    String prefix = main.scores() ? Architecture.of(main).prefix() : "";
    var tensors = new NamedTensors();
    for (String name : main.tensors().keySet()) {
      boolean beside = head.contains(name) && !name.startsWith(POOLER);
      tensors.put(beside ? name : prefix + name, weights.get(name));
    }
    SafeTensors.write(folder.resolve(NAME), tensors);
    for (int i = 0; i < config.headFolders().size(); i++) {
      var own = new NamedTensors();
      names(config.module(i).parameter()).forEach((ours, name) -> own.put(name, weights.get(ours)));
      Path target = folder.resolve(config.headFolders().get(i));
      Files.createDirectories(target);
      SafeTensors.write(target.resolve(NAME), own);
    }
  }
}
