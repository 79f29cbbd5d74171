package dev.whetstone.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads `whetstone.yaml`. An unknown key stops the start and names the nearest known one.
public final class SettingsFile {
  public static final String NAME = "whetstone.yaml";

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private SettingsFile() {}

  /// @throws Failure.BadInput naming file, line and key, if it cannot be used
  public static Settings read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
    }
    try {
      if (text.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
        return Settings.DEFAULTS;
      }
      return YAML.readValue(text, Settings.class);
    } catch (UnrecognizedPropertyException e) {
      String known =
          e.getKnownPropertyIds().stream()
              .map(String::valueOf)
              .sorted(
                  Comparator.comparingInt((String key) -> distance(key, e.getPropertyName()))
                      .thenComparing(key -> key))
              .collect(Collectors.joining(", "));
      String nearest = known.isEmpty() ? "" : known.split(", ", 2)[0];
      throw new Failure.BadInput(
          "%s, line %d: unknown setting '%s'; did you mean '%s'? Known here: %s"
              .formatted(
                  file, lineOf(e.getPropertyName(), text), e.getPropertyName(), nearest, known));
    } catch (JsonMappingException e) {
      Failure cause = failure(e);
      throw new Failure.BadInput(
          file
              + line(e)
              + ": "
              + path(e)
              + (cause == null ? e.getOriginalMessage() : cause.getMessage()));
    } catch (JsonProcessingException e) {
      throw new Failure.BadInput(file + line(e) + ": " + e.getOriginalMessage());
    }
  }

  /// The parser is past the key when it finds that it is unknown.
  private static int lineOf(String key, String text) {
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.contains(key + ":") || line.contains(key + " :")) {
        return number;
      }
    }
    return 1;
  }

  /// The setting in question, as `serve.port: `.
  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : path + ": ";
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
  }

  private static @Nullable Failure failure(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof Failure found) {
        return found;
      }
    }
    return null;
  }

  /// Levenshtein's edit distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
