package dev.whetstone.corpus.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.core.Document;
import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import dev.whetstone.corpus.split.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The readers on 71 real documents, which `WHETSTONE_DATA` brings.
class RawDocumentsTest {
  private static final String POLICY = "files/idmanagement/fpki-x509-cert-policy-common";
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private static Path folder = Path.of("");
  private static final Map<String, Document> documents = new HashMap<>();
  private static final List<ParseOutcome.Failed> failed = new ArrayList<>();

  @BeforeAll
  static void parse() throws IOException {
    String data = System.getenv("WHETSTONE_DATA");
    Assumptions.assumeTrue(data != null, "WHETSTONE_DATA is not set: no real documents to read");
    folder = Path.of(data, "rawdocs");
    Assumptions.assumeTrue(Files.isDirectory(folder), "WHETSTONE_DATA holds no rawdocs");
    List<SourceFile> sources;
    try (var files = Files.walk(folder.resolve("files"))) {
      sources =
          files
              .filter(Files::isRegularFile)
              .sorted()
              .map(file -> new SourceFile(file, folder.relativize(file).toString()))
              .toList();
    }
    long start = System.nanoTime();
    try (var parser = new SafeParser(ParseLimits.DEFAULT)) {
      parser.parseAll(
          sources,
          2,
          outcome -> {
            switch (outcome) {
              case ParseOutcome.Parsed parsed -> documents.put(outcome.id(), parsed.document());
              case ParseOutcome.Failed reason -> failed.add(reason);
            }
          });
    }
    System.out.printf(
        "%d documents in %.1f s%n", sources.size(), (System.nanoTime() - start) / 1e9);
  }

  @Test
  void everyDocumentIsRead() {
    assertThat(failed).isEmpty();
    assertThat(documents).hasSizeGreaterThanOrEqualTo(71);
  }

  @Test
  void oneTextAsPdfAndAsWordGivesTheSameWords() {
    Map<String, Integer> pdf = words(document(POLICY + ".pdf"));
    Map<String, Integer> docx = words(document(POLICY + ".docx"));

    int common =
        pdf.entrySet().stream()
            .mapToInt(word -> Math.min(word.getValue(), docx.getOrDefault(word.getKey(), 0)))
            .sum();
    double dice = 2.0 * common / (sum(pdf) + sum(docx));

    System.out.printf("Dice coefficient of PDF and Word: %.4f%n", dice);
    assertThat(dice).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void oneTextAsPdfAndAsWordGivesTheSameHeadings() {
    List<String> docx = headings(document(POLICY + ".docx"));
    List<String> pdf = headings(document(POLICY + ".pdf"));

    long found = docx.stream().filter(pdf::contains).count();

    System.out.printf("%d of %d headings, of %d%n", found, docx.size(), pdf.size());
    assertThat((double) found / docx.size()).isGreaterThan(0.95);
    assertThat((double) found / pdf.size()).isGreaterThan(0.9);
  }

  @Test
  void everyAnswerStandsInTheTextAndWholeInOnePassage() throws IOException {
    var splitter = new Splitter(text -> (text.length() + 3) / 4, 256);
    List<String> notInText = new ArrayList<>();
    List<String> notInPassage = new ArrayList<>();
    int asked = 0;
    for (String line : Files.readAllLines(folder.resolve("questions_en.jsonl"))) {
      JsonNode question = new ObjectMapper().readTree(line);
      for (JsonNode answer : question.get("answers")) {
        String file = answer.get("file").asText();
        String phrase = squeezed(answer.get("phrase").asText());
        if (!file.matches(".*\\.(pdf|docx|pptx|xlsx)")) {
          continue;
        }
        asked++;
        if (!squeezed(document(file).text()).contains(phrase)) {
          notInText.add(file + ": " + phrase);
        }
        if (splitter.split(document(file)).stream()
            .noneMatch(passage -> squeezed(passage.text()).contains(phrase))) {
          notInPassage.add(file + ": " + phrase);
        }
      }
    }
    assertThat(asked).isPositive();
    assertThat(notInText).isEmpty();
    assertThat(notInPassage).isEmpty();
  }

  private static Document document(String id) {
    Document document = documents.get(id);
    Assumptions.assumeTrue(document != null, id + " is not among the documents");
    return document;
  }

  private static List<String> headings(Document document) {
    return document.blocks().stream()
        .filter(block -> block.kind() == dev.whetstone.core.Block.Kind.HEADING)
        .map(block -> block.level() + " " + document.text(block).toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static Map<String, Integer> words(Document document) {
    Map<String, Integer> words = new HashMap<>();
    var word = WORD.matcher(document.text().toLowerCase(Locale.ROOT));
    while (word.find()) {
      words.merge(word.group(), 1, Integer::sum);
    }
    return words;
  }

  private static int sum(Map<String, Integer> words) {
    return words.values().stream().mapToInt(Integer::intValue).sum();
  }
}
