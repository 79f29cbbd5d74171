package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.nio.file.Path;
import java.util.List;

/// The values of a configuration file, each held against its range.
///
/// @param file for messages
record ConfigValues(Path file, JsonNode config) {
  private static final int SHOWN = 40;

  /// Those of a file that need not be there.
  static ConfigValues of(Path folder, String name) {
    return new ConfigValues(folder.resolve(name), FolderFiles.optional(folder, name));
  }

  /// Whether there is a value; null is none.
  boolean has(String key) {
    return config.hasNonNull(key);
  }

  /// A whole number.
  ///
  /// @throws Failure.BadInput naming the file, the key and its value
  int whole(String key, int least, int most) {
    JsonNode value = config.path(key);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      String range =
          least == most
              ? "%,d".formatted(least)
              : "a whole number from %,d to %,d".formatted(least, most);
      throw refused(key, value, range);
    }
    return value.intValue();
  }

  /// The same where the key need not be there.
  int whole(String key, int standard, int least, int most) {
    return has(key) ? whole(key, least, most) : standard;
  }

  /// A number above 0.
  double fraction(String key, double standard, double most) {
    return has(key) ? number(key, Double.MIN_NORMAL, most, "above 0, at most " + most) : standard;
  }

  double atLeast(String key, double least) {
    return number(key, least, Double.MAX_VALUE, "at least " + least);
  }

  /// A truth value.
  ///
  /// @throws Failure.BadInput if there is another value
  boolean flag(String key, boolean standard) {
    JsonNode value = config.path(key);
    if (!has(key)) {
      return standard;
    }
    if (!value.isBoolean()) {
      throw new Failure.BadInput(
          file + ": " + key + " is " + cut(value.asText()) + "; it must be true or false");
    }
    return value.booleanValue();
  }

  /// Checks that a text is one of those that are computed; an empty one among them stands for none.
  ///
  /// @throws Failure.BadInput naming the file, the key and its value
  void requireOneOf(String key, List<String> known) {
    String value = has(key) ? config.path(key).asText() : "";
    if (!known.contains(value)) {
      throw new Failure.BadInput(
          "%s has %s \"%s\"; only encoders with \"%s\" are computed"
              .formatted(file, key, cut(value), known.getFirst()));
    }
  }

  private double number(String key, double least, double most, String range) {
    JsonNode value = config.path(key);
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw refused(key, value, "a number " + range);
    }
    return value.doubleValue();
  }

  private Failure refused(String key, JsonNode value, String range) {
    String shown =
        value.isNumber() ? cut(value.asText()) : value.isMissingNode() ? "missing" : "no number";
    return new Failure.BadInput(file + ": " + key + " is " + shown + "; it must be " + range);
  }

  /// What a message shows of a value.
  static String cut(String value) {
    String plain = value.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "…";
  }
}
