package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Failure;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.documents.Documents;
import dev.whetstone.jobs.Jobs;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.BoundedApplication;
import dev.whetstone.serving.Readiness;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinLogger;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// Serves an application over HTTP. Each reply is JSON and carries a request id; failures are
/// `{"code","message","request_id"}`. Closing it lets requests under way finish.
public final class Server implements AutoCloseable {
  private final Javalin javalin;
  private final String host;

  private Server(Javalin javalin, String host) {
    this.javalin = javalin;
    this.host = host;
  }

  /// @param rerankers that are open, for callers that have shown the key; absent where there are
  ///   none
  private record Health(
      String status, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> rerankers) {}

  /// @param reason why it is not ready, for callers that have shown the key; absent for others
  private record Ready(
      String status, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {}

  /// Starts listening.
  ///
  /// @param application asked for no more at once than the settings allow; owned by the caller:
  ///   close it after the server
  /// @throws Failure.Unavailable if the address cannot be bound, naming it
  public static Server start(ServerSettings settings, Application application) {
    return start(settings, application, Services.NONE);
  }

  /// The same, with embeddings and models that are registered over HTTP.
  public static Server start(
      ServerSettings settings,
      Application application,
      @Nullable Embeddings embeddings,
      @Nullable Registrations registrations) {
    return start(settings, application, new Services(embeddings, registrations, null));
  }

  /// What is served beside the application; owned by the caller, as the application is.
  ///
  /// @param embeddings null: none are served
  /// @param registrations of models over HTTP; null: none are taken
  /// @param workspace its documents; null: they are not served
  public record Services(
      @Nullable Embeddings embeddings,
      @Nullable Registrations registrations,
      @Nullable WorkspaceServices workspace) {
    public static final Services NONE = new Services(null, null, null);
  }

  /// What callers may do with the workspace itself.
  ///
  /// @param jobs null: another server runs them
  /// @param write whether they may change anything
  public record WorkspaceServices(Documents documents, @Nullable Jobs jobs, boolean write) {}

  /// The same, with what is served beside the application.
  public static Server start(ServerSettings settings, Application application, Services services) {
    Embeddings embeddings = services.embeddings();
    Registrations registrations = services.registrations();
    WorkspaceServices workspace = services.workspace();
    var bounded = new BoundedApplication(application, settings.work());
    Javalin javalin =
        Javalin.create(
            config -> {
              var access = new AccessCheck(settings);
              var writes = new WriteAccess(workspace == null || workspace.write(), settings);
              configure(config, settings, access, writes, bounded);
              new ModelRoutes(bounded, access, embeddings).add(config.routes);
              if (embeddings != null) {
                new EmbeddingRoutes(embeddings).add(config.routes);
                if (registrations != null) {
                  new MlRoutes(embeddings, registrations).add(config.routes);
                }
              }
              if (workspace != null) {
                new DocumentRoutes(workspace.documents(), writes).add(config.routes);
                if (workspace.jobs() != null) {
                  new JobRoutes(workspace.jobs(), writes).add(config.routes);
                }
              }
            });
    JavalinLogger.enabled = false; // what it logs before it fails, the failure says again
    try {
      javalin.start(settings.host(), settings.port());
    } catch (RuntimeException e) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      stop(javalin);
      throw interrupted
          ? new CancellationException("stopped while the server started")
          : cannotBind(settings, e);
    } finally {
      JavalinLogger.enabled = true;
    }
    return new Server(javalin, settings.host());
  }

  /// The port it listens on.
  public int port() {
    return javalin.port();
  }

  /// As a user opens it: `http://127.0.0.1:8088`.
  public String address() {
    return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port();
  }

  /// A route as it was added: `{id}` and `<id>` stand for what callers fill in.
  record Route(String method, String path) {}

