package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Copies;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes training examples of pairs: puts prompts before the texts, collects all passages that
/// answer the question, copies included, and adds the hard negatives that [NegativeMining] found.
final class TrainingExamples {
  /// Ends the id of a passage that lacks the words of its question: another text than the whole.
  private static final String PART = " (part)";

  private final TrainingData data;
  private final String questionPrompt;
  private final String passagePrompt;
  private final Map<String, Set<String>> answers = new HashMap<>();

  TrainingExamples(TrainingData data, String questionPrompt) {
    this.data = data;
    this.questionPrompt = questionPrompt;
    this.passagePrompt = data.base().prompts().passage();
    List<Pair> all = data.pairs().all();
    Map<String, Set<String>> copies = copies(all);
    for (Pair pair : all) {
      Set<String> known = answers.computeIfAbsent(pair.question(), _ -> new HashSet<>());
      for (String id : copies.getOrDefault(pair.passageId(), Set.of(pair.passageId()))) {
        known.add(id);
        known.add(id + PART);
      }
    }
  }

  /// Passage → itself and its copies, of those that pairs have; what a passage answers, its copies
  /// answer.
  private Map<String, Set<String>> copies(List<Pair> pairs) {
    var paired = pairs.stream().map(Pair::passageId).collect(Collectors.toSet());
    List<Passage> passages =
        data.passages().stream().filter(passage -> paired.contains(passage.id())).toList();
    var equal = new EqualPassages(passages);
    Copies similar = Copies.ofPassages(passages);
    var groups = new HashMap<String, Set<String>>();
    var byRoot = new HashMap<String, Set<String>>();
    for (Passage passage : passages) {
      String root = similar.original(equal.first(passage.id()));
      Set<String> group = byRoot.computeIfAbsent(root, _ -> new HashSet<>());
      group.add(passage.id());
      groups.put(passage.id(), group);
    }
    return groups;
  }

  /// Whether an example's passage lacks words of the whole passage.
  static boolean isPart(String id) {
    return id.endsWith(PART);
  }

  /// The id of the whole passage that an example's passage is, or is a part of.
  static String whole(String id) {
    return isPart(id) ? id.substring(0, id.length() - PART.length()) : id;
  }

  /// The pairs in their order, without hard negatives.
  List<TrainingExample> plain(List<Pair> pairs) {
    return pairs.stream().map(pair -> example(pair, List.of(), Map.of())).toList();
  }

  /// The pairs in their order, those of questions that were asked with their negatives.
  ///
  /// @param negatives question → passage ids
  List<TrainingExample> with(List<Pair> pairs, Map<String, List<String>> negatives) {
    Map<String, Passage> byId =
        data.passages().stream().collect(Collectors.toMap(Passage::id, p -> p));
    return pairs.stream()
        .map(
            pair ->
                example(
                    pair,
                    pair.asked() ? negatives.getOrDefault(pair.question(), List.of()) : List.of(),
                    byId))
        .toList();
  }

  /// Ids of every passage known to answer a question; for pairs of documents also names of parts.
  Set<String> answers(String question) {
    return answers.getOrDefault(question, Set.of());
  }

  /// A passage as it is embedded.
  String text(Passage passage) {
    return passagePrompt + passage.embedded();
  }

  private TrainingExample example(Pair pair, List<String> negatives, Map<String, Passage> byId) {
    var texts = new ArrayList<String>();
    for (String id : negatives) {
      Passage passage = byId.get(id);
      if (passage != null) {
        texts.add(text(passage));
      }
    }
    return new TrainingExample(
        questionPrompt + pair.question(),
        passagePrompt + pair.passageText(),
        pair.asked() ? pair.passageId() : pair.passageId() + PART,
        answers(pair.question()),
        texts,
        negatives);
  }
}
