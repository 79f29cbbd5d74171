package dev.whetstone.questions;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Time;
import dev.whetstone.llm.ChatModel;
import java.time.Duration;
import java.util.HashMap;

/// Writes questions about passages with a language model, and keeps those that are worth learning
/// from.
///
/// **Problem.** A model is sharpened by questions with the passages that answer them, and most
/// owners of documents have few or none. A small language model can write them, but left to itself
/// it repeats the passage's words, asks what only a reader of the passage can ask ("what does
/// Section 3.2 say?"), and asks what any passage answers. Trained on such questions an encoder
/// learns to match words, which it can already, and loses what it knew.
///
/// **Method.**
///
/// 1. [PassageChoice] takes passages that state something of their own, spread over documents,
///    headings and subjects.
/// 2. [QuestionPrompt] asks for a question of each of some kinds, in the words of somebody who has
///    not seen the passage. Several prompts are before the model at once, and their common
///    beginning is read once; [ReplyCache] keeps each reply.
/// 3. [ReplyParser] takes the questions out of the reply.
/// 4. The checks look at each question, and every fault is noted by name ([QuestionFault]). Those
///    by the text: form, language, pointing at the text, copied words, names and numbers that the
///    passage does not mention, words that many passages have, repetition. The one by the base
///    model's search: neither arm has its passage among the first fifty.
///
/// A question without a fault is *kept*: it trains, and a part of them chooses. For a proof the
/// faults by search are disregarded ([WriterResult#reviewable()]): questions whose passages the
/// base finds would favour the base.
///
/// **Invariants.** A passage is sent nowhere but to the model that was given. What is spent stays
/// within the limits, prompts under way included. The same passages, model replies and seed give
/// the same questions in the same order; a reply that was kept is not asked for again, so that a
/// run that was killed goes on where it was.
///
/// **Cost.** That of the model. A 0.5B model (Q4_K_M, llama.cpp with AVX2) takes 11 ms of a core to
/// read a token and 35 to 45 ms to write one, on a machine shared with other work. A prompt has
/// some 290 tokens before the passage, 150 of the passage, and 20 for each question written. One
/// question a prompt, read from its beginning: about 5 s of a core. Five questions a prompt with
/// the beginning read before: about 6 s, so 1.2 s each. Of 21 about five encyclopedic passages 13
/// were kept.
public final class QuestionWriter {
  /// The time for a reply of a small model on two cores, until a run tells.
  private static final Duration EACH = Duration.ofMillis(1500);

  private final ChatModel model;
  private final PassageFinder finder;
  private final ReplyCache cache;
  private final WriterSettings settings;
  private final Time time;

  /// @param model used by several threads at once; not closed here
  /// @param finder searches all passages with the base model
  public QuestionWriter(
      ChatModel model, PassageFinder finder, ReplyCache cache, WriterSettings settings) {
    this(model, finder, cache, settings, Time.SYSTEM);
  }

  QuestionWriter(
      ChatModel model, PassageFinder finder, ReplyCache cache, WriterSettings settings, Time time) {
    this.model = model;
    this.finder = finder;
    this.cache = cache;
    this.settings = settings;
    this.time = time;
  }

  /// What writing will take, without asking the model: by the rate at which this model replied
  /// before, and within the limits.
  ///
  /// @throws Failure.Refused if the model is at a server and neither tokens nor money are limited
  /// @throws Failure.BadInput if money is limited and no price is known
  public WriterEstimate estimate(WriterInputs inputs, WriterLimits limits) {
    limits.check(settings.remote(), settings.price());
    int wanted = (int) Math.ceil(limits.count() / (WriterRun.USUALLY_KEPT * settings.perPassage()));
    double each = cache.millisEach(model.name()).orElse((double) EACH.toMillis());
    PassageChoice choice = PassageChoice.of(inputs, settings.seed());
    var prompts = new HashMap<String, QuestionPrompt>();
    int passages = 0;
    int cached = 0;
    ReplyCache.Tokens before = cache.tokens(model.name());
    long read = 0;
    long written = 0;
    while (choice.hasNext() && passages < wanted) {
      Passage passage = choice.next();
      String language = PassageWorth.language(passage);
      QuestionPrompt prompt =
          prompts.computeIfAbsent(language, code -> new QuestionPrompt(code, inputs.examples()));
      PassageTask task = PassageTask.of(passage, language, prompt, model.name(), settings);
      if (cache.holds(task.key())) {
        cached++;
      } else {
        long nextRead = read + task.mayRead();
        long nextWritten = written + task.mayWrite() / 2; // as a rule half of the room is used
        int asked = passages - cached + 1;
        double millis = asked <= settings.parallel() ? 0 : asked * each; // these are asked at once
        if (!within(limits, before.read() + nextRead, before.written() + nextWritten, millis)) {
          break;
        }
        read = nextRead;
        written = nextWritten;
      }
      passages++;
    }
    return new WriterEstimate(
        passages,
        cached,
        read,
        written,
        Duration.ofMillis(Math.round((passages - cached) * each)),
        settings.price().of(read, written));
  }

  private boolean within(WriterLimits limits, long read, long written, double millis) {
    return millis < (double) limits.time().toMillis()
        && (limits.tokens() == null || read + written <= limits.tokens())
        && (limits.money() == null || settings.price().of(read, written) <= limits.money());
  }

  /// Writes until a limit is reached, or no passage worth asking about is left.
  ///
  /// @throws Failure.Refused if the model is at a server and neither tokens nor money are limited
  /// @throws Failure.BadInput if money is limited and no price is known, or the model refuses every
  ///   prompt
  /// @throws Failure.Unavailable if the model does not answer for some minutes; what it wrote
  ///   before is kept
  public WriterResult write(WriterInputs inputs, WriterLimits limits, Progress progress) {
    limits.check(settings.remote(), settings.price());
    var checks = new CandidateChecks(finder, inputs.passages(), inputs.examples());
    return new WriterRun(
            new WriterRun.Tools(model, cache, settings, time),
            inputs.examples(),
            limits,
            PassageChoice.of(inputs, settings.seed()),
            checks)
        .run(progress);
  }
}
