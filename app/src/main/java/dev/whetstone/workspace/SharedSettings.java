package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Shell;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Keeps this machine's secrets from going where only the settings of a shared workspace say. The
/// settings name an address and the environment variable with the secret for it; in a workspace of
/// one's own these are the user's words. Where others can write the settings (in a bucket, or in a
/// folder of another user), they could name any variable of the user who opens it, and an address
/// of their own. There, a variable that is set here goes only to the addresses that this machine
/// permits, in its variable [#PERMIT], which stands where the secret itself does:
///
/// ```
/// export LLM_API_KEY=...  WHETSTONE_PERMIT='LLM_API_KEY=https://llm.example.com'
/// ```
///
/// Entries are separated by white space or commas. An address is compared by scheme, host and port,
/// and where the settings name a `ca_file`, by the first digits of its SHA-256 too
/// (`ES_API_KEY=https://es.example.com:9200#0a1b2c3d4e5f6071`): anyone who writes the settings
/// could put in a certificate of their own, and then pass for the permitted address on the network.
/// A workspace whose settings ask for more is not opened, so that no command can forget to look.
public final class SharedSettings {
  static final String PERMIT = "WHETSTONE_PERMIT";

  private static final int DIGITS = 16; // of a SHA-256

  private static final Pattern BETWEEN = Pattern.compile("[\\s,]+");

  /// In a working copy: the bucket's address, beside what else belongs to this machine alone.
  private static final String ADDRESS = "address";

  /// One sending that the settings ask for.
  ///
  /// @param setting that names the variable
  /// @param vouchedBy digits of the certificates that vouch for the address; empty for the system's
  private record Sending(String setting, String variable, String address, String vouchedBy) {
    String entry() {
      return variable + "=" + to();
    }

    String to() {
      return origin(address) + (vouchedBy.isEmpty() ? "" : "#" + vouchedBy);
    }
  }

  private SharedSettings() {}

