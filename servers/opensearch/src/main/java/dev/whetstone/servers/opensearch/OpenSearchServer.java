package dev.whetstone.servers.opensearch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;

/// One OpenSearch node without the distribution's bootstrap (which wants a user other than root and
/// its Java agent): `opensearch.path.home` is the folder the build put together,
/// `opensearch.path.conf` holds `opensearch.yml`. Runs until its standard input closes, that is,
/// until whoever started it is gone.
public final class OpenSearchServer {
  private OpenSearchServer() {}

  public static void main(String[] args) throws Exception {
    LogConfigurator.registerErrorListener();
    var home =
        Settings.builder().put("path.home", System.getProperty("opensearch.path.home")).build();
    var conf = Path.of(System.getProperty("opensearch.path.conf"));
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(home, Map.of(), conf, () -> "node");
    LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
    LogConfigurator.configure(environment);

    var node = new Node(environment);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    node.start();
    awaitEndOfInput();
    System.exit(0);
  }

  private static void awaitEndOfInput() throws IOException {
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  private static void close(Node node) {
    try {
      node.close();
      node.awaitClose(10, TimeUnit.SECONDS);
    } catch (IOException | InterruptedException e) {
      System.err.println("The node did not close: " + e);
    }
  }
}
