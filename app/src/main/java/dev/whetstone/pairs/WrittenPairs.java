package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.DocumentSplit.Group;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Questions that a language model wrote about passages, split into pairs to train on and questions
/// to choose on. No document, nor a copy of it, is in both parts, and no question in the same words
/// is. Questions whose passage is gone are left out.
///
/// The part to choose on is [#DEV_SHARE] of them, but at least [#LEAST_DEV] where that is at most a
/// quarter, and at most [#MOST_DEV]. The share is that of a collection's labels; with 55 of 370 the
/// choice of rate and share served a rulebook collection well, and it was not varied.
///
/// @param train pairs of the origin [Pair#WRITTEN], in the order of the questions
/// @param devTexts question id → text
/// @param devGains question id → passage id → gain
public record WrittenPairs(
    List<Pair> train, Map<String, String> devTexts, Map<String, Map<String, Integer>> devGains) {
  private static final double DEV_SHARE = .15;
  private static final int LEAST_DEV = 60;
  private static final int MOST_DEV = 250;

  public WrittenPairs {
    train = List.copyOf(train);
    devTexts = Map.copyOf(devTexts);
  }

  /// A question about a passage.
  ///
  /// @param id unique among the written ones
  /// @param passage the [Passage#id()]
  public record Written(String id, String question, String passage) {}

  /// Splits them. The same questions and seed give the same split.
  public static WrittenPairs of(List<Written> questions, Collection<Passage> passages, long seed) {
    var byId = new HashMap<String, Passage>();
    passages.forEach(passage -> byId.put(passage.id(), passage));
    List<Written> known = questions.stream().filter(q -> byId.containsKey(q.passage())).toList();
    Set<String> dev = dev(known, byId, passages, seed);
    var train = new ArrayList<Pair>();
    var texts = new HashMap<String, String>();
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    var seen = new HashSet<String>();
    for (Written one : known) {
      Passage passage = byId.get(one.passage());
      if (passage == null || !seen.add(one.question() + "\0" + passage.embedded())) {
        continue;
      }
      if (dev.contains(one.id())) {
        texts.put(one.id(), one.question());
        gains.put(one.id(), Map.of(one.passage(), 1));
      } else {
        train.add(
            new Pair(
                one.question(),
                passage.id(),
                passage.embedded(),
                passage.document(),
                Pair.WRITTEN));
      }
    }
    return new WrittenPairs(train, texts, gains);
  }

  /// How many of so many written questions choose; the others train.
  public static double devCount(int all) {
    return Math.clamp(DEV_SHARE * all, Math.min(LEAST_DEV, all / 4), MOST_DEV);
  }

  /// Ids of the questions to choose on.
  private static Set<String> dev(
      List<Written> questions, Map<String, Passage> byId, Collection<Passage> passages, long seed) {
    int all = questions.size();
    double wanted = devCount(all);
    if (wanted < 1) {
      return Set.of();
    }
    Copies copies = Copies.among(passages);
    var placed = new ArrayList<Question>();
    for (Written one : questions) {
      Passage passage = byId.get(one.passage());
      if (passage != null) {
        String document = copies.original(passage.document());
        placed.add(new Question(one.id(), one.question(), List.of(new Place(document, null, 0))));
      }
    }
    var shares = new DocumentSplit.Shares(1 - wanted / all, wanted / all, 0);
    var dev = new HashSet<String>();
    DocumentSplit.of(placed, shares, seed)
        .questions(Group.DEV)
        .forEach(question -> dev.add(question.id()));
    return dev;
  }
}
