package dev.whetstone.serving;

import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Turn;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.search.Fusion;
import dev.whetstone.search.SearchResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A question that follows others, where no language model rewrites it.
///
/// **Problem.** "And how long are they kept?" finds little by itself, and with the question before
/// it in one text it finds what that one asked for, also where the topic has changed since.
///
/// **Method.** Both are searched for, the question alone and with the one before it, and the two
/// rankings are fused by reciprocal rank ([Fusion#reciprocalRank], c = 10). The answer's support is
/// judged by the text of both, whose words it needs.
///
/// **Measured** on the demo's documents, nDCG@10, with 60 follow-ups written by hand that were not
/// used to choose the way, and 60 questions that follow one about another document: alone .198 and
/// .458; as one text .394 and .293; **fused .393 and .441**. Fusing only what looks like a
/// follow-up (begins with "and", refers by "it", is short) gains less on follow-ups (.350) and
/// saves nothing on the others (.442), so every question that has one before it is fused. Run again
/// by `FollowUpTable`.
///
/// @param text of both questions
/// @param hits best first
record FollowUp(String text, List<Retrieved> hits) {
  /// The constant of reciprocal rank fusion: low, so that what stands first in one ranking is not
  /// beaten by what is middling in both.
  private static final int CONSTANT = 10;

  /// Of the question before: what is longer says too much beside the question.
  private static final int MOST_CHARACTERS = 500;

  FollowUp {
    hits = List.copyOf(hits);
  }

  /// The user's question before this one; empty where there is none.
  static Optional<String> previous(List<Turn> earlier) {
    return earlier.reversed().stream()
        .filter(turn -> turn.speaker() == Turn.Speaker.USER)
        .map(Turn::text)
        .findFirst();
  }

  /// The text of both questions.
  static String text(String previous, String question) {
    String before = previous.strip();
    int from = Math.max(0, before.length() - MOST_CHARACTERS);
    if (from > 0 && Character.isLowSurrogate(before.charAt(from))) {
      from++;
    }
    return before.substring(from) + " " + question;
  }

  /// Fuses what both searches found.
  ///
  /// @param alone found by the question
  /// @param both found by `text`
  /// @param k most hits
  static FollowUp of(
      String text, SearchResult alone, SearchResult both, PassageIndex index, int k) {
    Map<String, Retrieved> found = new HashMap<>();
    Retrieved.of(both).forEach(hit -> found.put(hit.passage().id(), hit));
    var others = new ArrayList<Retrieved>();
    for (Retrieved hit : Retrieved.of(alone)) {
      if (!found.containsKey(hit.passage().id())) {
        others.add(hit);
      }
    }
    Map<String, Double> cosines =
        index.cosines(
            both.question().vector(0), others.stream().map(hit -> hit.passage().id()).toList());
    for (Retrieved hit : others) { // its scores are of another question's vector
      String id = hit.passage().id();
      Double cosine = cosines.get(id);
      found.put(
          id,
          new Retrieved(
              hit.passage(),
              hit.score(),
              hit.fused(),
              OptionalDouble.empty(),
              cosine == null ? OptionalDouble.empty() : OptionalDouble.of(cosine),
              OptionalDouble.empty()));
    }
    Ranking fused = Fusion.reciprocalRank(List.of(alone.ranking(), both.ranking()), CONSTANT, k);
    var hits = new ArrayList<Retrieved>();
    for (Hit hit : fused.hits()) {
      Retrieved one = found.get(hit.passageId());
      if (one != null) {
        hits.add(
            new Retrieved(
                one.passage(), hit.score(), one.fused(), one.words(), one.cosine(), one.rerank()));
      }
    }
    return new FollowUp(text, hits);
  }
}
