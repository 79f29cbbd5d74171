package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.llm.Message;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What a model is asked: one prompt for a passage, which asks for a question of each of some
/// kinds.
///
/// A small model follows examples better than a rule, so the prompt is a conversation: the task
/// with the kinds, two passages with a question of each kind as they are wanted, then the passage.
/// Everything up to the passage is the same for all passages of a language, so that a model that
/// keeps what it has read of a prompt reads it once.
///
/// Several kinds are asked for together, because reading the passage costs more than writing a
/// question, and because a small model that is asked for one question again and again asks "what is
/// …".
final class QuestionPrompt {
  /// Changes whenever a prompt might: replies to another version are asked for again.
  static final String VERSION = "2";

  /// Tokens of a question with its label, at most; what is longer is not read to its end.
  private static final int TOKENS_EACH = 40;

  /// Characters of a passage that are sent; a longer one is cut after a sentence.
  private static final int LONGEST = 900;

  private static final int LONGEST_WITHOUT_SPACES = 400;
  private static final int MOST_EXAMPLES = 8;
  private static final List<QuestionKind> ALL = List.of(QuestionKind.values());

  private final String language;
  private final PromptWords words;
  private final boolean withExamples;
  private final String system;

  /// @param language of the passages
  /// @param examples questions of people, of any language; those of this one are shown
  QuestionPrompt(String language, List<String> examples) {
    this.language = language;
    this.words = PromptWords.of(language);
    List<String> own =
        examples.stream()
            .filter(example -> LanguageCheck.fits(example, language))
            .limit(MOST_EXAMPLES)
            .toList();
    this.withExamples = !own.isEmpty();
    this.system = system(own);
  }

  private String system(List<String> examples) {
    var text = new StringBuilder(words.task());
    for (QuestionKind kind : QuestionKind.values()) {
      PromptWords.Label label = words.kinds().get(kind);
      if (label != null) {
        text.append('\n').append(label.label()).append(": ").append(label.meaning());
      }
    }
    if (withExamples) {
      text.append("\n\n").append(words.asLikeThese());
      examples.forEach(example -> text.append("\n- ").append(example.strip()));
    }
    if (!words.code().equals(language)) {
      text.append("\n\n").append(words.answerIn().formatted(Languages.name(language)));
    }
    return text.toString();
  }

  /// The version of the prompt and the language that it is written in: `2-en`.
  String id() {
    return VERSION + "-" + words.code();
  }

  /// A hash of all that stands before the passage. Of the examples it counts only whether there are
  /// any: one question more in the log does not make all questions anew.
  String hash() {
    return Sha256.id(
        VERSION,
        words.task(),
        language,
        words.examples().toString(),
        Boolean.toString(withExamples));
  }

  /// @param kinds one question each
  List<Message> messages(Passage passage, List<QuestionKind> kinds) {
    var messages = new ArrayList<Message>();
    messages.add(Message.system(system));
    for (PromptWords.Example example : words.examples()) {
      messages.add(Message.user(ask(example.passage(), ALL)));
      messages.add(Message.assistant(words.exampleReply(example, ALL)));
    }
    messages.add(Message.user(ask(shown(passage), kinds)));
    return messages;
  }

  private String ask(String passage, List<QuestionKind> kinds) {
    return passage
        + "\n\n"
        + words.ask()
        + kinds.stream().map(words::label).collect(Collectors.joining(", "));
  }

  /// The passage as the model reads it: not longer than what a prompt has room for.
  private String shown(Passage passage) {
    int most = Languages.withoutSpaces(language) ? LONGEST_WITHOUT_SPACES : LONGEST;
    String text = passage.embedded().strip();
    if (text.length() <= most) {
      return text;
    }
    int end = 0;
    for (Sentences.Span span : Sentences.spans(text, language)) {
      if (span.to() > most) {
        break;
      }
      end = span.to();
    }
    return text.substring(0, end < most / 2 ? most : end).strip();
  }

  /// Tokens of a reply, at most.
  static int replyTokens(int questions) {
    return TOKENS_EACH * questions;
  }
}
