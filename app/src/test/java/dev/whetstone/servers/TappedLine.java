package dev.whetstone.servers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/// A line to a server of HTTP/1.1 that passes every byte on as it is, both ways, and lets a test
/// watch: it can cut the line at any moment, in the middle of a body too, and sees which requests
/// were answered well. One request at a time on a connection, as all our clients ask.
public final class TappedLine implements AutoCloseable {
  /// Some bytes that arrived from either side and are not passed on yet.
  ///
  /// @param number of the moment, from 1
  /// @param turn how many requests and answers have begun, these counted
  /// @param request the one they belong to, `METHOD PATH?QUERY`
  /// @param answer whether they come from the server
  /// @param begins whether they are the first of their request or answer
  public record Moment(int number, int turn, String request, boolean answer, boolean begins) {}

  /// One connection.
  private static final class Talk {
    private String request = "";
    private boolean answered = true;
  }

  private final URI server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private Predicate<Moment> cutAt = _ -> false; // guarded by this, as all below
  private int moments;
  private int turns;

  public TappedLine(URI server) throws IOException {
    this.server = server;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /// Counts anew, and cuts all connections once, at the first moment that is meant: its bytes are
  /// lost. Connections that are made later pass again.
  ///
  /// @param cut asked at each moment, by one thread at a time
  public synchronized void watch(Predicate<Moment> cut) {
    cutAt = cut;
    moments = 0;
    turns = 0;
    done.clear();
  }

  /// Kills a process at the first moment that is meant, whose bytes are lost.
  ///
  /// @return to be completed with the process, which may be started after this alone
  public CompletableFuture<Process> kill(Predicate<Moment> when) {
    var victim = new CompletableFuture<Process>();
    watch(
        moment -> {
          if (when.test(moment)) {
            victim.join().destroyForcibly();
            return true;
          }
          return false;
        });
    return victim;
  }

  /// How many moments there were since the watch began.
  public synchronized int moments() {
    return moments;
  }

  /// How many requests and answers have begun since then.
  public synchronized int turns() {
    return turns;
  }

  /// The requests that were answered with a status of 2xx since then, in order.
  public List<String> done() {
    return List.copyOf(done);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException closed) {
      // the test has ended
    }
  }

  private void serve(Socket client) {
    var talk = new Talk();
    try (client;
        var there = new Socket(server.getHost(), server.getPort())) {
      client.setTcpNoDelay(true);
      there.setTcpNoDelay(true);
      open.add(client);
      open.add(there);
      var back = threads.submit(() -> pass(there, client, talk, true));
      pass(client, there, talk, false);
      back.get();
    } catch (IOException | java.util.concurrent.ExecutionException gone) {
      // as when a real line is cut
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private void pass(Socket from, Socket to, Talk talk, boolean answer) {
    try (from;
        to) {
      var buffer = new byte[1 << 16];
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (cut(talk, buffer, n, answer)) {
          cut();
          return;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException gone) {
      // either side has hung up
    } finally {
      open.remove(from);
    }
  }

  private synchronized boolean cut(Talk talk, byte[] bytes, int length, boolean answer) {
    boolean begins = talk.answered != answer;
    if (begins) {
      String line = new String(bytes, 0, Math.min(length, 2000), ISO_8859_1).split("\r?\n", 2)[0];
      if (!answer) {
        talk.request = line.replaceFirst(" HTTP/1.1$", "");
      }
      talk.answered = answer;
      turns++;
    }
    moments++;
    if (cutAt.test(new Moment(moments, turns, talk.request, answer, begins))) {
      cutAt = _ -> false;
      return true;
    }
    if (begins && answer && bytes.length > 9 && bytes[9] == '2') { // "HTTP/1.1 2xx"
      done.add(talk.request);
    }
    return false;
  }

  private void cut() {
    open.forEach(TappedLine::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
    threads.shutdownNow();
    threads.close();
  }
}
