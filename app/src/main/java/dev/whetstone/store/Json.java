package dev.whetstone.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The one place that makes readers and writers of JSON. All of them are safe for many threads.
///
/// - [#MAPPER], and the methods that read and write files, are for what this program writes: UTF-8,
///   map keys sorted, unknown keys of a record refused.
/// - [#bounded] and [#strict] are for text that others write, read as trees: a file of a model, a
///   request. Each caller sets the limits that suit its input, so that a small text cannot take
///   much memory or time.
public final class Json {
  /// For records and maps of this program. Also for trees of lines that a user wrote; it has
  /// Jackson's own limits (a nesting of 1,000, numbers of 1,000 digits, texts of 20,000,000
  /// characters).
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final String SEAL = "{\"sha256\":\"";
  private static final String SEALED = "\",";

  private Json() {}

  /// A mapper with limits, for trees of text that others write. Of a key that stands twice in an
  /// object the last value counts.
  public static JsonMapper bounded(StreamReadConstraints limits) {
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build()).build();
  }

  /// A mapper like [#bounded] that refuses what readers understand differently: a key that stands
  /// twice in an object, and text after the value. Values that it writes keep the order of their
  /// keys.
  public static JsonMapper strict(StreamReadConstraints limits) {
    return bounded(limits)
        .rebuild()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /// The value as indented text, ended by a newline.
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /// The value on one line.
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /// An object's text with one key more, its first: the SHA-256 of all that follows the key. A file
  /// of it is read only as it was written.
  ///
  /// @param object as [#line] or [#pretty] gives it, with at least one key
  public static String sealed(String object) {
    String rest = object.substring(1);
    return SEAL + hash(rest) + SEALED + rest;
  }

  /// Reads one of our own files.
  ///
  /// @throws Failure.CorruptArtifact naming the file, if it is not as it was sealed or cannot be
  ///   read as `type`
  public static <T> T read(Path file, Class<T> type) {
    return read(file, type, "Restore it from a copy, or delete it to have it made anew");
  }

  /// @param advice a sentence without its full stop: what to do when the file is damaged
  public static <T> T read(Path file, Class<T> type, String advice, Remedy... remedies) {
    try {
      return MAPPER.readValue(unsealed(Files.readString(file, StandardCharsets.UTF_8)), type);
    } catch (NoSuchFileException e) {
      throw new Failure.CorruptArtifact(file + " is missing. " + advice, e, remedies);
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new Failure.CorruptArtifact(
          file + " is damaged (" + reason(e) + "). " + advice, e, remedies);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Reads what can be made anew: empty where it is not there or is damaged.
  public static <T> Optional<T> kept(Path file, Class<T> type) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(file, type, "It is made anew"));
    } catch (Failure.CorruptArtifact e) {
      System.getLogger(Json.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
      return Optional.empty();
    }
  }

  /// Text that bears no seal is taken as it is: each type refuses the key of a seal that it cannot
  /// make out.
  private static String unsealed(String text) throws JsonParseException {
    int end = SEAL.length() + 64;
    if (!text.startsWith(SEAL) || !text.startsWith(SEALED, end)) {
      return text;
    }
    String rest = text.substring(end + SEALED.length());
    if (!text.startsWith(hash(rest), SEAL.length())) {
      throw new JsonParseException(null, "its SHA-256 is not the one written");
    }
    return "{" + rest;
  }

  private static String hash(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The place, not the parser's own words: those quote the file.
  private static String reason(IOException e) {
    if (!(e instanceof JsonProcessingException json)) {
      return "it is not UTF-8";
    }
    return json.getLocation() == null
        ? json.getOriginalMessage()
        : "at line %d, column %d"
            .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr());
  }
}
