package dev.whetstone.workspace;

import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.index.ClusterSection;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which index of which engine: at most one cluster of each engine is known to a workspace.
///
/// @param name of the index there
public record IndexPlace(EngineKind engine, String name) {
  /// Where `whet index` writes.
  ///
  /// @param engine as in `--engine`; null for that of the settings
  /// @throws Failure.BadInput if it is unknown, or no section says where it is
  public static IndexPlace of(Settings settings, @Nullable String engine) {
    Settings.Index index = settings.index();
    String chosen = engine == null ? index.engine() : engine.toLowerCase(Locale.ROOT);
    EngineSections engines = settings.engines();
    EngineKind kind =
        engines
            .providers()
            .named(chosen)
            .orElseThrow(
                () ->
                    new Failure.BadInput(
                        "--engine " + engine + " is not known: use " + engines.providers()))
            .kind();
    if (!kind.embedded() && engines.section(kind) == null) {
      throw new Failure.BadInput(
          "nothing says where "
              + chosen
              + " is: add a section `"
              + chosen
              + ": {hosts: [https://...:9200]}` to "
              + SettingsFile.NAME);
    }
    String standard = kind.embedded() ? settings.name() : settings.name().toLowerCase(Locale.ROOT);
    return new IndexPlace(kind, index.name() == null ? standard : index.name());
  }

  /// Where an app searches: in the workspace, or at a host that the settings name. An app may be
  /// made by anyone who reaches the server, so no other address is ever connected to.
  ///
  /// @throws Failure.Refused if its endpoint is not among the configured hosts
  public static IndexPlace ofApp(Settings settings, Retriever retriever) {
    String endpoint = retriever.endpoint();
    EngineKind kind = retriever.engine();
    if (!settings.engines().provider(kind).kind().embedded()) {
      String engine = kind.name();
      ClusterSection cluster = section(settings, kind);
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
    return new IndexPlace(kind, retriever.index());
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
    return engine.embedded() ? "index" : "index-" + engine.name();
  }

  /// All that shapes a generation here but the passages and their space.
  public String mapping(Settings settings) {
    ClusterSection cluster = section(settings, engine);
    return cluster == null ? engine.name() : engine.name() + " " + cluster.mapping();
  }

  /// Names the index in the world, for fingerprints.
  public String address(Settings settings) {
    ClusterSection cluster = section(settings, engine);
    return engine.name() + " " + name + (cluster == null ? "" : " " + cluster.hosts());
  }

  /// How this index comes to be, best first. An index of another name than the settings' is made
  /// here only after they name it, see [#unnamed].
  public Remedy[] remedies(Settings settings) {
    Remedy build =
        settings.index().engine().equals(engine.name())
            ? new Remedy.RunAll()
            : new Remedy.BuildIndex(Remedy.BuildIndex.Build.UPDATE, engine.name());
    return engine.embedded()
        ? new Remedy[] {build}
        : new Remedy[] {build, new Remedy.AdoptIndex(name, engine.name())};
  }

  /// What to change in the settings before the steps make an index of this name; empty where they
  /// name it already.
  public String unnamed(Settings settings) {
    String own = of(settings, engine.name()).name();
    return own.equals(name)
        ? ""
        : ": this workspace's is %s. Set `index: {name: %s}` in %s to make one of this name"
            .formatted(own, name, SettingsFile.NAME);
  }

  /// What the settings say of that engine's cluster; null for the embedded engine, or where nothing
  /// is said.
  static @Nullable ClusterSection section(Settings settings, EngineKind engine) {
    return settings.engines().section(engine);
  }

  @Override
  public String toString() {
    return name + " (" + engine.name() + ")";
  }
}
