package dev.whetstone.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a server's process is started with: its settings on disk and its command line.
final class NodeFiles {
  /// The key and secret of every s3proxy that is started here.
  static final String S3_KEY = "whetstone-test";

  static final String S3_SECRET = "whetstone-test-secret";

  private static final String LOGGING =
      """
      status = error
      appender.console.type = Console
      appender.console.name = console
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %-25c{1.} %m%n
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      """;

  private final ServerKind kind;
  private final Path folder;
  private final ServerOptions options;

  /// @param options with its ports chosen
  NodeFiles(ServerKind kind, Path folder, ServerOptions options) {
    this.kind = kind;
    this.folder = folder;
    this.options = options;
  }

  void write() throws IOException {
    for (var name : List.of("config", "data", "logs", "tmp")) {
      Files.createDirectories(folder.resolve(name));
    }
    var config = folder.resolve("config");
    switch (kind) {
      case ELASTICSEARCH ->
          writeNode(config.resolve("elasticsearch.yml"), "cluster.initial_master_nodes");
      case OPENSEARCH ->
          writeNode(config.resolve("opensearch.yml"), "cluster.initial_cluster_manager_nodes");
      case S3PROXY -> writeS3(config.resolve("s3proxy.conf"));
    }
  }

  private void writeNode(Path file, String initialNodes) throws IOException {
    var lines = new LinkedHashMap<String, String>();
    lines.put("cluster.name", "whetstone-test");
    lines.put("node.name", options.node());
    lines.put("path.data", folder.resolve("data").toString());
    lines.put("path.logs", folder.resolve("logs").toString());
    lines.put("network.host", "127.0.0.1");
    lines.put("http.port", Integer.toString(options.port()));
    lines.put("transport.port", Integer.toString(options.transportPort()));
    lines.put("cluster.routing.allocation.disk.threshold_enabled", "false");
    if (options.seeds().isEmpty()) {
      lines.put("discovery.type", "single-node");
    } else {
      lines.put(
          "discovery.seed_hosts",
          options.seeds().stream()
              .map(port -> "\"127.0.0.1:" + port + "\"")
              .collect(Collectors.joining(", ", "[", "]")));
      lines.put(initialNodes, "[\"n1\"]");
    }
    lines.putAll(options.settings());
    write(file, lines, ": ");
    Files.writeString(file.resolveSibling("log4j2.properties"), LOGGING);
  }

  private void writeS3(Path file) throws IOException {
    var lines = new LinkedHashMap<String, String>();
    lines.put("s3proxy.endpoint", "http://127.0.0.1:" + options.port());
    lines.put("s3proxy.authorization", "aws-v2-or-v4");
    lines.put("s3proxy.identity", S3_KEY);
    lines.put("s3proxy.credential", S3_SECRET);
    lines.put("jclouds.provider", "filesystem-nio2");
    lines.put("jclouds.filesystem.basedir", folder.resolve("data").toString());
    lines.putAll(options.settings());
    write(file, lines, "=");
  }

  private static void write(Path file, Map<String, String> lines, String between)
      throws IOException {
    Files.write(
        file, lines.entrySet().stream().map(e -> e.getKey() + between + e.getValue()).toList());
  }

  List<String> command() {
    var home = kind.home();
    var heap = options.heapMegabytes() + "m";
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-Xms" + heap,
            "-Xmx" + heap,
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=1",
            "-Djava.io.tmpdir=" + folder.resolve("tmp"),
            "-Dfile.encoding=UTF-8",
            "-Djava.locale.providers=CLDR",
            "-Dio.netty.noUnsafe=true",
            "-Dlog4j2.disable.jmx=true",
            "-Dlog4j.shutdownHookEnabled=false"));
    switch (kind) {
      case ELASTICSEARCH -> elasticsearch(line, home);
      case OPENSEARCH -> openSearch(line, home);
      case S3PROXY ->
          line.addAll(
              List.of(
                  "-Dlogback.configurationFile=" + home.resolve("logback.xml"),
                  "-cp",
                  home + "/main/*:" + home + "/lib/*",
                  "dev.whetstone.servers.s3proxy.S3Server",
                  "--properties",
                  folder.resolve("config/s3proxy.conf").toString()));
    }
    return line;
  }

  /// Its jars are modules; only the main class is not.
  private void elasticsearch(List<String> line, Path home) {
    line.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector,jdk.net,jdk.management.agent,org.elasticsearch.server,ALL-MODULE-PATH",
            "--enable-native-access=ALL-UNNAMED,org.elasticsearch.nativeaccess,org.elasticsearch.foreign,"
                + "org.elasticsearch.simdvec,org.apache.lucene.core",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Des.nativelibs.path=" + home.resolve("natives/aircompressor/" + platform()),
            "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
            "-Des.path.home=" + home,
            "-Des.path.conf=" + folder.resolve("config"),
            "-Des.distribution.type=tar",
            "-p",
            home.resolve("lib").toString(),
            "-cp",
            home + "/main/*",
            "dev.whetstone.servers.elasticsearch.ElasticsearchServer"));
  }

  private void openSearch(List<String> line, Path home) {
    line.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djna.tmpdir=" + folder.resolve("tmp"),
            "-Djna.nosys=true",
            "-Dopensearch.path.home=" + home,
            "-Dopensearch.path.conf=" + folder.resolve("config"),
            "-Dopensearch.distribution.type=tar",
            "-cp",
            home + "/main/*:" + home + "/lib/*",
            "dev.whetstone.servers.opensearch.OpenSearchServer"));
  }

  private static String platform() {
    var os = System.getProperty("os.name").startsWith("Mac") ? "macos" : "linux";
    return os + "-" + System.getProperty("os.arch");
  }
}
