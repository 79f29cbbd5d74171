package dev.whetstone.llm;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingAddress;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.core.ReplyTooLong;
import dev.whetstone.core.Time;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Chat completions of a server that speaks OpenAI's protocol. The time-out covers the whole reply,
/// also one that trickles in; a request to a busy or failing server may be repeated once
/// ([ChatHttp]).
final class OpenAiChat implements ChatModel {
  private final LlmSettings.OpenAi settings;
  private final @Nullable String key; // null where none is sent
  private final OutgoingHttp http;
  private final OpenAiChatModel model;
  private final OpenAiStreamingChatModel streaming;

  /// @param attempts at each request, 1 or 2
  OpenAiChat(LlmSettings.OpenAi settings, int attempts, Map<String, String> environment) {
    OutgoingAddress.check(settings.baseUrl());
    String key = key(settings.keyVariable(), environment);
    this.settings = settings;
    this.key = settings.keyVariable() == null ? null : key;
    this.http = new OutgoingHttp(settings.timeout(), settings.mostReplyBytes(), null);
    var client = new ChatHttp(http, settings.timeout(), attempts, Time.SYSTEM);
    this.streaming =
        OpenAiStreamingChatModel.builder()
            .baseUrl(settings.baseUrl().toString())
            .httpClientBuilder(client.builder())
            .apiKey(key)
            .modelName(settings.model())
            .timeout(settings.timeout())
            .logRequests(false)
            .logResponses(false)
            .build();
    this.model =
        OpenAiChatModel.builder()
            .baseUrl(settings.baseUrl().toString())
            .httpClientBuilder(client.builder())
            .apiKey(key)
            .modelName(settings.model())
            .timeout(settings.timeout())
            .maxRetries(0)
            .logRequests(false)
            .logResponses(false)
            .build();
  }

  private static String key(@Nullable String variable, Map<String, String> environment) {
    if (variable == null) {
      return "none"; // servers without keys ignore it, the client wants one
    }
    String key = environment.get(variable);
    if (key == null || key.isBlank()) {
      throw new Failure.BadInput(
          "the environment variable "
              + variable
              + ", named in the settings for the language model's API key, is not set: export it,"
              + " or leave its name out where the server asks for no key");
    }
    return key.strip();
  }

  @Override
  public String name() {
    return settings.model();
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options) {
    ChatRequest request = request(messages, options);
    return await(reply -> reply.complete(model.chat(request)));
  }

  @Override
  public Reply chat(List<Message> messages, ChatOptions options, ReplyListener listener) {
    ChatRequest request = request(messages, options);
    var masked = new MaskedPieces(key, listener::text);
    Reply reply = await(whole -> streaming.chat(request, new Pieces(masked, whole)));
    masked.end();
    return reply;
  }

  private static ChatRequest request(List<Message> messages, ChatOptions options) {
    return ChatRequest.builder()
        .messages(messages.stream().map(OpenAiChat::message).toList())
        .temperature(options.temperature())
        .maxOutputTokens(options.maxTokens())
        .stopSequences(options.stop())
        .build();
  }

