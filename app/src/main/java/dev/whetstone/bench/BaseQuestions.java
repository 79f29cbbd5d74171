package dev.whetstone.bench;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Workspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What base models are compared on: the passages that are searched, and judged questions about
/// them.
///
/// @param collection its name, for the report
/// @param split which of its questions are scored, for the report
/// @param scored the questions that are scored
/// @param dev those that the hybrid's weight is chosen on; may be none
/// @param equal passages of which any one counts as all of them
public record BaseQuestions(
    String collection,
    String split,
    List<Passage> passages,
    JudgedQuestions scored,
    JudgedQuestions dev,
    EqualPassages equal) {
  /// The split of a workspace's questions that are held out for the proof.
  public static final String HELD_OUT = "held-out";

  /// A split of a collection in BEIR layout, as trec_eval counts: each passage for itself.
  ///
  /// @param limit takes the first so many questions; 0 for all
  /// @throws Failure.BadInput if the collection has no such split, or a query without a text
  public static BaseQuestions of(Beir collection, String split, int limit) {
    if (!collection.hasSplit(split)) {
      throw new Failure.BadInput(collection.name() + " has no qrels/" + split + ".tsv to score");
    }
    Qrels all = collection.qrels(split);
    Qrels dev =
        split.equals("dev") || !collection.hasSplit("dev") ? Qrels.EMPTY : collection.qrels("dev");
    return new BaseQuestions(
        collection.name(),
        split,
        collection.passages(),
        judged(collection, limit == 0 ? all : all.limit(limit)),
        judged(collection, dev),
        new EqualPassages(List.of()));
  }

  /// A workspace's passages, and the questions of its log that a proof asks: those that are held
  /// out, reviewed and typed ones among them. As in its proof, passages of equal text count as one.
  ///
  /// @param passages of all its documents
  public static BaseQuestions of(Workspace workspace, List<Passage> passages) {
    QuestionLog log = QuestionLog.of(workspace, passages);
    var equal = new EqualPassages(passages);
    return new BaseQuestions(
        workspace.name(),
        HELD_OUT,
        passages,
        grouped(JudgedQuestions.of(log.heldOut(), passages), equal),
        grouped(JudgedQuestions.of(log.dev(), passages), equal),
        equal);
  }

  private static JudgedQuestions judged(Beir collection, Qrels qrels) {
    Map<String, String> all = collection.queries();
    var texts = new LinkedHashMap<String, String>();
    for (String id : qrels.queries()) {
      String text = all.get(id);
      if (text == null) {
        throw new Failure.BadInput(
            collection.name() + ": the query " + id + " has no text in queries.jsonl");
      }
      texts.put(id, text);
    }
    return new JudgedQuestions(texts, qrels, List.of());
  }

  private static JudgedQuestions grouped(JudgedQuestions judged, EqualPassages equal) {
    return new JudgedQuestions(
        judged.texts(), judged.qrels().grouped(equal::first), judged.unresolved());
  }
}
