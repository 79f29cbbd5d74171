package dev.whetstone.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Time;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.llm.ChatOptions;
import dev.whetstone.llm.Message;
import dev.whetstone.llm.Reply;
import dev.whetstone.questions.WriterResult.End;
import dev.whetstone.text.ContentTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QuestionWriterTest {
  private static final List<String> THINGS =
      List.of("boiler", "turbine", "chimney", "pump", "filter", "gauge", "fan", "clutch");

  private static final String MAINTENANCE =
      "The %s of the plant is looked at by a fitter in spring, because the %s suffers in winter"
          + " when the pipes that lead to it are cold. He orders a new %s where the old one is worn"
          + " out.";

  @TempDir Path folder;

  /// Writes what a function makes of the last message, after a moment of any length.
  private static final class ScriptedModel implements ChatModel {
    private final Function<String, String> script;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    ScriptedModel(Function<String, String> script) {
      this.script = script;
    }

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public Reply chat(List<Message> messages, ChatOptions options) {
      asked.incrementAndGet();
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      try {
        Thread.sleep(ThreadLocalRandom.current().nextInt(5));
        return new Reply(script.apply(messages.getLast().text()), Reply.Finish.STOP, 100, 20);
      } catch (InterruptedException e) {
        throw new Failure.Unavailable("interrupted", e);
      } finally {
        atOnce.decrementAndGet();
      }
    }

    @Override
    public void close() {}
  }

  private static List<Passage> passages() {
    var passages = new ArrayList<Passage>();
    for (String thing : THINGS) {
      passages.add(
          PassageChoiceTest.passage(
              thing, "doc-" + thing, "Maintenance", MAINTENANCE.replace("%s", thing)));
    }
    return passages;
  }

  /// Ranks passages by how many of a question's terms they hold.
  private static List<PassageFinder.Found> find(List<String> questions, int depth) {
    return questions.stream()
        .map(
            question -> {
              var hits = new ArrayList<Hit>();
              for (Passage passage : passages()) {
                long shared =
                    ContentTerms.set(question, "en").stream()
                        .filter(ContentTerms.set(passage)::contains)
                        .count();
                if (shared > 0) {
                  hits.add(new Hit(passage.id(), shared));
                }
              }
              Ranking ranking = Ranking.best(hits, depth);
              return new PassageFinder.Found(ranking, Ranking.EMPTY, ranking);
            })
        .toList();
  }

  private static String thing(String message) {
    return THINGS.stream().filter(message::contains).findFirst().orElseThrow();
  }

  private static String reply(String message) {
    String thing = thing(message);
    return """
    fact: when should somebody check my %s?
    how-to: should somebody check my %s, and when?
    symptom: a strange noise comes at night, what now?
    keywords: %s, exchange
    plain: what does this document say about the %s?\
    """
        .replace("%s", thing);
  }

  private QuestionWriter writer(ChatModel model, WriterSettings settings) {
    return new QuestionWriter(
        model, QuestionWriterTest::find, new ReplyCache(folder.resolve("replies.jsonl")), settings);
  }

  private QuestionWriter writer(ChatModel model, WriterSettings settings, Time time) {
    return new QuestionWriter(
        model,
        QuestionWriterTest::find,
        new ReplyCache(folder.resolve("replies.jsonl")),
        settings,
        time);
  }

  private static WriterLimits limits(int count) {
    return new WriterLimits(count, Duration.ofMinutes(1), null, null);
  }

  @Test
  void goodQuestionsAreKeptAndEachFaultIsNamed() {
    var model = new ScriptedModel(QuestionWriterTest::reply);

    WriterResult result =
        writer(model, WriterSettings.LOCAL)
            .write(WriterInputs.of(passages()), limits(100), Progress.NONE);

    assertThat(result.end()).isEqualTo(End.PASSAGES);
    assertThat(result.passages()).isEqualTo(8);
    assertThat(result.questions()).hasSize(5 * 8);
    assertThat(result.kept()).hasSize(2 * 8);
    assertThat(result.refused())
        .containsEntry(QuestionFault.POINTS_AT_TEXT, 8)
        .containsEntry(QuestionFault.REPEATED, 8)
        .containsEntry(QuestionFault.GENERIC, 8);
    assertThat(result.reviewable()).hasSize(2 * 8);
    assertThat(result.kept())
        .allSatisfy(
            question -> {
              assertThat(question.question()).contains(question.source().passage());
              assertThat(question.writer().model()).isEqualTo("scripted");
              assertThat(question.checks().wordsRank()).isPositive();
            });
    assertThat(result.spent().tokensRead()).isEqualTo(800);
    assertThat(result.spent().tokensWritten()).isEqualTo(160);
    assertThat(model.mostAtOnce.get()).isBetween(2, 4);
  }

  @Test
  void theSameRepliesGiveTheSameQuestionsAndAreNotAskedForAgain() {
    var model = new ScriptedModel(QuestionWriterTest::reply);
    var writer = writer(model, WriterSettings.LOCAL);
    var first = writer.write(WriterInputs.of(passages()), limits(100), Progress.NONE);

    var again =
        writer(model, WriterSettings.LOCAL)
            .write(WriterInputs.of(passages()), limits(100), Progress.NONE);
    WriterEstimate estimate = writer.estimate(WriterInputs.of(passages()), limits(100));

    assertThat(again.questions()).isEqualTo(first.questions());
    assertThat(again.spent().replies()).isZero();
    assertThat(model.asked.get()).isEqualTo(8);
    assertThat(estimate.passages()).isEqualTo(8);
    assertThat(estimate.cached()).isEqualTo(8);
    assertThat(estimate.tokensRead()).isZero();
  }

  @Test
  void aRunThatFailedGoesOnWhereItWas() {
    var failing =
        new ScriptedModel(
            message -> {
              if (thing(message).equals("gauge")) {
                throw new IllegalStateException("killed");
              }
              return reply(message);
            });
    assertThatThrownBy(
            () ->
                writer(failing, oneAtATime())
                    .write(WriterInputs.of(passages()), limits(100), Progress.NONE))
        .hasMessage("killed");
    var model = new ScriptedModel(QuestionWriterTest::reply);

    var result =
        writer(model, oneAtATime()).write(WriterInputs.of(passages()), limits(100), Progress.NONE);

    assertThat(result.passages()).isEqualTo(8);
    assertThat(model.asked.get()).isLessThanOrEqualTo(8);
    assertThat(result.kept()).hasSize(16);
  }

  private static WriterSettings oneAtATime() {
    return new WriterSettings(List.of(QuestionKind.values()), 5, .7, 1, false, WriterPrice.NONE, 1);
  }

  @Test
  void noMoreIsAskedThanIsLikelyToBeEnough() {
    var model = new ScriptedModel(QuestionWriterTest::reply);

    var result =
        writer(model, WriterSettings.LOCAL)
            .write(WriterInputs.of(passages()), limits(4), Progress.NONE);

    assertThat(result.end()).isEqualTo(End.COUNT);
    assertThat(result.kept()).hasSize(4);
    assertThat(model.asked.get()).isBetween(2, 3); // two are kept of each passage, as is usual
  }

  @Test
  void moreIsAskedWhereFewerAreKeptThanIsUsual() {
    var one = new WriterSettings(List.of(QuestionKind.FACT), 1, .7, 4, false, WriterPrice.NONE, 1);
    var model =
        new ScriptedModel(
            message ->
                thing(message).compareTo("f") < 0
                    ? "fact: when should somebody check my %s?".formatted(thing(message))
                    : "fact: what does this document say about it?");

    var result = writer(model, one).write(WriterInputs.of(passages()), limits(3), Progress.NONE);

    assertThat(result.kept()).hasSize(3); // boiler, chimney, clutch
    assertThat(result.end()).isEqualTo(End.COUNT);
  }

  @Test
  void writingEndsAtTheCount() {
    var model = new ScriptedModel(QuestionWriterTest::reply);

    var result =
        writer(model, WriterSettings.LOCAL)
            .write(WriterInputs.of(passages()), limits(4), Progress.NONE);

    assertThat(result.end()).isEqualTo(End.COUNT);
    assertThat(result.kept()).hasSizeBetween(4, 6);
    assertThat(result.passages()).isLessThan(8);
  }

  @Test
  void aPassageIsAskedAboutOnceForEachKind() {
    var prompts = new ConcurrentLinkedQueue<String>();
    var model =
        new ScriptedModel(
            message -> {
              prompts.add(message);
              return reply(message);
            });
    var two = List.of(QuestionKind.FACT, QuestionKind.KEYWORDS);
    var settings = new WriterSettings(two, 5, .7, 1, false, WriterPrice.NONE, 1);

    var result =
        writer(model, settings).write(WriterInputs.of(passages()), limits(4), Progress.NONE);

    assertThat(prompts)
        .isNotEmpty()
        .allSatisfy(
            prompt ->
                assertThat(prompt.lines().toList().getLast())
                    .containsOnlyOnce("fact")
                    .containsOnlyOnce("keywords")
                    .doesNotContain("plain"));
    assertThat(result.kept()).extracting(WrittenQuestion::kind).isSubsetOf(two);
  }

  @Test
  void aReplyThatWasUnderWayAtTheEndIsKeptForTheNextRun() {
    var model = new ScriptedModel(QuestionWriterTest::reply);

    var result =
        writer(model, WriterSettings.LOCAL)
            .write(WriterInputs.of(passages()), limits(2), Progress.NONE);

    var cache = new ReplyCache(folder.resolve("replies.jsonl"));
    assertThat(result.spent().replies()).isEqualTo(model.asked.get());
    assertThat(cache.size()).isEqualTo(model.asked.get());
  }

  @Test
  void tokensAndMoneyStayWithinTheirLimits() {
    var model = new ScriptedModel(QuestionWriterTest::reply);
    var settings =
        new WriterSettings(
            List.of(QuestionKind.values()), 5, .7, 4, true, new WriterPrice(1_000, 2_000), 1);
    long aPrompt =
        writer(model, settings).estimate(WriterInputs.of(passages()), money(1)).tokensRead();

    assertThat(aPrompt).isPositive();
    var byTokens =
        writer(model, settings)
            .write(
                WriterInputs.of(passages()),
                new WriterLimits(100, Duration.ofMinutes(1), 1_200L, null),
                Progress.NONE);
    var byMoney =
        writer(model, settings).write(WriterInputs.of(passages()), money(.9), Progress.NONE);

    assertThat(byTokens.end()).isEqualTo(End.TOKENS);
    assertThat(byTokens.spent().tokensRead() + byTokens.spent().tokensWritten())
        .isLessThanOrEqualTo(1_200);
    assertThat(byMoney.end()).isEqualTo(End.MONEY);
    assertThat(byMoney.spent().money()).isLessThanOrEqualTo(.9);
  }

  @Test
  void limitsOfTokensHoldForAllRunsTogether() {
    var model = new ScriptedModel(QuestionWriterTest::reply);
    var limits = new WriterLimits(100, Duration.ofMinutes(1), 1_200L, null);

    long spent = 0;
    End last = End.COUNT;
    for (int run = 0; run < 4; run++) {
      var result =
          writer(model, oneAtATime()).write(WriterInputs.of(passages()), limits, Progress.NONE);
      spent += result.spent().tokensRead() + result.spent().tokensWritten();
      last = result.end();
    }
    var estimate = writer(model, oneAtATime()).estimate(WriterInputs.of(passages()), limits);

    assertThat(spent).isBetween(1L, 1_200L);
    assertThat(last).isEqualTo(End.TOKENS);
    assertThat(estimate.passages() - estimate.cached()).isLessThanOrEqualTo(1); // half of the room
  }

  @Test
  void anEstimateHasAPassageEvenWhereARepliesTimeIsLongerThanTheBudget() {
    var cache = new ReplyCache(folder.resolve("replies.jsonl"));
    for (int i = 0; i < 5; i++) {
      cache.add(new ReplyCache.CachedReply("r" + i, "scripted", "", false, 1, 1, 90_000));
    }

    var estimate =
        writer(new ScriptedModel(QuestionWriterTest::reply), oneAtATime())
            .estimate(WriterInputs.of(passages()), limits(100));

    assertThat(estimate.passages()).isEqualTo(1);
  }

  private static WriterLimits money(double money) {
    return new WriterLimits(100, Duration.ofMinutes(1), null, money);
  }

  @Test
  void aModelAtAServerWithoutALimitIsRefusedAndSoIsMoneyWithoutAPrice() {
    var model = new ScriptedModel(QuestionWriterTest::reply);
    var remote =
        new WriterSettings(List.of(QuestionKind.FACT), 1, .7, 1, true, WriterPrice.NONE, 1);

    assertThatThrownBy(
            () ->
                writer(model, remote).write(WriterInputs.of(passages()), limits(10), Progress.NONE))
        .isInstanceOf(Failure.Refused.class);
    assertThatThrownBy(
            () -> writer(model, remote).write(WriterInputs.of(passages()), money(1), Progress.NONE))
        .isInstanceOf(Failure.BadInput.class);
    assertThat(model.asked.get()).isZero();
  }

  @Test
  void writingEndsWhenTheTimeIsOver() {
    var now = new AtomicInteger();
    Time time =
        new Time() {
          @Override
          public Instant instant() {
            return Instant.EPOCH.plusSeconds(now.getAndAdd(2));
          }

          @Override
          public void sleep(Duration pause) {}
        };
    var writer =
        new QuestionWriter(
            new ScriptedModel(QuestionWriterTest::reply),
            QuestionWriterTest::find,
            new ReplyCache(folder.resolve("replies.jsonl")),
            oneAtATime(),
            time);

    var result = writer.write(WriterInputs.of(passages()), limits(100), Progress.NONE);

    assertThat(result.end()).isEqualTo(End.TIME);
    assertThat(result.passages()).isLessThan(8);
  }

  @Test
  void aPassageThatTheModelRefusesIsPassedOverAndABusyModelIsAskedAgain() {
    var busy = new AtomicInteger();
    var model =
        new ScriptedModel(
            message -> {
              switch (thing(message)) {
                case "pump" -> throw new Failure.BadInput("content refused");
                case "fan" -> {
                  if (busy.getAndIncrement() == 0) {
                    throw new Failure.Unavailable("busy");
                  }
                }
                default -> {}
              }
              return reply(message);
            });
    Time noPauses =
        new Time() {
          @Override
          public Instant instant() {
            return Instant.now();
          }

          @Override
          public void sleep(Duration pause) {}
        };
    var writer = writer(model, WriterSettings.LOCAL, noPauses);

    var result = writer.write(WriterInputs.of(passages()), limits(100), Progress.NONE);

    assertThat(result.kept()).extracting(q -> q.source().passage()).contains("fan");
    assertThat(result.kept()).extracting(q -> q.source().passage()).doesNotContain("pump");
    assertThat(busy.get()).isEqualTo(2);
  }

  /// A nightly run after some documents changed, with a server that is down.
  @Test
  void aServerThatIsDownEndsTheRunAlsoBetweenCachedReplies() {
    var cached = List.of("turbine", "pump", "gauge", "clutch");
    writer(new ScriptedModel(QuestionWriterTest::reply), WriterSettings.LOCAL)
        .write(
            WriterInputs.of(
                passages().stream().filter(passage -> cached.contains(passage.id())).toList()),
            limits(100),
            Progress.NONE);
    var down =
        new ScriptedModel(
            _ -> {
              throw new Failure.Unavailable("down");
            });
    var writer = writer(down, WriterSettings.LOCAL, new StoppedTime());

    assertThatThrownBy(() -> writer.write(WriterInputs.of(passages()), limits(100), Progress.NONE))
        .isInstanceOf(Failure.Unavailable.class);
  }

  /// The first passage's reply is not there, those of the others are.
  @Test
  void cachedRepliesCountWhereTheTimeIsOverBeforeAnotherComes() {
    var first = new AtomicReference<>("");
    var model =
        new ScriptedModel(
            message -> {
              if (first.compareAndSet("", thing(message)) || thing(message).equals(first.get())) {
                throw new Failure.BadInput("not now");
              }
              return reply(message);
            });
    writer(model, WriterSettings.LOCAL)
        .write(WriterInputs.of(passages()), limits(100), Progress.NONE);
    var never = new CountDownLatch(1);
    var slow =
        new ScriptedModel(
            message -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new Failure.Unavailable("interrupted", e);
              }
              return reply(message);
            });

    var result =
        writer(slow, WriterSettings.LOCAL)
            .write(
                WriterInputs.of(passages()),
                new WriterLimits(100, Duration.ofMillis(300), null, null),
                Progress.NONE);

    assertThat(result.end()).isEqualTo(End.TIME);
    assertThat(result.kept()).hasSize(2 * 7);
  }

  /// Refusals are not cached: the next run asks again, between replies that it has.
  @Test
  void passagesThatWereRefusedHereAndThereEndNoLaterRun() {
    var refused = List.of("boiler", "chimney", "filter", "fan", "clutch");
    var model =
        new ScriptedModel(
            message -> {
              if (refused.contains(thing(message))) {
                throw new Failure.BadInput("content refused");
              }
              return reply(message);
            });

    for (int run = 0; run < 2; run++) {
      var result =
          writer(model, WriterSettings.LOCAL)
              .write(WriterInputs.of(passages()), limits(100), Progress.NONE);

      assertThat(result.passages()).isEqualTo(8);
      assertThat(result.kept()).hasSize(2 * 3);
    }
    assertThat(model.asked.get()).isEqualTo(8 + refused.size());
  }

  /// A time that passes only where the model lets it.
  private static final class StoppedTime implements Time {
    private final AtomicInteger seconds = new AtomicInteger();

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusSeconds(seconds.get());
    }

    @Override
    public void sleep(Duration pause) {}
  }

  @Test
  void aReplyThatCameTooLateCountsAsItMayHaveBeenPaidFor() {
    var time = new StoppedTime();
    var model =
        new ScriptedModel(
            _ -> {
              time.seconds.addAndGet(5);
              throw new Failure.Unavailable("no reply within 5 s");
            });
    var writer = writer(model, oneAtATime(), time);
    long prompts = writer.estimate(WriterInputs.of(passages()), limits(100)).tokensRead();
    long longestReply = 200;
    long limit = 3 * (prompts / 8 + longestReply) + 50; // the prompts are of like lengths

    assertThatThrownBy(
            () ->
                writer.write(
                    WriterInputs.of(passages()),
                    new WriterLimits(100, Duration.ofHours(1), limit, null),
                    Progress.NONE))
        .isInstanceOf(Failure.Unavailable.class);
    // three fit into the limit; as many as six are tried without one, two passages at a time
    assertThat(model.asked.get()).isBetween(2, 3);
  }

  @Test
  @Timeout(30)
  void aPromptUnderWayIsNotSentAgainWhenTheRunFails() {
    var settings = WriterSettings.LOCAL;
    String first = PassageChoice.of(WriterInputs.of(passages()), settings.seed()).next().id();
    var underWay = new CountDownLatch(settings.parallel());
    var asked = new ConcurrentHashMap<String, Integer>();
    var model =
        new ScriptedModel(
            message -> {
              asked.merge(thing(message), 1, Integer::sum);
              underWay.countDown();
              try {
                underWay.await();
                if (thing(message).equals(first)) {
                  throw new IllegalStateException("a fault of the program");
                }
                Thread.sleep(60_000);
              } catch (InterruptedException _) {
                // as a client that swallows the interrupt does: the thread is not marked any more
              }
              throw new Failure.Unavailable("interrupted");
            });

    assertThatThrownBy(
            () ->
                writer(model, settings)
                    .write(WriterInputs.of(passages()), limits(100), Progress.NONE))
        .isInstanceOf(IllegalStateException.class);
    assertThat(asked.values()).containsOnly(1);
  }

  @Test
  void aModelWhoseRepliesHoldNoQuestionIsNamedAndAskedAgainOnceItIsPutRight() {
    var thinking = new ScriptedModel(_ -> "<think>");

    assertThatThrownBy(
            () ->
                writer(thinking, oneAtATime())
                    .write(WriterInputs.of(passages()), limits(100), Progress.NONE))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("<think>");
    assertThat(thinking.asked.get()).isLessThan(8);
    var result =
        writer(new ScriptedModel(QuestionWriterTest::reply), oneAtATime())
            .write(WriterInputs.of(passages()), limits(100), Progress.NONE);

    assertThat(result.kept()).hasSize(16);
  }

  @Test
  void aServerThatNeverAnsweredIsNoResultThoughTheTimeIsOver() {
    var time = new StoppedTime();
    var model =
        new ScriptedModel(
            _ -> {
              time.seconds.addAndGet(1);
              throw new Failure.Unavailable("it failed");
            });
    var writer = writer(model, WriterSettings.LOCAL, time);

    assertThatThrownBy(
            () ->
                writer.write(
                    WriterInputs.of(passages()),
                    new WriterLimits(100, Duration.ofSeconds(3), null, null),
                    Progress.NONE))
        .isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void aReplyThatFailsWhenEnoughIsWrittenSpoilsNothing() {
    var asked = new AtomicInteger();
    var model =
        new ScriptedModel(
            message -> {
              if (asked.incrementAndGet() > 2) {
                throw new Failure.Unavailable("it went away");
              }
              return reply(message);
            });
    var settings =
        new WriterSettings(List.of(QuestionKind.values()), 5, .7, 2, false, WriterPrice.NONE, 1);
    var writer = writer(model, settings, new StoppedTime());

    var result = writer.write(WriterInputs.of(passages()), limits(2), Progress.NONE);

    assertThat(result.end()).isEqualTo(End.COUNT);
    assertThat(result.spent().replies()).isEqualTo(2);
  }

  @Test
  void aSlowReplyLetsAnEstimateCountThePromptsThatAreAskedAtOnce() {
    var cache = new ReplyCache(folder.resolve("replies.jsonl"));
    cache.add(new ReplyCache.CachedReply("k", "scripted", "", false, 1, 1, 600_000));

    WriterEstimate estimate =
        writer(new ScriptedModel(QuestionWriterTest::reply), WriterSettings.LOCAL)
            .estimate(WriterInputs.of(passages()), limits(100));

    assertThat(estimate.passages()).isEqualTo(WriterSettings.LOCAL.parallel());
    assertThat(estimate.tokensRead()).isPositive();
  }

  @Test
  void anExampleOfTheLogIsShownAndNotRepeated() {
    var model =
        new ScriptedModel(message -> "fact: when should somebody check my " + thing(message) + "?");
    var inputs =
        new WriterInputs(
            passages(),
            _ -> true,
            null,
            List.of("when should somebody check my boiler?", "锅炉怎么修？"));

    var result = writer(model, WriterSettings.LOCAL).write(inputs, limits(100), Progress.NONE);
    List<Message> messages =
        new QuestionPrompt("en", inputs.examples())
            .messages(passages().getFirst(), List.of(QuestionKind.FACT));

    assertThat(result.kept()).hasSize(7);
    assertThat(messages.getFirst().text()).contains(inputs.examples().getFirst());
    assertThat(messages.getFirst().text()).doesNotContain("锅炉");
  }
}
