package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.answer.Answer.Outcome;
import dev.whetstone.answer.Answer.Timings;
import dev.whetstone.answer.Answer.Usage;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerTest {
  @TempDir private Path folder;

  @Test
  void anAnswerThatWasWrittenIsReadAsItWas() {
    var citation =
        new Citation(1, "p1", "keeping.md", "Keeping", List.of(), 0, 0, 10, "Six years.", null);
    var answer =
        new Answer(
            List.of(new Sentence("Six years.", List.of(1))),
            Outcome.ANSWERED,
            Answer.EXTRACTIVE,
            "quoted",
            List.of(citation),
            .5,
            Usage.NONE,
            new Timings(1, 2));
    Path file = folder.resolve("answer.json");

    WholeFile.write(file, Json.sealed(Json.pretty(answer)));

    assertThat(Json.kept(file, Answer.class)).contains(answer);
  }
}
