package dev.whetstone.bench;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Sentence;
import dev.whetstone.bench.Demo.HeldOutResults;
import dev.whetstone.bench.Demo.Shown;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workspace.QuestionLog;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Asks an app the questions of the log that are held out, and counts how they are answered: how
/// many of both kinds are declined, and whether the answers quote the words that the log names.
final class HeldOutAnswers {
  private static final int SHOWN = 3;
  private static final Pattern APART = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Answering answering;
  private final App app;
  private final Progress progress;

  HeldOutAnswers(Answering answering, App app, Progress progress) {
    this.answering = answering;
    this.app = app;
    this.progress = progress;
  }

  HeldOutResults of(QuestionLog log, List<Passage> passages) {
    JudgedQuestions heldOut = JudgedQuestions.of(log.heldOut(), passages);
    int declined = 0;
    int hits = 0;
    int right = 0;
    int answeredHits = 0;
    int quoted = 0;
    int rightlyDeclined = 0;
    var answered = new ArrayList<Shown>();
    long all = heldOut.size() + (long) log.declinedHeldOut().size();
    try (var task = progress.start("ask", all, "questions")) {
      for (Question question : log.heldOut()) {
        Set<String> relevant = heldOut.qrels().relevant(question.id());
        if (relevant.isEmpty()) {
          continue;
        }
        Answered one = ask(question);
        Answer answer = one.answer();
        boolean hit =
            one.hits().stream()
                .limit(app.retriever().topK())
                .anyMatch(found -> relevant.contains(found.passage().id()));
        hits += hit ? 1 : 0;
        declined += answer.declined() ? 1 : 0;
        right +=
            answer.citations().stream().anyMatch(c -> relevant.contains(c.passageId())) ? 1 : 0;
        if (!answer.declined()) {
          answered.add(new Shown(question.text(), answer));
          answeredHits += hit ? 1 : 0;
          quoted += hit && quotes(answer, question) ? 1 : 0;
        }
        task.advance(1);
      }
      for (Question question : log.declinedHeldOut()) {
        rightlyDeclined += ask(question).answer().declined() ? 1 : 0;
        task.advance(1);
      }
    }
    return new HeldOutResults(
        heldOut.size(),
        declined,
        hits,
        right,
        answeredHits,
        quoted,
        log.declinedHeldOut().size(),
        rightlyDeclined,
        surest(answered));
  }

  private Answered ask(Question question) {
    return answering.answer(app, new Query(question.text(), Filter.ALL));
  }

  /// The ones it is surest of, right or wrong, each of another document.
  private static List<Shown> surest(List<Shown> answered) {
    answered.sort(Comparator.comparingDouble((Shown s) -> -s.answer().support()));
    var documents = new HashSet<String>();
    return answered.stream()
        .filter(s -> documents.add(s.answer().citations().getFirst().document()))
        .limit(SHOWN)
        .toList();
  }

  /// Whether the answer quotes the words of a place that the log names, white space and punctuation
  /// aside: one sentence does, or those of one passage together, which stand next to each other. A
  /// place without words is quoted by any sentence, and so is that of a question which was reviewed
  /// or typed here: its words only tell which passage answers.
  static boolean quotes(Answer answer, Question question) {
    if (question.origin().onlyProves()) {
      return true;
    }
    Map<List<Integer>, String> quoted =
        answer.sentences().stream()
            .collect(
                Collectors.groupingBy(
                    Sentence::citations,
                    Collectors.mapping(Sentence::text, Collectors.joining(" "))));
    return question.places().stream()
        .map(Place::phrase)
        .anyMatch(
            phrase ->
                phrase == null
                    || quoted.values().stream()
                        .anyMatch(text -> bare(text).contains(bare(phrase))));
  }

  private static String bare(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return APART.matcher(plain).replaceAll("");
  }
}
