package dev.whetstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// How a command prints its result: as text, or with `--json` as the same record in JSON, one
/// object a line. A remedy stands in JSON as the command that carries it out.
final class Output {
  private static final JsonMapper MAPPER =
      Json.MAPPER
          .rebuild()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY) // as the records have them
          .addModule(
              new SimpleModule()
                  .addSerializer(Remedy.class, new RemedySerializer())
                  .addSerializer(Path.class, new ToStringSerializer(Path.class)))
          .build();

  @Option(names = "--json", description = "The result as JSON, one object a line.")
  private boolean json;

  Output() {}

  Output(boolean json) {
    this.json = json;
  }

  boolean json() {
    return json;
  }

  void step(Terminal terminal, StepOutcome<?> outcome) {
    if (json) {
      line(terminal, outcome);
    } else {
      terminal.step(outcome);
    }
  }

  /// The plan of a run, which is not a result: as text it goes to standard error.
  void plan(Terminal terminal, StepPlan plan) {
    if (json) {
      line(terminal, new Planned(plan.steps()));
    } else {
      terminal.say("to do:");
      PlanWords.lines(plan).forEach(line -> terminal.say("  " + line));
    }
  }

  /// A plan, so that it can be told from a step's result.
  private record Planned(List<StepPlan.Planned> plan) {}

  /// One object on one line.
  static void line(Terminal terminal, Object value) {
    write(terminal, MAPPER.writer(), value);
  }

  /// One object, indented.
  static void pretty(Terminal terminal, Object value) {
    write(terminal, MAPPER.writerWithDefaultPrettyPrinter(), value);
  }

  private static void write(Terminal terminal, ObjectWriter writer, Object value) {
    try {
      terminal.text(writer.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  private static final class RemedySerializer extends JsonSerializer<Remedy> {
    @Override
    public void serialize(Remedy remedy, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeString(Remedies.command(remedy));
    }
  }
}
