package dev.whetstone.deploy;

import dev.whetstone.core.Failure;
import java.util.List;

/// What to do about the failures that ml-commons documents. Its words are matched by a part that
/// has stayed the same over its versions.
///
/// Sources: ML Commons cluster settings (docs.opensearch.org, ml-commons-plugin/cluster-settings)
/// and the plugin's own messages.
final class MlAdvice {
  private record Advice(String words, String advice) {}

  private static final String SETTINGS =
      "with PUT _cluster/settings {\"persistent\": {\"plugins.ml_commons.%s\": %s}}";

  private static final List<Advice> KNOWN =
      List.of(
          new Advice(
              "only_run_on_ml_node",
              "it has no node of role ml; add one, or allow data nodes "
                  + SETTINGS.formatted("only_run_on_ml_node", "false")),
          new Advice(
              "No eligible node",
              "it has no node that may run models; add one of role ml, or allow data nodes "
                  + SETTINGS.formatted("only_run_on_ml_node", "false")),
          new Advice(
              "allow_registering_model_via_local_file",
              "allow uploads "
                  + SETTINGS.formatted("allow_registering_model_via_local_file", "true")
                  + ", or let it fetch the model with --model-url"),
          new Advice(
              "allow_registering_model_via_url",
              "allow it to fetch models "
                  + SETTINGS.formatted("allow_registering_model_via_url", "true")
                  + ", or leave --model-url out to upload the model"),
          new Advice(
              "trusted connector endpoint",
              "add our server's address to the list "
                  + SETTINGS.formatted(
                      "trusted_connector_endpoints_regex", "[\"^http://our-server:8088/.*$\"]")),
          new Advice(
              "private ip",
              "our server has a private address; allow those "
                  + SETTINGS.formatted("connector.private_ip_enabled", "true")),
          new Advice(
              "Circuit Breaker",
              "its memory is over the limit for models: undeploy another, add memory, or raise"
                  + " plugins.ml_commons.native_memory_threshold (90 by default) and"
                  + " plugins.ml_commons.jvm_heap_memory_threshold (85)"),
          new Advice(
              "Error from remote service",
              "our server refused the cluster's call: check serve.api_key_env, the address after"
                  + " --connector, and that our server runs there"),
          new Advice(
              "model content changed",
              "what it put together is not what was uploaded: deploy again, under another"
                  + " --version"));

  private MlAdvice() {}

  /// Whether a 404 says that the cluster has no ml-commons at all.
  static boolean noPlugin(String body) {
    return body.contains("no handler found for uri");
  }

  /// @param call what was asked, for the message
  static Failure failure(String cluster, String call, int status, String reason) {
    String said =
        "OpenSearch at " + cluster + " answered " + call + " with " + status + ": " + reason;
    if (noPlugin(reason)) {
      return new Failure.BadInput(
          said + ". It lacks the plugin opensearch-ml (ml-commons): install it on the cluster");
    }
    for (Advice known : KNOWN) {
      if (reason.contains(known.words())) {
        return new Failure.Refused(said + ". What to do: " + known.advice());
      }
    }
    return switch (status) {
      case 401 ->
          new Failure.Refused(
              said + ". Check user and password_env, or api_key_env, of the section opensearch");
      case 403 -> new Failure.Refused(said + ". The user needs the role ml_full_access");
      case 429, 502, 503, 504 -> new Failure.Unavailable(said + ". Try again later");
      default -> new Failure.BadInput(said);
    };
  }
}
