package dev.whetstone.workspace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Fingerprint;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a step last did. A record of version 1 was written by an earlier version: it holds the
/// fingerprint as one hash without its fields, and the result in words.
///
/// @param format 2; 0 where the file does not say, which is version 1
/// @param fingerprint names this work: it stands in what was made from the output. A record that
///   was taken over from version 1 keeps the name that it had
/// @param inputs the fields of the fingerprint; null where they are not known
/// @param output the output's id, as the step names it
/// @param words the result in one line; null since version 2
/// @param result of the step's own type, as JSON; null in version 1
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepRecord(
    int format,
    String fingerprint,
    @Nullable SortedMap<String, String> inputs,
    String output,
    double seconds,
    @Nullable String words,
    @Nullable JsonNode result) {
  public static final int FORMAT = 2;

  public static StepRecord of(
      Fingerprint fingerprint, String output, double seconds, JsonNode result) {
    return new StepRecord(
        FORMAT, fingerprint.id(), fingerprint.fields(), output, seconds, null, result);
  }

  /// This record with the fields of its fingerprint, which it was written without.
  public StepRecord with(Fingerprint inputs) {
    return new StepRecord(FORMAT, fingerprint, inputs.fields(), output, seconds, words, result);
  }
}
