package dev.whetstone.servers.elasticsearch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/// One Elasticsearch node without the distribution's bootstrap (which wants a user other than root,
/// its own installer's files and its entitlement agent): `es.path.home` is the folder the build put
/// together, `es.path.conf` holds `elasticsearch.yml`. Runs until its standard input closes, that
/// is, until whoever started it is gone.
public final class ElasticsearchServer {
  private ElasticsearchServer() {}

  public static void main(String[] args) throws Exception {
    LogConfigurator.registerErrorListener();
    LogConfigurator.configureESLogging();
    var home = Settings.builder().put("path.home", System.getProperty("es.path.home")).build();
    var conf = Path.of(System.getProperty("es.path.conf"));
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(home, Map.of(), conf, () -> "node");
    LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
    LogConfigurator.configure(environment, true);

    var plugins =
        PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of());
    var node = new Node(environment, plugins);
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
