package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Lease;
import dev.whetstone.deploy.Deployment;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.HereCheck;
import dev.whetstone.deploy.OpenSearchModels;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.ModelCheck;
import dev.whetstone.index.EngineSite;
import dev.whetstone.model.Model;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.ServeSettings;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.SharedSettings;
import dev.whetstone.workspace.Workspace;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "deploy",
    description = {
      "Makes the model that serves available to other programs.",
      "Under a name of its own at our server's /v1/embeddings, or in OpenSearch. Its vectors there"
          + " are checked against the model's own."
    },
    footer = {
      "",
      "Examples:",
      "  whet deploy --to here --name custom-emb-v1",
      "  whet deploy --to opensearch --url https://search.example.com:9200",
      "  whet deploy --to opensearch --connector http://whetstone.example.com:8088"
    })
final class DeployCommand implements Callable<Integer> {
  enum Target {
    HERE,
    OPENSEARCH
  }

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  /// The standard ones would take `--version`.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  boolean help;

  @Option(names = "--to", paramLabel = "WHERE", description = "here or opensearch.")
  private Target to = Target.HERE;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The deployment's name; by default the model's.")
  private @Nullable String name;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = {
        "The cluster's address; by default the first host of the section opensearch.",
        "With --to here: our running server's; by default that of the settings."
      })
  private @Nullable URI url;

  @Option(
      names = "--version",
      paramLabel = "V",
      description = "Of the model at the cluster; by default ${DEFAULT-VALUE}.")
  private String version = "1.0.0";

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "The cluster's model group; by default ${DEFAULT-VALUE}. Made if missing.")
  private String group = "whetstone";

  @Option(
      names = "--model-url",
      paramLabel = "URL",
      description = "The cluster fetches the model's zip there, instead of it being uploaded.")
  private @Nullable URI modelUrl;

  @Option(
      names = "--no-prompts",
      description =
          "Registers the model without its prompts, for processors that do not tell queries from"
              + " passages; questions are then embedded as passages.")
  private boolean bare;

  @Option(
      names = "--connector",
      paramLabel = "URL",
      description =
          "The cluster calls our server, which it reaches at this address, instead of running the"
              + " model itself.")
  private @Nullable URI connector;

  @Option(names = "--list", description = "Lists the deployments of our own server instead.")
  private boolean list;

  @Option(
      names = "--remove",
      paramLabel = "NAME",
      description = "Removes a deployment from our own server instead.")
  private @Nullable String remove;

  @Override
  public Integer call() {
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    Deployments deployments =
        ServerComponents.deployments(workspace, options.writes("whet deploy"));
    if (list) {
      deployments.list().forEach(d -> terminal.line("%s", described(d)));
      return 0;
    }
    if (remove != null) {
      if (!deployments.remove(remove)) {
        throw new Failure.BadInput(
            "there is no deployment named " + remove + ": `whet deploy --list` shows them");
      }
      terminal.line("%s is removed", remove);
      return 0;
    }
    var encoders = new SharedEncoders(workspace);
    Model model = encoders.serving();
    try (Lease<Encoder> own = encoders.take(model)) {
      switch (to) {
        case HERE -> here(workspace, terminal, deployments, model, own.value());
        case OPENSEARCH -> openSearch(workspace, terminal, model, own.value());
      }
    }
    return 0;
  }

  private static String described(Deployment d) {
    return "%s  %s, %d dimensions, space %s (%s)"
        .formatted(d.id(), d.name(), d.dimension(), d.space(), d.source());
  }

  private void here(
      Workspace workspace, Terminal terminal, Deployments deployments, Model model, Encoder own) {
    String id = name == null ? model.name() : name;
    ModelCheck.requireEmbeds(model, own);
    Deployment deployment = deployments.put(id, model.folder().toString(), model);
    terminal.line("deployed   %s", described(deployment));
    ServeSettings serve = workspace.settings().serve();
    URI server = url == null ? URI.create("http://127.0.0.1:" + serve.address().port()) : url;
    OptionalDouble cosine = HereCheck.cosine(server, id, ServeCommand.key(serve.apiKeyEnv()), own);
    if (cosine.isPresent()) {
      terminal.line(
          "checked    %s/v1/embeddings gives the model's vector, cosine %.6f",
          server, cosine.getAsDouble());
    } else {
      terminal.line("           no server answers at %s: `whet serve` will serve it", server);
    }
  }

  private void openSearch(Workspace workspace, Terminal terminal, Model model, Encoder own) {
    String id = name == null ? model.name() : name;
    EngineSite site = Engines.site(workspace, OpenSearchModels.ENGINE, System::getenv);
    try (var models = OpenSearchModels.at(site, url)) {
      if (connector != null) {
        connect(workspace, terminal, models, models.where(), connector);
        return;
      }
      var wish = new OpenSearchModels.Wish(id, version, group, !bare, modelUrl);
      var result =
          models.deploy(
              model, own, wish, workspace.hidden().resolve("deployed"), terminal.progress());
      terminal.line("zip        %,d bytes, SHA-256 %s", result.bytes(), result.sha256());
      terminal.line(
          "deployed   model %s%s; cosine to the model's own vectors %.6f",
          result.model(),
          result.found() ? " (was there)" : ", %d chunks sent".formatted(result.sent()),
          result.cosine());
    }
  }

  /// A connector stays with its model when another is promoted: it asks for a deployment.
  private void connect(
      Workspace workspace, Terminal terminal, OpenSearchModels models, String cluster, URI server) {
    Deployments deployments =
        ServerComponents.deployments(workspace, options.writes("whet deploy"));
    Deployment served =
        Optional.ofNullable(name)
            .flatMap(deployments::find)
            .orElseThrow(
                () ->
                    new Failure.BadInput(
                        "--connector needs --name with a deployment of our server: make it first"
                            + " with `whet deploy --to here --name NAME`"));
    String variable = workspace.settings().serve().apiKeyEnv();
    if (variable != null) {
      SharedSettings.requirePermitted(workspace, "serve.api_key_env", variable, cluster);
    }
    String key = ServeCommand.key(variable);
    try (Lease<Encoder> own = new SharedEncoders(workspace).take(deployments.open(served))) {
      var result = models.connect(own.value(), server, served.id(), served.id(), group, key);
      terminal.line(
          "connected  model %s calls %s/v1/embeddings%s; cosine to the model's own vectors %.6f",
          result.model(), server, result.found() ? " (was there)" : "", result.cosine());
    }
  }
}
