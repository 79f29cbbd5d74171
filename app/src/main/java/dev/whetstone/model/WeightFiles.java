package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The weights of a model folder: `model.safetensors` with the encoder's, and one in the folder of
/// each Dense module, which calls its tensors `linear.weight` and `linear.bias`. Pickles
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

  private WeightFiles() {}

  /// Reads all weights that the configuration asks for, in the order of the network.
  ///
  /// @throws Failure.CorruptArtifact naming a file that cannot hold what is asked for, or a tensor
  ///   that is missing or of another size
  /// @throws Failure.Unavailable if they do not fit into memory
  static NamedTensors read(Path folder, ModelConfig config) {
    NetworkDescription encoder = config.network().withHead(List.of());
    Path file = require(folder, "", encoder.count());
    NamedTensors weights =
        SafeTensors.read(file, sizes -> NetworkTensors.select(encoder, sizes, file.toString()));
    NamedTensors head = head(folder, config);
    head.names().forEach(name -> weights.put(name, head.get(name)));
    return weights;
  }

  /// Reads the weights of the head alone, under the description's names.
  static NamedTensors head(Path folder, ModelConfig config) {
    var weights = new NamedTensors();
    for (int i = 0; i < config.headFolders().size(); i++) {
      NetworkDescription.Linear linear = config.network().head().get(i).linear();
      Path file = require(folder, config.headFolders().get(i), count(linear));
      NamedTensors read =
          SafeTensors.read(
              file,
              sizes -> {
                var names = new LinkedHashMap<String, String>();
                names.put(linear.weightName(), "linear.weight");
                if (linear.bias()) {
                  names.put(linear.biasName(), "linear.bias");
                }
                for (String name : names.values()) {
                  long[] size = sizes.get(name);
                  if (size == null) {
                    throw new Failure.CorruptArtifact(file + " lacks the tensor " + name);
                  }
                  long[] asked =
                      name.endsWith(".bias") ? new long[] {linear.out()} : linear.shape();
                  NetworkTensors.requireSize(name, size, asked, file.toString());
                }
                return names;
              });
      read.names().forEach(name -> weights.put(name, read.get(name)));
    }
    return weights;
  }

  private static long count(NetworkDescription.Linear linear) {
    return (long) linear.in() * linear.out() + (linear.bias() ? linear.out() : 0);
  }

  /// Checks that the weights can be there and be read, by the files' lengths alone.
  static void requireAll(Path folder, ModelConfig config) {
    require(folder, "", config.network().withHead(List.of()).count());
    for (int i = 0; i < config.headFolders().size(); i++) {
      require(folder, config.headFolders().get(i), count(config.network().head().get(i).linear()));
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
    var encoder = new NamedTensors();
    config
        .network()
        .withHead(List.of())
        .tensors()
        .keySet()
        .forEach(name -> encoder.put(name, weights.get(name)));
    SafeTensors.write(folder.resolve(NAME), encoder);
    for (int i = 0; i < config.headFolders().size(); i++) {
      DenseModule module = config.network().head().get(i);
      var tensors = new NamedTensors();
      tensors.put("linear.weight", weights.get(module.linear().weightName()));
      if (module.linear().bias()) {
        tensors.put("linear.bias", weights.get(module.linear().biasName()));
      }
      Path target = folder.resolve(config.headFolders().get(i));
      Files.createDirectories(target);
      SafeTensors.write(target.resolve(NAME), tensors);
    }
  }
}
