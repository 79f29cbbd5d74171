package dev.whetstone.train;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.index.lucene.LuceneIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// A collection cut to some hundred passages, so that a training and its figures take minutes.
///
/// @param judged the scored questions and their relevant passages, all of which are there
/// @param passages in the collection's order
record ProbePool(Qrels judged, List<Passage> passages) {
  private static final int QUESTIONS = 150;
  private static final int JUDGED = 600;
  private static final int SMALLEST = 500;

  /// Of the second way.
  private static final int CONFUSABLE_QUESTIONS = 110;

  private static final int MOST_RELEVANT = 5;
  private static final int CONFUSABLE_JUDGED = 360;
  private static final int CONFUSABLE_SIZE = 800;
  private static final int RANDOM = 100;
  private static final int DEPTH = 30;

  /// Of a split: all relevant passages of up to 150 questions, the others random. Most questions
  /// are easy then: npl has a dense nDCG@10 of .8 where the whole collection has .4.
  static ProbePool random(Beir beir, String split) {
    Qrels judged = judged(beir.qrels(split));
    var chosen = new LinkedHashSet<String>();
    judged.queries().forEach(q -> chosen.addAll(judged.relevant(q)));
    fill(chosen, beir.passages(), Set.of(), Math.max(SMALLEST, chosen.size() + 50));
    return new ProbePool(judged, of(beir.passages(), chosen));
  }

  /// Of a split: at most five relevant passages of up to 110 questions, the others being left out,
  /// then what keyword search finds for these questions in the whole collection, rank by rank, then
  /// 100 random ones.
  static ProbePool confusable(Beir beir, String split) {
    Qrels all = beir.qrels(split);
    Qrels judged = few(all);
    var chosen = new LinkedHashSet<String>();
    judged.queries().forEach(q -> chosen.addAll(judged.relevant(q)));
    var leftOut = new HashSet<String>();
    all.queries().forEach(q -> leftOut.addAll(all.relevant(q)));
    leftOut.removeAll(chosen);
    Map<String, String> texts = beir.queries();
    try (var whole = LuceneIndex.inMemory(beir.passages(), null)) {
      List<List<String>> found =
          judged.queries().stream()
              .map(texts::get)
              .filter(Objects::nonNull)
              .map(text -> whole.words(text, DEPTH, Filter.ALL).ids())
              .toList();
      for (int rank = 0; rank < DEPTH; rank++) {
        for (List<String> ids : found) {
          boolean more = chosen.size() < CONFUSABLE_SIZE - RANDOM;
          if (more && rank < ids.size() && !leftOut.contains(ids.get(rank))) {
            chosen.add(ids.get(rank));
          }
        }
      }
    }
    fill(chosen, beir.passages(), leftOut, CONFUSABLE_SIZE);
    return new ProbePool(judged, of(beir.passages(), chosen));
  }

  private static void fill(Set<String> chosen, List<Passage> all, Set<String> without, int size) {
    var order = new ArrayList<>(all);
    Collections.shuffle(order, new Random(1));
    for (Passage passage : order) {
      if (chosen.size() < size && !without.contains(passage.id())) {
        chosen.add(passage.id());
      }
    }
  }

  private static List<Passage> of(List<Passage> all, Set<String> chosen) {
    return all.stream().filter(passage -> chosen.contains(passage.id())).toList();
  }

  /// As many questions as [#QUESTIONS] and [#JUDGED] allow.
  private static Qrels judged(Qrels all) {
    int many = Math.min(QUESTIONS, all.queries().size());
    while (true) {
      Qrels some = all.limit(many);
      var relevant = new HashSet<String>();
      some.queries().forEach(q -> relevant.addAll(some.relevant(q)));
      if (relevant.size() <= JUDGED) {
        return some;
      }
      many -= 2;
    }
  }

  private static Qrels few(Qrels all) {
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    var relevant = new HashSet<String>();
    all.limit(CONFUSABLE_QUESTIONS)
        .gains()
        .forEach(
            (question, judged) -> {
              var some = new ArrayList<>(new TreeSet<>(all.relevant(question)));
              Collections.shuffle(some, new Random(4));
              var few = new LinkedHashMap<String, Integer>();
              some.stream()
                  .limit(MOST_RELEVANT)
                  .forEach(id -> few.put(id, judged.getOrDefault(id, 1)));
              if (relevant.size() + few.size() <= CONFUSABLE_JUDGED) {
                relevant.addAll(few.keySet());
                gains.put(question, few);
              }
            });
    return new Qrels(gains);
  }
}
