package dev.whetstone.workspace;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.whetstone.core.EditDistance;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Printable;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.ClusterSection;
import dev.whetstone.index.providers.EngineProviders;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `whetstone.yaml`. An unknown key stops the start and names the nearest known one.
public final class SettingsFile {
  public static final String NAME = "whetstone.yaml";

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  /// The setting that a message of a constructor begins with.
  private static final Pattern NAMED = Pattern.compile("[a-z][a-z_.]*(?=: | is missing| and )");

  private static final Pattern MARK = Pattern.compile("line (\\d{1,9}), column");

  private static final Pattern TWICE = Pattern.compile("Duplicate field '([^']*)'");

  /// In bytes: many times what all settings need.
  private static final long LARGEST = 1 << 20;

  /// Of a message that repeats what stands in the file, in characters.
  private static final int LONGEST = 1000;

  private final Path file;
  private final String text;
  private final EngineProviders providers;

  private SettingsFile(Path file, String text, EngineProviders providers) {
    this.file = file;
    this.text = text;
    this.providers = providers;
  }

  /// @throws Failure.BadInput naming file, line and setting, what was found and what is allowed
  public static Settings read(Path file) {
    return read(file, EngineProviders.STANDARD);
  }

  /// The same, with sections for these engines.
  static Settings read(Path file, EngineProviders providers) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new Failure.BadInput(
            "%s has more than the %,d bytes allowed for a file of settings"
                .formatted(file, LARGEST));
      }
      return new SettingsFile(file, Files.readString(file), providers).read();
    } catch (CharacterCodingException e) {
      throw new Failure.BadInput(file + " is not UTF-8: save it with that encoding", e);
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Settings read() {
    JsonNode tree;
    try {
      tree = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    }
    refuseReferences();
    Settings settings =
        tree.isMissingNode() || tree.isNull()
            ? Settings.DEFAULTS
            : read(
                JsonPointer.empty(),
                tree,
                () -> YAML.reader().withHandler(ownSections()).readValue(text, Settings.class));
    var sections = new HashMap<EngineKind, ClusterSection>();
    for (ClusterProvider provider : providers.clusters()) {
      JsonPointer at = JsonPointer.empty().appendProperty(provider.kind().name());
      if (!tree.at(at).isMissingNode() && !tree.at(at).isNull()) {
        sections.put(provider.kind(), read(at, tree, () -> section(at)));
      }
    }
    try {
      return settings.withEngines(new EngineSections(providers, sections));
    } catch (Failure.BadInput e) {
      throw refused(JsonPointer.empty(), e.getMessage());
    }
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  /// Reads a part of the settings.
  ///
  /// @param at where it stands in the file
  private <T> T read(JsonPointer at, JsonNode tree, Reading<T> reading) {
    try {
      return reading.read();
    } catch (UnrecognizedPropertyException e) {
      throw unknown(at, e);
    } catch (JsonMappingException e) {
      Failure refused = cause(e, Failure.class);
      JsonPointer found = at.append(pointer(e));
      throw refused == null ? misfit(found, e, tree) : refused(found, refused.getMessage());
    } catch (JsonProcessingException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Leaves the sections of the engines out, which are no components of [Settings].
  private DeserializationProblemHandler ownSections() {
    return new DeserializationProblemHandler() {
      @Override
      public boolean handleUnknownProperty(
          DeserializationContext context,
          JsonParser parser,
          JsonDeserializer<?> deserializer,
          Object beanOrClass,
          String name)
          throws IOException {
        boolean whole = beanOrClass instanceof Settings || beanOrClass == Settings.class;
        if (!whole || !engineNames().contains(name)) {
          return false;
        }
        parser.skipChildren();
        return true;
      }
    };
  }

  /// The keys of the whole file.
  private List<String> sections() {
    var names = new ArrayList<>(properties(Settings.class));
    names.remove("engines");
    names.addAll(engineNames());
    return names;
  }

  private static List<String> properties(Class<?> type) {
    return YAML
        .getDeserializationConfig()
        .introspect(YAML.constructType(type))
        .findProperties()
        .stream()
        .map(BeanPropertyDefinition::getName)
        .toList();
  }

  private List<String> engineNames() {
    return providers.clusters().stream().map(provider -> provider.kind().name()).toList();
  }

  /// The section of an engine, read from the text itself, in which a number keeps its digits.
  private ClusterSection section(JsonPointer at) throws IOException {
    try (JsonParser parser = YAML.createParser(text)) {
      while (parser.nextToken() != null) {
        boolean named = parser.currentToken() == JsonToken.FIELD_NAME;
        if (named && parser.getParsingContext().pathAsPointer().equals(at)) {
          var _ = parser.nextToken(); // the value
          return parser.readValueAs(ClusterSection.class);
        }
      }
    }
    throw new IllegalStateException("no section " + at);
  }

  /// The parser gives the name of what `*name` refers to as a text, and not what stands there.
  private void refuseReferences() {
    try (YAMLParser parser = YAML.getFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        boolean alias = parser.isCurrentAlias();
        if (alias || parser.getObjectId() != null) {
          String name = alias ? "*" + parser.getText() : "&" + parser.getObjectId();
          throw wrong(
              parser.currentTokenLocation().getLineNr(),
              name
                  + " is a reference of YAML (an anchor or an alias), which settings do not have:"
                  + " write the value itself, in quotes if it begins with * or &");
        }
      }
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// What no parser of YAML takes.
  private Failure unreadable(JsonProcessingException e) {
    List<String> lines = text.lines().toList();
    int number = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    Matcher marks = MARK.matcher(e.getOriginalMessage());
    while (marks.find()) {
      number = Integer.parseInt(marks.group(1)); // the last is where it could not go on
    }
    number = Math.clamp(number, 1, lines.size());
    Matcher twice = TWICE.matcher(e.getOriginalMessage());
    return wrong(
        number,
        twice.find()
            ? twice.group(1) + ": it is set twice; leave one of them out"
            : "what stands here, or begins above, is not YAML: "
                + Printable.escape(lines.get(number - 1).strip(), LONGEST / 5)
                + ". Write each setting as `name: value`, those of a section two blanks further in"
                + " (no tabs), and close every bracket and quote");
  }

  /// @param at what was read
  private Failure unknown(JsonPointer at, UnrecognizedPropertyException e) {
    JsonPointer found = at.append(pointer(e));
    boolean whole = e.getReferringClass() == Settings.class;
    Collection<?> ids = whole ? sections() : e.getKnownPropertyIds();
    List<String> known = nearest(e.getPropertyName(), ids);
    return wrong(
        line(found),
        "unknown setting '%s'; did you mean '%s'? Known here: %s"
            .formatted(e.getPropertyName(), known.getFirst(), String.join(", ", known)));
  }

  /// What a constructor of the settings refuses.
  ///
  /// @param at the section that was read
  private Failure refused(JsonPointer at, @Nullable String reason) {
    String section = name(at);
    String words = String.valueOf(reason);
    boolean whole = section.isEmpty() || words.startsWith(section + ".");
    String all = whole ? words : section + "." + words;
    Matcher named = NAMED.matcher(all);
    return wrong(
        line(named.lookingAt() ? JsonPointer.compile("/" + named.group().replace('.', '/')) : at),
        all);
  }

  /// What is of another kind than the setting.
  private Failure misfit(JsonPointer at, JsonMappingException e, JsonNode tree) {
    JsonNode found = tree.at(at);
    String name = name(at);
    return wrong(
        line(at),
        (name.isEmpty() ? "" : name + ": ")
            + (found.isObject()
                ? "a section"
                : found.isArray()
                    ? "a list"
                    : found.isNull() ? "nothing" : "'" + found.asText() + "'")
            + " stands here, where "
            + allowed(e)
            + " belongs");
  }

  private static String allowed(JsonMappingException e) {
    var mismatch = cause(e, MismatchedInputException.class);
    var overflow = cause(e, InputCoercionException.class);
    Class<?> type =
        mismatch != null
            ? mismatch.getTargetType()
            : overflow != null ? overflow.getTargetType() : null;
    if (type == null) {
      return "something else";
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long" -> "a whole number";
      case "double", "Double" -> "a number";
      case "String" -> "a text";
      case "List", "ArrayList", "Collection" -> "a list, as [a, b],";
      default -> "a section with settings of its own (" + String.join(", ", properties(type)) + ")";
    };
  }

  private Failure wrong(int line, String words) {
    return new Failure.BadInput(file + ", line " + line + ": " + Printable.escape(words, LONGEST));
  }

  /// The line that a setting stands in, or what holds it.
  private int line(JsonPointer setting) {
    try (JsonParser parser = YAML.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.getParsingContext().pathAsPointer().equals(setting)) {
          return parser.currentTokenLocation().getLineNr();
        }
      }
    } catch (IOException _) {
      return 1; // it was read before
    }
    return setting.matches() ? 1 : line(setting.head());
  }

  private static JsonPointer pointer(JsonMappingException e) {
    JsonPointer pointer = JsonPointer.empty();
    for (JsonMappingException.Reference step : e.getPath()) {
      pointer =
          step.getFieldName() == null
              ? pointer.appendIndex(step.getIndex())
              : pointer.appendProperty(step.getFieldName());
    }
    return pointer;
  }

  /// The setting in question, as `serve.port`.
  private static String name(JsonPointer setting) {
    return setting.matches() ? "" : setting.toString().substring(1).replace('/', '.');
  }

  private static <T> @Nullable T cause(Throwable e, Class<T> type) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }

  private static List<String> nearest(String key, Collection<?> known) {
    return known.stream()
        .map(String::valueOf)
        .sorted(
            Comparator.comparingInt((String other) -> EditDistance.of(other, key))
                .thenComparing(other -> other))
        .toList();
  }
}
