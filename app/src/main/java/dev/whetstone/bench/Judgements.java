package dev.whetstone.bench;

import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.DocumentSplit;
import dev.whetstone.pairs.DocumentSplit.Group;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// What training on a collection in BEIR layout may learn from and choose on. Nothing that is
/// scored is in it: no scored query, and no query of the same words as a scored one.
///
/// @param train judgements to learn from; empty without labels
/// @param dev judgements to choose on; empty without labels, or where there are too few
record Judgements(Qrels train, Qrels dev) {
  static final Judgements NONE = new Judgements(Qrels.EMPTY, Qrels.EMPTY);

  private static final double DEV_SHARE = .15;
  private static final int DEV_MOST = 300;

  /// Reads `train` and `dev`; where there is no `dev`, or it is scored, a part of `train` is cut
  /// off for choosing: by document where the documents fall apart, else by query.
  ///
  /// @param scored the splits that are scored
  static Judgements of(
      Beir collection, Map<String, String> queries, Map<String, Qrels> scored, long seed) {
    Predicate<String> unscored = notIn(scored.values(), queries);
    Qrels train = keep(collection.qrels("train"), unscored);
    if (collection.hasSplit("dev") && !scored.containsKey("dev")) {
      Qrels dev = keep(collection.qrels("dev"), unscored);
      return new Judgements(keep(train, notIn(List.of(dev), queries)), dev);
    }
    return cut(train, queries, seed);
  }

  private static Predicate<String> notIn(
      Collection<Qrels> judgements, Map<String, String> queries) {
    Set<String> ids = new HashSet<>();
    Set<String> texts = new HashSet<>();
    for (Qrels qrels : judgements) {
      for (String query : qrels.gains().keySet()) {
        ids.add(query);
        texts.add(Question.words(queries.getOrDefault(query, query)));
      }
    }
    return query ->
        !ids.contains(query) && !texts.contains(Question.words(queries.getOrDefault(query, query)));
  }

  private static Qrels keep(Qrels qrels, Predicate<String> wanted) {
    return qrels.only(qrels.queries().stream().filter(wanted).toList());
  }

  private static Judgements cut(Qrels train, Map<String, String> queries, long seed) {
    List<String> ids = train.queries();
    double share = Math.min(DEV_SHARE, (double) DEV_MOST / Math.max(1, ids.size()));
    List<Question> questions = new ArrayList<>();
    for (String id : ids) {
      List<Place> places =
          train.relevant(id).stream().map(passage -> new Place(passage, null, 0)).toList();
      String text = queries.getOrDefault(id, id);
      questions.add(new Question(id, text.isBlank() ? id : text, places));
    }
    var shares = new DocumentSplit.Shares(1 - share, share, 0);
    List<Question> dev = DocumentSplit.of(questions, shares, seed).questions(Group.DEV);
    if (dev.size() < .5 * share * ids.size() || dev.size() > 2 * share * ids.size()) {
      // The documents hang together: each query stands for itself.
      List<Question> alone =
          questions.stream()
              .map(q -> new Question(q.id(), q.text(), List.of(new Place(q.id(), null, 0))))
              .toList();
      dev = DocumentSplit.of(alone, shares, seed).questions(Group.DEV);
    }
    Set<String> devIds = new HashSet<>();
    dev.forEach(question -> devIds.add(question.id()));
    Qrels kept = train.only(devIds);
    return new Judgements(
        train.only(
            ids.stream()
                .filter(id -> !devIds.contains(id))
                .filter(notIn(List.of(kept), queries))
                .toList()),
        kept);
  }
}
