package dev.whetstone.index;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterReply;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.cluster.Payload;
import dev.whetstone.index.cluster.VectorMapping;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A real cluster between which and its user something happens.
record Tampered(ClusterClient real, Happening happening) implements ClusterClient {
  /// What is sent.
  record Asked(String method, String path, Map<String, String> parameters, @Nullable Payload body) {
    Payload payload() {
      return Objects.requireNonNull(body, "nothing was sent with " + path);
    }
  }

  interface Happening {
    ClusterReply around(Asked asked, Sending request) throws IOException;
  }

  interface Sending {
    ClusterReply send() throws IOException;
  }

  @Override
  public String where() {
    return real.where();
  }

  @Override
  public ClusterReply send(
      String method, String path, Map<String, String> parameters, @Nullable Payload body)
      throws IOException {
    return happening.around(
        new Asked(method, path, parameters, body), () -> real.send(method, path, parameters, body));
  }

  @Override
  public String engine() {
    return real.engine();
  }

  @Override
  public String version() {
    return real.version();
  }

  @Override
  public ClusterSettings settings() {
    return real.settings();
  }

  @Override
  public void vectorSettings(ObjectNode index) {
    real.vectorSettings(index);
  }

  @Override
  public ObjectNode vectorField(int dimension) {
    return real.vectorField(dimension);
  }

  @Override
  public VectorForm vectorForm() {
    return real.vectorForm();
  }

  @Override
  public void nearest(
      ObjectNode body,
      String field,
      float[] query,
      int k,
      int candidates,
      @Nullable ObjectNode filter,
      boolean quantized) {
    real.nearest(body, field, query, k, candidates, filter, quantized);
  }

  @Override
  public String lacksForHybrid() {
    return real.lacksForHybrid();
  }

  @Override
  public void hybrid(
      ObjectNode body, ObjectNode words, ObjectNode nearest, double denseWeight, int pool) {
    real.hybrid(body, words, nearest, denseWeight, pool);
  }

  @Override
  public boolean rescores() {
    return real.rescores();
  }

  @Override
  public double wordsScale() {
    return real.wordsScale();
  }

  @Override
  public @Nullable VectorMapping vectorMapping(ObjectNode field) {
    return real.vectorMapping(field);
  }

  @Override
  public void close() {
    real.close();
  }
}
