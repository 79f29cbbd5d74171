package dev.whetstone.answer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/// Why a question was declined. A door tells it in its own way, with the nearest passages, which
/// stand first among the hits that the answer was made from.
public sealed interface Refusal {
  /// The search found nothing that matches the question and its filter.
  record NoPassages() implements Refusal {}

  /// The passages support no answer, and the question names what no document mentions.
  ///
  /// @param names as the question writes them; at least one
  record UnknownNames(List<String> names, double support, double threshold) implements Refusal {
    public UnknownNames {
      names = List.copyOf(names);
    }
  }

  /// The likelihood that the passages answer the question is below the app's threshold.
  record LowSupport(double support, double threshold) implements Refusal {}

  /// The passages have no sentence that may be quoted.
  record NothingToQuote() implements Refusal {}

  /// The language model found that the passages do not answer.
  ///
  /// @param model its name
  record ModelDeclined(String model) implements Refusal {}

  /// Its name in replies, which never changes: `no_passages`, `unknown_names`, `low_support`,
  /// `nothing_to_quote` or `model_declined`.
  @JsonProperty("reason")
  default String code() {
    return switch (this) {
      case NoPassages _ -> "no_passages";
      case UnknownNames _ -> "unknown_names";
      case LowSupport _ -> "low_support";
      case NothingToQuote _ -> "nothing_to_quote";
      case ModelDeclined _ -> "model_declined";
    };
  }

  /// What the question names and no document mentions; empty for other reasons.
  default List<String> unknownNames() {
    return this instanceof UnknownNames unknown ? unknown.names() : List.of();
  }
}
