package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
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
    var text = head(draft.name(), card, "sentence-similarity", "");
    text.append("A sentence encoder: ").append(size(draft.network())).append(", ");
    text.append(draft.network().dimension())
        .append(" dimensions, at most ")
        .append(draft.maxTokens());
    text.append(" tokens, ").append(pooling(draft.network()));
    text.append(", normalised to unit length. Made from ").append(card.base()).append(".\n\n");
    text.append("- Licence: ").append(card.licence()).append('\n');
    text.append("- Vector space: `").append(space).append("`\n");
    text.append("- Before a query: ").append(shown(draft.prompts().query())).append('\n');
    text.append("- Before a passage: ").append(shown(draft.prompts().passage())).append("\n\n");
    tables(text, card);
    return text.append(USE).toString();
  }

  /// That of a reranker.
  ///
  /// @param identity names its scores
  static String text(CrossEncoderDraft draft, String identity) {
    ModelCard card = draft.card();
    var text = head(draft.name(), card, "text-ranking", "tags:\n- cross-encoder\n- reranker\n");
    text.append("A reranker: ").append(size(draft.network()));
    text.append(" read a question and a passage together, at most ").append(draft.maxTokens());
    text.append(" tokens, and make one score of ").append(pooling(draft.network()));
    text.append(". Made from ").append(card.base()).append(".\n\n");
    text.append("- Licence: ").append(card.licence()).append('\n');
    text.append("- Scores: `").append(identity).append("`, ");
    text.append(
        switch (draft.activation()) {
          case IDENTITY -> "raw logits";
          case SIGMOID -> "logits through a sigmoid";
        });
    text.append("\n\n");
    tables(text, card);
    return text.append(USE_PAIRS).toString();
  }

  /// @param more lines of the front matter
  private static StringBuilder head(String name, ModelCard card, String task, String more) {
    var text = new StringBuilder("---\n");
    text.append("license: ").append(quoted(card.licence())).append('\n');
    text.append("base_model: ").append(quoted(card.base())).append('\n');
    text.append("language:\n");
    card.languages().forEach(code -> text.append("- ").append(quoted(code)).append('\n'));
    text.append("library_name: sentence-transformers\n").append(more);
    text.append("pipeline_tag: ").append(task).append("\n---\n\n");
    return text.append("# ").append(name).append("\n\n");
  }

  private static String size(NetworkDescription network) {
    return network.stack().layers().size() + " layers";
  }

  private static String pooling(NetworkDescription network) {
    return network.pooling() == Pooling.CLS
        ? "the first token's state"
        : "the mean of the tokens' states";
  }

  private static void tables(StringBuilder text, ModelCard card) {
    table(text, "Trained on", card.data());
    table(text, "Settings", card.settings());
    table(text, "Measured on questions that it was not trained on", card.metrics());
  }

  private static final String USE_PAIRS =
      """
      ## Use

      ```python
      from sentence_transformers import CrossEncoder

      model = CrossEncoder("path/to/this/folder")
      print(model.predict([("a question", "a passage"), ("a question", "another passage")]))
      ```
      """;

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
