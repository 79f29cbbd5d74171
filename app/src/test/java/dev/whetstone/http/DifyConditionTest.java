package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DifyConditionTest {
  private static final Passage PASSAGE =
      new Passage(
          "p",
          "guide/pumps.pdf",
          List.of("Guide", "Pumps"),
          "text",
          0,
          4,
          12,
          1,
          Map.of("title", "Pumps", "year", "2024", "date", "2026-03-01T10:00:00Z", "none", ""));

  private static DifyCondition read(String json) throws IOException {
    return DifyCondition.read(new JsonBody(JsonBody.JSON.readTree(json), "metadata_condition."));
  }

  private static String one(String name, String operator, String value) {
    return "{\"name\": [\"%s\"], \"comparison_operator\": \"%s\", \"value\": %s}"
        .formatted(name, operator, value);
  }

  private static boolean holds(DifyCondition condition) {
    return condition.filter().matches(PASSAGE) && condition.rest().test(PASSAGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "document | is | \"guide/pumps.pdf\" | true",
        "document | is | \"pumps.pdf\" | false",
        "title | is not | \"Valves\" | true",
        "title | is not | \"Pumps\" | false",
        "absent | is not | \"x\" | true",
        "absent | is | \"x\" | false",
        "title | in | [\"Valves\", \"Pumps\"] | true",
        "title | not in | [\"Valves\", \"Pumps\"] | false",
        "title | contains | \"ump\" | true",
        "title | contains | \"UMP\" | false",
        "title | not contains | \"ump\" | false",
        "absent | not contains | \"ump\" | true",
        "absent | contains | \"\" | false",
        "title | start with | \"Pu\" | true",
        "title | end with | \"mps\" | true",
        "heading | contains | \"Guide > P\" | true",
        "none | empty | null | true",
        "absent | empty | null | true",
        "title | not empty | null | true",
        "page | = | 12 | true",
        "page | = | \"12.0\" | true",
        "year | ≠ | 2024 | false",
        "absent | ≠ | 1 | true",
        "year | > | 2023 | true",
        "year | > | 2024 | false",
        "year | ≥ | \"2024\" | true",
        "year | < | 2025.5 | true",
        "year | <= | 2024 | true",
        "title | > | 1 | false",
        "date | before | \"2026-03-02\" | true",
        "date | before | \"2026-03-01\" | false",
        "date | after | \"2026-03-01T11:59:00+02:00\" | true",
        "date | after | 1772359199 | true",
        "title | after | \"2026-03-01\" | false"
      })
  void eachOperatorMeansWhatItSays(String name, String operator, String value, boolean expected)
      throws IOException {
    var condition = read("{\"conditions\": [" + one(name, operator, value) + "]}");

    assertThat(holds(condition)).isEqualTo(expected);
  }

  @Test
  void valuesThatAreNamedActInTheSearch() throws IOException {
    var condition =
        read(
            "{\"logical_operator\": \"and\", \"conditions\": [%s, %s, %s]}"
                .formatted(
                    one("title", "in", "[\"Pumps\", \"Valves\"]"),
                    one("title", "is", "\"Pumps\""),
                    one("language", "is not", "\"de\"")));

    assertThat(condition.exact()).isTrue();
    assertThat(condition.filter())
        .isEqualTo(new Filter(Map.of("title", Set.of("Pumps")), Map.of("language", Set.of("de"))));
    var either =
        read(
            "{\"logical_operator\": \"or\", \"conditions\": [%s, %s]}"
                .formatted(one("title", "is", "\"Pumps\""), one("title", "is", "\"Valves\"")));
    assertThat(either.exact()).isTrue();
    assertThat(either.filter().anyOf()).isEqualTo(Map.of("title", Set.of("Pumps", "Valves")));
  }

  @Test
  void whatTheSearchCannotDoIsAskedOfWhatItFinds() throws IOException {
    var both =
        read(
            "{\"conditions\": [%s, %s]}"
                .formatted(one("title", "is", "\"Pumps\""), one("year", ">", "2024")));
    var either =
        read(
            "{\"logical_operator\": \"or\", \"conditions\": [%s, %s]}"
                .formatted(one("title", "is", "\"Valves\""), one("year", "=", "2024")));

    assertThat(both.exact()).isFalse();
    assertThat(both.filter().anyOf()).containsOnlyKeys("title");
    assertThat(holds(both)).isFalse();
    assertThat(either.exact()).isFalse();
    assertThat(either.filter()).isEqualTo(Filter.ALL);
    assertThat(holds(either)).isTrue();
  }

  @Test
  void noConditionAtAllHoldsForAll() throws IOException {
    assertThat(read("{}")).isEqualTo(DifyCondition.NONE);
    assertThat(read("{\"logical_operator\": \"or\", \"conditions\": []}"))
        .isEqualTo(DifyCondition.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"logical_operator\": \"xor\"}",
        "{\"conditions\": [{\"name\": \"a\", \"comparison_operator\": \"like\", \"value\":"
            + " \"b\"}]}",
        "{\"conditions\": [{\"name\": \"a\", \"comparison_operator\": \"is\"}]}",
        "{\"conditions\": [{\"name\": [], \"comparison_operator\": \"is\", \"value\": \"b\"}]}",
        "{\"conditions\": [{\"name\": \"a\", \"comparison_operator\": \">\", \"value\": \"b\"}]}",
        "{\"conditions\": [{\"name\": \"a\", \"comparison_operator\": \"=\", \"value\": [\"b\","
            + " \"c\"]}]}",
        "{\"conditions\": [{\"name\": \"a\", \"comparison_operator\": \"before\", \"value\":"
            + " \"soon\"}]}",
        "{\"conditions\": {\"name\": \"a\"}}",
        "{\"condition\": []}"
      })
  void whatIsNotUnderstoodIsRefusedAndNeverIgnored(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.status()).isEqualTo(400));
  }
}
