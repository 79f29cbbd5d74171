package dev.whetstone.deploy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Where an OpenSearch cluster is, and how one may speak to it.
///
/// @param url of a node, without user or password
/// @param authorization the header; null for none. Never printed
/// @param caFile PEM certificates to trust instead of the system's; null for the system's
public record ClusterAccess(URI url, @Nullable String authorization, @Nullable Path caFile) {
  public ClusterAccess {
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null || url.getRawUserInfo() != null) {
      throw new Failure.BadInput(
          "'"
              + url
              + "' is no cluster's address: write https://search.example.com:9200, without user or"
              + " password");
    }
    OutgoingAddress.check(url);
  }

  /// The address of a call.
  ///
  /// @param path from `/` on
  URI at(String path) {
    return URI.create(url.toString().replaceAll("/+$", "") + path);
  }

  @Nullable SSLContext trust() {
    Path file = caFile;
    if (file == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure.BadInput(
          file + " cannot be read as PEM certificates: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return url.toString();
  }
}
