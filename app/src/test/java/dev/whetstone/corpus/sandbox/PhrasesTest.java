package dev.whetstone.corpus.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.core.Passage;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.split.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhrasesTest {
  @ParameterizedTest
  @ValueSource(strings = {"questions_en.jsonl", "questions_zh.jsonl"})
  void aPhraseThatAnswersStandsWholeInOnePassage(String questions) throws IOException {
    String data = System.getenv("WHETSTONE_DATA");
    Assumptions.assumeTrue(data != null, "WHETSTONE_DATA names no folder of documents");
    Path folder = Path.of(data == null ? "" : data, "rawdocs");
    var splitter = new Splitter(ApproximateTokens.WORDS, 256);
    var passages = new HashMap<String, List<Passage>>();
    int phrases = 0;
    int whole = 0;
    for (String line : Files.readAllLines(folder.resolve(questions))) {
      for (JsonNode answer : new ObjectMapper().readTree(line).get("answers")) {
        String file = answer.get("file").asText();
        if (!file.endsWith(".md") && !file.endsWith(".html")) {
          continue;
        }
        List<Passage> split =
            passages.computeIfAbsent(
                file, name -> splitter.split(Parsers.parse(folder.resolve(name), name)));
        String phrase = squeezed(answer.get("phrase").asText());
        phrases++;
        whole += split.stream().anyMatch(p -> squeezed(p.text()).contains(phrase)) ? 1 : 0;
      }
    }

    assertThat(phrases).isPositive();
    assertThat(whole / (double) phrases).isGreaterThanOrEqualTo(0.95);
  }

  private static String squeezed(String text) {
    return text.replaceAll("[\\s\u00A0\u3000]+", "");
  }
}
