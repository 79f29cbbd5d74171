package dev.whetstone.cli;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.RetrievalPlan.Reranker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "app",
    mixinStandardHelpOptions = true,
    description = {
      "Makes or brings up to date the workspace's app: the weight of its arms and the threshold"
          + " below which it declines."
    },
    footer = {"", "Examples:", "  whet app", "  whet app --list", "  whet app --force"})
final class AppCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(names = "--list", description = "Lists the apps instead, with those made over HTTP.")
  private boolean list;

  @Option(
      names = "--force",
      description =
          "Makes it anew in any case, and takes the new plan although its answers got worse"
              + " (app.gate_answers).")
  private boolean force;

  @Override
  public Integer call() {
    if (!list) {
      return options.write("whet app", output, workshop -> workshop.app(force));
    }
    Terminal terminal = options.terminal();
    try (var catalog = Catalog.open(options.workspace().catalog())) {
      for (App app : catalog.apps()) {
        Retriever retriever = app.retriever();
        terminal.line(
            "%s  %s  %s %s, top %d%s",
            app.id(),
            app.name(),
            retriever.engine().name(),
            (retriever.endpoint() == null ? "" : retriever.endpoint() + " ") + retriever.index(),
            retriever.topK(),
            switch (app.planOrUntuned().reranker()) {
              case Reranker.None _ -> "";
              case Reranker.Model model -> ", reranked by " + model.id();
            });
      }
    }
    return 0;
  }
}
