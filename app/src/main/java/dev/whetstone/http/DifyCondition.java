package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which passages a request of Dify's wants, as its `metadata_condition` says.
///
/// **What the engine does.** Conditions that name values (`is`, `in`, `is not`, `not in`) and must
/// all hold act inside each arm of the search, before the best are chosen; so does an `or` of those
/// that name values of one field. All others (`contains`, `start with`, numbers, dates, an `or`
/// over several fields) are asked of what the search found, which therefore reads more than was
/// wanted ([#exact]).
///
/// **Meanings.** A field is a key of the passages' metadata, `document`, `heading` or `page`.
/// Values are compared as they are written. Several names in one condition mean any of these
/// fields. A denial (`is not`, `not in`, `not contains`, `≠`) is the opposite of what it denies, so
/// it holds for a passage without the field; every other condition does not. `=` and `≠` compare
/// numbers where both sides are some, else texts. A date is ISO 8601, with or without a time, or
/// seconds since 1970.
///
/// @param filter acts in the arms
/// @param rest what of the condition the filter does not say
/// @param exact whether the filter says all of it
record DifyCondition(Filter filter, Predicate<Passage> rest, boolean exact) {
  static final DifyCondition NONE = new DifyCondition(Filter.ALL, _ -> true, true);

  private static final int MOST = 100;

  private static final List<String> OPERATORS =
      List.of(
          "contains",
          "not contains",
          "start with",
          "end with",
          "is",
          "is not",
          "in",
          "not in",
          "empty",
          "not empty",
          "=",
          "≠",
          ">",
          "<",
          "≥",
          "≤",
          "before",
          "after");

  /// Other spellings that Dify and its clients send.
  private static final Map<String, String> SPELLINGS =
      Map.of(
          "!=",
          "≠",
          ">=",
          "≥",
          "<=",
          "≤",
          "null",
          "empty",
          "not null",
          "not empty",
          "==",
          "=",
          "starts with",
          "start with",
          "ends with",
          "end with");

  /// One condition.
  ///
  /// @param values that stand there as texts; empty for `empty` and `not empty`
  private record Part(List<String> names, String operator, Set<String> values) {
    /// The values that it demands of a field, where it demands any.
    boolean demands() {
      return names.size() == 1
          && (operator.equals("is") || operator.equals("in"))
          && isKey(names.getFirst());
    }

    /// The values that it forbids a field, where it forbids any.
    boolean forbids() {
      return names.size() == 1
          && (operator.equals("is not") || operator.equals("not in"))
          && isKey(names.getFirst());
    }

    boolean holds(Passage passage) {
      return switch (operator) {
        case "is", "in" -> any(passage, values::contains);
        case "is not", "not in" -> !any(passage, values::contains);
        case "contains" -> any(passage, text -> values.stream().anyMatch(text::contains));
        case "not contains" -> !any(passage, text -> values.stream().anyMatch(text::contains));
        case "start with" -> any(passage, text -> values.stream().anyMatch(text::startsWith));
        case "end with" -> any(passage, text -> values.stream().anyMatch(text::endsWith));
        case "empty" -> !any(passage, text -> !text.isEmpty());
        case "not empty" -> any(passage, text -> !text.isEmpty());
        case "=" -> any(passage, this::equal);
        case "≠" -> !any(passage, this::equal);
        case ">" -> any(passage, text -> number(text, value()) > 0);
        case "<" -> any(passage, text -> number(text, value()) < 0);
        case "≥" -> any(passage, text -> number(text, value()) >= 0);
        case "≤" -> any(passage, text -> number(text, value()) <= 0);
        case "before" -> any(passage, text -> date(text, value()) < 0);
        case "after" -> any(passage, text -> date(text, value()) > 0);
        default -> throw new IllegalStateException(operator);
      };
    }

    private String value() {
      return values.iterator().next();
    }

    private boolean equal(String text) {
      double order = number(text, value());
      return Double.isNaN(order) ? text.equals(value()) : order == 0;
    }

    private boolean any(Passage passage, Predicate<String> test) {
      return names.stream()
          .map(name -> field(passage, name))
          .flatMap(Stream::ofNullable)
          .anyMatch(test);
    }
  }

  private static boolean isKey(String name) {
    return !name.equals("heading") && !name.equals("page");
  }

  private static @Nullable String field(Passage passage, String name) {
    return switch (name) {
      case "document" -> passage.document();
      case "heading" ->
          passage.headings().isEmpty() ? null : String.join(" > ", passage.headings());
      case "page" -> passage.page() > 0 ? Integer.toString(passage.page()) : null;
      default -> passage.metadata().get(name);
    };
  }

