package dev.whetstone.pipeline;

import dev.whetstone.core.Passage;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionResolver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Questions with the passages that answer them, as they were found in the present passages.
///
/// @param texts question id → text, of those that were found
/// @param unresolved questions whose document or words were not found
record Judged(
    Map<String, String> texts, Qrels qrels, List<QuestionResolver.Unresolved> unresolved) {

  static Judged of(List<Question> questions, List<Passage> passages) {
    var resolved = new QuestionResolver(passages).resolve(questions);
    var texts = new LinkedHashMap<String, String>();
    for (Question question : questions) {
      if (resolved.gains().containsKey(question.id())) {
        texts.put(question.id(), question.text());
      }
    }
    return new Judged(texts, new Qrels(resolved.gains()), resolved.unresolved());
  }

  int size() {
    return texts.size();
  }
}
