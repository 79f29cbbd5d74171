package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingHttpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST = 100_000;

  /// No host in the JDK's eyes, a refused one, or a name without an address.
  private static final Class<?>[] NOT_CALLED = {
    IllegalArgumentException.class, Failure.BadInput.class, UnresolvedAddressException.class
  };

  private static final InetAddressResolver.LookupPolicy POLICY =
      InetAddressResolver.LookupPolicy.of(InetAddressResolver.LookupPolicy.IPV4);

  private static HttpResponse<byte[]> get(URI uri, Duration whole)
      throws IOException, InterruptedException {
    try (var http = new OutgoingHttp(PATIENCE, MOST, null)) {
      return http.send(HttpRequest.newBuilder(uri).build(), whole);
    }
  }

  @ParameterizedTest
  @EnumSource(EndlessServer.Form.class)
  void anEndlessReplyIsReadUpToTheLimitAndFails(EndlessServer.Form form) throws IOException {
    for (int status : new int[] {200, 500}) {
      try (var server = new EndlessServer(status, form, "{", Map.of())) {
        assertThatThrownBy(() -> get(server.uri(), PATIENCE))
            .isInstanceOf(ReplyTooLong.class)
            .hasMessageContaining("100000");
      }
    }
  }

  @Test
  void aReplyOfJustTheLimitIsRead() throws Exception {
    HttpServer server = serving(MOST, new AtomicInteger());
    try {
      assertThat(get(uri(server), PATIENCE).body()).hasSize(MOST);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aBodyThatTricklesIsGivenUpAtTheDeadline() throws IOException {
    HttpServer server = HttpServer.create(loopback(), 0);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 600; i++) {
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            pause();
          }
        });
    server.start();
    try {
      assertThatThrownBy(() -> get(uri(server), Duration.ofMillis(300)))
          .isInstanceOf(HttpTimeoutException.class)
          .hasMessageContaining("0.3 s");
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsReturnedAndNotFollowed(int status) throws Exception {
    var stolen = new AtomicInteger();
    HttpServer other = serving(10, stolen);
    HttpServer server = HttpServer.create(loopback(), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", uri(other).toString());
          exchange.sendResponseHeaders(status, -1);
        });
    server.start();
    try {
      assertThat(get(uri(server), PATIENCE).statusCode()).isEqualTo(status);
      assertThat(stolen).hasValue(0);
    } finally {
      server.stop(0);
      other.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/v1",
        "http://169.254.170.2/v1",
        "http://100.100.100.200/latest",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]/v1",
        "http://[::ffff:a9fe:a9fe]/v1",
        "http://[64:ff9b::a9fe:a9fe]/v1",
        "http://[2002:a9fe:a9fe::]/v1",
        "http://[fd00:ec2::254]/v1",
        "http://224.0.0.1/v1"
      })
  void aLiteralOfAMetadataServiceIsNotCalled(String uri) {
    assertThatThrownBy(() -> get(URI.create(uri), Duration.ofMillis(500)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://2852039166/v1", "http://0xA9FEA9FE/v1", "http://0251.254.43518/"})
  void aMetadataAddressInDecimalHexOrOctalFormIsNotCalled(String uri) {
    assertThatThrownBy(() -> get(URI.create(uri), Duration.ofMillis(500)))
        .satisfies(e -> assertThat(root(e)).isInstanceOfAny(NOT_CALLED));
  }

  @Test
  void theResolverOfThisProcessIsTheGuardedOne() {
    assertThat(ServiceLoader.load(InetAddressResolverProvider.class))
        .hasAtLeastOneElementOfType(OutgoingResolver.class);
  }

  @Test
  void aNameThatTurnsIntoAMetadataAddressIsNotResolvedTheSecondTime() throws Exception {
    var lookups = new AtomicInteger();
    InetAddress good = InetAddress.ofLiteral("203.0.113.7");
    InetAddress bad = InetAddress.ofLiteral("169.254.169.254");
    InetAddressResolver guarded =
        OutgoingResolver.guarded(
            resolving(() -> lookups.incrementAndGet() == 1 ? Stream.of(good) : Stream.of(bad)),
            "me");

    assertThat(guarded.lookupByName("rebinds.example", POLICY)).containsExactly(good);
    assertThatThrownBy(() -> guarded.lookupByName("rebinds.example", POLICY))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("rebinds.example");
    assertThat(guarded.lookupByName("me", POLICY)).containsExactly(bad);
  }

  @Test
  void ofANamesAddressesTheRefusedOnesAreLeftOut() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    InetAddress inside = InetAddress.ofLiteral("10.0.0.7");
    InetAddress bad = InetAddress.ofLiteral("fe80::1");

    InetAddressResolver guarded =
        OutgoingResolver.guarded(resolving(() -> Stream.of(bad, loopback, inside)), "me");

    assertThat(guarded.lookupByName("both.example", POLICY)).containsExactly(loopback, inside);
  }

  @Test
  void aStreamIsBoundedHoweverItIsRead() throws IOException {
    var bytes = new byte[10];
    assertThat(bounded(bytes, 10).readAllBytes()).hasSize(10);
    assertThatThrownBy(() -> bounded(bytes, 9).readAllBytes()).isInstanceOf(ReplyTooLong.class);
    assertThatThrownBy(() -> bounded(bytes, 9).skip(10)).isInstanceOf(ReplyTooLong.class);
    BoundedReply single = bounded(bytes, 1);
    assertThat(single.read()).isZero();
    assertThatThrownBy(single::read).isInstanceOf(ReplyTooLong.class);
  }

  private static Throwable root(Throwable thrown) {
    return thrown.getCause() == null ? thrown : root(thrown.getCause());
  }

  private static BoundedReply bounded(byte[] bytes, int most) {
    return new BoundedReply(new ByteArrayInputStream(bytes), most);
  }

  private static InetAddressResolver resolving(Supplier<Stream<InetAddress>> addresses) {
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) {
        return addresses.get();
      }

      @Override
      public String lookupByAddress(byte[] address) {
        return "name.example";
      }
    };
  }

  private static HttpServer serving(int bytes, AtomicInteger calls) throws IOException {
    HttpServer server = HttpServer.create(loopback(), 0);
    server.createContext(
        "/",
        exchange -> {
          calls.incrementAndGet();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[bytes]);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