  /// Below, at or above zero as the first is below, at or above the second; NaN where one of them
  /// is no number.
  private static double number(String text, String other) {
    try {
      return Double.compare(Double.parseDouble(text.strip()), Double.parseDouble(other.strip()));
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  /// The same for points in time.
  private static double date(String text, String other) {
    Instant one = instant(text.strip());
    Instant two = instant(other.strip());
    return one == null || two == null ? Double.NaN : one.compareTo(two);
  }

  /// Without a zone, UTC.
  private static @Nullable Instant instant(String text) {
    try {
      if (text.matches("\\d{1,11}(\\.\\d{1,9})?")) {
        return Instant.ofEpochMilli(Math.round(Double.parseDouble(text) * 1000));
      }
      if (text.matches("\\d{4}-\\d{2}-\\d{2}")) {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      }
      String iso = text.replace(' ', 'T');
      return iso.matches(".*(Z|[+-]\\d{2}:?\\d{2})")
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  /// @param body `metadata_condition` of a request
  /// @throws RequestException naming what is not understood: a condition is never ignored
  static DifyCondition read(JsonBody body) {
    body.only("logical_operator", "conditions");
    String logic =
        Objects.requireNonNullElse(body.textOrNull("logical_operator"), "and")
            .toLowerCase(Locale.ROOT);
    if (!logic.equals("and") && !logic.equals("or")) {
      throw wrong(body, "logical_operator", "must be \"and\" or \"or\"");
    }
    var parts = new ArrayList<Part>();
    if (body.has("conditions")) {
      body.objects("conditions").forEach(each -> parts.add(part(each)));
    }
    if (parts.size() > MOST) {
      throw wrong(body, "conditions", "has more than " + MOST + " entries");
    }
    if (parts.isEmpty()) {
      return NONE;
    }
    return logic.equals("and") || parts.size() == 1 ? all(parts) : any(parts);
  }

  /// What can act in the arms does; two demands on one field are their common values.
  private static DifyCondition all(List<Part> parts) {
    var anyOf = new HashMap<String, Set<String>>();
    var noneOf = new HashMap<String, Set<String>>();
    var rest = new ArrayList<Part>();
    for (Part part : parts) {
      if (part.demands()) {
        anyOf.merge(part.names.getFirst(), part.values, DifyCondition::common);
      } else if (part.forbids()) {
        noneOf.merge(part.names.getFirst(), part.values, DifyCondition::union);
      } else {
        rest.add(part);
      }
    }
    return new DifyCondition(
        new Filter(anyOf, noneOf),
        passage -> rest.stream().allMatch(part -> part.holds(passage)),
        rest.isEmpty());
  }

  private static DifyCondition any(List<Part> parts) {
    String name = parts.getFirst().names.getFirst();
    if (parts.stream().allMatch(part -> part.demands() && part.names.getFirst().equals(name))) {
      Set<String> values = new HashSet<>();
      parts.forEach(part -> values.addAll(part.values));
      return new DifyCondition(new Filter(Map.of(name, values)), _ -> true, true);
    }
    return new DifyCondition(
        Filter.ALL, passage -> parts.stream().anyMatch(part -> part.holds(passage)), false);
  }

  private static Set<String> common(Set<String> one, Set<String> two) {
    var common = new HashSet<>(one);
    common.retainAll(two);
    return common;
  }

  private static Set<String> union(Set<String> one, Set<String> two) {
    var union = new HashSet<>(one);
    union.addAll(two);
    return union;
  }

  private static Part part(JsonBody body) {
    body.only("id", "name", "comparison_operator", "value");
    List<String> names = List.copyOf(body.strings("name"));
    if (names.isEmpty()) {
      throw wrong(body, "name", "must name a field");
    }
    String written = body.text("comparison_operator").strip();
    String operator = SPELLINGS.getOrDefault(written, written);
    if (!OPERATORS.contains(operator)) {
      throw wrong(
          body,
          "comparison_operator",
          "\"" + written + "\" is not known: use one of " + String.join(", ", OPERATORS));
    }
    Set<String> values = values(body);
    if (values.isEmpty() && !operator.endsWith("empty")) {
      throw wrong(body, "value", "is missing: give a text, a number, or an array of texts");
    }
    boolean number = List.of(">", "<", "≥", "≤").contains(operator);
    boolean date = operator.equals("before") || operator.equals("after");
    if ((number || date || operator.equals("=") || operator.equals("≠")) && values.size() > 1) {
      throw wrong(body, "value", "must be one value for \"" + written + "\"");
    }
    String value = values.isEmpty() ? "" : values.iterator().next();
    if (number && Double.isNaN(number(value, "0"))) {
      throw wrong(body, "value", "must be a number for \"" + written + "\"");
    }
    if (date && instant(value.strip()) == null) {
      throw wrong(body, "value", "must be a date for \"" + written + "\": 2026-11-29");
    }
    return new Part(names, operator, values);
  }

  private static Set<String> values(JsonBody body) {
    JsonNode value = body.node().get("value");
    if (value == null || value.isNull()) {
      return Set.of();
    }
    return value.isNumber() || value.isBoolean() ? Set.of(value.asText()) : body.strings("value");
  }

  private static RequestException wrong(JsonBody body, String field, String is) {
    String path = body.path() + field;
    return RequestException.badRequest(path, "\"" + path + "\" " + is);
  }
}
