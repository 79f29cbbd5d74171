package dev.whetstone.index.cluster;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;

/// How a cluster and this program know each other: the cluster by its certificate, which must be
/// signed by a trusted authority and name the host, this program by its credentials.
public final class Trust {
  private Trust() {}

  /// The headers that every request carries: the credentials.
  public static Header[] headers(ClusterSettings settings) {
    return settings
        .credentials()
        .header()
        .<Header>map(value -> new BasicHeader("Authorization", value, true))
        .stream()
        .toArray(Header[]::new);
  }

  /// What both clients open connections with. The check of names is asked for explicitly: left to
  /// itself HttpClient 5.6 leaves it out on asynchronous connections.
  public static TlsStrategy strategy(ClusterSettings settings) {
    try {
      return ClientTlsStrategyBuilder.create()
          .setSslContext(
              settings.caFile() == null ? SSLContext.getDefault() : of(settings.caFile()))
          .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
          .setHostnameVerifier(new DefaultHostnameVerifier())
          .buildAsync();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /// @param caFile one or more certificates, PEM
  /// @throws Failure.BadInput if it holds none
  static SSLContext of(Path caFile) {
    try (InputStream in = Files.newInputStream(caFile)) {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (all.isEmpty()) {
        throw new Failure.BadInput(caFile + " holds no certificate: ca_file is a PEM file");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : all) {
        store.setCertificateEntry("ca" + number++, each);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure.BadInput(
          "cannot read certificates from " + caFile + " (ca_file, PEM): " + e.getMessage(), e);
    }
  }
}
