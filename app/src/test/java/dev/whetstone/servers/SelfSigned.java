package dev.whetstone.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A key and a certificate that it signed itself, made by the JDK's keytool and good for a day.
final class SelfSigned implements AutoCloseable {
  private static final String PASSWORD = "only-for-a-test";

  private final Path folder;

  private SelfSigned(Path folder) {
    this.folder = folder;
  }

  /// @param names that the certificate is for, as keytool writes them: `dns:localhost`
  static SelfSigned make(String names) throws IOException {
    var made = new SelfSigned(Files.createTempDirectory("whetstone-tls-"));
    made.keytool(
        List.of("-genkeypair", "-keyalg", "EC", "-validity", "1", "-dname", "CN=whetstone"),
        List.of("-ext", "san=" + names));
    made.keytool(List.of("-exportcert", "-rfc", "-file", made.certificate().toString()));
    return made;
  }

  Path certificate() {
    return folder.resolve("certificate.pem");
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(store().toFile(), PASSWORD.toCharArray());
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(certificate());
      Files.deleteIfExists(store());
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path store() {
    return folder.resolve("key.p12");
  }

  @SafeVarargs
  private void keytool(List<String>... arguments) throws IOException {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (List<String> part : arguments) {
      line.addAll(part);
    }
    line.addAll(List.of("-alias", "node", "-storetype", "PKCS12"));
    line.addAll(List.of("-storepass", PASSWORD, "-keystore", store().toString()));
    var process = new ProcessBuilder(line).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
