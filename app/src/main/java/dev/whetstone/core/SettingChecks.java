package dev.whetstone.core;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks of single settings, for the constructors of settings records. Each returns the value, or
/// the default where nothing is set, and refuses what cannot be with a message that begins with the
/// setting's key.
public final class SettingChecks {
  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]{0,127}");

  private SettingChecks() {}

  /// @throws Failure.BadInput with this message if the condition does not hold
  public static void require(boolean condition, String message) {
    if (!condition) {
      throw new Failure.BadInput(message);
    }
  }

  /// @throws Failure.BadInput naming the choices, if the value is none of them
  public static String oneOf(
      String key, @Nullable String value, String standard, Set<String> choices) {
    if (value == null) {
      return standard;
    }
    require(
        choices.contains(value),
        key + ": '" + value + "' is not one of " + choices.stream().sorted().toList());
    return value;
  }

  /// @throws Failure.BadInput if an element is missing
  public static List<String> texts(String key, @Nullable List<String> values) {
    if (values == null) {
      return List.of();
    }
    require(values.stream().noneMatch(Objects::isNull), key + ": an element of the list is empty");
    return List.copyOf(values);
  }

  /// @throws Failure.BadInput naming the range, if the value is outside
  public static int within(String key, @Nullable Integer value, int standard, int low, int high) {
    if (value == null) {
      return standard;
    }
    require(
        value >= low && value <= high,
        key + ": " + value + " is not between " + low + " and " + high);
    return value;
  }

  /// Checks a list of numbers.
  ///
  /// @return a copy; empty where there is none
  public static List<Integer> allWithin(
      String key, @Nullable List<Integer> values, int low, int high) {
    if (values == null) {
      return List.of();
    }
    require(values.stream().noneMatch(Objects::isNull), key + ": an element of the list is empty");
    values.forEach(value -> within(key, value, low, low, high));
    return List.copyOf(values);
  }

  /// Checks the NAME of an environment variable. It is put into a shell script, and a key pasted in
  /// its place must not be repeated in messages or carried off as a name.
  ///
  /// @throws Failure.BadInput if it is none
  public static void requireVariable(String key, @Nullable String name) {
    require(
        name == null || VARIABLE.matcher(name).matches(),
        key
            + ": this must be the NAME of an environment variable, of capital letters, digits and"
            + " underscores, as WHETSTONE_API_KEY; the key itself does not belong here");
  }
}
