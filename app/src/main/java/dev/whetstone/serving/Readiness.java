package dev.whetstone.serving;

import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.Failure;
import org.jspecify.annotations.Nullable;

/// Whether something can answer, and what is missing when it cannot.
///
/// @param reason as a sentence that says what to do, for the operator; empty when ready
/// @param failure that the reason comes from; it may name files of this machine, which callers are
///   not told
/// @param note what slows answers down although they are given; empty when nothing does
public record Readiness(boolean ready, String reason, @Nullable Failure failure, String note) {
  public static final Readiness READY = new Readiness(true, "", null, "");

  public Readiness {
    if (ready != reason.isEmpty()) {
      throw new IllegalArgumentException("not ready without a reason, or ready with: " + reason);
    }
  }

  /// Of an app whose endpoint is a placeholder of a guide, such as `http://YOUR_ES_HOST`.
  public static Readiness placeholder(Retriever retriever) {
    return notReady(
        "retriever.endpoint "
            + retriever.endpoint()
            + " is a placeholder: no index \""
            + retriever.index()
            + "\" can be reached there. Create the app again with the cluster's address, or with"
            + " type \"lucene\".");
  }

  public static Readiness readyWith(String note) {
    return new Readiness(true, "", null, note);
  }

  public static Readiness notReady(String reason) {
    return new Readiness(false, reason, null, "");
  }

  public static Readiness notReady(Failure failure) {
    return new Readiness(false, String.valueOf(failure.getMessage()), failure, "");
  }
}
