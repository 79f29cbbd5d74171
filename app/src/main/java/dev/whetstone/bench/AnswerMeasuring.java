package dev.whetstone.bench;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.DefaultAbstention;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.Question;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Query;
import dev.whetstone.workshop.app.AppAnswers;
import dev.whetstone.workshop.app.AskedQuestion;
import dev.whetstone.workshop.train.JudgedQuestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Asks an app questions, as it serves them but for abstention, and judges each answer.
final class AnswerMeasuring {
  private final Answering answering;
  private final App app;
  private final double threshold;
  private final Progress progress;

  AnswerMeasuring(Answering answering, App app, Progress progress) {
    this.answering = answering;
    RetrievalPlan plan = app.planOrUntuned();
    Abstention fitted = plan.abstention();
    Abstention abstention = fitted == null ? DefaultAbstention.MODEL : fitted;
    this.threshold = abstention.threshold();
    this.app = app.withPlan(plan.withAbstention(abstention.withThreshold(0)));
    this.progress = progress;
  }

  /// @param questions those without a place have no answer in the documents
  AppAnswers.Asked of(List<Question> questions, List<Passage> passages) {
    JudgedQuestions judged = JudgedQuestions.of(questions, passages);
    var asked = new ArrayList<AskedQuestion>();
    return answering.with(
        app,
        (answerer, _) -> {
          try (var task = progress.start("ask", questions.size(), "questions")) {
            for (Question question : questions) {
              Set<String> right = judged.qrels().relevant(question.id());
              if (!right.isEmpty() || question.places().isEmpty()) {
                asked.add(ask(answerer, question, right));
              } // else its words are in no passage any more
              task.advance(1);
            }
          }
          return new AppAnswers.Asked(threshold, asked);
        });
  }

  /// @param right the passages that answer it; none where the documents do not
  private AskedQuestion ask(Answerer answerer, Question question, Set<String> right) {
    Answered answered = answering.answer(app, new Query(question.text(), Filter.ALL));
    Answer answer = answered.answer();
    boolean found =
        answered.hits().stream()
            .limit(app.retriever().topK())
            .anyMatch(hit -> right.contains(hit.passage().id()));
    boolean cited = answer.citations().stream().anyMatch(c -> right.contains(c.passageId()));
    boolean quoted = answer.mode().equals(Answer.EXTRACTIVE);
    return new AskedQuestion(
        question.id(),
        Sha256.id(question.text(), question.places().toString()),
        !right.isEmpty(),
        answer.support(),
        new AskedQuestion.Reply(
            !answer.declined(),
            found,
            cited,
            cited && (!quoted || HeldOutAnswers.quotes(answer, question)),
            answer.sentences().size(),
            answerer.holding(answer, answered.hits())));
  }
}
