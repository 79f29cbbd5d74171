package dev.whetstone.workspace;

import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which index of which engine: at most one cluster of each engine is known to a workspace.
///
/// @param name of the index there
public record IndexPlace(Retriever.Type engine, String name) {
  /// Where `whet index` writes.
  ///
  /// @param engine as in `--engine`; null for that of the settings
  /// @throws Failure.BadInput if it is unknown, or no section says where it is
  public static IndexPlace of(Settings settings, @Nullable String engine) {
    Settings.Index index = settings.index();
    String chosen = engine == null ? index.engine() : engine.toLowerCase(Locale.ROOT);
    Retriever.Type type =
        switch (chosen) {
          case "lucene" -> Retriever.Type.LUCENE;
          case "elasticsearch" -> Retriever.Type.ELASTICSEARCH;
          case "opensearch" -> Retriever.Type.OPENSEARCH;
          default ->
              throw new Failure.BadInput(
                  "--engine " + engine + " is not known: use lucene, elasticsearch or opensearch");
        };
    if (type != Retriever.Type.LUCENE && section(settings, type) == null) {
      throw new Failure.BadInput(
          "nothing says where "
              + chosen
              + " is: add a section `"
              + chosen
              + ": {hosts: [https://...:9200]}` to "
              + SettingsFile.NAME);
    }
    String standard =
        type == Retriever.Type.LUCENE ? settings.name() : settings.name().toLowerCase(Locale.ROOT);
    return new IndexPlace(type, index.name() == null ? standard : index.name());
  }

  /// Where an app searches: in the workspace, or at a host that the settings name. An app may be
  /// made by anyone who reaches the server, so no other address is ever connected to.
  ///
  /// @throws Failure.Refused if its endpoint is not among the configured hosts
  public static IndexPlace ofApp(Settings settings, Retriever retriever) {
    String endpoint = retriever.endpoint();
    if (retriever.type() != Retriever.Type.LUCENE) {
      String engine = retriever.type().text();
      ClusterSection cluster = section(settings, retriever.type());
      if (retriever.placeholder()) {
        throw new Failure.Refused(
            "retriever.endpoint "
                + endpoint
                + " is a placeholder. Create the app again with the cluster's address, one of the"
                + " hosts that "
                + SettingsFile.NAME
                + " names under `"
                + engine
                + "`");
      }
      if (cluster == null || cluster.host(Objects.requireNonNull(endpoint)) == null) {
        throw new Failure.Refused(
            "retriever.endpoint "
                + endpoint
                + " is none of the hosts that this server may talk to: name it in "
                + SettingsFile.NAME
                + " under `"
                + engine
                + ": {hosts: [...]}`");
      }
    }
    return new IndexPlace(retriever.type(), retriever.index());
  }

  /// What an app that searches here says.
  public Retriever retriever(Settings settings) {
    ClusterSection cluster = section(settings, engine);
    return new Retriever(
        engine, cluster == null ? null : cluster.hosts().getFirst(), name, settings.app().topK());
  }

  /// The name of the record of the step that fills it: one a place, so that one workspace can feed
  /// several engines.
  public String step() {
    return engine == Retriever.Type.LUCENE ? "index" : "index-" + engine.text();
  }

  /// All that shapes a generation here but the passages and their space.
  public String mapping(Settings settings) {
    ClusterSection cluster = section(settings, engine);
    return cluster == null ? engine.text() : engine.text() + " " + cluster.mapping();
  }

  /// Names the index in the world, for fingerprints.
  public String address(Settings settings) {
    ClusterSection cluster = section(settings, engine);
    return engine.text() + " " + name + (cluster == null ? "" : " " + cluster.hosts());
  }

  /// How this index comes to be, best first. An index of another name than the settings' is made
  /// here only after they name it, see [#unnamed].
  public Remedy[] remedies(Settings settings) {
    Remedy build =
        settings.index().engine().equals(engine.text())
            ? new Remedy.RunAll()
            : new Remedy.BuildIndex(Remedy.BuildIndex.Build.UPDATE, engine.text());
    return engine == Retriever.Type.LUCENE
        ? new Remedy[] {build}
        : new Remedy[] {build, new Remedy.AdoptIndex(name, engine.text())};
  }

  /// What to change in the settings before the steps make an index of this name; empty where they
  /// name it already.
  public String unnamed(Settings settings) {
    String own = of(settings, engine.text()).name();
    return own.equals(name)
        ? ""
        : ": this workspace's is %s. Set `index: {name: %s}` in %s to make one of this name"
            .formatted(own, name, SettingsFile.NAME);
  }

  /// What the settings say of that engine's cluster; null for the embedded engine, or where nothing
  /// is said.
  public static @Nullable ClusterSection section(Settings settings, Retriever.Type engine) {
    return switch (engine) {
      case LUCENE -> null;
      case ELASTICSEARCH -> settings.elasticsearch();
      case OPENSEARCH -> settings.opensearch();
    };
  }

  @Override
  public String toString() {
    return name + " (" + engine.text() + ")";
  }
}