  /// Marks a folder as the copy of what stands at `uri`.
  static void mark(Path copy, String uri) {
    Path file = own(copy).resolve(ADDRESS);
    try {
      if (!Files.exists(file) || !Files.readString(file).equals(uri)) {
        WholeFile.write(file, uri);
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Path own(Path copy) {
    return copy.resolve(".whetstone").resolve("shared");
  }

  /// Where others can write a workspace's settings: its bucket, or its folder; null where the user
  /// alone can.
  static @Nullable String place(Path folder) {
    Path file = own(folder).resolve(ADDRESS);
    try {
      if (Files.isRegularFile(file)) {
        return Files.readString(file);
      }
      boolean others = Files.isDirectory(own(folder)) || others(folder.resolve(SettingsFile.NAME));
      return others ? folder.toString() : null;
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Whether a file belongs to another user, or all users may write it. Told by POSIX permissions;
  /// elsewhere folders count as the user's own.
  private static boolean others(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return false;
    }
    var attributes = view.readAttributes();
    Optional<String> user = ProcessHandle.current().info().user();
    return attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
        || (user.isPresent() && !attributes.owner().getName().equals(user.get()));
  }

  /// @param place where others can write the settings
  /// @param folder that a relative `ca_file` is seen from
  /// @param environment of this machine, with its secrets
  /// @throws Failure.Refused if the settings would send one of them where this machine does not
  ///   permit it
  static void check(Settings settings, Path folder, String place, Map<String, String> environment) {
    require(sendings(settings, folder), place, environment);
  }

  /// The same for one sending that a command is about to make.
  ///
  /// @param setting that names the variable
  public static void requirePermitted(
      Workspace workspace, String setting, String variable, String address) {
    @Nullable String place = workspace.sharedAt();
    if (place != null) {
      require(List.of(new Sending(setting, variable, address, "")), place, System.getenv());
    }
  }

  /// The same for commands that are written to be run later, perhaps by a shell in which the
  /// variables of the clusters are set, though they are not here.
  public static void requireForCommands(Workspace workspace) {
    @Nullable String place = workspace.sharedAt();
    if (place == null) {
      return;
    }
    var all = new ArrayList<Sending>();
    Settings settings = workspace.settings();
    clusters(settings, workspace.folder(), all);
    var later = new HashMap<>(System.getenv());
    all.forEach(one -> later.put(one.variable(), "set"));
    require(all, place, later);
  }

  private static void require(
      List<Sending> sendings, String place, Map<String, String> environment) {
    String permitted = environment.getOrDefault(PERMIT, "");
    Set<String> entries =
        BETWEEN
            .splitAsStream(permitted)
            .filter(entry -> entry.indexOf('=') > 0)
            .map(
                entry -> {
                  int value = entry.indexOf('=') + 1;
                  int hash = entry.indexOf('#') < 0 ? entry.length() : entry.indexOf('#');
                  return entry.substring(0, value)
                      + origin(entry.substring(Math.min(value, hash), hash))
                      + entry.substring(hash);
                })
            .collect(Collectors.toCollection(TreeSet::new));
    List<Sending> asked =
        sendings.stream()
            .filter(one -> !environment.getOrDefault(one.variable(), "").isBlank())
            .filter(one -> !entries.contains(one.entry()))
            .toList();
    if (asked.isEmpty()) {
      return;
    }
    var all = new LinkedHashSet<>(entries);
    asked.forEach(one -> all.add(one.entry()));
    String what =
        asked.stream()
            .map(one -> "%s to %s (%s)".formatted(one.variable(), one.to(), one.setting()))
            .distinct()
            .collect(Collectors.joining(", "));
    throw new Failure.Refused(
        "the settings of %s send this machine's %s, and others can write them: nothing was sent. If that is right, permit it here: export %s=%s"
            .formatted(place, what, PERMIT, Shell.word(String.join(" ", all))));
  }

  private static List<Sending> sendings(Settings settings, Path folder) {
    var all = new ArrayList<Sending>();
    Settings.Llm llm = settings.llm();
    if (llm.url() != null && llm.apiKeyEnv() != null) {
      all.add(new Sending("llm.api_key_env", llm.apiKeyEnv(), llm.url(), ""));
    }
    QuestionSettings.Writer writer = settings.questions().writer();
    if (writer.url() != null && writer.apiKeyEnv() != null) {
      all.add(new Sending("questions.writer.api_key_env", writer.apiKeyEnv(), writer.url(), ""));
    }
    clusters(settings, folder, all);
    return all;
  }

  private static void clusters(Settings settings, Path folder, List<Sending> into) {
    settings
        .engines()
        .clusters()
        .forEach((engine, cluster) -> cluster(engine.name(), cluster, folder, into));
  }

  private static void cluster(
      String section, ClusterSection cluster, Path folder, List<Sending> into) {
    if (cluster.apiKeyEnv() == null && cluster.passwordEnv() == null) {
      return;
    }
    String vouchedBy = vouchedBy(cluster, folder);
    for (String host : cluster.hosts()) {
      if (cluster.apiKeyEnv() != null) {
        into.add(new Sending(section + ".api_key_env", cluster.apiKeyEnv(), host, vouchedBy));
      }
      if (cluster.passwordEnv() != null) {
        into.add(new Sending(section + ".password_env", cluster.passwordEnv(), host, vouchedBy));
      }
    }
  }

  private static String vouchedBy(ClusterSection cluster, Path folder) {
    if (cluster.caFile() == null) {
      return "";
    }
    Path file = folder.resolve(cluster.caFile());
    try {
      return Files.exists(file) ? Sha256.of(file).substring(0, DIGITS) : "missing";
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Scheme, host and port, as a client connects to them; an address that is none stays.
  static String origin(String address) {
    try {
      URI uri = URI.create(address.strip());
      if (uri.getScheme() != null && uri.getHost() != null) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int standard = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return scheme + "://" + host + (port == standard ? "" : ":" + port);
      }
    } catch (IllegalArgumentException _) {
      // it is none
    }
    return address;
  }
}
