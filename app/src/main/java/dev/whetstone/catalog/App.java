package dev.whetstone.catalog;

import dev.whetstone.core.Failure;
import dev.whetstone.core.RetrievalPlan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An application: a name, where it finds its passages, and how.
///
/// @param id `app-` and 12 characters of `a-z2-7`; unique
/// @param name as the user gave it; several apps of an older catalog may share one
/// @param plan fitted for the app, with the top k of its retriever; null for an app for which
///   nothing was fitted, such as one made over HTTP
/// @param created to the millisecond
public record App(
    String id,
    String name,
    Retriever retriever,
    @Nullable RetrievalPlan plan,
    Instant created,
    Instant updated) {
  public App {
    requireName(name);
    if (plan != null && plan.topK() != retriever.topK()) {
      throw new IllegalArgumentException(
          "a plan with top k " + plan.topK() + " for a retriever with " + retriever.topK());
    }
  }

  /// The same app with a plan of its own; the plan takes the retriever's top k.
  public App withPlan(RetrievalPlan fitted) {
    return new App(id, name, retriever, fitted.withTopK(retriever.topK()), created, updated);
  }

  /// The plan that its questions are answered by: its own, or the untuned one.
  public RetrievalPlan planOrUntuned() {
    return plan == null ? RetrievalPlan.untuned().withTopK(retriever.topK()) : plan;
  }

  static void requireName(String name) {
    if (name.isBlank() || name.length() > 128 || name.chars().anyMatch(Character::isISOControl)) {
      throw new Failure.BadInput(
          "name must have 1 to 128 characters, none of them a control character");
    }
    if (!isUnicode(name)) {
      throw new Failure.BadInput("name must be Unicode: it holds half of a pair of surrogates");
    }
    if (name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
      throw new Failure.BadInput("name must not hold '/': it stands in addresses");
    }
  }

  /// Whether it can be stored, and read again as it was.
  static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
