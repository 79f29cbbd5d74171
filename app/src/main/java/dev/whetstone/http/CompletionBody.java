package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.serving.Answered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An answer in DashScope's shape. From `declined` on, an output's fields are ours; they are absent
/// from the events of a stream but the last.
record CompletionBody(Output output, Usage usage, String requestId) {
  /// @param finishReason `stop`, or the text `null` while more comes
  record Output(
      String text,
      String finishReason,
      String sessionId,
      boolean rejectStatus,
      List<String> thoughts,
      List<Replies.Reference> docReferences,
      @JsonUnwrapped @Nullable Ours ours) {}

  /// @param rerank absent where none was asked for
  /// @param decline why the question was declined; else absent
  /// @param nearest the best passages, where the question was declined; else absent
  record Ours(
      boolean declined,
      String outcome,
      String mode,
      String note,
      @JsonInclude(JsonInclude.Include.NON_NULL) Replies.@Nullable Decline decline,
      @JsonInclude(JsonInclude.Include.NON_NULL) Replies.@Nullable Rerank rerank,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Replies.Hit> nearest) {}

  record Usage(List<ModelUsage> models) {}

  record ModelUsage(String modelId, int inputTokens, int outputTokens) {}

  static CompletionBody of(Answered answered, String session, String request) {
    Answer answer = answered.answer();
    var progress = new Progress();
    progress.found(answered.hits());
    answer.sentences().forEach(sentence -> progress.add(sentence, List.of()));
    answer.citations().forEach(progress::cite);
    var ours =
        new Ours(
            answer.declined(),
            answer.outcome().name().toLowerCase(Locale.ROOT),
            answer.mode(),
            answer.note(),
            Replies.Decline.of(answer),
            Replies.Rerank.of(answered.rerank()),
            OpenAiAnswers.nearest(answered));
    var output =
        new Output(
            answer.declined() ? answer.note() : progress.text(),
            "stop",
            session,
            answer.declined(),
            List.of(),
            List.copyOf(progress.references),
            ours);
    var model =
        new ModelUsage(answer.mode(), answer.usage().inputTokens(), answer.usage().outputTokens());
    return new CompletionBody(output, new Usage(List.of(model)), request);
  }

  CompletionBody withText(String text) {
    return new CompletionBody(
        new Output(
            text,
            output.finishReason(),
            output.sessionId(),
            output.rejectStatus(),
            output.thoughts(),
            output.docReferences(),
            output.ours()),
        usage,
        requestId);
  }

  /// An answer as far as it is made. For one thread.
  static final class Progress {
    private final Map<String, Replies.Scores> scores = new HashMap<>();
    private final List<Replies.Reference> references = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    void found(List<Retrieved> hits) {
      hits.forEach(hit -> scores.put(hit.passage().id(), Replies.Scores.of(hit)));
    }

    void cite(Citation citation) {
      references.add(Replies.Reference.of(citation, scores.get(citation.passageId())));
    }

    /// @param added the citations that it is the first to cite
    /// @return what it adds to the text
    String add(Sentence sentence, List<Citation> added) {
      added.forEach(this::cite);
      String marks =
          sentence.citations().stream()
              .map(number -> "<ref>[" + number + "]</ref>")
              .collect(Collectors.joining());
      String more = (text.isEmpty() ? "" : "\n") + sentence.text() + marks;
      text.append(more);
      return more;
    }

    String text() {
      return text.toString();
    }

    /// An event of a stream before the last.
    CompletionBody body(String shown, String session, String request) {
      var output =
          new Output(shown, "null", session, false, List.of(), List.copyOf(references), null);
      return new CompletionBody(output, new Usage(List.of()), request);
    }
  }
}
