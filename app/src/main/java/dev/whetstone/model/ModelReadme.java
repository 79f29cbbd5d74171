package dev.whetstone.model;

import dev.whetstone.core.Pooling;
import dev.whetstone.core.SpaceId;
import dev.whetstone.store.Json;
import java.util.Map;
import java.util.TreeMap;

/// The README.md of a model folder, with the front matter that Hugging Face reads.
final class ModelReadme {
  private ModelReadme() {}

  static String text(Draft draft, SpaceId space) {
    ModelCard card = draft.card();
    var text = new StringBuilder("---\n");
    text.append("license: ").append(quoted(card.licence())).append('\n');
    text.append("base_model: ").append(quoted(card.base())).append('\n');
    text.append("language:\n");
    card.languages().forEach(code -> text.append("- ").append(quoted(code)).append('\n'));
    text.append("library_name: sentence-transformers\n");
    text.append("pipeline_tag: sentence-similarity\n---\n\n");
    text.append("# ").append(draft.name()).append("\n\n");
    text.append("A sentence encoder: ")
        .append(draft.network().stack().layers().size())
        .append(" layers, ");
    text.append(draft.network().dimension())
        .append(" dimensions, at most ")
        .append(draft.maxTokens());
    text.append(" tokens, ")
        .append(
            draft.network().pooling() == Pooling.CLS
                ? "the first token's state"
                : "the mean of the tokens' states");
    text.append(", normalised to unit length. Made from ").append(card.base()).append(".\n\n");
    text.append("- Licence: ").append(card.licence()).append('\n');
    text.append("- Vector space: `").append(space).append("`\n");
    text.append("- Before a query: ").append(shown(draft.prompts().query())).append('\n');
    text.append("- Before a passage: ").append(shown(draft.prompts().passage())).append("\n\n");
    table(text, "Trained on", card.data());
    table(text, "Settings", card.settings());
    table(text, "Measured on questions that it was not trained on", card.metrics());
    text.append(USE);
    return text.toString();
  }

  private static final String USE =
      """
      ## Use

      ```python
      from sentence_transformers import SentenceTransformer

      model = SentenceTransformer("path/to/this/folder")
      passages = model.encode_document(["…"])
      questions = model.encode_query(["…"])
      print(questions @ passages.T)
      ```
      """;

  private static void table(StringBuilder text, String title, Map<String, String> rows) {
    if (rows.isEmpty()) {
      return;
    }
    text.append("## ").append(title).append("\n\n| | |\n|---|---|\n");
    new TreeMap<>(rows)
        .forEach(
            (key, value) ->
                text.append("| ")
                    .append(cell(key))
                    .append(" | ")
                    .append(cell(value))
                    .append(" |\n"));
    text.append('\n');
  }

  private static String cell(String value) {
    return value.replace("|", "\\|").replace("\n", " ");
  }

  private static String shown(String prompt) {
    return prompt.isEmpty() ? "nothing" : "`" + prompt + "`";
  }

  /// A JSON string is a YAML string.
  private static String quoted(String value) {
    return Json.line(value);
  }
}
