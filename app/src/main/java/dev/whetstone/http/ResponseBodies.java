package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.serving.Answered;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The bodies of OpenAI's responses and of the events of their streams. Field names are OpenAI's;
/// `whetstone` and an annotation's `source` are ours.
final class ResponseBodies {
  private ResponseBodies() {}

  /// An event of a stream: a record with a `type` and a `sequence_number`, from 0.
  sealed interface Event {
    String type();
  }

  /// @param index of the mark's first character in the text, in code points
  record Annotation(
      String type, int index, String fileId, String filename, OpenAiAnswers.Source source) {
    static Annotation of(MarkedText.Mark mark) {
      Citation citation = mark.citation();
      return new Annotation(
          "file_citation",
          mark.from(),
          citation.document(),
          Replies.fileName(citation.document()),
          OpenAiAnswers.Source.of(citation));
    }
  }

  record Content(String type, String text, List<Annotation> annotations, List<String> logprobs) {
    static final Content EMPTY = new Content("output_text", "", List.of(), List.of());

    static Content of(MarkedText text) {
      return new Content(
          "output_text",
          text.text(),
          text.marks().stream().map(Annotation::of).toList(),
          List.of());
    }
  }

  record Item(String type, String id, String status, String role, List<Content> content) {
    static Item begun(Response.Head head) {
      return new Item("message", head.item(), "in_progress", "assistant", List.of());
    }

    static Item completed(Response.Head head, Content content) {
      return new Item("message", head.item(), "completed", "assistant", List.of(content));
    }
  }

  record Usage(
      int inputTokens,
      InputDetails inputTokensDetails,
      int outputTokens,
      OutputDetails outputTokensDetails,
      int totalTokens) {
    record InputDetails(int cachedTokens) {}

    record OutputDetails(int reasoningTokens) {}

    static Usage of(Answer.Usage usage) {
      int input = usage.inputTokens();
      int output = usage.outputTokens();
      return new Usage(input, new InputDetails(0), output, new OutputDetails(0), input + output);
    }
  }

  record Failed(String code, String message) {}

  /// @param state what a client need not read
  record Response(
      String id,
      String object,
      long createdAt,
      String status,
      String model,
      List<Item> output,
      @JsonUnwrapped State state) {
    /// @param usage null until it is completed
    /// @param whetstone absent until it is completed
    record State(
        @Nullable Failed error,
        @Nullable Usage usage,
        @JsonUnwrapped Fixed fixed,
        @JsonInclude(JsonInclude.Include.NON_NULL) OpenAiAnswers.@Nullable Ours whetstone) {}

    /// What is the same in every reply, for clients that expect it.
    record Fixed(
        @Nullable String incompleteDetails,
        @Nullable String instructions,
        Map<String, String> metadata,
        boolean parallelToolCalls,
        @Nullable String previousResponseId,
        boolean store,
        String toolChoice,
        List<String> tools) {
      static final Fixed VALUES =
          new Fixed(null, null, Map.of(), true, null, false, "auto", List.of());
    }

    /// What is known of a reply when it begins.
    ///
    /// @param request its id
    record Head(String request, long created, String model) {
      String item() {
        return "msg_" + request;
      }

      Response begun() {
        return of("in_progress", List.of(), null, null, null);
      }

      Response completed(Item item, Answered answered) {
        return of(
            "completed",
            List.of(item),
            null,
            Usage.of(answered.answer().usage()),
            OpenAiAnswers.Ours.of(answered));
      }

      Response failed(RequestException problem) {
        String code = problem.status() == 429 ? "rate_limit_exceeded" : "server_error";
        return of("failed", List.of(), new Failed(code, problem.message()), null, null);
      }

      private Response of(
          String status,
          List<Item> output,
          @Nullable Failed error,
          @Nullable Usage usage,
          OpenAiAnswers.@Nullable Ours ours) {
        return new Response(
            "resp_" + request,
            "response",
            created,
            status,
            model,
            output,
            new State(error, usage, Fixed.VALUES, ours));
      }
    }
  }

  record ResponseEvent(String type, int sequenceNumber, Response response) implements Event {}

  record ItemEvent(String type, int sequenceNumber, int outputIndex, Item item) implements Event {
    ItemEvent(String type, int sequence, Item item) {
      this(type, sequence, 0, item);
    }
  }

  record PartEvent(
      String type,
      int sequenceNumber,
      String itemId,
      int outputIndex,
      int contentIndex,
      Content part)
      implements Event {
    PartEvent(String type, int sequence, String item, Content part) {
      this(type, sequence, item, 0, 0, part);
    }
  }

  record TextDelta(
      String type,
      int sequenceNumber,
      String itemId,
      int outputIndex,
      int contentIndex,
      String delta,
      List<String> logprobs)
      implements Event {
    TextDelta(int sequence, String item, String delta) {
      this("response.output_text.delta", sequence, item, 0, 0, delta, List.of());
    }
  }

  record TextDone(
      String type,
      int sequenceNumber,
      String itemId,
      int outputIndex,
      int contentIndex,
      String text,
      List<String> logprobs)
      implements Event {
    TextDone(int sequence, String item, String text) {
      this("response.output_text.done", sequence, item, 0, 0, text, List.of());
    }
  }

  record AnnotationAdded(
      String type,
      int sequenceNumber,
      String itemId,
      int outputIndex,
      int contentIndex,
      int annotationIndex,
      Annotation annotation)
      implements Event {
    AnnotationAdded(int sequence, String item, int index, Annotation annotation) {
      this("response.output_text.annotation.added", sequence, item, 0, 0, index, annotation);
    }
  }
}
