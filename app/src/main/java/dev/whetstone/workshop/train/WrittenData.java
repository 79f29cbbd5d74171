package dev.whetstone.workshop.train;

import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.Pair;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workshop.questions.WrittenSplit;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What written questions give to a training.
///
/// @param pairs to train on
/// @param dev to choose on
/// @param units of both, see [WrittenSplit#units()]
record WrittenData(List<Pair> pairs, JudgedQuestions dev, Set<String> units) {
  /// Ids of the passages that the questions are about.
  Set<String> passages() {
    var ids = new HashSet<String>();
    pairs.forEach(pair -> ids.add(pair.passageId()));
    dev.qrels().gains().values().forEach(gains -> ids.addAll(gains.keySet()));
    return ids;
  }

  static WrittenData of(Workspace workspace, List<Passage> passages) {
    WrittenSplit split = WrittenSplit.of(workspace, passages);
    var byId = new HashMap<String, Passage>();
    passages.forEach(passage -> byId.put(passage.id(), passage));
    var pairs = new ArrayList<Pair>();
    for (WrittenQuestion question : split.train()) {
      @Nullable Passage passage = byId.get(question.source().passage());
      if (passage != null) {
        pairs.add(
            new Pair(
                question.question(),
                passage.id(),
                passage.embedded(),
                passage.document(),
                Pair.WRITTEN));
      }
    }
    var texts = new LinkedHashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (WrittenQuestion question : split.dev()) {
      texts.put(question.id(), question.question());
      gains.put(question.id(), Map.of(question.source().passage(), 1));
    }
    return new WrittenData(
        List.copyOf(pairs), new JudgedQuestions(texts, new Qrels(gains), List.of()), split.units());
  }
}