  /// Asks on a thread of its own, which is interrupted when the caller is or the time is over.
  private Reply await(Consumer<CompletableFuture<ChatResponse>> ask) {
    var future = new CompletableFuture<ChatResponse>();
    Thread asking =
        Thread.ofVirtual()
            .name("chat-" + settings.model())
            .start(
                () -> {
                  try {
                    ask.accept(future);
                    future.completeExceptionally(new IOException("the reply has no end"));
                  } catch (RuntimeException | Error e) {
                    future.completeExceptionally(e);
                  }
                });
    try {
      return reply(future.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (java.util.concurrent.TimeoutException e) {
      throw late(e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable("interrupted while waiting for " + where(), e);
    } finally {
      asking.interrupt();
    }
  }

  /// Passes on what comes of a stream. One that ends without a reason was cut off, at the server or
  /// between.
  private static final class Pieces implements StreamingChatResponseHandler {
    private final MaskedPieces pieces;
    private final CompletableFuture<ChatResponse> whole;

    Pieces(MaskedPieces pieces, CompletableFuture<ChatResponse> whole) {
      this.pieces = pieces;
      this.whole = whole;
    }

    @Override
    public void onPartialResponse(String piece) {
      pieces.add(piece);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      if (response.finishReason() == null) {
        whole.completeExceptionally(new IOException("the reply broke off"));
      } else {
        whole.complete(response);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      whole.completeExceptionally(thrown);
    }
  }

  private Reply reply(ChatResponse response) {
    AiMessage message = response.aiMessage();
    String text = message == null ? null : message.text();
    if (text == null) {
      throw new Failure.Unavailable(where() + " sent a reply without text");
    }
    TokenUsage usage = response.tokenUsage();
    return new Reply(
        masked(text),
        finish(response.finishReason()),
        usage == null ? 0 : orZero(usage.inputTokenCount()),
        usage == null ? 0 : orZero(usage.outputTokenCount()));
  }

  private static int orZero(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  private static Reply.Finish finish(@Nullable FinishReason reason) {
    if (reason == null) {
      return Reply.Finish.STOP;
    }
    return switch (reason) {
      case LENGTH -> Reply.Finish.LENGTH;
      case CONTENT_FILTER -> Reply.Finish.FILTERED;
      case STOP, TOOL_EXECUTION, OTHER -> Reply.Finish.STOP;
    };
  }

  private static ChatMessage message(Message message) {
    return switch (message.role()) {
      case SYSTEM -> SystemMessage.from(message.text());
      case USER -> UserMessage.from(message.text());
      case ASSISTANT -> AiMessage.from(message.text());
    };
  }

  /// The failure that an operator sees. The server's message is left out where it may repeat the
  /// request or the key; so is the client's exception, whose message is the reply.
  private Failure failure(Throwable thrown) {
    return switch (thrown) {
      case AuthenticationException _ ->
          new Failure.Refused(
              where()
                  + " rejects the API key: check "
                  + (settings.keyVariable() == null
                      ? "whether it asks for one, and name its environment variable in the settings"
                      : "the environment variable " + settings.keyVariable()));
      case ModelNotFoundException _ ->
          new Failure.Refused(where() + " has no model of that name: check the settings");
      case ContentFilteredException _ ->
          new Failure.BadInput(where() + " refuses the content of the question or its passages");
      case InvalidRequestException e ->
          new Failure.BadInput(
              where()
                  + " rejects the request (perhaps it is longer than the model's context): "
                  + shorten(e.getMessage()));
      case RateLimitException _ ->
          new Failure.Unavailable(where() + " is busy or its quota is used up (429)");
      case TimeoutException e -> late(e);
      case Failure failure -> failure;
      case InternalServerException _ ->
          new Failure.Unavailable(where() + " failed (5xx): try again later");
      case HttpException e ->
          new Failure.Unavailable(
              where()
                  + " answered with status "
                  + e.statusCode()
                  + (e.statusCode() / 100 == 3
                      ? ", a redirect, which is not followed: set the address to where it leads"
                      : ""));
      case Throwable e when tooLong(e) ->
          new Failure.Unavailable(
              where()
                  + " sent a reply of more than "
                  + settings.mostReplyBytes()
                  + " bytes, which is not read: check the address, or raise llm.max_reply_bytes",
              e);
      default ->
          new Failure.Unavailable(
              where() + " does not answer as expected: is it running, and is the address right?",
              thrown);
    };
  }

  private static boolean tooLong(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof ReplyTooLong) {
        return true;
      }
    }
    return false;
  }

  /// Hides the key, so that a server that repeats it does not bring it into an answer or a log.
  private String masked(String text) {
    return key == null ? text : text.replace(key, MaskedPieces.MASK);
  }

  private String shorten(@Nullable String message) {
    String line = message == null ? "" : masked(message).strip().replaceAll("\\s+", " ");
    return line.length() <= 200 ? line : line.substring(0, 200) + "…";
  }

  private Failure late(Exception cause) {
    return new Failure.Unavailable(
        where() + " gave no reply within " + settings.timeout().toMillis() / 1000.0 + " s", cause);
  }

  private String where() {
    return "the language model " + settings.model() + " at " + settings.baseUrl();
  }

  @Override
  public void close() {
    http.close();
  }
}
