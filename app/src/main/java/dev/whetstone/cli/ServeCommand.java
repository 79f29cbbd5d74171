package dev.whetstone.cli;

import dev.whetstone.catalog.Catalog;
import dev.whetstone.commands.Remedies;
import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.http.Server;
import dev.whetstone.http.ServerSettings;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.GuardedChat;
import dev.whetstone.serving.AnsweredListener;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.QuestionKeeping;
import dev.whetstone.serving.Readiness;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.serving.Sessions;
import dev.whetstone.workspace.AskedQuestions;
import dev.whetstone.workspace.ServeSettings;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Serves the workspace's apps over HTTP until it is stopped (Ctrl-C).",
      "Steps may run beside it: it follows the generation that serves."
    },
    footer = {
      "",
      "Example:",
      "  whet serve --port 8088",
      "  curl -s 127.0.0.1:8088/v1/apps/documents/retrieve \\",
      "    -d '{\"query\": \"How long are records kept?\"}'"
    })
final class ServeCommand implements Callable<Integer>, RunsUntilStopped {
  private static final int REFRESH_SECONDS = 2;

  /// How often a workspace in a bucket is looked at.
  private static final int FETCH_SECONDS = 15;

  private static final int MOST_PORT = 65_535;

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "By default 127.0.0.1: this machine alone. For others, set serve.api_key_env too.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "By default 8088; 0 takes a free one.")
  private @Nullable Integer port;

  @Override
  public Integer call() {
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    ServeSettings serve = workspace.settings().serve();
    ServeSettings.Address address = serve.address();
    if (port != null && (port < 0 || port > MOST_PORT)) {
      throw new Failure.BadInput(
          "--port "
              + port
              + " is no port: name one from 1 to "
              + MOST_PORT
              + ", or 0 for a free one");
    }
    var settings =
        ServerSettings.DEFAULT
            .withAddress(host == null ? address.host() : host, port == null ? address.port() : port)
            .withApiKey(key(serve.apiKeyEnv()))
            .withNames(address.names())
            .with(new ServerSettings.Doors(serve.mcpAnswer(), sessions(workspace)))
            .with(ServerSettings.Intake.DEFAULT.withConnections(serve.limits().connections()));
    if (settings.openToAll()) {
      terminal.error(
          "warning: anyone who reaches this address may ask: set"
              + " serve.api_key_env in whetstone.yaml");
    }
    Settings.Llm llm = workspace.settings().llm();
    ChatModel opened = Chat.open(workspace);
    ChatModel chat = opened == null ? null : new GuardedChat(opened, llm.concurrent());
    CommitScope writes = options.writes("whet serve");
    var stopped = new CountDownLatch(1);
    var encoders = SharedEncoders.trying(workspace);
    try (var keeping = keeping(workspace);
        var catalog = Catalog.open(workspace.catalog(), writes);
        var rerankers = Rerankers.of(workspace);
        var application =
            new ServedWorkspace(
                workspace,
                new Apps(catalog, serve.limits().apps()),
                new ServedWorkspace.Answers(
                    chat,
                    Answering.answers(workspace).withBoundedSupport(),
                    keeping == null ? AnsweredListener.NONE : keeping),
                encoders,
                rerankers);
        var timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
        var embeddings = ServerComponents.embeddings(workspace, encoders, writes);
        var registrations =
            ServerComponents.registrations(workspace, encoders, options.address(), writes);
        var control = WorkspaceControl.open(options, workspace, application, encoders, writes);
        var server =
            Server.start(
                settings,
                application,
                new Server.Services(embeddings, registrations, control.services()))) {
      var _ =
          timer.scheduleWithFixedDelay(application::refresh, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
      var _ =
          timer.scheduleWithFixedDelay(this::fetch, FETCH_SECONDS, FETCH_SECONDS, TimeUnit.SECONDS);
      Readiness ready = application.readiness(Caller.LOCAL);
      terminal.line("Serving %s at %s (Ctrl-C stops)", workspace.folder(), server.address());
      if (!Thread.currentThread().isInterrupted()) { // else whatever was read was cut short
        terminal.line("%s", ready.ready() ? "Ready." : "Not ready yet: " + reason(ready));
      }
      if (!ready.note().isEmpty()) {
        terminal.line("Note: %s", ready.note());
      }
      try {
        stopped.await();
      } catch (InterruptedException _) {
        terminal.line("Stopping: requests under way are answered first.");
      }
      timer.shutdownNow();
      return 0;
    } finally {
      if (chat != null) {
        chat.close();
      }
    }
  }

  /// What keeps the questions that are asked; null where the settings keep none.
  private static @Nullable QuestionKeeping keeping(Workspace workspace) {
    ServeSettings.KeepQuestions limits = workspace.settings().serve().keepQuestions();
    InstantSource clock = InstantSource.system();
    return limits == null
        ? null
        : new QuestionKeeping(new AskedQuestions(workspace, clock), limits, clock);
  }

  private static ServerSettings.SessionSettings sessions(Workspace workspace) {
    ServeSettings.Limits limits = workspace.settings().serve().limits();
    return new ServerSettings.SessionSettings(
        workspace.sessions(),
        new Sessions.Limits(
            limits.sessions(), Sessions.Limits.DEFAULT.turns(), limits.sessionTime()));
  }

  private static String reason(Readiness readiness) {
    Failure failure = readiness.failure();
    return failure == null ? readiness.reason() : Remedies.message(failure);
  }

  private void fetch() {
    try {
      options.refresh();
    } catch (RuntimeException e) {
      System.getLogger(ServeCommand.class.getName())
          .log(System.Logger.Level.WARNING, "what is here goes on serving: {0}", e.getMessage());
    }
  }

  static @Nullable String key(@Nullable String variable) {
    return variable == null ? null : key(variable, System.getenv());
  }

  static String key(String variable, Map<String, String> environment) {
    String key = environment.get(variable);
    if (key == null || key.isBlank()) {
      throw new Failure.BadInput(
          "serve.api_key_env names the variable "
              + variable
              + ", which is not set: set it to the key that clients shall send");
    }
    return key;
  }
}
