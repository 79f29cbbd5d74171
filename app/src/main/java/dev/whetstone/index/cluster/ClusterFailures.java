package dev.whetstone.index.cluster;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What went wrong at a cluster, as an operator can act on it: host, what was tried, what to do.
final class ClusterFailures {
  private ClusterFailures() {}

  /// No answer.
  ///
  /// @param what was tried, for example `search rag-000001`
  static Failure of(ClusterClient client, String what, IOException e) {
    String where = client.engine() + " at " + client.settings().where();
    SSLException tls = cause(e, SSLException.class);
    if (tls != null && firstLine(tls).contains("plaintext")) {
      return new Failure.Unavailable(
          "cannot " + what + ": " + where + " does not speak TLS: name it as http://", e);
    }
    if (tls != null) {
      return new Failure.Unavailable(
          "cannot "
              + what
              + ": "
              + where
              + " could not be trusted ("
              + firstLine(tls)
              + "). Set ca_file to the certificate of the authority that signed the cluster's, and"
              + " name the hosts as their certificates do",
          e);
    }
    UnknownHostException unknown = cause(e, UnknownHostException.class);
    if (unknown != null) {
      return new Failure.Unavailable(
          "cannot " + what + ": no such host, " + firstLine(unknown) + ". Check `hosts`", e);
    }
    boolean late =
        cause(e, SocketTimeoutException.class) != null || firstLine(e).contains("timeout");
    return new Failure.Unavailable(
        "cannot "
            + what
            + ": "
            + where
            + (late ? " did not answer in time" : " does not answer")
            + " ("
            + firstLine(e)
            + "). Check that it runs and that `hosts` names it",
        e);
  }

  /// An answer that is an error.
  static Failure of(ClusterClient client, String what, ClusterReply reply) {
    String message =
        "cannot "
            + what
            + ": "
            + client.engine()
            + " at "
            + reply.host()
            + " answered "
            + reply.status()
            + " ("
            + reply.reason()
            + ")";
    String type = reply.type();
    if (type.equals("index_create_block_exception")) {
      return new Failure.Unavailable(
          message
              + ". Its disks may be full: free space there, set the cluster's"
              + " cluster.blocks.create_index to null, then run the same command again");
    }
    if (type.contains("block_exception")) {
      return new Failure.Unavailable(
          message + ". Its disk may be full: free space there, then run the same command again");
    }
    return switch (reply.status()) {
      case 401 ->
          new Failure.Refused(
              message + ". Check the user and the variables named in api_key_env or password_env");
      case 403 -> new Failure.Refused(message + ". Give this user or key the rights to the index");
      case 404 -> new Failure.BadInput(message + ". It may have been deleted", Remedy.index());
      case 400, 405, 406, 409, 413, 415 -> new Failure.BadInput(message);
      case 429 -> new Failure.Unavailable(message + ". The cluster is overloaded: try again later");
      default ->
          new Failure.Unavailable(
              message + ". Look at the cluster's health and log, then try again");
    };
  }

  /// Whether trying again may help.
  static boolean passes(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private static <T extends Throwable> @Nullable T cause(Throwable e, Class<T> type) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }
}
