package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.pairs.Pair;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a [Teacher] thinks of the examples of a training: it scores the passages and the mined
/// candidates of each question that was asked, each once. The scores are stored in the work folder,
/// so that a run that goes on has the same and asks no more.
///
/// @param plan hash of the plan
/// @param work folder of the plan
record TeacherScores(Teacher teacher, String plan, Path work, Progress progress) {
  /// @param plan hash of the plan
  /// @param scores question → passage → score
  private record Stored(String plan, String teacher, Map<String, Map<String, Float>> scores) {}

  /// The examples with the teacher's scores.
  ///
  /// @param pairs one for each example
  /// @param mined question → ids of its candidates
  /// @param mining that knows their passages
  List<TokenisedExample> of(
      List<Pair> pairs,
      List<TokenisedExample> examples,
      Map<String, List<String>> mined,
      NegativeMining mining) {
    Map<String, Map<String, Float>> scores = scores(pairs, mined, mining);
    var taught = new ArrayList<TokenisedExample>();
    for (int i = 0; i < examples.size(); i++) {
      Pair pair = pairs.get(i);
      taught.add(
          pair.asked()
              ? examples.get(i).withTeacher(scores.getOrDefault(pair.question(), Map.of()))
              : examples.get(i));
    }
    return taught;
  }

  private Map<String, Map<String, Float>> scores(
      List<Pair> pairs, Map<String, List<String>> mined, NegativeMining mining) {
    Path file = work.resolve("teacher.json");
    Map<String, Map<String, Float>> known =
        Json.kept(file, Stored.class)
            .filter(stored -> stored.plan().equals(plan))
            .filter(stored -> stored.teacher().equals(teacher.identity()))
            .map(Stored::scores)
            .orElse(null);
    if (known != null) {
      return known;
    }
    var texts = new LinkedHashMap<String, Map<String, String>>();
    for (Pair pair : pairs) {
      List<String> candidates = mined.getOrDefault(pair.question(), List.of());
      if (pair.asked() && !candidates.isEmpty()) {
        Map<String, String> own =
            texts.computeIfAbsent(
                pair.question(), _ -> new LinkedHashMap<>(texts(mining.passages(candidates))));
        own.put(pair.passageId(), pair.passageText());
      }
    }
    var asked = new ArrayList<Teacher.Asked>();
    texts.forEach(
        (question, own) -> asked.add(new Teacher.Asked(question, List.copyOf(own.values()))));
    List<float[]> answers = teacher.scores(asked, progress);
    var scores = new LinkedHashMap<String, Map<String, Float>>();
    for (int i = 0; i < asked.size(); i++) {
      String question = asked.get(i).question();
      List<String> ids = List.copyOf(texts.getOrDefault(question, Map.of()).keySet());
      var own = new LinkedHashMap<String, Float>();
      for (int j = 0; j < ids.size(); j++) {
        own.put(ids.get(j), answers.get(i)[j]);
      }
      scores.put(question, own);
    }
    WholeFile.write(file, Json.sealed(Json.line(new Stored(plan, teacher.identity(), scores))));
    return scores;
  }

  private static Map<String, String> texts(List<Passage> passages) {
    var texts = new LinkedHashMap<String, String>();
    passages.forEach(passage -> texts.put(passage.id(), passage.embedded()));
    return texts;
  }
}
