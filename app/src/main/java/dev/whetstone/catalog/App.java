package dev.whetstone.catalog;

import dev.whetstone.core.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/// An application: a name, and where it finds its passages.
///
/// @param id `app-` and 12 characters of `a-z2-7`; unique
/// @param name as the user gave it; several apps of an older catalog may share one
/// @param settings what steps keep for the app, for example under `abstention`; values are text or
///   JSON
/// @param created to the millisecond
public record App(
    String id,
    String name,
    Retriever retriever,
    Map<String, String> settings,
    Instant created,
    Instant updated) {
  public App {
    requireName(name);
    settings = Map.copyOf(settings);
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
