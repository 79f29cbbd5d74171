import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Checks an answer of `POST /api/v1/apps/ID/completion`, given the folder of the documents: every sentence cites a
/// reference that is there, every reference is cited, a quoted sentence (or table row, told as one) has all its words in the passage that it cites, and that
/// passage's words stand in the document that it names. Prints what was checked; ends with 1 where something does not hold.
void main(String[] args) throws Exception {
  JsonNode output = new ObjectMapper().readTree(Files.readString(Path.of(args[0]))).path("output");
  Map<String, JsonNode> references = new HashMap<>();
  output.path("doc_references").forEach(each -> references.put(each.path("index_id").asText(), each));
  Set<String> cited = new TreeSet<>();
  var sentence = Pattern.compile("(.*?)((?:<ref>\\[\\d+]</ref>)+)", Pattern.DOTALL).matcher(output.path("text").asText());
  int sentences = 0;
  while (sentence.find()) {
    sentences++;
    var numbers = Pattern.compile("\\d+").matcher(sentence.group(2));
    while (numbers.find()) {
      cited.add(numbers.group());
      JsonNode reference = references.get(numbers.group());
      hold(reference != null, "the text cites [" + numbers.group() + "], which has no reference");
      hold(
          !output.path("mode").asText().equals("extractive")
              || wordsOf(reference.path("text").asText()).containsAll(wordsOf(sentence.group(1))),
          "not in the passage that it cites: " + sentence.group(1));
    }
  }
  hold(sentences > 0, "no sentence with a citation");
  hold(cited.equals(new TreeSet<>(references.keySet())), cited + " are cited, the references are " + references.keySet());
  for (JsonNode reference : references.values()) {
    Path document = Path.of(args[1]).resolve(reference.path("doc_id").asText());
    hold(Files.isRegularFile(document), "there is no document " + document);
    Set<String> there = wordsOf(Files.readString(document));
    List<String> claimed = List.of(words(reference.path("text").asText()).split(" "));
    long found = claimed.stream().filter(there::contains).count();
    hold(found >= .95 * claimed.size(), document + " holds only " + found + " of the passage's " + claimed.size() + " words");
  }
  IO.println(sentences + " sentences, " + cited.size() + " citations: each stands in its passage, and the passage in its document");
}

Set<String> wordsOf(String text) {
  return new TreeSet<>(List.of(words(text).split(" ")));
}

String words(String text) {
  return text.toLowerCase(java.util.Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
}

void hold(boolean condition, String otherwise) {
  if (!condition) {
    IO.println(otherwise);
    System.exit(1);
  }
}
