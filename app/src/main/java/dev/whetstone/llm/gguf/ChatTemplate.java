package dev.whetstone.llm.gguf;

import dev.whetstone.llm.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Puts messages together to the prompt that a model was trained on. A file's template is a program
/// (Jinja); it is not run, but recognised by its marks as one of three forms:
///
/// - ChatML: `<|im_start|>user\n…<|im_end|>\n`;
/// - Llama 3: `<|start_header_id|>user<|end_header_id|>\n\n…<|eot_id|>`;
/// - Zephyr and TinyLlama: `<|user|>\n…</s>\n`, with the model's own end token.
///
/// **Marks in messages.** A text that holds a mark could end its turn and open one of another role.
/// So the marks of the form, the end token and the control tokens of the vocabulary are broken with
/// a space after their first character (`< |im_end|>`) wherever they stand in a message's text,
/// until none is left: the tokenizer then reads them as plain text. Nothing is removed, so that no
/// new mark can arise from what stood around one. Control tokens of one character, or that begin
/// with a space, are left alone: no form has such marks.
final class ChatTemplate {
  /// Tokens that end a reply in some model. Where a vocabulary has one as a special token, it ends
  /// the model's replies; as plain text (`</s>` of HTML) it does not.
  private static final List<String> ENDS =
      List.of("<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>", "</s>");

  /// A user's turn in Zephyr's form. Others write `<|user|>` too, and end the turn otherwise.
  private static final Pattern ZEPHYR =
      Pattern.compile(
          "<\\|user\\|>\\\\n['\"]\\s*\\+\\s*message(\\['content']|\\[\"content\"]|\\.content)"
              + "\\s*\\+\\s*(eos_token|['\"]</s>)");

  /// How turns are written.
  private enum Form {
    CHATML,
    LLAMA3,
    ZEPHYR;

    /// What opens and ends turns, beside the model's end token.
    List<String> marks() {
      return switch (this) {
        case CHATML -> List.of("<|im_start|>", "<|im_end|>");
        case LLAMA3 -> List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>");
        case ZEPHYR -> List.of("<|system|>", "<|user|>", "<|assistant|>", "</s>");
      };
    }

    String open(String role) {
      return switch (this) {
        case CHATML -> "<|im_start|>" + role + "\n";
        case LLAMA3 -> "<|start_header_id|>" + role + "<|end_header_id|>\n\n";
        case ZEPHYR -> "<|" + role + "|>\n";
      };
    }

    String close(String eos) {
      return switch (this) {
        case CHATML -> "<|im_end|>\n";
        case LLAMA3 -> "<|eot_id|>";
        case ZEPHYR -> eos + "\n";
      };
    }
  }

  private final Form form;
  private final String beginning;
  private final String eos;
  private final List<String> endMarks;
  private final Pattern marks;

  private ChatTemplate(
      Form form, String beginning, String eos, List<String> endMarks, Set<String> marks) {
    this.form = form;
    this.beginning = beginning;
    this.eos = eos;
    this.endMarks = endMarks;
    this.marks =
        Pattern.compile(
            marks.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /// That of a file. Empty where it has none, one of another form, or no end token that the form
  /// writes.
  static Optional<ChatTemplate> of(GgufFile file) {
    String template = file.text("tokenizer.chat_template").orElse("");
    var vocabulary = GgufVocabulary.of(file);
    String eos = vocabulary.named(file, "tokenizer.ggml.eos_token_id").orElse("");
    Optional<Form> form = form(template).filter(found -> endsTurns(found, vocabulary, eos));
    String bos = vocabulary.named(file, "tokenizer.ggml.bos_token_id").orElse("");
    return form.map(
        found ->
            new ChatTemplate(
                found,
                template.contains("bos_token") || template.contains("<|begin_of_text|>") ? bos : "",
                eos,
                endMarks(vocabulary, eos),
                marks(found, vocabulary, eos)));
  }

  private static Optional<Form> form(String template) {
    if (template.contains("<|im_start|>")) {
      // Phi 4 and others write these marks with a third.
      return template.contains("<|im_sep|>") || template.contains("<|im_middle|>")
          ? Optional.empty()
          : Optional.of(Form.CHATML);
    }
    if (template.contains("<|start_header_id|>")) {
      return template.contains("<|eot_id|>") ? Optional.of(Form.LLAMA3) : Optional.empty();
    }
    return ZEPHYR.matcher(template).find() ? Optional.of(Form.ZEPHYR) : Optional.empty();
  }

  /// Without its end token in the vocabulary a form's replies would not end.
  private static boolean endsTurns(Form form, GgufVocabulary vocabulary, String eos) {
    return switch (form) {
      case CHATML -> vocabulary.hasAdded("<|im_end|>");
      case LLAMA3 -> vocabulary.hasAdded("<|eot_id|>");
      case ZEPHYR -> !eos.isEmpty();
    };
  }

  private static List<String> endMarks(GgufVocabulary vocabulary, String eos) {
    var ends = new LinkedHashSet<String>();
    if (!eos.isEmpty()) {
      ends.add(eos);
    }
    ENDS.stream().filter(vocabulary::hasAdded).forEach(ends::add);
    return List.copyOf(ends);
  }

  private static Set<String> marks(Form form, GgufVocabulary vocabulary, String eos) {
    var marks = new LinkedHashSet<>(form.marks());
    if (isBreakable(eos)) {
      marks.add(eos); // not all files say that it is a control token
    }
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.isControl(id) && isBreakable(vocabulary.token(id))) {
        marks.add(vocabulary.token(id));
      }
    }
    return marks;
  }

  /// Whether a space after the first character can break it: it begins with something else, and has
  /// more than that one character beside spaces.
  private static boolean isBreakable(String mark) {
    String letters = mark.replace(" ", "");
    return !mark.startsWith(" ") && letters.codePointCount(0, letters.length()) > 1;
  }

  /// The prompt: what systems say first, joined by line ends, then the turns in order, and the
  /// beginning of the assistant's turn. Without a message of the system none is added.
  String prompt(List<Message> messages) {
    var system = new ArrayList<String>();
    var turns = new StringBuilder();
    for (Message message : messages) {
      switch (message.role()) {
        case SYSTEM -> system.add(message.text());
        case USER -> turns.append(turn("user", message.text()));
        case ASSISTANT -> turns.append(turn("assistant", message.text()));
      }
    }
    String head = system.isEmpty() ? "" : turn("system", String.join("\n", system));
    return beginning + head + turns + form.open("assistant");
  }

  private String turn(String role, String text) {
    String plain = broken(text);
    // Llama 3's template takes white space off both ends.
    return form.open(role) + (form == Form.LLAMA3 ? plain.strip() : plain) + form.close(eos);
  }

  /// Breaks marks until none is left. This ends: a mark begins with a character that is no space
  /// and has another one, so once more spaces stand between these two than in any mark, none begins
  /// there; and only spaces are added.
  private String broken(String text) {
    String plain = text;
    for (var found = marks.matcher(plain); found.find(); found = marks.matcher(plain)) {
      plain =
          found
              .reset()
              .replaceAll(
                  match -> {
                    int first = match.group().offsetByCodePoints(0, 1);
                    return Matcher.quoteReplacement(
                        match.group().substring(0, first) + " " + match.group().substring(first));
                  });
    }
    return plain;
  }

  /// The tokens that end a reply, as they stand in the vocabulary: the model's end token first,
  /// then the marks of forms that the vocabulary has.
  List<String> endMarks() {
    return endMarks;
  }
}
