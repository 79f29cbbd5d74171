package dev.whetstone.workspace;

import static dev.whetstone.core.SettingChecks.require;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.index.EngineProvider;
import dev.whetstone.index.providers.EngineProviders;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The engines that a workspace may use: the registered ones, with the section of the settings that
/// says where each cluster is. A section has the engine's name as its key.
///
/// @param clusters by kind, in the order of the providers; an engine without a section is missing
@JsonDeserialize(using = EngineSections.Unreadable.class)
public record EngineSections(EngineProviders providers, Map<EngineKind, ClusterSection> clusters) {
  /// The engines of this program, and no cluster.
  public static final EngineSections NONE = new EngineSections(EngineProviders.STANDARD, Map.of());

  /// The key `engines` is no setting: each engine's section stands under the engine's own name.
  static final class Unreadable extends JsonDeserializer<EngineSections> {
    @Override
    public EngineSections deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      throw UnrecognizedPropertyException.from(parser, Settings.class, "engines", List.of());
    }
  }

  /// @throws Failure.BadInput if a section asks for what its engine does not have
  public EngineSections {
    var ordered = new LinkedHashMap<EngineKind, ClusterSection>();
    for (ClusterProvider provider : providers.clusters()) {
      ClusterSection section = clusters.get(provider.kind());
      if (section != null) {
        section.check(provider.kind().name(), provider.quantizations());
        ordered.put(provider.kind(), section);
      }
    }
    clusters = Collections.unmodifiableMap(ordered);
  }

  /// What the settings say of that engine's cluster; null for the embedded engine, or where nothing
  /// is said.
  public @Nullable ClusterSection section(EngineKind engine) {
    return clusters.get(engine);
  }

  /// The kinds that an app may name.
  public List<EngineKind> kinds() {
    return providers.kinds();
  }

  /// The engines at clusters, with and without a section.
  public List<ClusterProvider> clusterProviders() {
    return providers.clusters();
  }

  /// Their names for a message, as `elasticsearch or opensearch`.
  public String clusterNames() {
    return EngineProviders.list(providers.clusters());
  }

  /// The engine of that kind.
  ///
  /// @throws Failure.Refused if this program does not know it
  public EngineProvider provider(EngineKind engine) {
    return providers
        .of(engine)
        .orElseThrow(
            () ->
                new Failure.Refused(
                    "this program does not know the engine "
                        + engine
                        + ", only "
                        + providers
                        + ": use the program that made the app"));
  }

  /// Checks that an engine that the settings choose is known, and at hand.
  ///
  /// @param key of the setting
  /// @throws Failure.BadInput if it is not
  void requireUsable(String key, String engine) {
    EngineProvider provider = providers.named(engine).orElse(null);
    require(
        provider != null,
        key
            + ": '"
            + engine
            + "' is not one of "
            + providers.kinds().stream().map(EngineKind::name).sorted().toList());
    require(
        provider == null || provider.kind().embedded() || section(provider.kind()) != null,
        key
            + " is "
            + engine
            + ", and nothing says where that is: add a section `"
            + engine
            + ": {hosts: [https://...:9200]}`");
  }
}
