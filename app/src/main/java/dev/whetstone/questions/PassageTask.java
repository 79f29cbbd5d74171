package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.llm.Message;
import java.util.ArrayList;
import java.util.List;

/// A passage with what is asked about it.
///
/// @param kinds one question each
/// @param key of its reply in the [ReplyCache]
record PassageTask(
    Passage passage, String language, QuestionPrompt prompt, List<QuestionKind> kinds, String key) {
  /// The kinds follow each other in turn, beginning at a place that the passage's id settles: what
  /// is asked about a passage does not depend on which others are asked about.
  static PassageTask of(
      Passage passage,
      String language,
      QuestionPrompt prompt,
      String model,
      WriterSettings settings) {
    List<QuestionKind> all = settings.kinds();
    int first =
        settings.perPassage() == all.size()
            ? 0
            : Math.floorMod(passage.id().hashCode(), all.size());
    var kinds = new ArrayList<QuestionKind>();
    for (int i = 0; i < settings.perPassage(); i++) {
      kinds.add(all.get((first + i) % all.size()));
    }
    String key =
        Sha256.id(
            model,
            prompt.hash(),
            passage.embedded(),
            kinds.toString(),
            Double.toString(settings.temperature()),
            Long.toString(settings.seed()));
    return new PassageTask(passage, language, prompt, List.copyOf(kinds), key);
  }

  List<Message> messages() {
    return prompt.messages(passage, kinds);
  }

  /// Tokens of the prompt, rather too many than too few: a word of Latin letters has about one for
  /// each three letters, other scripts about one for each character.
  long mayRead() {
    double tokens = 0;
    for (Message message : messages()) {
      tokens += 8 + message.text().codePoints().mapToDouble(c -> c < 0x250 ? .34 : 1.2).sum();
    }
    return Math.round(tokens);
  }

  long mayWrite() {
    return QuestionPrompt.replyTokens(kinds.size());
  }
}
