package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkOutput.HeadModule;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Finds the tensors that a description lists among those of a checkpoint, and checks their sizes.
final class NetworkTensors {
  private NetworkTensors() {}

  /// Where the tensors that the description lists are among those found, in order; others (a
  /// pooler, heads of pre-training, position ids) are left out.
  ///
  /// @param network the encoder, without a head that has files of its own
  /// @param found the size of each tensor, by name
  /// @param where the file, for messages
  /// @return the name among those found, by the name without a prefix
  /// @throws Failure.CorruptArtifact naming a tensor that is missing or of another size
  static Map<String, String> select(
      NetworkDescription network, Map<String, long[]> found, String where) {
    String prefix = prefix(network, found);
    Set<String> head = headNames(network);
    var selected = new LinkedHashMap<String, String>();
    network
        .tensors()
        .forEach(
            (name, size) -> {
              String full = name(network, found, prefix + name);
              if (head.contains(name) && !found.containsKey(full)) {
                full = name(network, found, name); // a head stands beside the encoder
              }
              long[] given = found.get(full);
              if (given == null) {
                throw new Failure.CorruptArtifact(where + " lacks the tensor " + prefix + name);
              }
              requireSize(name, given, size, where);
              selected.put(name, full);
            });
    return selected;
  }

  /// The tensors of the head.
  static Set<String> headNames(NetworkDescription network) {
    var names = new HashSet<String>();
    for (HeadModule module : network.output().modules()) {
      names.add(module.parameter().weightName());
      if (module.parameter().bias()) {
        names.add(module.parameter().biasName());
      }
    }
    return names;
  }

  /// @throws Failure.CorruptArtifact naming the tensor if it is of another size
  static void requireSize(String name, long[] given, long[] expected, String where) {
    if (!Arrays.equals(given, expected)) {
      throw new Failure.CorruptArtifact(
          "%s: the tensor %s is %s, but config.json asks for %s"
              .formatted(where, name, Arrays.toString(given), Arrays.toString(expected)));
    }
  }

  /// The tensors of `found` that the description lists, in order. Copies no data.
  ///
  /// @throws Failure.CorruptArtifact naming a tensor that is missing, of another size or not finite
  static NamedTensors select(NetworkDescription network, NamedTensors found, String where) {
    var sizes = new LinkedHashMap<String, long[]>();
    found.names().forEach(name -> sizes.put(name, found.get(name).shape()));
    var selected = new NamedTensors();
    select(network, sizes, where)
        .forEach(
            (name, full) -> {
              requireFinite(found.get(full).data(), name, where);
              selected.put(name, found.get(full));
            });
    return selected;
  }

  private static String prefix(NetworkDescription network, Map<String, long[]> found) {
    String words = network.embeddings().words().weightName();
    return network.names().prefixes().stream()
        .filter(prefix -> found.containsKey(prefix + words))
        .findFirst()
        .orElse("");
  }

  /// The name itself, or that which an old checkpoint uses.
  private static String name(NetworkDescription network, Map<String, long[]> found, String name) {
    if (!found.containsKey(name)) {
      for (Map.Entry<String, String> ending : network.names().oldEndings().entrySet()) {
        if (name.endsWith(ending.getKey())) {
          String old =
              name.substring(0, name.length() - ending.getKey().length()) + ending.getValue();
          if (found.containsKey(old)) {
            return old;
          }
        }
      }
    }
    return name;
  }

  private static void requireFinite(float[] data, String name, String where) {
    for (int i = 0; i < data.length; i++) {
      if (!Float.isFinite(data[i])) {
        throw new Failure.CorruptArtifact(
            where
                + ": the tensor "
                + name
                + " holds "
                + data[i]
                + " at "
                + i
                + "; weights must be finite");
      }
    }
  }
}
