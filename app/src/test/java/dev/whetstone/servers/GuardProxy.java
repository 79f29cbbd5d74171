package dev.whetstone.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// Stands before a node that knows no security, and checks what a secured one would: TLS, with a
/// certificate made for the occasion, and the header `Authorization`.
public final class GuardProxy implements AutoCloseable {
  private final Forwarding forwarding;
  private final Predicate<String> welcome;
  private final SelfSigned identity;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param welcome says of the value of `Authorization`, empty when there is none, whether it lets
  ///   in
  public GuardProxy(URI node, Predicate<String> welcome) throws IOException {
    this(node, welcome, "ip:127.0.0.1,dns:localhost");
  }

  /// @param names that its certificate is for, as `dns:localhost`
  public GuardProxy(URI node, Predicate<String> welcome, String names) throws IOException {
    this.forwarding = new Forwarding(node);
    this.welcome = welcome;
    this.identity = SelfSigned.make(names);
    this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /// On 127.0.0.1, which the certificate names, if nothing else was said.
  public URI uri() {
    return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
  }

  /// The certificate, PEM.
  public Path certificate() {
    return identity.certificate();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
    identity.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    var authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (!welcome.test(authorization == null ? "" : authorization)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"security\"");
      FaultProxy.error(exchange, 401, "security_exception");
      return;
    }
    try {
      Forwarding.answer(exchange, forwarding.ask(exchange, body));
    } catch (InterruptedException | IOException e) {
      exchange.close();
    }
  }
}