  List<Route> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .filter(handler -> handler.endpoint.method.isHttpMethod())
        .map(handler -> new Route(handler.endpoint.method.name(), handler.endpoint.path))
        .toList();
  }

  /// Accepts no more requests, and returns when those under way are answered or the grace is over.
  @Override
  public void close() {
    stop(javalin);
  }

  /// In order also where this thread was interrupted, which is how a command is told to stop.
  private static void stop(Javalin javalin) {
    boolean interrupted = Thread.interrupted();
    try {
      javalin.stop();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Failure cannotBind(ServerSettings settings, RuntimeException e) {
    return new Failure.Unavailable(
        "cannot listen on "
            + settings.host()
            + " port "
            + settings.port()
            + ": the port is in use, or the address is not this machine's. Stop the other program,"
            + " or choose another port (0 takes a free one).",
        e);
  }

  private static void configure(
      JavalinConfig config,
      ServerSettings settings,
      AccessCheck access,
      WriteAccess writes,
      Application application) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = settings.intake().requestBytes();
    config.jetty.threadPool = threads();
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setSendXPoweredBy(false);
          http.setRequestHeaderSize(16 << 10);
        });
    config.jetty.modifyServer(
        server -> {
          var graceful = new GracefulHandler();
          graceful.setShutdownIdleTimeout(200); // of idle connections, in ms
          graceful.setHandler(new Admission(access, new MemoryBudget(settings)));
          server.setHandler(graceful);
          server.setStopTimeout(settings.grace().toMillis());
          server.setErrorHandler(new JsonErrorHandler());
          var intake = settings.intake();
          server.addBean(new NetworkConnectionLimit(intake.connections(), server));
          server.addBean(new HeadDeadline(server, intake.headPatience()));
        });
    config.jetty.modifyServletContextHandler(
        context -> context.setSessionHandler(new NoSessions()));
    routes(config, settings, access, writes, application);
  }

  /// Connections are accepted and selected on platform threads, so that they go on while the
  /// carriers of virtual ones are held; requests are read and answered on virtual threads.
  private static QueuedThreadPool threads() {
    var threads = new QueuedThreadPool();
    threads.setName("http");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-"));
    return threads;
  }

  private static void routes(
      JavalinConfig config,
      ServerSettings settings,
      AccessCheck access,
      WriteAccess writes,
      Application application) {
    int requestBytes = settings.intake().requestBytes();
    var apps = new AppRoutes(application, access, writes, requestBytes);
    config.routes.get(
        "/health",
        context -> {
          boolean known = access.knows(core(context));
          Replies.json(
              context, new Health("live", known ? application.openRerankers() : List.of()));
        });
    config.routes.get(
        "/ready",
        context -> {
          Readiness readiness = application.readiness(access.caller(core(context)));
          ready(context, readiness, access.knows(core(context)));
        });
    apps.add(config.routes);
    new RetrieveRoutes(apps, application, requestBytes).add(config.routes);
    new CompletionRoutes(apps, application, settings.doors().sessions().open(), requestBytes)
        .add(config.routes);
    var answers = new OpenAiAnswers(application, access);
    new ChatRoutes(answers, requestBytes).add(config.routes);
    new ResponseRoutes(answers, requestBytes).add(config.routes);
    new RerankRoutes(application, access).add(config.routes);
    new McpRoutes(apps, application, settings.doors().mcpAnswer(), requestBytes).add(config.routes);
    new DifyRoutes(application, access, requestBytes).add(config.routes);
    OpenApi.add(config.routes);
    ErrorReplies.add(config);
  }

  private static void ready(Context context, Readiness readiness, boolean known) {
    if (readiness.ready()) {
      Replies.json(context, new Ready("ready", null));
      return;
    }
    context.status(503);
    Replies.json(
        context, new Ready("not_ready", known ? RequestException.publicReason(readiness) : null));
  }

  static String requestId(Context context) {
    return String.valueOf(core(context).getAttribute(Admission.ID));
  }

  static Request core(Context context) {
    return ServletContextRequest.getServletContextRequest(context.req());
  }
}
