package dev.whetstone.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// General questions in one language with the passages that they are asked of. Fixed: the same
/// version of the program has the same questions and passages everywhere.
///
/// The questions are the project's own, hand-written in other words than the passages. The passages
/// are not in the program: they come out of a jar that the user's Maven brings, at a fixed version.
///
/// @param language ISO 639-1
/// @param source where the passages come from, with their licence
/// @param questions id → text
/// @param qrels which passages answer each
public record GeneralSet(
    String language,
    String source,
    List<Passage> passages,
    Map<String, String> questions,
    Qrels qrels) {
  public GeneralSet {
    passages = List.copyOf(passages);
    questions = Collections.unmodifiableMap(new LinkedHashMap<>(questions));
  }

  /// A line of the resource.
  ///
  /// @param passages ids
  private record Line(String id, String question, List<String> passages) {}

  /// The languages of which there is a set.
  public static final List<String> LANGUAGES = List.of("en", "zh");

  /// Opens the set of a language; fetches its passages where they are not in the cache yet.
  ///
  /// @param language one of [#LANGUAGES]
  /// @param cache for example [MavenArtifact#defaultCache()]
  /// @throws Failure.Unavailable if Maven cannot bring the passages
  public static GeneralSet open(String language, Path cache) {
    List<Line> lines = lines(language);
    Set<String> wanted = new HashSet<>();
    lines.forEach(line -> wanted.addAll(line.passages()));
    boolean chinese = language.equals("zh");
    String source = chinese ? ChineseSentences.SOURCE : WordNetEntries.SOURCE;
    Path jar =
        MavenArtifact.fetch(
            chinese ? ChineseSentences.COORDINATES : WordNetEntries.COORDINATES, cache);
    return of(
        language,
        source,
        chinese ? ChineseSentences.read(jar) : WordNetEntries.read(jar, wanted),
        lines);
  }

  private static GeneralSet of(
      String language, String source, List<Passage> passages, List<Line> lines) {
    Set<String> known = new HashSet<>();
    passages.forEach(passage -> known.add(passage.id()));
    var questions = new LinkedHashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (Line line : lines) {
      if (!known.containsAll(line.passages())) {
        throw new Failure.CorruptArtifact(
            "the jar with the general passages (" + source + ") lacks one of " + line.passages());
      }
      questions.put(line.id(), line.question());
      var relevant = new LinkedHashMap<String, Integer>();
      line.passages().forEach(id -> relevant.put(id, 1));
      gains.put(line.id(), relevant);
    }
    return new GeneralSet(language, source, passages, questions, new Qrels(gains));
  }

  private static List<Line> lines(String language) {
    String name = language + ".jsonl";
    try (InputStream in = GeneralSet.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("there are no general questions in " + language);
      }
      var lines = new ArrayList<Line>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        lines.add(Json.MAPPER.readValue(line, Line.class));
      }
      return lines;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the program's guard/" + name + " is no JSON", e);
    } catch (IOException e) {
      throw new IllegalStateException("the program's guard/" + name + " cannot be read", e);
    }
  }

  /// A passage without document or headings.
  static Passage passage(String id, String text, String language) {
    return new Passage(
        id, id, List.of(), text, 0, text.length(), 0, 0, Map.of("language", language));
  }
}
