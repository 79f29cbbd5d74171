package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Machine;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.torch.Calibration;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Checks this machine and the systems that the workspace's settings name, and says what is"
          + " missing.",
      "Clusters, buckets, PAI and the language model are asked, each for at most 5 seconds; then"
          + " the speed of the machine is measured. The exit code is always 0."
    },
    footer = {
      "",
      "Examples:",
      "  whet doctor",
      "  whet doctor --workspace s3://bucket/handbook",
      "  whet doctor oss://bucket/raw/ oss://bucket/models/"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Pattern SEPARATOR = Pattern.compile(File.pathSeparator);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "PLACE",
      description =
          "Places in buckets that you are about to name: a small object is written there, read and"
              + " deleted.")
  private List<String> places = List.of();

  @Override
  public Integer call() {
    for (String uri : places) {
      if (!ObjectStores.isBucket(uri)) {
        throw new Failure.BadInput(
            "'"
                + uri
                + "' is no place in a bucket: write s3://bucket/prefix or oss://bucket/prefix");
      }
    }
    Terminal terminal = options.terminal();
    terminal.line("java           %s (%s)", Runtime.version(), System.getProperty("java.home"));
    terminal.line(
        "processor      %s, %d cores", processor(), Runtime.getRuntime().availableProcessors());
    terminal.line("memory         %,d MB", Machine.memory() >> 20);
    terminal.line(
        "maven          %s",
        onPath("mvn")
            ? "found"
            : "MISSING: install it to fetch base models (Debian: apt-get install maven)");
    for (var found : new Checkup(System.getenv(), PATIENCE).findings(options.named(), places)) {
      terminal.line("%-13s  %s", found.about(), found.words());
    }
    Calibration c = Calibration.measure();
    terminal.line(
        "fp32           %,.0f GFLOPS; embeds %,.0f tokens/s with a small encoder",
        c.fp32().gflops(), c.fp32().inference());
    terminal.line(
        c.bf16().inference() == 0
            ? "bf16           emulated here: not used"
            : "bf16           %,.0f GFLOPS; embeds %,.0f tokens/s with a small encoder"
                .formatted(c.bf16().gflops(), c.bf16().inference()));
    terminal.line(
        c.int8() == 0
            ? "8 bits         not computed by libtorch here"
            : "8 bits         embeds %,.0f tokens/s with a small encoder".formatted(c.int8()));
    terminal.line("training       in %s", c.fastestTraining().name().toLowerCase(Locale.ROOT));
    terminal.line(
        "embedding      in %s, where a model's vectors stay the same in it",
        c.fastestInference().name().toLowerCase(Locale.ROOT));
    return 0;
  }

  private static String processor() {
    return field(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch"));
  }

  private static Optional<String> field(Path file, String name) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean onPath(String command) {
    return SEPARATOR
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }
}
