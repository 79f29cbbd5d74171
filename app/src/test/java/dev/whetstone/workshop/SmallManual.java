package dev.whetstone.workshop;

import dev.whetstone.core.Pooling;
import dev.whetstone.model.Prompts;
import dev.whetstone.model.TinyBert;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A small corpus with a question log, workspaces for it with a tiny random BERT, and the program
/// as a process of its own.
public final class SmallManual {
  private static final String[] ACTS = {
    "installing", "cleaning", "testing", "replacing", "storing", "ordering", "wiring", "painting"
  };

  private final Path folder;
  private final List<String> things = new ArrayList<>();

  /// @param documents from 1; each has nine sections
  public SmallManual(Path folder, int documents) throws IOException {
    this.folder = folder;
    var random = new Random(7);
    Files.createDirectories(docs());
    for (int i = 0; i < documents; i++) {
      String thing = "part" + (char) ('a' + i / 26) + (char) ('a' + i % 26);
      things.add(thing);
      var text = new StringBuilder("# The " + thing + "\n\n");
      for (String act : ACTS) {
        text.append(
            "## %s%n%nFor %s the %s take the %s tool and wait %d minutes. Then check it by hand.%n%n"
                .formatted(
                    act,
                    act,
                    thing,
                    List.of("red", "blue", "long", "short").get(random.nextInt(4)),
                    5 + random.nextInt(50)));
      }
      Files.writeString(docs().resolve(thing + ".md"), text);
    }
    TinyBert.write(folder.resolve("tiny"), 3, Pooling.MEAN, Prompts.NONE, 64);
  }

  public Path docs() {
    return folder.resolve("docs");
  }

  /// A workspace's folder with settings. Its time is ample: the plan does not hang on the clock.
  public Path workspace(String name) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        place.resolve("whetstone.yaml"),
        "name: manual\nmodel: {base: '"
            + folder.resolve("tiny")
            + "', runtime: onnx_fp32}\ntrain: {budget: 2h}\n");
    return place;
  }

  public Path questions() throws IOException {
    var lines = new StringBuilder();
    for (String thing : things) {
      for (String act : ACTS) {
        lines.append(
            "{\"id\":\"%s-%s\",\"question\":\"how does one go about %s a %s\",\"document\":\"%s.md\",\"phrase\":\"For %s the %s take\"}%n"
                .formatted(thing, act, act, thing, thing, act, thing));
      }
    }
    Path file = folder.resolve("questions.jsonl");
    Files.writeString(file, lines);
    return file;
  }

  /// Starts `whet ARGUMENTS` as a process; its output goes to `out` and `err` below `logs`.
  public static Process whet(Path logs, String... arguments) throws IOException {
    return whet(logs, List.of(), List.of(arguments));
  }

  /// The same, its precision the same wherever and whenever it is measured.
  ///
  /// @param wrapper words put before the command
  public static Process whet(Path logs, List<String> wrapper, List<String> arguments)
      throws IOException {
    return program("dev.whetstone.Main", logs, wrapper, arguments);
  }

  /// Starts another program of the tests' class path in the same way.
  ///
  /// @param main its class
  public static Process program(
      String main, Path logs, List<String> wrapper, List<String> arguments) throws IOException {
    Files.createDirectories(logs);
    var command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC", // as all that makes a start short
            "-Xmx1g",
            "-cp",
            classPath(),
            main));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "OMP_WAIT_POLICY", "passive",
                "GOMP_SPINCOUNT", "0",
                "ONEDNN_MAX_CPU_ISA", "AVX2")); // so that bf16 is slow everywhere
    File out = logs.resolve("out").toFile();
    File err = logs.resolve("err").toFile();
    return builder.redirectOutput(out).redirectError(err).start();
  }

  /// What the tests run from, also when a launcher loaded them.
  private static String classPath() {
    var entries = new ArrayList<String>();
    if (SmallManual.class.getClassLoader() instanceof URLClassLoader loader) {
      for (URL url : loader.getURLs()) {
        entries.add(Path.of(URI.create(url.toString())).toString());
      }
    }
    entries.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, entries);
  }
}
