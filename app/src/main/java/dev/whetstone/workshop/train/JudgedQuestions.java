package dev.whetstone.workshop.train;

import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionResolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Questions with the passages that answer them, as they were found in the present passages.
///
/// @param texts question id → text, of those that were found
/// @param unresolved questions whose document or words were not found
public record JudgedQuestions(
    Map<String, String> texts, Qrels qrels, List<QuestionResolver.Unresolved> unresolved) {

  public static JudgedQuestions of(List<Question> questions, List<Passage> passages) {
    var resolved = new QuestionResolver(passages).resolve(questions);
    var texts = new LinkedHashMap<String, String>();
    for (Question question : questions) {
      if (resolved.gains().containsKey(question.id())) {
        texts.put(question.id(), question.text());
      }
    }
    return new JudgedQuestions(texts, new Qrels(resolved.gains()), resolved.unresolved());
  }

  /// The judgements with every passage that has the text of a judged one.
  ///
  /// @param passages the same as before
  Qrels everywhere(List<Passage> passages) {
    var equal = new EqualPassages(passages);
    var group = new HashMap<String, List<String>>();
    for (Passage passage : passages) {
      group.computeIfAbsent(equal.first(passage.id()), _ -> new ArrayList<>()).add(passage.id());
    }
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    qrels
        .gains()
        .forEach(
            (question, judged) -> {
              var all = new LinkedHashMap<String, Integer>(judged);
              judged.forEach(
                  (id, gain) ->
                      group
                          .getOrDefault(equal.first(id), List.of())
                          .forEach(same -> all.putIfAbsent(same, gain)));
              gains.put(question, all);
            });
    return new Qrels(gains);
  }

  public int size() {
    return texts.size();
  }
}
